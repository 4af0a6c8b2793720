"""One training, step by step: AdamW on batches of sentences with hidden words (Loshchilov and Hutter 2019)."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Int

from components.core.languages.language import ToyLanguage
from components.core.training.settings import BATCH, Hiding, TrainingSettings
from components.core.training.tiny_model import IGNORED, MASK, PAD, SPECIAL, hidden_words, model_of, rows_of

_RATE = 3e-3
_WARM_UP = 50  # steps in which the rate grows to its full height; then it falls as a cosine, to 0 at the last step
_WEIGHT_DECAY = 0.01
_LONGEST_GRADIENT = 1.0
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


class Run:
    """A model that learns a language. Each step depends on the settings and the steps before it alone."""

    def __init__(self, language: ToyLanguage, settings: TrainingSettings) -> None:
        self.language, self.settings, self.step = language, settings, 0
        self.model = model_of(language, settings)
        self._optimizer = torch.optim.AdamW(
            [each for each in self.model.parameters() if each.requires_grad], lr=_RATE, weight_decay=_WEIGHT_DECAY
        )
        # Sentences that are longer are not padded more than the longest.
        self._rows = rows_of(language, tuple(language.sentences))
        ways = np.array(list(language.sentences.values()), dtype=float)
        self._ways = ways / ways.sum()
        self._lengths = np.array([len(sentence) for sentence in language.sentences])
        self._test = _test_of(language)

    def do_step(self) -> float:
        """Do one step; return the mean loss of its batch before it, in nats."""
        self.step += 1
        rows, labels = self._batch()
        for group in self._optimizer.param_groups:
            group["lr"] = _RATE * _share_of_rate(self.step, self.settings.steps)
        asked = labels != IGNORED
        # Only the places that are asked for go through the head.
        states = self.model.bert(input_ids=rows, attention_mask=(rows != SPECIAL.index(PAD)).long()).last_hidden_state
        loss = torch.nn.functional.cross_entropy(self.model.cls(states[asked]), labels[asked])
        self._optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), _LONGEST_GRADIENT)
        self._optimizer.step()
        return loss.item()

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

    def kept(self) -> dict[str, Any]:
        """What the run needs to go on from here."""
        return {"step": self.step, "model": self.model.state_dict(), "optimizer": self._optimizer.state_dict()}

    def go_on(self, kept: dict[str, Any]) -> None:
        """Go on from what kept() returned, as if the run had never stopped."""
        self.step = kept["step"]
        self.model.load_state_dict(kept["model"])
        self._optimizer.load_state_dict(kept["optimizer"])

    def _batch(self) -> tuple[Int[torch.Tensor, "N S"], Int[torch.Tensor, "N S"]]:
        """Return sentences with hidden words, and the numbers of these words; IGNORED at all other places."""
        # Drawn anew for each step, so that a run which goes on needs no generator's state.
        drawn = np.random.default_rng((self.settings.seed, self.step))
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


def _share_of_rate(step: int, steps: int) -> float:
    if step < _WARM_UP:
        return step / _WARM_UP
    return 0.5 * (1 + math.cos(math.pi * (step - _WARM_UP) / max(1, steps - _WARM_UP)))


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
