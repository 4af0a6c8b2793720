"""The hard set: texts in which words mislead, and what each classifier makes of them."""

from itertools import pairwise

import numpy as np
import pandas as pd
import streamlit as st
from scipy.stats import binomtest

from components.core.classification.classifiers import ClassifierMethod
from components.figures.heatmaps.tables import counts_heatmap
from components.ui import state
from components.ui.charts import show
from components.ui.page import markup, palette, section
from components.ui.pickers import pick_option
from components.ui.sentiment.controls import pick_classifier
from components.ui.sentiment.texts import hard_kinds
from components.ui.sentiment.trained_classifiers import SHORT, TrainedClassifiers
from components.ui.tables import table
from components.ui.wording import join_list, spell_number

# Above this a result may well be chance.
_CHANCE = 0.05


def draw(trained: TrainedClassifiers) -> None:
    """Draw how many texts of each kind are taken rightly, and those of one kind."""
    texts = trained.texts
    places = trained.places_apart
    targets = texts.targets[places]
    right = {method: trained.apart(method).argmax(axis=1) == targets for method in ClassifierMethod}
    starts = np.cumsum([0, *(len(each) for _, each in texts.challenge_sets)])
    kinds = [kind for kind, _ in texts.challenge_sets]
    counts = np.array(
        [[int(right[method][a:b].sum()) for method in ClassifierMethod] for a, b in pairwise(starts.tolist())]
    )
    section(
        _hard_finding({method: int(each.sum()) for method, each in right.items()}, len(places), len(texts.classes)),
        "Texts in which words mislead. None was learned from, and none was chosen by what a classifier makes of it. "
        f"Guessing would get about {len(places) // len(texts.classes)} right; where it is less, words lead astray. "
        "In the cells: how many are right.",
    )
    sizes = [len(each) for _, each in texts.challenge_sets]
    rows = [f"{kind} ({size})" for kind, size in zip(kinds, sizes, strict=True)]
    names = list(SHORT.values())
    show(
        counts_heatmap(counts, rows, names, "kind", "classifier", palette(), unit="texts"),
        key="hard-set",
        alt="How many texts of each hard kind each classifier gets right: "
        + "; ".join(f"{each.value} {int(right[each].sum())}" for each in ClassifierMethod),
        numbers=lambda: pd.DataFrame(counts, index=rows, columns=names),
    )
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        kind = pick_option("Kind", kinds, state.Sentiment.HARD_KIND)
        picked = pick_classifier()
    markup(f'<p class="es-lead">{hard_kinds()[kind]}</p>')
    number = kinds.index(kind)
    last = len(texts.classes) - 1
    probabilities = trained.apart(picked)[:, last]
    rows_of_texts = []
    for at in range(starts[number], starts[number + 1]):
        wrong = [SHORT[each] for each in ClassifierMethod if not right[each][at]]
        said = {0: "none", len(ClassifierMethod): f"all {spell_number(len(ClassifierMethod))}"}.get(
            len(wrong), join_list(wrong)
        )
        rows_of_texts.append(
            [
                texts.texts.sentences[places[at]],
                trained.names[targets[at]],
                f"{probabilities[at]:.2f}",
                said,
            ]
        )
    table(
        ["text", "it is", SHORT[picked], "wrong"],
        rows_of_texts,
        f"The number: the probability of {trained.names[last]} that {picked} gives. The last column: who is wrong.",
        prose={3},
    )


def _hard_finding(right: dict[ClassifierMethod, int], count: int, classes: int) -> str:
    """Whether any method does better than chance."""
    best = max(right, key=lambda method: right[method])
    if binomtest(right[best], count, 1 / classes, alternative="greater").pvalue > _CHANCE:
        low, high = min(right.values()), max(right.values())
        return f"On {count} hard texts no classifier beats guessing: {low} to {high} are right"
    return f"Of {count} hard texts {best} gets {right[best]} right, and that is the most"
