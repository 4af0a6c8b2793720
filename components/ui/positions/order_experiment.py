"""The experiment on word order that opens the Positions page: every order of the words, with and without positions."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st
from markupsafe import Markup

from components.core.positions.order_experiment import OrderExperiment
from components.figures.charts.word_order_points import word_order_points
from components.ui.caches import traces
from components.ui.caches.requests import TextRequest
from components.ui.charts import show
from components.ui.page import Reading, markup, palette, shorten, title
from components.ui.pickers import POSITION_MODES, pick_positions
from components.ui.wording import PRINTS_AS_ONE


def draw(reading: Reading, step: str) -> None:
    """State the finding as the page's title, ask for the mode of positions, and draw the cosine of every order."""
    experiment = traces.order_experiment(TextRequest(reading.model, reading.tokens.text))
    if len(experiment.sentences) == 1:
        title(
            step,
            "These words have only one order",
            "Type two different words or more to see what their order does to the sentence vector.",
        )
        return
    furthest = int(experiment.cosines["on"].argmin())
    title(
        step,
        f"The same words in another order: cosine {experiment.cosines['on'][furthest]:.4f}",
        f"Only the positions differ: “{shorten(experiment.sentences[furthest], 70)}” is the order least similar to the "
        "original. Switch positions off and compare.",
    )
    mode = pick_positions()
    markup(Markup('<p class="es-note">{}</p>').format(_explanation(experiment, mode)))
    _draw_cosines(experiment, mode)
    markup(Markup('<p class="es-note">{}</p>').format(f"Each point is one order. {_extent(experiment, reading)}"))
    with st.expander("The orders and their cosines"):
        st.dataframe(
            _table(experiment).sort_values("positions on"),
            column_config={
                f"positions {name}": st.column_config.NumberColumn(format="%.4f") for name in POSITION_MODES
            },
        )


def _draw_cosines(experiment: OrderExperiment, mode: str) -> None:
    colours = palette()
    shade = {"on": colours.position, "off": colours.key, "shuffled": colours.word}
    shown: Sequence[str] = tuple(dict.fromkeys([mode, "off"]))
    show(
        word_order_points(
            {f"positions {name}": (experiment.cosines[name].tolist(), shade[name]) for name in shown},
            experiment.sentences,
            colours,
        ),
        key="orders",
        alt=f"Cosine of the sentence vector of {len(experiment.sentences)} word orders with the original's",
        numbers=lambda: _table(experiment),
    )


def _explanation(experiment: OrderExperiment, mode: str) -> str:
    lowest = float(experiment.cosines[mode].min())
    count = len(experiment.sentences)
    if mode == "on":
        return f"Of the {count} orders, compared with the original, the lowest cosine is {lowest:.4f}."
    if mode == "shuffled":
        return (
            "The positions are shuffled among the tokens, in the same way for every order. This alone gives the "
            f"original sentence a cosine of {experiment.shuffled_alone:.4f} with its own vector before. Among the "
            f"orders with shuffled positions, the lowest cosine is {lowest:.4f}."
        )
    if lowest > PRINTS_AS_ONE:
        return (
            f"All {count} orders give the same sentence vector: the lowest cosine is {lowest:.4f}. Without positions, "
            "self-attention sees a multiset of tokens: which tokens there are, and how many of each, but no order."
        )
    return (
        f"Without positions the lowest cosine is still {lowest:.4f}. This difference does not come from positions: the "
        "tokenizer splits a word differently at the start of a text, or the model lets a token see only its neighbours."
    )


def _extent(experiment: OrderExperiment, reading: Reading) -> str:
    """Say which orders of which words are shown."""
    count = len(experiment.sentences)
    part = len(reading.tokens.text.split()) > experiment.words
    words = f"the first {experiment.words} words" if part else "the words"
    if experiment.complete:
        return f"Shown are all orders of {words}."
    return f"Shown are {count} orders of {words}: the original, the reverse, and random ones."


def _table(experiment: OrderExperiment) -> pd.DataFrame:
    return pd.DataFrame(
        {f"positions {name}": experiment.cosines[name] for name in POSITION_MODES},
        index=pd.Index(experiment.sentences, name="sentence"),
    )
