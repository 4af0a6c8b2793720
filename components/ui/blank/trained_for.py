"""What it was trained for: a batch of pairs, in which each text is to find its own partner."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from markupsafe import Markup

from components.core.classroom.strips import guessed_by
from components.core.model.loading import BUNDLED_NAME
from components.core.objective.ranking_loss import SCALE, RankingLoss
from components.figures.heatmaps.pairs import Outlines, pair_matrix
from components.figures.palette import Palette
from components.ui import state
from components.ui.caches import objective
from components.ui.caches.requests import PairsRequest
from components.ui.charts import show
from components.ui.page import palette, quoted
from components.ui.pickers import pick_option
from components.ui.stage import frame, question
from components.ui.tables import table
from components.ui.wording import format_cosine, format_percent, shorten, spell_number

COSINES, SCORES, SHARES = "cosine", "× 20", "softmax"
_DECIMALS = {COSINES: 2, SCORES: 1, SHARES: 2}
_LONGEST = 60
#: What the outlines of a matrix say.
NEAREST = "Green: nearest is the own partner; red: nearest is another."


def pick_unit() -> str:
    """Ask how the matrix is shown: its three steps from a cosine to a share."""
    return pick_option("Shown", (COSINES, SCORES, SHARES), state.Blank.UNIT)


def draw(request: PairsRequest | None, unit: str) -> None:
    """Draw the batch as a matrix, and list its pairs with their losses."""
    assert request is not None  # the page reads it where this screen is shown
    batch, pairs = objective.loss(request), request.pairs
    hardest = batch.hardest
    options = [f"{number}  {shorten(pair.first, _LONGEST)}" for number, pair in enumerate(pairs, 1)]
    asked = question.one_of(
        "hardest_pair",
        request,
        "Which first text does the model find hardest to match with its own partner?",
        options,
        options[hardest],
    )
    if asked.hidden:
        return
    frame.heading(_finding(batch), _lead(request, batch))
    left, right = st.columns([5, 6], gap="medium")
    with left:
        frame.note(NEAREST)
        show(
            matrix(batch, unit, palette()),
            key="pairs",
            alt=f"Each of {len(pairs)} first texts with each second text, as {unit}. {batch.found} of {len(pairs)} are "
            f"nearest to their own partner; the loss is {batch.loss:.2f}",
            numbers=lambda: numbers(batch),
        )
    with right, st.container(key="scroll_pairs"):
        table(
            ["pair", "first text", "second text", "share", "−log"],
            [
                [
                    _numbered(number, guessed_by(asked.guesses, options[number])),
                    pair.first,
                    pair.second,
                    format_percent(float(batch.shares[number, number])),
                    f"{batch.losses[number]:.2f}",
                ]
                for number, pair in enumerate(pairs)
            ],
            "Share: what the softmax gives the own partner; −log of it is the loss of the pair. Their mean is "
            f"{batch.loss:.2f}." + (" In colour: who guessed it." if asked.guesses else ""),
            prose={1, 2},
        )
    with frame.details():
        _explain(request)


def matrix(
    batch: RankingLoss, unit: str, colours: Palette, marks: Mapping[tuple[int, int], str] | None = None
) -> go.Figure:
    """Return the figure of a batch in one of the three units. marks: what stands behind the number of a cell."""
    values = {COSINES: batch.cosines, SCORES: batch.scores, SHARES: batch.shares}[unit]
    reach = {COSINES: (-1.0, 1.0), SCORES: (-SCALE, SCALE), SHARES: (0.0, 1.0)}[unit]
    return pair_matrix(
        values,
        unit,
        colours,
        reach=reach,
        decimals=_DECIMALS[unit],
        outlined=_outlines(batch, colours),
        marks=marks or {},
    )


def _outlines(batch: RankingLoss, colours: Palette) -> Outlines:
    """The nearest second text of each first text: in one colour if it is its own partner, in another if it is not."""
    return {
        (row, int(column)): colours.value if row == column else colours.query
        for row, column in enumerate(batch.nearest)
    }


def numbers(batch: RankingLoss) -> pd.DataFrame:
    """A batch as a table, for the CSV file: a row for each cell."""
    count = len(batch.cosines)
    first, second = np.indices((count, count)) + 1
    return pd.DataFrame(
        {
            "first text": first.ravel(),
            "second text": second.ravel(),
            "cosine": batch.cosines.ravel(),
            "score": batch.scores.ravel(),
            "share": batch.shares.ravel(),
        }
    ).set_index("first text")


def _numbered(number: int, who: str) -> str:
    name = str(number + 1)
    return Markup('{} <b class="es-w">{}</b>').format(name, who) if who else name


def _finding(batch: RankingLoss) -> str:
    count, hardest = len(batch.cosines), batch.hardest
    if batch.found == count:
        return f"All {count} texts find their partner; pair {hardest + 1} is the hardest: loss {batch.loss:.2f}"
    verb = "finds" if batch.found == 1 else "find"
    found = "None" if not batch.found else spell_number(batch.found).capitalize()
    return f"{found} of {count} {verb} their own partner; pair {hardest + 1} is confused most: loss {batch.loss:.2f}"


def _lead(request: PairsRequest, batch: RankingLoss) -> Markup:
    """Say in words what the hardest pair is confused with."""
    hardest = batch.hardest
    rival = batch.rival(hardest)
    own, other = float(batch.cosines[hardest, hardest]), float(batch.cosines[hardest, rival])
    nearer = "nearer to" if other > own else "almost as near to" if own - other < 0.1 else "next nearest to"
    return Markup("{} is {} {} ({}) than its own {} ({}).").format(
        quoted(request.pairs[hardest].first),
        nearer,
        quoted(request.pairs[rival].second),
        format_cosine(other, 2),
        quoted(request.pairs[hardest].second),
        format_cosine(own, 2),
    )


def _explain(request: PairsRequest) -> None:
    count = len(request.pairs)
    frame.note(
        "Each first text is compared with all second texts by cosine. Times 20, the softmax along the row makes shares "
        "of the cosines, and the loss is the mean of −log of the share that the own partner gets (contrastive loss). "
        "The partners of the others serve as wrong answers (in-batch negatives). A model that gives each of "
        f"{count} the same share has a loss of log {count} = {np.log(count):.2f}."
    )
    if request.model == BUNDLED_NAME:
        frame.note(
            f"{BUNDLED_NAME} was trained so, on 100,000 batches of 1,024 pairs, drawn from more than a billion. Loss: "
            "Henderson et al. 2017; model: Reimers, sentence-transformers, 2021."
        )
    else:
        frame.note(
            "Most models for sentence vectors are trained so (Henderson et al. 2017). This one may have been trained "
            "for something else; the matrix shows where it would begin."
        )
    seconds = [pair.second for pair in request.pairs]
    twice = [str(number) for number, text in enumerate(seconds, 1) if seconds.count(text) > 1]
    if twice:
        frame.note(
            f"Pairs {', '.join(twice)} share a second text. Each counts the other's as wrong, so this loss cannot "
            "reach 0."
        )
