"""The hard set: texts whose words are misleading, and each classifier's answers to them."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
import streamlit as st

from components.core.classification.classifiers import ClassifierMethod
from components.core.numerics.chance import BestByChance, best_by_chance
from components.core.text.words import words_in
from components.figures.heatmaps.tables import counts_heatmap
from components.ui import state
from components.ui.charts import show
from components.ui.page import palette
from components.ui.pickers import pick_option
from components.ui.sentiment.texts import hard_kinds
from components.ui.sentiment.trained_classifiers import SHORT, TrainedClassifiers
from components.ui.stage import frame
from components.ui.tables import table
from components.ui.wording import join_list, spell_number


def draw(classifiers: TrainedClassifiers, method_shown: ClassifierMethod) -> None:
    """Draw how many texts of each kind each classifier gets right, and the texts of one kind."""
    dataset = classifiers.dataset
    if not dataset.challenge_sets:
        frame.heading(
            "Your texts have no hard set", "Take the shipped reviews to see texts whose words are misleading."
        )
        return
    indices = classifiers.challenge_indices
    targets = dataset.targets[indices]
    right = {
        method: classifiers.challenge_probabilities(method).argmax(axis=1) == targets for method in ClassifierMethod
    }
    starts = np.cumsum([0, *(len(each) for _, each in dataset.challenge_sets)])
    kinds = [kind for kind, _ in dataset.challenge_sets]
    counts = np.array(
        [[int(right[method][a:b].sum()) for method in ClassifierMethod] for a, b in pairwise(starts.tolist())]
    )
    texts = [dataset.texts.sentences[index] for index in indices]
    chance = best_by_chance(np.stack(list(right.values()), axis=1), _same_words(texts))
    with frame.controls():
        kind = pick_option("Kind", kinds, state.Sentiment.HARD_KIND)
    frame.heading(
        _hard_finding({method: int(each.sum()) for method, each in right.items()}, len(indices), chance),
        "Texts whose words are misleading. None is a training text, and none was chosen by a classifier’s answer. "
        f"By guessing, the best of {spell_number(len(right))} gets {chance.mean:.0f} right, and up to "
        f"{chance.seldom_exceeded} in 19 of 20 cases. A cell shows how many are right.",
    )
    picture, beside = st.columns([5, 6], gap="medium")
    sizes = [len(each) for _, each in dataset.challenge_sets]
    rows = [f"{kind} ({size})" for kind, size in zip(kinds, sizes, strict=True)]
    names = list(SHORT.values())
    with picture:
        show(
            counts_heatmap(counts, rows, names, "kind", "classifier", palette(), unit="texts"),
            key="hard-set",
            alt="How many texts of each hard kind each classifier gets right: "
            + "; ".join(f"{each.value} {int(right[each].sum())}" for each in ClassifierMethod),
            numbers=lambda: pd.DataFrame(counts, index=rows, columns=names),
        )
    number = kinds.index(kind)
    last = len(dataset.classes) - 1
    probabilities = classifiers.challenge_probabilities(method_shown)[:, last]
    rows_of_texts = []
    for at in range(starts[number], starts[number + 1]):
        wrong = [SHORT[each] for each in ClassifierMethod if not right[each][at]]
        names_of_wrong = {0: "none", len(ClassifierMethod): f"all {spell_number(len(ClassifierMethod))}"}.get(
            len(wrong), join_list(wrong)
        )
        rows_of_texts.append(
            [
                dataset.texts.sentences[indices[at]],
                classifiers.names[targets[at]],
                f"{probabilities[at]:.2f}",
                names_of_wrong,
            ]
        )
    with beside, st.container(key="scroll_hard_texts"):
        frame.note(hard_kinds()[kind])
        table(
            ["text", "true class", SHORT[method_shown], "wrong"],
            rows_of_texts,
            f"The number is the probability of “{classifiers.names[last]}” by {method_shown}. The last column: the "
            "classifiers that are wrong.",
            prose={3},
        )


def _same_words(texts: Sequence[str]) -> np.ndarray:
    """Return a number for each text, equal for texts of the same words: their answers are opposite, so they swap."""
    words = [" ".join(sorted(words_in(text))) for text in texts]
    return np.unique(words, return_inverse=True)[1]


def _hard_finding(right: dict[ClassifierMethod, int], count: int, chance: BestByChance) -> str:
    """The title: the best method, or that none does better than chance."""
    best = max(right, key=lambda method: right[method])
    if right[best] <= chance.seldom_exceeded:
        low, high = min(right.values()), max(right.values())
        return f"On {count} hard texts no classifier beats guessing: {low} to {high} are right"
    return f"{best} gets the most hard texts right: {right[best]} of {count}"
