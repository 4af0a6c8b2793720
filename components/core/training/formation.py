"""How a model forms: its word embeddings, attention and answers after each step that was kept."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float
from sklearn.decomposition import PCA
from transformers import BertForMaskedLM

from components.core.languages.language import ToyLanguage, Words
from components.core.languages.skills import Skill, first_kept, mean_distance, tests_of
from components.core.numerics.lanes import lanes
from components.core.training import kept
from components.core.training.settings import TrainingSettings
from components.core.training.tiny_model import FIRST, LAST, MASK, SPECIAL, hidden_words, model_of, rows_of


@dataclass(frozen=True)
class LearnedSkill:
    """A skill, and the step from which on the model keeps it; None if it does not have it at the end."""

    skill: Skill
    tests: tuple[tuple[str | None, ...], ...]
    distances: tuple[float, ...]  # after each kept step, in total variation
    step: int | None


@dataclass(frozen=True, eq=False)
class Formation:
    """C checkpoints of one training, looked at with one sentence of S tokens. V words, L layers, H heads."""

    steps: tuple[int, ...]  # C
    words: tuple[str, ...]  # V, without special tokens
    map: Float[np.ndarray, "C V 2"]  # word embeddings on the two main axes of all checkpoints together (PCA)
    width: int  # the dimensions of a word embedding
    kept_variance: float  # the share of the variance that the two axes keep
    tokens: tuple[str, ...]  # S
    attention: Float[np.ndarray, "C L H S S"]  # weights; each row sums to 1
    said: Float[np.ndarray, "C V"]  # probabilities of the hidden word; special tokens have what is missing to 1


def formation(folder: Path, language: ToyLanguage, settings: TrainingSettings, sentence: Words) -> Formation:
    """Return how the model of a folder has formed, seen at a sentence with one hidden word.

    Raises the errors of reading files (kept.UNREADABLE) if the folder is damaged.
    """
    embeddings, attention, said = [], [], []
    rows = rows_of(language, [sentence])
    for model in _models(folder, language, settings):
        embeddings.append(model.bert.embeddings.word_embeddings.weight[len(SPECIAL) :].detach().numpy().copy())
        with lanes.turn(bulk=True), torch.inference_mode():
            said.append(hidden_words(model, language, [sentence])[0, len(SPECIAL) :].exp().numpy())
            attention.append(torch.cat(model(input_ids=rows, output_attentions=True).attentions).numpy())
    every = np.stack(embeddings)
    # From one set of axes, so that a dot moves because its vector does.
    pca = PCA(n_components=2, svd_solver="full").fit(every.reshape(-1, every.shape[-1]))
    return Formation(
        steps=settings.checkpoints,
        words=language.words,
        map=pca.transform(every.reshape(-1, every.shape[-1])).reshape(*every.shape[:2], 2),
        width=every.shape[-1],
        kept_variance=float(pca.explained_variance_ratio_.sum()),
        tokens=(FIRST, *(MASK if word is None else word for word in sentence), LAST),
        attention=np.stack(attention),
        said=np.stack(said),
    )


def learned_skills(
    folder: Path, language: ToyLanguage, settings: TrainingSettings, skills: Sequence[Skill]
) -> tuple[LearnedSkill, ...]:
    """Return when a model got each skill that its language can be asked for, in the order of the steps."""
    asked = [(skill, tests) for skill in skills if (tests := tests_of(language, skill))]
    if not asked:
        return ()
    sentences = [sentence for _, tests in asked for sentence in tests]
    distances: list[list[float]] = [[] for _ in asked]
    for model in _models(folder, language, settings):
        with lanes.turn(bulk=True):
            logs = hidden_words(model, language, sentences)[:, len(SPECIAL) :].exp().tolist()
        said = iter([dict(zip(language.words, each, strict=True)) for each in logs])
        for each, (_, tests) in zip(distances, asked, strict=True):
            each.append(mean_distance(language, [next(said) for _ in tests], tests))
    found = []
    for (skill, tests), each in zip(asked, distances, strict=True):
        first = first_kept(each)
        found.append(LearnedSkill(skill, tests, tuple(each), None if first is None else settings.checkpoints[first]))
    return tuple(sorted(found, key=lambda each: settings.steps + 1 if each.step is None else each.step))


def _models(folder: Path, language: ToyLanguage, settings: TrainingSettings) -> Iterator[BertForMaskedLM]:
    """One model that has the weights of each checkpoint in turn."""
    model = model_of(language, settings).eval()
    for step in settings.checkpoints:
        kept.read_checkpoint(folder, step, model)
        yield model
