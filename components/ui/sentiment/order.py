"""Order and context: two orders of the same words, the hard set, and what remains when parts are switched off."""

import re
from collections import Counter
from itertools import pairwise
from typing import Final

import numpy as np
import pandas as pd
import streamlit as st
from scipy.stats import binomtest

from components.core import HeadsOff, PositionsOff
from components.core.classification.classifiers import CONTEXTUAL, Inputs, Method
from components.figures.heatmaps import counts_heatmap
from components.ui import cache, state
from components.ui.charts import show
from components.ui.frame import markup, palette, section
from components.ui.pickers import pick_option
from components.ui.sentiment.controls import ask_for_reordered, pick_classifier
from components.ui.sentiment.texts import hard_kinds
from components.ui.sentiment.trained import SHORT, Changes, Trained
from components.ui.studio.changes import described, head_names
from components.ui.tables import table
from components.ui.wording import counted, difference, joined, small_number

_POSITIONS, _HEADS = "positions off", "heads off"
_BARE: Final[Changes] = (PositionsOff(),)
# Above this a result may well be chance.
_CHANCE = 0.05
# Below this two probabilities differ by rounding only.
_SAME = 1e-4


def draw(trained: Trained, text: str, asked: Inputs | None) -> None:
    """Draw what order and context are worth to a classifier."""
    _draw_pair(trained, text, asked)
    if trained.texts.asked_apart:
        _draw_hard(trained)
    _draw_switched_off(trained)


# ---------------------------------------------------------------- two orders


def _draw_pair(trained: Trained, text: str, asked: Inputs | None) -> None:
    heading = st.empty()
    reordered = ask_for_reordered(trained.model)
    if asked is None or not reordered:
        with heading.container():
            section("The same words in another order", "Type a text above, and its words in another order below.")
        return
    other = trained.asked(reordered)
    shown = 1
    if len(trained.texts.classes) > 2:
        shown = int(trained.classifier(Method.LOGISTIC).probabilities(asked)[0].argmax())
    name = trained.names[shown]
    rows = {
        method.value: [float(trained.classifier(method).probabilities(each)[0, shown]) for each in (asked, other)]
        for method in Method
    }
    for method in CONTEXTUAL:
        classifier = trained.classifier(method)
        rows[f"{method}, positions off"] = [
            float(classifier.probabilities(trained.asked(each, _BARE))[0, shown]) for each in (text, reordered)
        ]
    moved = [name for name, (first, second) in rows.items() if abs(first - second) >= _SAME]
    with heading.container():
        section(_pair_finding(text, reordered, rows), _pair_explanation(trained, text, reordered, moved))
    table(
        ["classifier", "first", "second", "apart"],
        [
            [method, f"{first:.3f}", f"{second:.3f}", difference(abs(first - second))]
            for method, (first, second) in rows.items()
        ],
        f"The probability of {name} for the text above and the one below.",
    )


def _words_in_order(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _pair_finding(text: str, reordered: str, rows: dict[str, list[float]]) -> str:
    logistic = rows[Method.LOGISTIC.value]
    first, second = _words_in_order(text), _words_in_order(reordered)
    if text == reordered:
        return "Twice the same text"
    if Counter(first) != Counter(second) or not first:
        return f"These two differ not only in the order of their words: {logistic[0]:.2f} and {logistic[1]:.2f}"
    if first == second:
        return f"The same words in the same order, typed otherwise: {logistic[0]:.2f} and {logistic[1]:.2f}"
    return f"The same words in two orders: {logistic[0]:.2f} and {logistic[1]:.2f} on the encoder's vectors"


def _pair_explanation(trained: Trained, text: str, reordered: str, moved: list[str]) -> str:
    first, second = (Counter(_words_in_order(each)) for each in (text, reordered))
    if first == second:
        said = "Words that are only counted give both texts the same probability, whatever was learned. "
        first, second = (Counter(cache.tokens(trained.model, each).labels) for each in (text, reordered))
    else:
        said = ""
    if first != second:
        # The same words with other marks between them are other tokens.
        only = [joined([f"“{each}”" for each in (a - b)]) or "nothing" for a, b in ((first, second), (second, first))]
        return f"{said}Only in the first: {only[0]}. Only in the second: {only[1]}."
    return (
        f"{said}So do word embeddings averaged before any layer, and the encoder with positions off, to which a text "
        "is a bag of words. "
        + (f"Order changes the answer of: {joined(moved)}." if moved else "Here order changes no answer.")
    )


# ---------------------------------------------------------------- the hard set


def _draw_hard(trained: Trained) -> None:
    texts = trained.texts
    places = trained.places_apart
    targets = texts.targets[places]
    right = {method: trained.apart(method).argmax(axis=1) == targets for method in Method}
    starts = np.cumsum([0, *(len(each) for _, each in texts.asked_apart)])
    kinds = [kind for kind, _ in texts.asked_apart]
    counts = np.array([[int(right[method][a:b].sum()) for method in Method] for a, b in pairwise(starts.tolist())])
    section(
        _hard_finding({method: int(each.sum()) for method, each in right.items()}, len(places), len(texts.classes)),
        "Texts in which words mislead. None was learned from, and none was chosen by what a classifier makes of it. "
        f"Guessing would get about {len(places) // len(texts.classes)} right; where it is less, words lead astray. "
        "In the cells: how many are right.",
    )
    sizes = [len(each) for _, each in texts.asked_apart]
    rows = [f"{kind} ({size})" for kind, size in zip(kinds, sizes, strict=True)]
    names = list(SHORT.values())
    show(
        counts_heatmap(counts, rows, names, "kind", "classifier", palette(), unit="texts"),
        key="hard-set",
        alt="How many texts of each hard kind each classifier gets right: "
        + "; ".join(f"{each.value} {int(right[each].sum())}" for each in Method),
        numbers=lambda: pd.DataFrame(counts, index=rows, columns=names),
    )
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        kind = pick_option("Kind", kinds, state.HARD_KIND)
        picked = pick_classifier()
    markup(f'<p class="es-lead">{hard_kinds()[kind]}</p>')
    number = kinds.index(kind)
    last = len(texts.classes) - 1
    probabilities = trained.apart(picked)[:, last]
    rows_of_texts = []
    for at in range(starts[number], starts[number + 1]):
        wrong = [SHORT[each] for each in Method if not right[each][at]]
        said = {0: "none", len(Method): f"all {small_number(len(Method))}"}.get(len(wrong), joined(wrong))
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


def _hard_finding(right: dict[Method, int], count: int, classes: int) -> str:
    """Whether any method does better than chance."""
    best = max(right, key=lambda method: right[method])
    if binomtest(right[best], count, 1 / classes, alternative="greater").pvalue > _CHANCE:
        low, high = min(right.values()), max(right.values())
        return f"On {count} hard texts no classifier beats guessing: {low} to {high} are right"
    return f"Of {count} hard texts {best} gets {right[best]} right, and that is the most"


# ---------------------------------------------------------------- parts switched off


def _draw_switched_off(trained: Trained) -> None:
    heading = st.empty()
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        with_ = pick_option("Read with", (_POSITIONS, _HEADS), state.READ_WITH)
        names = head_names(trained.encoder)
        off = []
        if with_ == _HEADS:
            off = st.multiselect(
                "Heads switched off",
                [*(f"all of layer {layer + 1}" for layer in range(trained.encoder.num_layers)), *names],
                key=state.CLASSIFIED_HEADS_OFF,
                bind=state.IN_URL,
                persist_state="session",
                placeholder="Pick heads, or all of a layer",
                width=420,
            )
    changes = _changes(trained, with_, off)
    if not changes:
        with heading.container():
            section("What remains without some heads", "Pick the heads that are switched off.")
        return
    said = described(changes)
    rows = []
    for method in CONTEXTUAL:
        ways = (("as it is", (), ()), (f"asked with {said}", (), changes), ("learned so too", changes, changes))
        for name, learned_with, asked_with in ways:
            rows.append([f"{method}, {name}", *_remaining(trained, method, learned_with, asked_with)])
    before, after, relearned = (float(rows[number][1].rstrip("%")) for number in range(3))
    with heading.container():
        section(
            f"With {said} {after:.0f}% remain right of {before:.0f}%"
            + (f", {relearned:.0f}% if it learns so too" if relearned != after else ""),
            "The classifier is the same; only the encoder reads otherwise. “Learned so too”: the texts that it learns "
            "from are read in the same way. "
            + (
                "What remains is what words and their company say in any order."
                if with_ == _POSITIONS
                else "What remains comes through the other heads and the residual stream."
            ),
        )
    columns = ["classifier", "right"]
    caption = f"Right: of {counted(len(trained.texts.scored), 'text')} not learned from."
    if trained.texts.asked_apart:
        columns.append("hard set")
        caption += f" Hard set: of {len(trained.places_apart)}."
    reference = trained.scores(Method.STATIC).accuracy.value
    table(columns, rows, f"{caption} Averaged word embeddings, without any layer, get {reference:.0%}.")


def _changes(trained: Trained, with_: str, off: list[str]) -> Changes:
    if with_ == _POSITIONS:
        return _BARE
    heads = trained.encoder.num_heads
    whole = {f"all of layer {layer + 1}": layer for layer in range(trained.encoder.num_layers)}
    names = head_names(trained.encoder)
    picked: set[tuple[int, int]] = set()
    for name in off:
        if name in whole:
            picked |= {(whole[name], head) for head in range(heads)}
        else:
            layer, head = divmod(names.index(name), heads)
            picked.add((layer, head))
    return (HeadsOff(sorted(picked)),) if picked else ()


def _remaining(trained: Trained, method: Method, learned_with: Changes, asked_with: Changes) -> list[str]:
    found = trained.scores(method, learned_with, asked_with)
    cells = [f"{100 * found.accuracy.value:.0f}%"]
    if trained.texts.asked_apart:
        targets = trained.texts.targets[trained.places_apart]
        answers = trained.apart(method, learned_with, asked_with).argmax(axis=1)
        cells.append(str(int((answers == targets).sum())))
    return cells
