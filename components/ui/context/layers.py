"""A word's vectors layer by layer: their cosines, their paths, and the mean cosine within and between senses."""

from functools import partial

import numpy as np
import pandas as pd
import streamlit as st
from markupsafe import Markup

from components.core.context.word_occurrences import WordOccurrences
from components.figures.charts.layer_lines import layer_lines
from components.figures.heatmaps.similarity import close_similarity_heatmap
from components.ui import state
from components.ui.charts import show
from components.ui.context.occurrences import label_of, name_of
from components.ui.context.summary import layer_lines_of, one_word_embedding
from components.ui.page import markup, palette, section
from components.ui.wording import format_count, join_list, layer_steps
from components.views.paths import Path, paths


def draw(found: WordOccurrences, layers: int) -> None:
    """Ask for a step, from the word embedding to the last of `layers`, and draw the word's vectors there."""
    section(
        "Layer by layer",
        "Left: how similar the word's vectors are. Right: how they move apart"
        + (", all starting from the one word embedding in the middle" if one_word_embedding(found) else "")
        + ". Move the slider.",
    )
    steps = ["word embedding", "input", *(f"layer {number + 1}" for number in range(layers))]
    if st.session_state.get(state.Context.STEP) not in steps:
        # Another model may have fewer layers than the one before.
        st.session_state.pop(state.Context.STEP, None)
    step = steps.index(st.select_slider("Layer", steps, steps[-1], key=state.Context.STEP, bind=state.IN_URL))
    left, right = st.columns(2, gap="medium")
    with left:
        _draw_cosines(found, steps, step)
    with right:
        kept = _draw_paths(found, steps, step)
    markup(
        Markup(
            '<p class="es-note">All paths share one PCA of vectors scaled to length 1; it keeps {:.0%} of the '
            "variance. Each layer's mean is subtracted: a layer moves all vectors the same way, much farther than it "
            "moves them apart.</p>"
        ).format(kept)
    )
    _draw_mean_cosines(found, layers, steps)


def _draw_cosines(found: WordOccurrences, steps: list[str], step: int) -> None:
    labels = [label_of(found, each) for each in found.occurrences]
    show(
        close_similarity_heatmap(
            np.minimum(found.cosines[step], 1),
            labels,
            "occurrence",
            palette(),
            float(np.floor(found.cosines.min() * 10) / 10),
        ),
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
    labels = [label_of(found, each) for each in found.occurrences]
    names = [name_of(found, each) for each in found.occurrences]
    points, kept = found.paths()
    show(
        partial(
            paths,
            points,
            [
                Path(name, f"{label}: {each.usage.sentence}", found.senses.index(each.usage.sense))
                for name, label, each in zip(names, labels, found.occurrences, strict=True)
            ],
            groups=found.senses if len(found.senses) > 1 else (),
            steps=steps,
            at=step,
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
        layer_lines(lines, ["word", *layer_steps(layers)], "mean cosine of two uses", palette(), height=320),
        key="sense-cosines",
        alt=f"Mean cosine of two uses of “{found.word.strip()}” in {join_list([each.name for each in lines])}, "
        "layer by layer",
        numbers=lambda: pd.DataFrame({each.name: each.values for each in lines}, index=pd.Index(steps, name="step")),
    )


def _places(found: WordOccurrences) -> str:
    return format_count(len(found.occurrences), "place")
