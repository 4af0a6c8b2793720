"""One training of an encoder–decoder: of a sentence that it reads whole, it learns to write the translation.

Sutskever et al. 2014, "Sequence to Sequence Learning with Neural Networks"; with attention in place of recurrence:
Vaswani et al. 2017, "Attention Is All You Need".
"""

from collections.abc import Mapping

import torch
from jaxtyping import Float, Int

from components.core.languages.language import ToyLanguage
from components.core.languages.translation import continuations, other_language, translation_floor
from components.core.training.next_word_run import NextWordRun, Text
from components.core.training.settings import TrainingSettings
from components.core.training.tiny_model import reads, rows_of


class TranslationRun(NextWordRun):
    """An encoder–decoder that learns to translate a language. Raises GrammarError for one without translations."""

    def __init__(self, language: ToyLanguage, settings: TrainingSettings) -> None:
        other = other_language(language)
        texts = [
            Text(translation, sentence, ways)
            for sentence, translations in language.translations.items()
            for translation, ways in translations.items()
        ]
        super().__init__(language, settings, other, texts, translation_floor(language).nats)
        self._read = rows_of(language, [text.read for text in texts])

    def _scores(self, chosen: Int[torch.Tensor, " N"]) -> Float[torch.Tensor, "N S V"]:
        rows, read = self._rows[chosen, :-1], self._read[chosen]
        scores: torch.Tensor = self.model(
            input_ids=read, attention_mask=reads(read), decoder_input_ids=rows, decoder_attention_mask=reads(rows)
        ).logits
        return scores

    def _next_words(self, text: Text) -> list[Mapping[str, float]]:
        shares = continuations(self.language, text.read)
        return [shares[text.words[:place]] for place in range(len(text.words) + 1)]
