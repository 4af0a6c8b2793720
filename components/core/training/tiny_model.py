"""A tiny BERT and its tokenizer for a toy language: transformers' own classes, with one token a word."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import torch
from jaxtyping import Float, Int
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertForMaskedLM, PreTrainedModel, PreTrainedTokenizerFast

from components.core.languages.language import ToyLanguage, Words
from components.core.training.settings import TrainingSettings

PAD, UNKNOWN, FIRST, LAST, MASK = SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
Model = TypeVar("Model", bound=PreTrainedModel)

#: The label of a word that is not asked for: torch's own for cross-entropy.
IGNORED = -100


def tokenizer_of(language: ToyLanguage) -> PreTrainedTokenizerFast:
    """Return a tokenizer of BERT's kind: small letters, [CLS] words [SEP], a token for each word of the language."""
    numbers = {word: number for number, word in enumerate((*SPECIAL, *language.words))}
    fast = Tokenizer(models.WordPiece(numbers, unk_token=UNKNOWN, max_input_chars_per_word=100))
    fast.normalizer = normalizers.BertNormalizer(strip_accents=False)
    fast.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    fast.post_processor = processors.TemplateProcessing(
        single=f"{FIRST} $A {LAST}",
        pair=f"{FIRST} $A {LAST} $B:1 {LAST}:1",
        special_tokens=[(FIRST, numbers[FIRST]), (LAST, numbers[LAST])],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=fast,
        pad_token=PAD,
        unk_token=UNKNOWN,
        cls_token=FIRST,
        sep_token=LAST,
        mask_token=MASK,
        model_max_length=language.longest + 2,
        do_lower_case=True,
    )


def model_of(language: ToyLanguage, settings: TrainingSettings) -> BertForMaskedLM:
    """Return an untrained model; the same settings give the same weights.

    It has a position for each place of the longest sentence and for [CLS] and [SEP], so that no row stays untrained.
    Without positions, all rows of its position table are 0 and stay so.
    """
    torch.manual_seed(settings.seed)
    return without_positions(BertForMaskedLM(config_of(language, settings)), settings)


def without_positions(model: Model, settings: TrainingSettings) -> Model:
    """Where the settings say so, set each position embedding to 0 for good."""
    if not settings.positions:
        for name, table in model.named_modules():
            if name.endswith("position_embeddings"):
                torch.nn.init.zeros_(table.weight)
                table.weight.requires_grad_(False)
    return model


def config_of(language: ToyLanguage, settings: TrainingSettings) -> BertConfig:
    """Return the sizes of the model."""
    config = BertConfig(
        vocab_size=len(SPECIAL) + len(language.words),
        hidden_size=settings.width,
        num_hidden_layers=settings.layers,
        num_attention_heads=settings.heads,
        intermediate_size=4 * settings.width,
        max_position_embeddings=language.longest + 2,
        type_vocab_size=1,
        # So narrow a model learns slowly, or not at all without positions, from the 0.02 that suits a width of 768.
        initializer_range=settings.width**-0.5,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        pad_token_id=SPECIAL.index(PAD),
    )
    # The one that reports its weights.
    config._attn_implementation = "eager"
    return config


def rows_of(language: ToyLanguage, sentences: Sequence[Words]) -> Int[torch.Tensor, "N S"]:
    """Return the token numbers of N sentences, padded to the longest: [CLS], words or [MASK] for None, and [SEP]."""
    numbers: dict[Any, int] = {word: len(SPECIAL) + number for number, word in enumerate(language.words)}
    numbers[None] = SPECIAL.index(MASK)
    width = max(len(sentence) for sentence in sentences) + 2
    rows = torch.full((len(sentences), width), SPECIAL.index(PAD))
    for row, sentence in zip(rows, sentences, strict=True):
        read = [SPECIAL.index(FIRST), *(numbers[word] for word in sentence), SPECIAL.index(LAST)]
        row[: len(read)] = torch.tensor(read)
    return rows


def reads(rows: Int[torch.Tensor, "N S"]) -> Int[torch.Tensor, "N S"]:
    """Return 1 for each token and 0 for padding."""
    return (rows != SPECIAL.index(PAD)).long()


def scores(model: BertForMaskedLM, rows: Int[torch.Tensor, "N S"]) -> Float[torch.Tensor, "N S V"]:
    """Return the model's scores (logits) for each word of the vocabulary at each place."""
    logits: torch.Tensor = model(input_ids=rows, attention_mask=reads(rows)).logits
    return logits


def hidden_words(
    model: BertForMaskedLM, language: ToyLanguage, sentences: Sequence[Words]
) -> Float[torch.Tensor, "N V"]:
    """Return the logarithm of each token's probability at the one hidden place of each sentence."""
    rows = rows_of(language, sentences)
    places = torch.tensor([sentence.index(None) + 1 for sentence in sentences])
    with torch.inference_mode():
        found = scores(model, rows)[torch.arange(len(sentences)), places]
    return torch.log_softmax(found.double(), dim=-1)


def save(model: BertForMaskedLM, language: ToyLanguage, directory: Path) -> None:
    """Write a model and its tokenizer as transformers and load_encoder() read them."""
    model.save_pretrained(directory)
    tokenizer_of(language).save_pretrained(directory)
