"""The experiment on word order that opens the Positions page: every order of the words, with and without positions."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import streamlit as st

from components.core.classroom.guesses import NOBODY, Guesses
from components.core.positions.order_experiment import OrderExperiment, ShuffledOrders
from components.core.text.rewording import movable_words, reverse_words
from components.figures.charts.word_order_points import word_order_points
from components.ui.caches import traces
from components.ui.caches.requests import TextRequest
from components.ui.charts import show
from components.ui.page import Reading, palette
from components.ui.pickers import pick_positions
from components.ui.stage import frame, question
from components.ui.wording import PRINTS_AS_ONE, shorten


def draw(reading: Reading) -> None:
    """Ask for the mode of positions, state what it does to the orders, and draw the cosine of every order."""
    request = TextRequest(reading.model, reading.tokens.text)
    experiment = traces.order_experiment(request)
    if len(experiment.sentences) == 1:
        frame.heading(
            "These words have only one order",
            "Type two different words or more to see what their order does to the sentence vector.",
        )
        return
    with frame.controls():
        mode = pick_positions()
    compared = compared_order(experiment)
    guesses: Guesses[float] = NOBODY
    if mode == "on":
        asked = question.scale(
            "orders",
            reading.request,
            f"“{shorten(experiment.sentences[compared], 60)}”: how alike is it to the original, for the model?",
            0.0,
            1.0,
            float(experiment.cosines["on"][compared]),
        )
        if asked.hidden:
            return
        guesses = asked.guesses
    shuffled = traces.shuffled_orders(request) if mode == "shuffled" else None
    frame.heading(*finding(experiment, mode, shuffled))
    cosines = experiment.cosines | ({} if shuffled is None else {"shuffled": shuffled.cosines})
    _draw_cosines(experiment.sentences, cosines, mode, guesses)
    frame.note(f"Each point is one order; {_extent(experiment, reading)}")
    with frame.details():
        frame.note("Each order of the words, and the cosine of its sentence vector with the original one.")
        st.dataframe(
            _table(experiment.sentences, cosines).sort_values("positions on"),
            column_config={f"positions {name}": st.column_config.NumberColumn(format="%.4f") for name in cosines},
        )


def compared_order(experiment: OrderExperiment) -> int:
    """Return the index of the named order: the words backwards or, if that is the sentence, the least similar."""
    backwards = reverse_words(experiment.sentences[0])
    if backwards in experiment.sentences[1:]:
        return experiment.sentences.index(backwards)
    return int(experiment.cosines["on"].argmin())


def _draw_cosines(
    sentences: Sequence[str], cosines: Mapping[str, np.ndarray], mode: str, guesses: Guesses[float]
) -> None:
    """Draw positions on against positions off, always both, and shuffled positions if they are picked."""
    colours = palette()
    shade = {"on": colours.position, "off": colours.key, "shuffled": colours.word}
    show(
        word_order_points(
            {f"positions {name}": (each.tolist(), shade[name]) for name, each in cosines.items()},
            sentences,
            colours,
            lowest=min(float(each.min()) for each in cosines.values()),
            stressed=f"positions {mode}",
            guesses=guesses,
        ),
        key="orders",
        alt=f"Cosine of the sentence vector of {len(sentences)} word orders with the original's",
        numbers=lambda: _table(sentences, cosines),
    )


def finding(experiment: OrderExperiment, mode: str, shuffled: ShuffledOrders | None = None) -> tuple[str, str]:
    """Return the title and the lead: what these positions do to the orders. shuffled: for the mode of that name."""
    count, compared = len(experiment.sentences), compared_order(experiment)
    cosines = experiment.cosines[mode] if shuffled is None else shuffled.cosines
    furthest = int(cosines.argmin())
    lowest = f"{cosines[furthest]:.4f}"
    order = shorten(experiment.sentences[furthest], 70)
    if mode == "on":
        return (
            f"The same words in another order: cosine {cosines[compared]:.4f}",
            f"“{shorten(experiment.sentences[compared], 70)}” differs from the original in its positions alone. Of all "
            f"{count} orders shown, “{order}” is the least similar: {lowest}. Switch positions off.",
        )
    if shuffled is not None:
        return (
            f"With shuffled positions the lowest cosine is {lowest}",
            "Each token gets another token’s position, in the same way for every order. This alone gives the original "
            f"sentence a cosine of {shuffled.alone:.4f} with its own vector before.",
        )
    if cosines[furthest] > PRINTS_AS_ONE:
        return (
            f"Without positions all {count} orders are one sentence: cosine {lowest}",
            "Self-attention then sees a multiset of tokens: which tokens, and how many of each, but no order.",
        )
    return (
        f"Without positions the lowest cosine is still {lowest}",
        "This difference does not come from positions: the tokenizer splits a word differently at the start of a text, "
        "or the model lets a token see only its neighbours.",
    )


def _extent(experiment: OrderExperiment, reading: Reading) -> str:
    """Say which orders of which words are shown."""
    count = len(experiment.sentences)
    part = len(movable_words(reading.tokens.text)[0]) > experiment.words
    words = f"the first {experiment.words} words" if part else "the words"
    if experiment.complete:
        return f"shown are all orders of {words}."
    return f"shown are {count} orders of {words}: the original, the reverse, and random ones."


def _table(sentences: Sequence[str], cosines: Mapping[str, np.ndarray]) -> pd.DataFrame:
    return pd.DataFrame(
        {f"positions {name}": each for name, each in cosines.items()}, index=pd.Index(sentences, name="sentence")
    )
