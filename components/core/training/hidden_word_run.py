"""One training of an encoder: it learns to say hidden words from both sides (Devlin et al. 2018, "BERT")."""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int

from components.core.languages.language import ToyLanguage
from components.core.training.run import Run
from components.core.training.settings import BATCH, Hiding, TrainingSettings
from components.core.training.tiny_model import IGNORED, MASK, SPECIAL, hidden_words, model_of, reads, rows_of

_SHARE = 0.15
# Contexts that are read at once.
_TESTED_TOGETHER = 512


@dataclass(frozen=True, eq=False)
class _Test:
    """The contexts of a language as tensors: each sentence with a word hidden, and what the grammar says of it."""

    sentences: tuple[tuple[str | None, ...], ...]
    words: Float[torch.Tensor, "N V"]
    shares: Float[torch.Tensor, " N"]
    least: Float[torch.Tensor, " N"]
    floor: float


class HiddenWordRun(Run):
    """An encoder that learns a language."""

    def __init__(self, language: ToyLanguage, settings: TrainingSettings) -> None:
        super().__init__(language, settings, model_of(language, settings))
        self._rows = rows_of(language, tuple(language.sentences))
        ways = np.array(list(language.sentences.values()), dtype=float)
        self._ways = ways / ways.sum()
        self._lengths = np.array([len(sentence) for sentence in language.sentences])
        self._test = _test_of(language)

    def _loss(self, drawn: np.random.Generator) -> Float[torch.Tensor, ""]:
        rows, labels = self._batch(drawn)
        asked = labels != IGNORED
        # Only the places that are asked for go through the head.
        states = self.model.bert(input_ids=rows, attention_mask=reads(rows)).last_hidden_state
        return torch.nn.functional.cross_entropy(self.model.cls(states[asked]), labels[asked])

    def test(self) -> float:
        """Return the mean loss for one hidden word over all that the language can ask, in nats."""
        test = self._test
        logs = torch.cat(
            [
                hidden_words(self.model, self.language, test.sentences[start : start + _TESTED_TOGETHER])
                for start in range(0, len(test.sentences), _TESTED_TOGETHER)
            ]
        )
        losses = -(test.words * logs[:, len(SPECIAL) :]).sum(dim=1)
        return test.floor + float((test.shares * (losses - test.least)).sum())

    def _batch(self, drawn: np.random.Generator) -> tuple[Int[torch.Tensor, "N S"], Int[torch.Tensor, "N S"]]:
        """Return sentences with hidden words, and the numbers of these words; IGNORED at all other places."""
        chosen = drawn.choice(len(self._rows), BATCH, p=self._ways)
        lengths = self._lengths[chosen]
        hidden = np.zeros((BATCH, self._rows.shape[1]), dtype=bool)
        hidden[np.arange(BATCH), 1 + (drawn.random(BATCH) * lengths).astype(int)] = True
        if self.settings.hiding is Hiding.SHARE:
            places = np.arange(self._rows.shape[1])
            typed = (places >= 1) & (places <= lengths[:, None])
            more = typed & (drawn.random(hidden.shape) < _SHARE)
            # The one that is drawn above stands for those sentences alone in which nothing else is hidden.
            hidden = np.where(more.any(axis=1, keepdims=True), more, hidden)
        asked = torch.from_numpy(hidden)
        rows = self._rows[torch.from_numpy(chosen)]
        return rows.masked_fill(asked, SPECIAL.index(MASK)), rows.masked_fill(~asked, IGNORED)


def _test_of(language: ToyLanguage) -> _Test:
    contexts, floor = language.contexts, language.floor()
    assert floor is not None
    words = [[context.words.get(word, 0.0) for word in language.words] for context in contexts]
    return _Test(
        tuple(context.sentence for context in contexts),
        torch.tensor(words, dtype=torch.float64),
        torch.tensor([context.share for context in contexts], dtype=torch.float64),
        torch.tensor([context.least for context in contexts], dtype=torch.float64),
        floor.nats,
    )
