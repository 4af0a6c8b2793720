"""One training of a decoder: at each place of a sentence it learns the next word (Radford et al. 2018, GPT)."""

from collections.abc import Mapping

import torch
from jaxtyping import Float, Int

from components.core.languages.language import ToyLanguage
from components.core.training.next_word_run import NextWordRun, Text
from components.core.training.settings import TrainingSettings
from components.core.training.tiny_model import reads


class DecoderRun(NextWordRun):
    """A decoder that learns a language."""

    def __init__(self, language: ToyLanguage, settings: TrainingSettings) -> None:
        texts = [Text(sentence, (), ways) for sentence, ways in language.sentences.items()]
        super().__init__(language, settings, language, texts, language.next_floor().nats)

    def _scores(self, chosen: Int[torch.Tensor, " N"]) -> Float[torch.Tensor, "N S V"]:
        rows = self._rows[chosen, :-1]
        scores: torch.Tensor = self.model(input_ids=rows, attention_mask=reads(rows)).logits
        return scores

    def _next_words(self, text: Text) -> list[Mapping[str, float]]:
        return [self.language.next_word(text.words[:place]) for place in range(len(text.words) + 1)]
