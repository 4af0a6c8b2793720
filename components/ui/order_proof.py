"""The last parts of the Word order page: the proof in numbers, all orders of a few words, and the bag of words."""

import numpy as np
import pandas as pd
import streamlit as st

from components.core.comparison import Comparison, bag_of_words
from components.core.similarity import cosine_similarity
from components.figures.base import LONGEST_LABEL
from components.figures.heatmaps import close_similarity_heatmap
from components.ui import cache
from components.ui.charts import show
from components.ui.frame import markup, palette, section, shortened
from components.ui.tables import table
from components.ui.wording import counted, difference, small_number

# Words of a bag that a table shows.
_COUNTED = 24


def draw_proof(on: Comparison, off: Comparison) -> None:
    """How far any two numbers are apart, step by step, with positions on and off."""
    section(
        "The proof in numbers",
        "The largest difference between any two numbers of a pair, in every step. Self-attention takes each word's "
        "values times weights and adds them up, and a sum does not know in which order it was taken: without "
        "positions, words in another order give the same vectors in that order.",
    )
    table(
        ["step", "positions on", "positions off"],
        [
            [name, difference(largest), difference(off.largest_differences[name])]
            for name, largest in on.largest_differences.items()
        ]
        + [["cosine of the sentence vectors", f"{on.sentence_cosines[-1]:.7f}", f"{off.sentence_cosines[-1]:.7f}"]],
        "32-bit numbers are rounded at the seventh digit; what is below 10⁻⁵ here is that rounding.",
    )


def draw_all_orders(model: str, text: str) -> None:
    """All orders of the first words: how alike their sentence vectors are, with positions on and off."""
    orders = cache.all_orders(model, text)
    count = len(orders.orders)
    if count == 1:
        section("All orders", "The first sentence has one word, or one word repeated: there is only one order.")
        return
    furthest = orders.sentences[orders.furthest]
    of_what = "the first sentence"
    if len(text.split()) > len(orders.words):
        of_what += f"’s first {small_number(len(orders.words))} words"
    section(
        f"All {count} orders of {of_what}",
        f"Furthest from “{shortened(orders.sentences[0], 60)}” is “{shortened(furthest, 60)}”: "
        f"cosine {orders.on[0, orders.furthest]:.4f}. With positions off no two have less than {orders.off.min():.4f}. "
        "Words are named by their first letters.",
    )
    lowest = float(np.floor(orders.on.min() * 100) / 100)
    labels = tuple(" ".join(_beginnings(orders.words)[i] for i in order) for order in orders.orders)
    colours = palette()
    for column, (name, cosines) in zip(st.columns(2), {"on": orders.on, "off": orders.off}.items(), strict=True):
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
        else f"How often each word occurs: the first {_COUNTED} of {counted(len(vocabulary), 'word')}.",
    )


def _beginnings(words: tuple[str, ...]) -> tuple[str, ...]:
    """As much of each word as leaves an order of all of them short enough for an axis."""
    letters = (LONGEST_LABEL + 1) // len(words) - 1
    return tuple(word[:letters] for word in words)
