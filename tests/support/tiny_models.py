"""Tiny models with random weights and hand-made vocabularies, saved as real ones are: safetensors and a fast tokenizer.

Their words mean nothing, but every architecture's own code runs on them, within milliseconds.
"""

import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
import transformers
from sentence_transformers import CrossEncoder, SentenceTransformer, SparseEncoder
from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
from tokenizers import Tokenizer
from tokenizers.decoders import ByteLevel as ByteLevelDecoder
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import ByteLevel
from tokenizers.processors import TemplateProcessing
from transformers import PreTrainedConfig, PreTrainedModel, PreTrainedTokenizerBase

from tests.support.scripts import FORMS, SCRIPTS

LAYERS, HEADS, HIDDEN, EMBEDDING = 3, 4, 32, 16

#: The most tokens that the tiny models read.
LIMIT = 64

#: On each side of a token, how far a local layer of the tiny ModernBERT sees.
WINDOW = 3

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_WORDS = ["squat", "eats", "pizza", "the", "came", "out", "of", "oven", "and", "it", "tasted", "good"]
SIZES: dict[str, Any] = {
    "num_hidden_layers": LAYERS,
    "num_attention_heads": HEADS,
    "hidden_size": HIDDEN,
    "intermediate_size": 48,
    "max_position_embeddings": LIMIT,
}


def wordpiece() -> PreTrainedTokenizerBase:
    """BERT's kind: lower case, words in pieces, ## before a piece inside a word."""
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *".,!?'", *_LETTERS, *(f"##{x}" for x in _LETTERS)]
    pieces += [*_WORDS, "##ch"]
    return transformers.BertTokenizer(vocab={piece: i for i, piece in enumerate(pieces)})


def _byte_pairs(*special: str) -> tuple[dict[str, int], Any]:
    """A vocabulary of special tokens, the 256 bytes and a few merges, as byte-level BPE writes them."""
    merges = [
        ("Ġ", "p"),
        ("Ġp", "i"),
        ("z", "z"),
        ("Ġpi", "zz"),
        ("e", "a"),
        ("t", "s"),
        ("Ġ", "ea"),
        ("Ġea", "ts"),
    ]
    pieces = [*special, *sorted(ByteLevel.alphabet()), *(left + right for left, right in merges)]
    return {piece: i for i, piece in enumerate(pieces)}, merges


def roberta_bytes() -> PreTrainedTokenizerBase:
    """RoBERTa's kind: byte-level BPE between <s> and </s>, <pad> at row 1."""
    vocab, merges = _byte_pairs("<s>", "<pad>", "</s>", "<unk>", "<mask>")
    return transformers.RobertaTokenizer(vocab=vocab, merges=merges)


def modernbert_bytes() -> PreTrainedTokenizerBase:
    """ModernBERT's kind: byte-level BPE between [CLS] and [SEP]."""
    vocab, merges = _byte_pairs("[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]")
    tokenizer = Tokenizer(BPE(vocab=vocab, merges=merges))
    tokenizer.pre_tokenizer = ByteLevel(add_prefix_space=False)
    tokenizer.decoder = ByteLevelDecoder()
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[(token, vocab[token]) for token in ("[CLS]", "[SEP]")]
    )
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        pad_token="[PAD]",
        mask_token="[MASK]",
        model_input_names=["input_ids", "attention_mask"],
    )


def _unigrams(*special: str) -> list[tuple[str, float]]:
    """A vocabulary of special tokens, letters and words, each with its log probability."""
    letters = [("▁", -4.0), *((letter, -5.0) for letter in [*_LETTERS, *_LETTERS.upper(), *".,!?'é"])]
    words = [(f"▁{word}", -3.0) for word in _WORDS]
    return [*((token, 0.0) for token in special), *letters, *words]


def xlm_roberta_unigram() -> PreTrainedTokenizerBase:
    """XLM-R's kind: SentencePiece unigrams, ▁ before a word."""
    vocab: Any = _unigrams("<s>", "<pad>", "</s>", "<unk>", "<mask>")
    return transformers.XLMRobertaTokenizer(vocab=vocab)


def multilingual_unigram() -> PreTrainedTokenizerBase:
    """XLM-R's kind, with every letter and mark of the sentences in other scripts."""
    typed = "".join(unicodedata.normalize(form, each.sentence) for each in SCRIPTS.values() for form in FORMS)
    known = {piece for piece, _ in _unigrams()}
    letters = sorted({letter for letter in typed if not letter.isspace()} - known)
    vocab: Any = [*_unigrams("<s>", "<pad>", "</s>", "<unk>", "<mask>"), *((letter, -6.0) for letter in letters)]
    return transformers.XLMRobertaTokenizer(vocab=vocab)


def albert_unigram() -> PreTrainedTokenizerBase:
    """ALBERT's kind: SentencePiece unigrams between [CLS] and [SEP]."""
    vocab: Any = _unigrams("<pad>", "<unk>", "[CLS]", "[SEP]", "[MASK]")
    return transformers.AlbertTokenizer(vocab=vocab)


def _small(config: type[Any], **changes: Any) -> PreTrainedConfig:
    made: PreTrainedConfig = config(**(SIZES | changes))
    return made


_PADDED_AT_1 = {"pad_token_id": 1, "bos_token_id": 0, "eos_token_id": 2}


def _modernbert(local_attention: int) -> PreTrainedConfig:
    """Layer 2 of 3 looks at its neighbourhood only, half of `local_attention` to each side."""
    return _small(
        transformers.ModernBertConfig,
        local_attention=local_attention,
        global_attn_every_n_layers=2,
        pad_token_id=3,
        cls_token_id=1,
        sep_token_id=2,
        bos_token_id=1,
        eos_token_id=2,
    )


Recipe = tuple[Callable[[], PreTrainedConfig], Callable[[], PreTrainedTokenizerBase]]

# As in the published ones, two rows of the position table come before that of the first token.
_ROBERTA: dict[str, Any] = {
    "max_position_embeddings": LIMIT + 2,
    "type_vocab_size": 1,
    "pad_token_id": 1,
    "bos_token_id": 0,
    "eos_token_id": 2,
}

#: Architectures whose heads can be watched: what makes the config and the tokenizer of each.
SUPPORTED: dict[str, Recipe] = {
    "bert": (lambda: _small(transformers.BertConfig), wordpiece),
    "roberta": (lambda: _small(transformers.RobertaConfig, **_ROBERTA), roberta_bytes),
    "distilbert": (
        lambda: transformers.DistilBertConfig(
            n_layers=LAYERS, n_heads=HEADS, dim=HIDDEN, hidden_dim=48, max_position_embeddings=LIMIT
        ),
        wordpiece,
    ),
    "electra": (lambda: _small(transformers.ElectraConfig, embedding_size=EMBEDDING), wordpiece),
    "albert": (
        # Four layers share the weights of two groups.
        lambda: _small(transformers.AlbertConfig, embedding_size=EMBEDDING, num_hidden_groups=2, num_hidden_layers=4),
        albert_unigram,
    ),
    "xlm-roberta": (lambda: _small(transformers.XLMRobertaConfig, **_ROBERTA), xlm_roberta_unigram),
    "modernbert": (lambda: _modernbert(2 * WINDOW), modernbert_bytes),
    "modernbert-wide": (lambda: _modernbert(2 * LIMIT), modernbert_bytes),
}

#: The most tokens that the models for many scripts read.
LONG_LIMIT = 256
_LONG_ROBERTA = _ROBERTA | {"max_position_embeddings": LONG_LIMIT + 2}

#: Tokenizers of two kinds that read every script, by bytes and by letters.
MULTILINGUAL: dict[str, Recipe] = {
    "bytes": (lambda: _small(transformers.RobertaConfig, **_LONG_ROBERTA), roberta_bytes),
    "unigrams": (lambda: _small(transformers.XLMRobertaConfig, **_LONG_ROBERTA), multilingual_unigram),
}

#: Architectures that compute their attention past transformers' attention interface, or not through it alone.
UNSUPPORTED: dict[str, Recipe] = {
    "MPNet": (lambda: _small(transformers.MPNetConfig), wordpiece),
    "DebertaV2": (lambda: _small(transformers.DebertaV2Config), wordpiece),
    "RoFormer": (lambda: _small(transformers.RoFormerConfig), wordpiece),
    "Longformer": (lambda: _small(transformers.LongformerConfig, attention_window=8), wordpiece),
    # Hands over a bias of relative positions beside the mask.
    "T5": (
        lambda: transformers.T5Config(num_layers=LAYERS, num_heads=HEADS, d_model=HIDDEN, d_kv=8, d_ff=48),
        roberta_bytes,
    ),
    # Mixes tokens by a Fourier transform: there is no attention at all.
    "FNet": (
        lambda: transformers.FNetConfig(num_hidden_layers=LAYERS, hidden_size=HIDDEN, intermediate_size=48),
        wordpiece,
    ),
}


def tiny_model(config: PreTrainedConfig, tokenizer: PreTrainedTokenizerBase, seed: int = 0) -> PreTrainedModel:
    """A model of this config for this tokenizer, with random weights."""
    config.vocab_size = len(tokenizer)
    model: PreTrainedModel = transformers.AutoModel.from_config(config)
    randomise(model, seed)
    return model


def save_tiny(
    directory: Path,
    make_config: Callable[[], PreTrainedConfig],
    make_tokenizer: Callable[[], PreTrainedTokenizerBase],
    limit: int = LIMIT,
) -> Path:
    """Save such a model and its tokenizer into a directory, as published ones are. Returns the directory.

    limit: the most tokens that it reads.
    """
    tokenizer = make_tokenizer()
    tokenizer.model_max_length = limit
    tiny_model(make_config(), tokenizer).save_pretrained(directory)
    tokenizer.save_pretrained(directory)
    return directory


def save_like_bundled(directory: Path) -> Path:
    """Save a tiny BERT with the bundled model's tokenizer and limit: it reads the same tokens, faster."""
    from components.core.model.loading import bundled_directory

    def config() -> PreTrainedConfig:
        return transformers.BertConfig(**(SIZES | {"num_hidden_layers": 4, "max_position_embeddings": 512}))

    return save_tiny(directory, config, lambda: transformers.AutoTokenizer.from_pretrained(bundled_directory()), 512)


def save_with_head(directory: Path, name: str) -> Path:
    """Save a tiny supported model with a masked-word head, as published ones are. Returns the directory."""
    make_config, make_tokenizer = SUPPORTED[name]
    tokenizer, config = make_tokenizer(), make_config()
    tokenizer.model_max_length = LIMIT
    config.vocab_size = len(tokenizer)
    model: PreTrainedModel = transformers.AutoModelForMaskedLM.from_config(config)
    randomise(model, 0)
    model.save_pretrained(directory)
    tokenizer.save_pretrained(directory)
    return directory


def save_pooled(
    directory: Path,
    pooling: str,
    *following: torch.nn.Module,
    prompts: Mapping[str, str] | None = None,
    default: str | None = None,
    include_prompt: bool = True,
) -> Path:
    """Save a tiny BERT that pools in this way, with other modules after that, or prompts read before texts.

    default: the name of the prompt before every text; include_prompt: whether its tokens are pooled.
    """
    transformer = Transformer(str(save_tiny(directory / "tiny", *SUPPORTED["bert"])))
    pooled = Pooling(HIDDEN, pooling_mode=pooling, include_prompt=include_prompt)
    model = SentenceTransformer(
        modules=[transformer, pooled, *following], prompts=dict(prompts or {}), default_prompt_name=default
    )
    model.save_pretrained(str(directory / "whole"))
    return directory / "whole"


def save_cross_encoder(directory: Path, labels: int = 1, prompt: str | None = None) -> Path:
    """Save a tiny BERT that gives a pair of texts so many scores, as a cross-encoder. Returns the directory.

    prompt: read before each pair.
    """
    config = _small(transformers.BertConfig, num_labels=labels)
    _save_with_head(directory / "tiny", transformers.AutoModelForSequenceClassification, config)
    model = CrossEncoder(
        str(directory / "tiny"),
        prompts={} if prompt is None else {"pair": prompt},
        default_prompt_name=None if prompt is None else "pair",
    )
    model.save_pretrained(str(directory / "whole"))
    return directory / "whole"


def save_sparse_encoder(directory: Path, prompts: Mapping[str, str] | None = None, most: int | None = None) -> Path:
    """Save a tiny BERT with a masked-word head that weighs the words of its vocabulary. Returns the directory.

    most: the most terms that keep a weight.
    """
    _save_with_head(directory / "tiny", transformers.AutoModelForMaskedLM, _small(transformers.BertConfig))
    model = SparseEncoder(str(directory / "tiny"), prompts=dict(prompts or {}), max_active_dims=most)
    model.save_pretrained(str(directory / "whole"))
    return directory / "whole"


def _save_with_head(directory: Path, kind: Any, config: PreTrainedConfig) -> None:
    """Save a tiny model with a head of one of transformers' kinds, with random weights, and its tokenizer."""
    tokenizer = wordpiece()
    tokenizer.model_max_length = LIMIT
    config.vocab_size = len(tokenizer)
    model = kind.from_config(config)
    randomise(model, 0)
    model.save_pretrained(directory)
    tokenizer.save_pretrained(directory)


def randomise(model: PreTrainedModel, seed: int) -> None:
    """Give every weight and bias a random number, large enough that heads differ and no sum is trivial."""
    generator = torch.Generator().manual_seed(seed)
    for parameter in model.parameters():
        centre = 1.0 if (parameter == 1).all() else 0.0  # the gain of a layer normalisation stays about 1
        parameter.data = centre + 0.25 * torch.randn(parameter.shape, generator=generator)


def save_bilingual(directory: Path, words: Mapping[str, str]) -> Path:
    """Save a tiny BERT that pools by the mean and gives each word the vector of its translation. Returns the directory.

    words: of one language → of another, all in small letters.
    """
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *".?"]
    vocabulary = [*special, *dict.fromkeys([*words, *words.values()])]
    tokenizer = transformers.BertTokenizer(vocab={piece: i for i, piece in enumerate(vocabulary)})
    tokenizer.model_max_length = LIMIT
    model = tiny_model(_small(transformers.BertConfig), tokenizer)
    rows: Any = model.get_input_embeddings().weight.data
    for one, other in words.items():
        rows[vocabulary.index(other)] = rows[vocabulary.index(one)]
    model.save_pretrained(directory / "tiny")
    tokenizer.save_pretrained(directory / "tiny")
    modules = [Transformer(str(directory / "tiny")), Pooling(HIDDEN, pooling_mode="mean")]
    SentenceTransformer(modules=modules).save_pretrained(str(directory / "bilingual"))
    return directory / "bilingual"
