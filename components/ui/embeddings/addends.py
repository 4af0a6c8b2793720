"""The embeddings that are added up, their sum, and what normalising makes of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from components.core.tokens.tokens import Tokens
from components.ui import state
from components.ui.charts import Picture, show
from components.ui.page import Reading
from components.ui.pickers import token_option
from components.ui.stage import frame
from components.ui.stage.bar import show_screen
from components.ui.wording import spell_number
from components.views.tiles import Labels, tiles

# Tokens that can be told apart in a picture.
_MOST_TOKENS = 96


@dataclass(frozen=True, eq=False)
class Addend:
    """One of the embeddings that the model adds up."""

    name: str
    colour: str  # the class of its role
    matrix: np.ndarray  # (S, E)


@dataclass(frozen=True, eq=False)
class EmbeddingSum:
    """The embeddings of S tokens in E dimensions, and their sum."""

    labels: tuple[str, ...]
    addends: tuple[Addend, ...]  # word embeddings first; a model may lack the others
    total: np.ndarray  # (S, E)
    layer_input: np.ndarray  # (S, D): the sum after normalising, where the model normalises it
    is_normalised: bool

    @property
    def width(self) -> int:
        """The number E of dimensions."""
        return self.total.shape[1]

    @property
    def keeps_width(self) -> bool:
        """True if layer 1 receives as many dimensions as are added up."""
        return self.layer_input.shape == self.total.shape

    @property
    def columns(self) -> dict[str, np.ndarray]:
        """The matrices by name, the sum last."""
        return {addend.name: addend.matrix for addend in self.addends} | {"sum": self.total}


def embedding_sum(reading: Reading) -> EmbeddingSum | str:
    """Return the embeddings that the model adds up for the sentence; why not, where layer 1 receives another sum."""
    if reading.encoder.omissions.embedding_sum:
        return reading.encoder.omissions.embedding_sum
    trace = reading.trace()
    candidates = [
        ("word", "es-w", trace.word_embeddings),
        ("position", "es-p", trace.position_embeddings),
        ("token type", "es-t", trace.token_type_embeddings),
    ]
    addends = tuple(Addend(name, colour, matrix) for name, colour, matrix in candidates if matrix is not None)
    total = np.sum([addend.matrix for addend in addends], axis=0)
    is_normalised = reading.encoder.embedding_norm is not None
    return EmbeddingSum(reading.tokens.labels, addends, total, trace.hidden_states[0], is_normalised)


def draw(summed: EmbeddingSum | str, tokens: Tokens) -> None:
    """Draw each of the embeddings and their sum, on one colour scale; a clicked cell is followed on a screen."""
    if isinstance(summed, str):
        draw_omission(summed)
        return
    labels, names = summed.labels, [addend.name for addend in summed.addends]
    frame.heading(_finding(summed), _lead(summed))
    limit = float(np.percentile(np.abs(summed.total), 99))

    def follow(row: int, column: int) -> None:
        st.session_state[state.Embeddings.TOKEN] = token_option(tokens, row)
        st.session_state[state.Shared.DIMENSION] = column + 1
        show_screen("one number")

    show(
        _strips(
            np.stack(list(summed.columns.values())),
            labels,
            f"Click a cell to follow its number. One scale for all: red is −{limit:.2f}, blue {limit:.2f}, or beyond.",
            limit,
            names=(*(f"{'+ ' if place else ''}{name} embedding" for place, name in enumerate(names)), "= their sum"),
            on_cell=follow,
        ),
        key="addends",
        alt=f"{', '.join(names)} embeddings and their sum: one row per token, {summed.width} dimensions as columns",
        numbers=lambda: pd.concat(
            {name: _table(matrix, labels) for name, matrix in summed.columns.items()}, names=["matrix", "token"]
        ),
    )


def draw_omission(why: str) -> None:
    """Say in place of the sum why there is none."""
    frame.heading("For this model the embeddings do not add up to what enters layer 1", why)


def _finding(summed: EmbeddingSum) -> str:
    if len(summed.addends) == 1:
        return f"Each token looks up its row of {summed.width} numbers; nothing is added"
    count = spell_number(len(summed.addends)).capitalize()
    return f"{count} rows of {summed.width} numbers add up to what a token is at the start"


def _lead(summed: EmbeddingSum) -> str:
    shown = f" Shown: the first {_MOST_TOKENS} of {len(summed.labels)} tokens." if _is_part(summed) else ""
    meanings = {
        "word": "which piece it is",
        "position": "where it stands",
        "token type": "whether it belongs to the first or the second text",
    }
    said = ", ".join(f"{meanings[addend.name]} ({addend.name})" for addend in summed.addends)
    return f"Rows are tokens, columns are dimensions: {said}. Blue is above zero, red below.{shown}"


def _is_part(summed: EmbeddingSum) -> bool:
    return len(summed.labels) > _MOST_TOKENS


def draw_layer_input(reading: Reading, summed: EmbeddingSum | str) -> None:
    """Draw what layer 1 receives: the sum, after normalising where the model normalises it."""
    labels, matrix = reading.tokens.labels, reading.trace().hidden_states[0]
    frame.heading(*_about_layer_input(summed, float(np.abs(matrix).max()), matrix.shape[1]))
    limit = float(np.percentile(np.abs(matrix), 99))
    show(
        _strips(matrix[None], labels, f"Red is −{limit:.2f} or below, blue is {limit:.2f} or above.", limit),
        key="layer-1-input",
        alt=f"What enters layer 1: one row per token, {matrix.shape[1]} dimensions as columns",
        numbers=lambda: _table(matrix, labels),
    )


def _about_layer_input(summed: EmbeddingSum | str, largest: float, width: int) -> tuple[str, str]:
    """Return the title and the lead: how large the numbers are that enter layer 1, and what they are made of."""
    reach = f"its numbers reach ±{largest:.2f}"
    if isinstance(summed, str):
        return f"This enters layer 1: {reach}", summed
    projected = "" if summed.keeps_width else f" A learned matrix turns {summed.width} numbers into {width}."
    if not summed.is_normalised:
        return f"The sum enters layer 1: {reach}", f"This model does not normalise the sum.{projected}"
    return (
        f"Normalised, the sum enters layer 1: {reach}",
        "The numbers of each token are brought to mean 0 and standard deviation 1; then each dimension is multiplied "
        f"by a learned gain, and a learned bias is added.{projected.replace(' A learned', ' Then a learned')}",
    )


def _table(matrix: np.ndarray, labels: Sequence[str]) -> pd.DataFrame:
    """Return a matrix with names for its rows, and its dimensions counted from 1 as on screen."""
    columns = pd.RangeIndex(1, matrix.shape[1] + 1)
    return pd.DataFrame(matrix, index=pd.Index(labels, name="token"), columns=columns)


def _strips(
    matrices: np.ndarray,
    labels: Sequence[str],
    hint: str,
    limit: float,
    names: tuple[str, ...] = ("",),
    on_cell: Callable[[int, int], None] | None = None,
) -> Picture:
    """Return a picture of the first rows of some matrices, (N, S, D), with their names if there are several."""
    shown = min(len(labels), _MOST_TOKENS)
    return partial(
        tiles,
        matrices[:, :shown],
        Labels(tuple(labels[:shown]), hint=hint),
        names=names,
        limit=limit,
        # One picture alone has the room of four.
        tile_height=max(40, min(9 * shown, 300)) * (1 if len(names) > 1 else 3),
        show_names=len(names) > 1,
        moves="adds" if len(names) > 2 else None,
        on_cell=on_cell,
    )
