"""The experiment on word order, as the Positions page opens with it."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from components.core.positions.order_experiment import OrderExperiment
from components.figures.charts.word_order_points import word_order_points
from components.ui.caches import traces
from components.ui.caches.requests import TextRequest
from components.ui.charts import show
from components.ui.page import Reading, palette, shorten, title
from components.ui.page import raw_markup as markup
from components.ui.pickers import POSITION_MODES, pick_positions
from components.ui.wording import PRINTS_AS_ONE


def draw(reading: Reading, step: str) -> None:
    """State the finding as the page's title, offer the switch, and show every order's cosine."""
    experiment = traces.order_experiment(TextRequest(reading.model, reading.tokens.text))
    if len(experiment.sentences) == 1:
        title(
            step,
            "These words have only one order",
            "Type two different words or more, and see what their order does to the sentence vector.",
        )
        return
    furthest = int(experiment.cosines["on"].argmin())
    title(
        step,
        f"The same words in another order: cosine {experiment.cosines['on'][furthest]:.4f}",
        f"Positions alone make the difference: “{shorten(experiment.sentences[furthest], 70)}” is the order "
        "furthest from the original. Switch positions off and compare.",
    )
    mode = pick_positions()
    explanation = _explained(experiment, mode)
    markup(f'<p class="es-note">{explanation}</p>')
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
    markup(f'<p class="es-note">Each point is one order of the sentence; here {_extent(experiment, reading)}.</p>')
    with st.expander("The orders and their cosines"):
        st.dataframe(
            _table(experiment).sort_values("positions on"),
            column_config={
                f"positions {name}": st.column_config.NumberColumn(format="%.4f") for name in POSITION_MODES
            },
        )


def _explained(experiment: OrderExperiment, mode: str) -> str:
    lowest = float(experiment.cosines[mode].min())
    count = len(experiment.sentences)
    if mode == "on":
        return f"Against the original, the {count} orders reach down to a cosine of {lowest:.4f}."
    if mode == "shuffled":
        return (
            "Each token gets another token’s position, dealt alike for every order. That moves the original sentence "
            f"to cosine {experiment.shuffled_alone:.4f} with itself; under the same deal the orders reach down to "
            f"{lowest:.4f}."
        )
    if lowest > PRINTS_AS_ONE:
        return (
            f"All {count} orders give the same sentence vector: the lowest cosine is {lowest:.4f}. Self-attention by "
            "itself compares sets of tokens; it does not see their order."
        )
    return (
        f"Without positions the orders still reach down to {lowest:.4f}. What is left is no position: this tokenizer "
        "cuts a word differently at the start of a text, or the model lets tokens see only their neighbours."
    )


def _extent(experiment: OrderExperiment, reading: Reading) -> str:
    count = len(experiment.sentences)
    extent = "are all orders of its words" if experiment.complete else f"are {count}: itself, its reverse and shuffles"
    if len(reading.tokens.text.split()) > experiment.words:
        extent += f", of its first {experiment.words} words"
    return extent


def _table(experiment: OrderExperiment) -> pd.DataFrame:
    return pd.DataFrame(
        {f"positions {name}": experiment.cosines[name] for name in POSITION_MODES},
        index=pd.Index(experiment.sentences, name="sentence"),
    )
