"""The largest differences in numbers, all orders of a few words, and the bag of words."""

import math
import string

import numpy as np
import pandas as pd
import streamlit as st
from markupsafe import Markup

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

# The most words of a bag that the table lists.
_COUNTED = 24
_FOUR = 4


def draw_proof(on: Comparison, off: Comparison) -> None:
    """Draw the largest difference between two numbers in every step, with positions on and off."""
    same = only_rounding(off)
    section(
        "The proof in numbers",
        "The largest difference between the two sentences in any number, step by step. "
        + (
            "Self-attention multiplies each word's values by weights and adds them, and a sum is the same in any "
            "order: without positions, the same words in another order get the same vectors."
            if same
            else "With positions off a difference remains, and it is not the order: "
            + (
                "some words are cut into other tokens, or see only their neighbours."
                if off.same_words
                else "the words differ."
            )
        ),
    )
    table(
        ["step", "positions on", "positions off"],
        [
            [name, format_difference(largest), format_difference(off.largest_differences[name])]
            for name, largest in on.largest_differences.items()
        ]
        + [["cosine of the sentence vectors", f"{on.sentence_cosines[-1]:.7f}", f"{off.sentence_cosines[-1]:.7f}"]],
        "32-bit numbers are rounded at the seventh digit; differences of about 10⁻⁶ are that rounding."
        if same
        else "Both columns compare only words that have a partner.",
    )


def draw_all_orders(model: str, text: str) -> None:
    """Draw the cosines between the sentence vectors of all orders of up to four words, positions on and off."""
    section(
        "All orders of up to four words",
        "The encoder reads every order, with positions on and off: how similar are the sentence vectors? The labels "
        "are the first letters of the words.",
    )
    try:
        orders = traces.all_orders(TextRequest(model, " ".join(_pick_words(text))))
    except SentenceError as error:
        markup(Markup('<p class="es-note">{}</p>').format(error))
        return
    count = len(orders.orders)
    if count == 1:
        markup(Markup('<p class="es-note">These words have only one order. Pick at least two different words.</p>'))
        return
    repeated = math.factorial(len(orders.words)) - count
    farthest = orders.sentences[orders.furthest]
    markup(
        Markup(
            '<p class="es-note">Farthest from “{}” is “{}”: cosine {:.4f}. With positions off, the lowest cosine '
            "between any two of the {} is {:.4f}.{}</p>"
        ).format(
            shorten(orders.sentences[0], 60),
            shorten(farthest, 60),
            orders.with_positions[0, orders.furthest],
            count,
            orders.without_positions.min(),
            " Some words repeat, so orders that read the same are listed once." if repeated else "",
        )
    )
    lowest = float(np.floor(orders.with_positions.min() * 100) / 100)
    beginnings = _beginnings(orders.words)
    labels = tuple(" ".join(beginnings[i] for i in order) for order in orders.orders)
    colours = palette()
    for column, (name, cosines) in zip(
        st.columns(2), {"on": orders.with_positions, "off": orders.without_positions}.items(), strict=True
    ):
        with column:
            markup(Markup('<p class="es-note">Positions {}</p>').format(name))
            show(
                close_similarity_heatmap(np.minimum(cosines, 1), labels, "word order", colours, lowest),
                key=f"orders-{name}",
                alt=f"Cosine of the sentence vectors of {count} word orders with positions {name}",
                numbers=lambda cosines=cosines: pd.DataFrame(  # type: ignore[misc]
                    cosines, index=list(orders.sentences), columns=list(orders.sentences)
                ),
            )


def draw_bag_of_words(compared: Comparison) -> None:
    """Draw the two sentences as counts of their words."""
    vocabulary, counts = bag_of_words(compared.alignment)
    cosine = cosine_similarity(counts.astype(float))[0, 1]
    same = (
        "The counts are equal, and so is everything computed from them"
        if (counts[0] == counts[1]).all()
        else "The counts differ where the words differ"
    )
    section(
        "For comparison: a bag of words",
        f"Before transformers, a text was often represented by the counts of its words. {same}: cosine {cosine:.4f}.",
    )
    table(
        ["word", "first sentence", "second sentence"],
        [[word, str(counts[0, i]), str(counts[1, i])] for i, word in enumerate(vocabulary[:_COUNTED])],
        "How often each word occurs."
        if len(vocabulary) <= _COUNTED
        else f"How often each word occurs: the first {_COUNTED} of {format_count(len(vocabulary), 'word')}.",
    )


def _pick_words(text: str) -> list[str]:
    """Up to four words of the text without punctuation around them. Of a longer text the reader picks which."""
    words = [word.strip(string.punctuation) or word for word in text.split()]
    if len(words) <= _FOUR:
        return words
    options = [f"{number}  {word}" for number, word in enumerate(words, start=1)]
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
    """The first letters of each word, few enough that an order of all words fits an axis."""
    letters = (LONGEST_LABEL + 1) // len(words) - 1
    return tuple(word[:letters] for word in words)
