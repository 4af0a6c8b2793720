"""Tiny models of the architectures that transformers has for text, for README's table of what opens.

`python -m tests.support.architectures` prints the table. The models are what published ones of these kinds are in
small: random weights, a fast tokenizer, safetensors.
"""

import tempfile
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import transformers
from transformers import AutoConfig, PreTrainedConfig, PreTrainedTokenizerBase

from components.core import ModelError, load_encoder
from tests.support.tiny_models import LIMIT, SIZES, SUPPORTED, UNSUPPORTED, Recipe, roberta_bytes, save_tiny, wordpiece

# As in the published ones, two rows of the position table come before that of the first token.
_FROM_2: dict[str, Any] = {
    "max_position_embeddings": LIMIT + 2,
    "pad_token_id": 1,
    "bos_token_id": 0,
    "eos_token_id": 2,
}
_XLM: dict[str, Any] = {"n_layers": 2, "n_heads": 4, "emb_dim": 32, "pad_token_id": 0}
_T5: dict[str, Any] = {"num_layers": 2, "num_decoder_layers": 2, "num_heads": 4, "d_model": 32, "d_kv": 8, "d_ff": 48}
_BART: dict[str, Any] = {
    "d_model": 32,
    "encoder_layers": 2,
    "decoder_layers": 2,
    "encoder_ffn_dim": 48,
    "decoder_ffn_dim": 48,
    "encoder_attention_heads": 4,
    "decoder_attention_heads": 4,
}
_GPT2: dict[str, Any] = {"n_layer": 2, "n_head": 4, "n_embd": 32, "n_positions": LIMIT}
_GROUPED: dict[str, Any] = {"num_key_value_heads": 4, "head_dim": 8}


def _wordpieces(kind: str, **changes: Any) -> Recipe:
    return _made(kind, wordpiece, SIZES | changes)


def _bytes(kind: str, **changes: Any) -> Recipe:
    return _made(kind, roberta_bytes, SIZES | changes)


def _made(kind: str, tokenizer: Callable[[], PreTrainedTokenizerBase], settings: Mapping[str, Any]) -> Recipe:
    def config() -> PreTrainedConfig:
        made: PreTrainedConfig = AutoConfig.for_model(kind, **settings)
        return made

    return config, tokenizer


#: What the table names each architecture → what makes its config and its tokenizer.
ARCHITECTURES: dict[str, Recipe] = {
    "ALBERT": SUPPORTED["albert"],
    "BERT": SUPPORTED["bert"],
    "BERT as a decoder": _wordpieces("bert", is_decoder=True),
    "BERT generation": _wordpieces("bert-generation"),
    "BART": _bytes("bart", **_BART),
    "BigBird": _wordpieces("big_bird", attention_type="original_full"),
    "BROS": _wordpieces("bros"),
    "CamemBERT": _bytes("camembert", **_FROM_2, type_vocab_size=1),
    "CANINE": _wordpieces("canine", num_hash_buckets=64),
    "CLIP's text model": _wordpieces("clip_text_model", eos_token_id=3, bos_token_id=2),
    "ConvBERT": _wordpieces("convbert", embedding_size=32),
    "data2vec for text": _bytes("data2vec-text", **_FROM_2, type_vocab_size=1),
    "DeBERTa": _bytes("deberta", relative_attention=True, pos_att_type=["c2p", "p2c"]),
    "DeBERTa-v2, v3": _wordpieces("deberta-v2", relative_attention=True, pos_att_type=["c2p", "p2c"]),
    "DistilBERT": SUPPORTED["distilbert"],
    "DPR": _wordpieces("dpr"),
    "ELECTRA": SUPPORTED["electra"],
    "EmbeddingGemma": _bytes("gemma3_text", **_GROUPED, use_bidirectional_attention=True),
    "ERNIE": _wordpieces("ernie"),
    "ERNIE with task ids": _wordpieces("ernie", use_task_id=True),
    "ESM-2": _wordpieces("esm", mask_token_id=4, pad_token_id=0, position_embedding_type="rotary", token_dropout=True),
    "ESM C": _wordpieces("esmc", **_GROUPED, pad_token_id=0),
    "EuroBERT": _wordpieces("eurobert", **_GROUPED, pad_token_id=0, bos_token_id=2, eos_token_id=3, mask_token_id=4),
    "Falcon": _bytes("falcon", ffn_hidden_size=48, num_kv_heads=4),
    "FlauBERT": _made("flaubert", wordpiece, _XLM),
    "FNet": UNSUPPORTED["FNet"],
    "Funnel": _made(
        "funnel",
        wordpiece,
        {
            "d_model": 32,
            "n_head": 4,
            "d_head": 8,
            "d_inner": 48,
            "block_sizes": [1, 1],
            "architectures": ["FunnelModel"],
        },
    ),
    "Gemma": _bytes("gemma", **_GROUPED),
    "GPT-2": _made("gpt2", roberta_bytes, _GPT2 | {"bos_token_id": 0, "eos_token_id": 2}),
    "GTE": _wordpieces("gte", pad_token_id=0),
    "I-BERT": _bytes("ibert", **_FROM_2),
    "Jina v3": _bytes("jina_embeddings_v3", **_FROM_2),
    "LayoutLM": _wordpieces("layoutlm"),
    "LiLT": _bytes("lilt", **_FROM_2 | {"hidden_size": 48}),
    "Llama": _bytes("llama", **_GROUPED),
    "Longformer": _bytes("longformer", **_FROM_2, attention_window=8),
    "LUKE": _bytes("luke", **_FROM_2, entity_vocab_size=8, entity_emb_size=16),
    "Mamba": _bytes("mamba", intermediate_size=64),
    "mBART": _bytes("mbart", **_BART),
    "MEGATRON-BERT": _wordpieces("megatron-bert"),
    "MobileBERT": _wordpieces(
        "mobilebert",
        embedding_size=16,
        intra_bottleneck_size=16,
        true_hidden_size=16,
        num_feedforward_networks=2,
    ),
    "ModernBERT": SUPPORTED["modernbert"],
    "ModernBERT's decoder": _bytes(
        "modernbert-decoder", pad_token_id=1, bos_token_id=0, eos_token_id=2, cls_token_id=0, sep_token_id=2
    ),
    "MPNet": _bytes("mpnet", **_FROM_2),
    "MRA": _bytes("mra", **_FROM_2),
    "MVP": _bytes("mvp", **_BART),
    "Nomic BERT": _wordpieces("nomic_bert", head_dim=8),
    "Nyströmformer": _bytes("nystromformer", **_FROM_2),
    "OpenAI's privacy filter": _wordpieces(
        "openai_privacy_filter", **_GROUPED, num_local_experts=4, num_experts_per_tok=2, pad_token_id=0
    ),
    "OPT": _bytes("opt", ffn_dim=48, word_embed_proj_dim=32),
    "Perceiver": _wordpieces(
        "perceiver", d_model=32, d_latents=32, num_latents=8, num_self_attends_per_block=2, num_self_attention_heads=4
    ),
    "Qwen3": _bytes("qwen3", **_GROUPED),
    "Reformer": _wordpieces(
        "reformer",
        axial_pos_shape=[8, 8],
        axial_pos_embds_dim=[16, 16],
        attn_layers=["local", "local"],
        is_decoder=False,
        attention_head_size=8,
        feed_forward_size=48,
    ),
    "RemBERT": _wordpieces("rembert", input_embedding_size=16, output_embedding_size=16),
    "RoBERTa": SUPPORTED["roberta"],
    "RoBERTa with pre-norm": _bytes("roberta-prelayernorm", **_FROM_2),
    "RoCBert": _wordpieces(
        "roc_bert",
        pronunciation_embed_dim=32,
        shape_embed_dim=32,
        pronunciation_vocab_size=100,
        shape_vocab_size=100,
    ),
    "RoFormer": _wordpieces("roformer", embedding_size=32),
    "Splinter": _wordpieces("splinter"),
    "SqueezeBERT": _wordpieces("squeezebert", embedding_size=32),
    "T5's encoder": _made("t5", roberta_bytes, _T5),
    "LongT5's encoder": _made("longt5", roberta_bytes, _T5),
    "mT5's encoder": _made("mt5", roberta_bytes, _T5),
    "UMT5's encoder": _made("umt5", roberta_bytes, _T5),
    "Switch's encoder": _made("switch_transformers", roberta_bytes, _T5 | {"num_experts": 2}),
    "T5Gemma": _made("t5gemma", roberta_bytes, {"encoder": SIZES | _GROUPED, "decoder": SIZES | _GROUPED}),
    "TAPAS": _wordpieces("tapas"),
    "TIPSv2's text model": _wordpieces("tipsv2_text_model"),
    "UltraBERT": _wordpieces("ultrabert", **_GROUPED, prediction_head_size=32),
    "VisualBERT": _wordpieces("visual_bert"),
    "XLM": _made("xlm", wordpiece, _XLM),
    "XLM-R": SUPPORTED["xlm-roberta"],
    "XLM-R XL": _bytes("xlm-roberta-xl", **_FROM_2, type_vocab_size=1),
    "XLNet": _made("xlnet", roberta_bytes, {"d_model": 32, "n_layer": 2, "n_head": 4, "d_inner": 48}),
    "X-MOD": _bytes("xmod", **_FROM_2, languages=["en_XX"], default_language="en_XX", adapter_reduction_factor=2),
    "YOSO": _bytes("yoso", **_FROM_2),
}


def table() -> str:
    """Open a tiny model of each architecture; return README's table of what became of them."""
    groups: dict[tuple[int, str], list[str]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for number, (name, recipe) in enumerate(ARCHITECTURES.items()):
            groups.setdefault(_verdict(Path(folder) / str(number), recipe), []).append(name)
    rows = [
        f"| {verdict} | {', '.join(sorted(names, key=str.casefold))} |"
        for (_, verdict), names in sorted(groups.items())
    ]
    return "\n".join(["| | architectures |", "|---|---|", *rows])


def _verdict(directory: Path, recipe: Recipe) -> tuple[int, str]:
    """Return what becomes of a model, and where that stands in the table."""
    save_tiny(directory, *recipe)
    try:
        left_out = load_encoder(str(directory)).omissions.names
    except ModelError as error:
        # What the model does, without its name before and what the reader can do after.
        reason = str(error).split(f"({directory}) ", 1)[1].split(". ", 1)[0].split(", so ", 1)[0]
        return 2, f"refused: {reason}"
    return (1, f"opened without {join(left_out)}") if left_out else (0, "opened whole")


def join(parts: Sequence[str]) -> str:
    """Return a list in words."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    transformers.logging.set_verbosity_error()
    print(table())
