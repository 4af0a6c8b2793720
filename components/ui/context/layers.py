"""A word's vectors layer by layer: their paths, and beside them their cosines or the means of each layer."""

from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from components.core.classroom.guesses import Guesses
from components.core.context.word_occurrences import WordOccurrences
from components.figures.charts.layer_lines import layer_lines
from components.figures.heatmaps.similarity import close_similarity_heatmap
from components.ui import state
from components.ui.charts import show
from components.ui.context.summary import (
    Followed,
    labels_of,
    layer_lines_of,
    names_of,
    one_word_embedding,
    within_and_between,
)
from components.ui.page import palette, quoted
from components.ui.pickers import pick_option
from components.ui.stage import frame, question
from components.ui.wording import format_cosine, format_count, join_list, layer_steps, shorten
from components.views.paths import Path, paths

_EVERY_PAIR, _MEANS = "every pair", "means of the layers"


def draw(model: str, followed: Followed, layers: int) -> None:
    """Ask for a step, from the word embedding to the last of `layers`, and draw the word's vectors there."""
    found = followed.found
    steps = ["word embedding", "input", *(f"layer {number + 1}" for number in range(layers))]
    asked = _ask_for_nearest(model, found)
    if asked.hidden:
        return
    with frame.controls():
        step = _pick_step(steps)
        beside = pick_option("Cosines", (_EVERY_PAIR, _MEANS), state.Context.BESIDE_PATHS)
    frame.heading(finding(found, steps, step), _lead(found))
    left, right = st.columns(2, gap="medium")
    with left:
        if beside == _EVERY_PAIR:
            _draw_cosines(found, steps, step, asked.guesses)
        else:
            _draw_mean_cosines(found, layers, steps)
    with right:
        kept = _draw_paths(found, steps, step)
    with frame.details():
        frame.note(
            f"All paths share one PCA of vectors scaled to length 1; it keeps {kept:.0%} of the variance. Each layer's "
            "mean is subtracted: a layer moves all vectors the same way, much farther than it moves them apart."
        )


def _ask_for_nearest(model: str, found: WordOccurrences) -> question.Asked[str]:
    """Ask which use is nearest to the first, if there are at least two others."""
    cosines = found.cosines[-1][0, 1:]
    if len(cosines) < 2:
        return question.Asked(False)
    subject = (model, found.word, tuple(each.usage for each in found.occurrences))
    options = _sentences(found)[1:]
    return question.one_of(
        "nearest_use",
        subject,
        f"After the last layer, which use of {quoted(found.word.strip())} is nearest to the one in "
        f"{quoted(shorten(found.occurrences[0].usage.sentence, 60))}?",
        options,
        options[int(cosines.argmax())],
    )


def _sentences(found: WordOccurrences) -> list[str]:
    """The sentence of each use after its number."""
    named = zip(names_of(found), found.occurrences, strict=True)
    return [f"{name}: {shorten(each.usage.sentence, 70)}" for name, each in named]


def _pick_step(steps: list[str]) -> int:
    if st.session_state.get(state.Context.STEP) not in steps:
        # Another model may have fewer layers than the one before.
        st.session_state.pop(state.Context.STEP, None)
    picked = st.select_slider(
        "Layer", steps, steps[-1], key=state.Context.STEP, bind=state.IN_URL, persist_state="session", width=300
    )
    return steps.index(picked)


def finding(found: WordOccurrences, steps: list[str], step: int) -> str:
    """How alike the vectors are in the step that is shown."""
    word = quoted(found.word.strip())
    if step == 0 and one_word_embedding(found):
        return f"As word embeddings, all uses of {word} are one vector"
    place = {0: "As word embeddings", 1: "At the input"}.get(step, f"After {steps[step]}")
    if found.same_sense.any() and found.other_sense.any():
        return f"{place}, uses of {word}: {within_and_between(found, step)}"
    pairs = found.cosines[step][~np.eye(len(found.occurrences), dtype=bool)]
    return f"{place}, the least alike uses of {word} have cosine {format_cosine(pairs.min(), 3)}"


def _lead(found: WordOccurrences) -> str:
    start = "All paths start from the one word embedding, in the middle. " if one_word_embedding(found) else ""
    return f"{start}The slider moves paths and cosines."


def _draw_cosines(found: WordOccurrences, steps: list[str], step: int, guesses: Guesses[str]) -> None:
    labels = labels_of(found)
    sentences = _sentences(found)
    figure = close_similarity_heatmap(
        np.minimum(found.cosines[step], 1),
        labels,
        "occurrence",
        palette(),
        float(np.floor(found.cosines.min() * 10) / 10),
        guesses=guesses.mapped(lambda sentence: (sentences.index(sentence), 0)),
    )
    show(
        figure,
        key="senses",
        alt=f"Cosine of the vectors of “{found.word.strip()}” in {_places(found)}, {steps[step]}",
        numbers=lambda: pd.concat(
            {
                name: pd.DataFrame(each, index=labels, columns=labels)
                for name, each in zip(steps, found.cosines, strict=True)
            },
            names=["step", "occurrence"],
        ),
    )


def _draw_paths(found: WordOccurrences, steps: list[str], step: int) -> float:
    """Draw the paths up to a step; returns the share of the variance that their two dimensions keep."""
    labels = labels_of(found)
    points, kept = found.paths()
    show(
        partial(
            paths,
            points,
            [
                Path(name, f"{label}: {each.usage.sentence}", found.senses.index(each.usage.sense))
                for name, label, each in zip(names_of(found), labels, found.occurrences, strict=True)
            ],
            groups=found.senses if len(found.senses) > 1 else (),
            steps=steps,
            at=step,
            on_step=lambda number: st.session_state.update({state.Context.STEP: steps[number]}),
        ),
        key="paths",
        alt=f"The paths of “{found.word.strip()}” through the layers in {_places(found)}, up to: {steps[step]}",
        numbers=lambda: pd.DataFrame(
            points.reshape(-1, 2),
            columns=["first component", "second component"],
            index=pd.MultiIndex.from_product([labels, steps], names=["occurrence", "step"]),
        ),
    )
    return kept


def _draw_mean_cosines(found: WordOccurrences, layers: int, steps: list[str]) -> None:
    lines = layer_lines_of(found, palette())
    show(
        layer_lines(lines, ["word", *layer_steps(layers)], "mean cosine of two uses", palette()),
        key="sense-cosines",
        alt=f"Mean cosine of two uses of “{found.word.strip()}” in {join_list([each.name for each in lines])}, "
        "layer by layer",
        numbers=lambda: pd.DataFrame({each.name: each.values for each in lines}, index=pd.Index(steps, name="step")),
    )


def _places(found: WordOccurrences) -> str:
    return format_count(len(found.occurrences), "place")
