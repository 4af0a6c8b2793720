"""The three trained models of one language, and the sentences that they read."""

from dataclasses import dataclass
from pathlib import Path

import torch
from jaxtyping import Int
from transformers import BertForMaskedLM, BertLMHeadModel, EncoderDecoderModel

from components.core.errors import SentenceError
from components.core.languages.language import ToyLanguage, language_of
from components.core.languages.translation import lexicon, other_language
from components.core.lazy import cached_property
from components.core.training.settings import Kind
from components.core.training.shipped_kinds import ShippedTraining, read_model, read_training
from components.core.training.tiny_model import SPECIAL, rows_of

#: A sentence of the language, word by word.
Sentence = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class KindModels:
    """An encoder, a decoder and an encoder–decoder of one size that were trained on one language for as many steps."""

    language: ToyLanguage
    encoder: BertForMaskedLM
    decoder: BertLMHeadModel
    translator: EncoderDecoderModel
    trainings: dict[Kind, ShippedTraining]

    @cached_property
    def other(self) -> ToyLanguage:
        """The language into which sentences are translated."""
        return other_language(self.language)

    @cached_property
    def lexicon(self) -> dict[str, str]:
        """Word of a translation → the word that it stands for, where there is one."""
        return lexicon(self.language)

    @property
    def layers(self) -> int:
        """The number of layers of each model, and of each half of the encoder–decoder."""
        return self.trainings[Kind.ENCODER].settings.layers

    @property
    def heads(self) -> int:
        """The number of heads of each layer."""
        return self.trainings[Kind.ENCODER].settings.heads


def open_kinds(folder: Path) -> KindModels:
    """Read the three models of a folder."""
    trainings = {kind: read_training(folder, kind) for kind in Kind}
    language = language_of(trainings[Kind.ENCODER].settings.grammar)
    models = {kind: read_model(folder, language, each.settings) for kind, each in trainings.items()}
    encoder, decoder, translator = models[Kind.ENCODER], models[Kind.DECODER], models[Kind.BOTH]
    assert isinstance(encoder, BertForMaskedLM)
    assert isinstance(decoder, BertLMHeadModel)
    assert isinstance(translator, EncoderDecoderModel)
    return KindModels(language, encoder, decoder, translator, trainings)


def read_sentence(language: ToyLanguage, text: str) -> Sentence:
    """Read a text as words of a language, in whatever order.

    Raises SentenceError if it has no word, a word that is none of the language's, or more words than the models read.

    >>> language = language_of("S: norm eats FOOD\\nFOOD: bread | pizza")
    >>> read_sentence(language, "Norm eats  pizza.")
    ('norm', 'eats', 'pizza')
    """
    words = tuple(text.lower().strip().removesuffix(".").split())
    known = f"The language has {len(language.words)} words: {', '.join(language.words)}."
    if not words:
        raise SentenceError(f"There is no word to read. Type a sentence. {known}")
    unknown = [word for word in words if word not in language.words]
    if unknown:
        count = "1 word is" if len(unknown) == 1 else f"{len(unknown)} words are"
        raise SentenceError(
            f"{count} not of the language that these models have learned; the first is “{unknown[0][:30]}”. {known}"
        )
    if len(words) > language.longest:
        raise SentenceError(
            f"This sentence has {len(words)} words; these models have learned sentences of up to {language.longest}. "
            f"Take out {len(words) - language.longest}."
        )
    return words


def row_of(language: ToyLanguage, sentence: Sentence, *, ends: bool) -> Int[torch.Tensor, "1 S"]:
    """Return the token numbers of one sentence: [CLS], its words and, if it ends, [SEP]."""
    row = rows_of(language, [sentence])
    return row if ends else row[:, :-1]


def word_of(language: ToyLanguage, number: int) -> str:
    """Return the word or the special token of a number.

    >>> word_of(language_of("S: norm eats FOOD\\nFOOD: bread | pizza"), 5)
    'norm'
    """
    return (*SPECIAL, *language.words)[number]
