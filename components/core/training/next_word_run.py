"""One training of a model that writes: at each place of a text it learns the next word from the words before.

All places of a text are learned in one reading, since a causal mask hides from each what follows (teacher forcing:
Williams and Zipser 1989, "A Learning Algorithm for Continually Running Fully Recurrent Neural Networks").
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int

from components.core.languages.language import END, ToyLanguage
from components.core.training.kinds_of_model import untrained
from components.core.training.run import Run
from components.core.training.settings import BATCH, TrainingSettings
from components.core.training.tiny_model import IGNORED, LAST, PAD, SPECIAL, rows_of

# Texts on which a model is tested, at most; of more, so many are drawn.
_MOST_TESTED = 1_000


@dataclass(frozen=True)
class Text:
    """A text that is learned word by word."""

    words: tuple[str, ...]
    read: tuple[str, ...]  # the sentence that it translates; () for a text that nothing is read for
    ways: int  # to write it


class NextWordRun(Run, ABC):
    """A model that learns to write texts. Each step depends on the settings and the steps before it alone."""

    def __init__(
        self,
        language: ToyLanguage,
        settings: TrainingSettings,
        written: ToyLanguage,
        texts: Sequence[Text],
        floor: float,
    ) -> None:
        """written: the language of the texts. floor: the least mean loss, in nats."""
        super().__init__(language, settings, untrained(language, settings))
        self._written, self._texts, self._floor = written, texts, floor
        self._rows = rows_of(written, [text.words for text in texts])
        ways = np.array([text.ways for text in texts], dtype=float)
        self._ways = ways / ways.sum()
        self._tested = np.arange(len(texts))
        self._tested_shares = self._ways
        if len(texts) > _MOST_TESTED:
            self._tested = np.random.default_rng(0).choice(len(texts), _MOST_TESTED, p=self._ways)
            self._tested_shares = np.full(_MOST_TESTED, 1 / _MOST_TESTED)

    @abstractmethod
    def _scores(self, chosen: Int[torch.Tensor, " N"]) -> Float[torch.Tensor, "N S V"]:
        """Return the scores (logits) of the word after each place of the chosen texts, by their numbers."""

    @abstractmethod
    def _next_words(self, text: Text) -> list[Mapping[str, float]]:
        """Return what may follow each beginning of a text, its end among them, with exact probabilities."""

    def _loss(self, drawn: np.random.Generator) -> Float[torch.Tensor, ""]:
        chosen = torch.from_numpy(drawn.choice(len(self._rows), BATCH, p=self._ways))
        labels = self._rows[chosen, 1:]
        labels = labels.masked_fill(labels == SPECIAL.index(PAD), IGNORED)
        return torch.nn.functional.cross_entropy(self._scores(chosen).flatten(0, 1), labels.flatten())

    def test(self) -> float:
        """Return the mean loss for the next word over all that the language can write, in nats.

        Of a text's places each counts as much as another; the exact probabilities stand for the words that are drawn.
        """
        total = 0.0
        for start in range(0, len(self._tested), BATCH):
            chosen = self._tested[start : start + BATCH]
            with torch.inference_mode():
                logs = torch.log_softmax(self._scores(torch.from_numpy(chosen)).double(), dim=-1)
            for number, share, rows in zip(chosen, self._tested_shares[start : start + BATCH], logs, strict=True):
                total += float(share) * self._excess(self._texts[number], rows)
        return self._floor + total

    def _excess(self, text: Text, logs: Float[torch.Tensor, "S V"]) -> float:
        """Return by how many nats a model's loss is above the least one on a text, a mean over its places."""
        excess = 0.0
        nexts = self._next_words(text)
        for place, words in enumerate(nexts):
            shares = torch.tensor(list(words.values()), dtype=torch.float64)
            said = logs[place, [self._number(word) for word in words]]
            excess += float((shares * (shares.log() - said)).sum())
        return excess / len(nexts)

    def _number(self, word: str) -> int:
        return SPECIAL.index(LAST) if word == END else len(SPECIAL) + self._written.words.index(word)
