"""The last parts of the Word order page: the proof in numbers, all orders of a few words, and the bag of words."""

import html
import math
import string

import numpy as np
import pandas as pd
import streamlit as st

from components.core.context.comparison import Comparison, bag_of_words
from components.core.errors import SentenceError
from components.core.numerics.similarity import cosine_similarity
from components.figures.base import LONGEST_LABEL
from components.figures.heatmaps.similarity import close_similarity_heatmap
from components.ui import state
from components.ui.caches import traces
from components.ui.caches.requests import TextRequest
from components.ui.charts import show
from components.ui.page import markup, palette, section, shorten
from components.ui.tables import table
from components.ui.word_order.summary import only_rounding
from components.ui.wording import format_count, format_difference

# Words of a bag that a table shows.
_COUNTED = 24
_FOUR = 4


def draw_proof(on: Comparison, off: Comparison) -> None:
    """How far any two numbers are apart, step by step, with positions on and off."""
    same = only_rounding(off)
    section(
        "The proof in numbers",
        "The largest difference between any two numbers of a pair, in every step. "
        + (
            "Self-attention takes each word's values times weights and adds them up, and a sum does not know in which "
            "order it was taken: without positions, words in another order give the same vectors in that order."
            if same
            else "With positions off a difference remains that is not order: "
            + ("some words are cut otherwise, or see only their neighbours." if off.same_words else "other words.")
        ),
    )
    table(
        ["step", "positions on", "positions off"],
        [
            [name, format_difference(largest), format_difference(off.largest_differences[name])]
            for name, largest in on.largest_differences.items()
        ]
        + [["cosine of the sentence vectors", f"{on.sentence_cosines[-1]:.7f}", f"{off.sentence_cosines[-1]:.7f}"]],
        "32-bit numbers are rounded at the seventh digit; differences of some 10⁻⁶ are that rounding."
        if same
        else "Both columns compare the words that have a partner.",
    )


def draw_all_orders(model: str, text: str) -> None:
    """All orders of up to four words: how alike their sentence vectors are, with positions on and off."""
    section(
        "All orders of up to four words",
        "Every order is read, with positions on and off: how alike are the sentence vectors? Words are named by their "
        "first letters.",
    )
    try:
        orders = traces.all_orders(TextRequest(model, " ".join(_pick_words(text))))
    except SentenceError as error:
        markup(f'<p class="es-note">{html.escape(str(error))}</p>')
        return
    count = len(orders.orders)
    if count == 1:
        markup('<p class="es-note">These words have only one order. Pick two that differ, or more.</p>')
        return
    repeated = math.factorial(len(orders.words)) - count
    furthest = orders.sentences[orders.furthest]
    markup(
        f'<p class="es-note">Furthest from “{html.escape(shorten(orders.sentences[0], 60))}” is '
        f"“{html.escape(shorten(furthest, 60))}”: cosine {orders.with_positions[0, orders.furthest]:.4f}. With positions off no "
        f"two of the {count} have less than {orders.without_positions.min():.4f}."
        + (" Words repeat, and orders that read alike are listed once." if repeated else "")
        + "</p>"
    )
    lowest = float(np.floor(orders.with_positions.min() * 100) / 100)
    beginnings = _beginnings(orders.words)
    labels = tuple(" ".join(beginnings[i] for i in order) for order in orders.orders)
    colours = palette()
    for column, (name, cosines) in zip(
        st.columns(2), {"on": orders.with_positions, "off": orders.without_positions}.items(), strict=True
    ):
        with column:
            markup(f'<p class="es-note">Positions {name}</p>')
            show(
                close_similarity_heatmap(np.minimum(cosines, 1), labels, "word order", colours, lowest),
                key=f"orders-{name}",
                alt=f"Cosine of the sentence vectors of {count} word orders with positions {name}",
                numbers=lambda cosines=cosines: pd.DataFrame(  # type: ignore[misc]
                    cosines, index=list(orders.sentences), columns=list(orders.sentences)
                ),
            )


def draw_bag_of_words(compared: Comparison) -> None:
    """The two sentences as counts of their words."""
    vocabulary, counts = bag_of_words(compared.alignment)
    cosine = cosine_similarity(counts.astype(float))[0, 1]
    same = (
        "The counts are identical, and so is everything that is computed from them"
        if (counts[0] == counts[1]).all()
        else "The counts differ where the words do"
    )
    section(
        "For comparison: a bag of words",
        f"Before transformers, a text was often the counts of its words. {same}: cosine {cosine:.4f}.",
    )
    table(
        ["word", "first sentence", "second sentence"],
        [[word, str(counts[0, i]), str(counts[1, i])] for i, word in enumerate(vocabulary[:_COUNTED])],
        "How often each word occurs."
        if len(vocabulary) <= _COUNTED
        else f"How often each word occurs: the first {_COUNTED} of {format_count(len(vocabulary), 'word')}.",
    )


def _pick_words(text: str) -> list[str]:
    """Up to four words of the text, without the marks around them; of a longer text the reader picks which."""
    words = [word.strip(string.punctuation) or word for word in text.split()]
    if len(words) <= _FOUR:
        return words
    options = [f"{place}  {word}" for place, word in enumerate(words, start=1)]
    picked = st.multiselect(
        "Words",
        options,
        options[:_FOUR],
        key=state.WordOrder.ORDERED_WORDS,
        max_selections=_FOUR,
        label_visibility="collapsed",
    )
    return [words[options.index(each)] for each in picked] or words[:_FOUR]


def _beginnings(words: tuple[str, ...]) -> tuple[str, ...]:
    """As much of each word as leaves an order of all of them short enough for an axis."""
    letters = (LONGEST_LABEL + 1) // len(words) - 1
    return tuple(word[:letters] for word in words)
