"""All orders of a few words: how similar their sentence vectors are, with positions on and off."""

import math
import string

import numpy as np
import pandas as pd
import streamlit as st

from components.core.errors import SentenceError
from components.core.positions.order_experiment import AllOrders
from components.core.text.rewording import movable_words
from components.figures.base import LONGEST_LABEL
from components.figures.heatmaps.similarity import close_similarity_heatmap
from components.ui import state
from components.ui.caches import traces
from components.ui.caches.requests import TextRequest
from components.ui.charts import show
from components.ui.page import palette, quoted
from components.ui.stage import frame
from components.ui.wording import PRINTS_AS_ONE, format_cosine, shorten

_FOUR = 4


def draw(model: str, text: str) -> None:
    """Draw the cosines between the sentence vectors of all orders of up to four words, positions on and off."""
    words, between = _pick_words(text)
    try:
        orders = traces.all_orders(TextRequest(model, between.join(words)))
    except SentenceError as error:
        frame.heading("These words cannot be read by themselves", str(error))
        return
    count = len(orders.orders)
    if count == 1:
        frame.heading("These words have only one order", "Pick at least two different words.")
        return
    frame.heading(finding(orders), lead(orders))
    lowest = float(np.floor(orders.with_positions.min() * 100) / 100)
    beginnings = _beginnings(orders.words)
    labels = tuple(" ".join(beginnings[i] for i in order) for order in orders.orders)
    colours = palette()
    for column, (name, cosines) in zip(
        st.columns(2), {"on": orders.with_positions, "off": orders.without_positions}.items(), strict=True
    ):
        with column:
            frame.note(f"Positions {name}")
            show(
                close_similarity_heatmap(
                    np.minimum(cosines, 1), labels, "word order", colours, lowest, named_columns=False
                ),
                key=f"orders-{name}",
                alt=f"Cosine of the sentence vectors of {count} word orders with positions {name}",
                numbers=lambda cosines=cosines: pd.DataFrame(  # type: ignore[misc]
                    cosines, index=list(orders.sentences), columns=list(orders.sentences)
                ),
            )


def finding(orders: AllOrders) -> str:
    """The order that is farthest from the first."""
    farthest = orders.with_positions[0, orders.furthest]
    return (
        f"Of {len(orders.orders)} orders, {quoted(shorten(orders.sentences[orders.furthest], 50))} is the farthest "
        f"from {quoted(shorten(orders.sentences[0], 50))}: cosine {format_cosine(farthest)}"
    )


def lead(orders: AllOrders) -> str:
    """What is left of the differences without positions."""
    lowest = float(orders.without_positions.min())
    off = (
        f"With positions off all are one sentence: the lowest cosine between any two is {format_cosine(lowest)}."
        if lowest > PRINTS_AS_ONE
        else f"With positions off, the lowest cosine between any two is still {format_cosine(lowest)}."
    )
    repeated = math.factorial(len(orders.words)) - len(orders.orders)
    same = " Some words repeat, so orders that read the same are listed once." if repeated else ""
    return f"{off} Rows name the first letters of the words.{same}"


def _pick_words(text: str) -> tuple[list[str], str]:
    """Up to four words of the text without punctuation around them, and what stands between them.

    Of a longer text the reader picks which.
    """
    words, between = movable_words(text)
    words = [word.strip(string.punctuation) or word for word in words]
    if len(words) <= _FOUR:
        return words, between
    options = [f"{number}  {word}" for number, word in enumerate(words, start=1)]
    with frame.controls():
        picked = st.multiselect(
            "Up to four words",
            options,
            options[:_FOUR],
            key=state.WordOrder.ORDERED_WORDS,
            bind=state.IN_URL,
            persist_state="session",
            max_selections=_FOUR,
            width=520,
        )
    return [words[options.index(each)] for each in picked] or words[:_FOUR], between


def _beginnings(words: tuple[str, ...]) -> tuple[str, ...]:
    """The first letters of each word, few enough that an order of all words fits an axis."""
    letters = (LONGEST_LABEL + 1) // len(words) - 1
    return tuple(word[:letters] for word in words)
