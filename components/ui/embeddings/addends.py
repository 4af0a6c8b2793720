"""The embeddings that are added up, their sum, and what normalising makes of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from markupsafe import Markup

from components.ui.charts import Picture, show
from components.ui.page import Reading, markup, section
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
    layer_input: np.ndarray  # (S, D): the sum after normalising

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


def embedding_sum(reading: Reading) -> EmbeddingSum:
    """Return the embeddings that the model adds up for the sentence."""
    trace = reading.trace()
    candidates = [
        ("word", "es-w", trace.word_embeddings),
        ("position", "es-p", trace.position_embeddings),
        ("token type", "es-t", trace.token_type_embeddings),
    ]
    addends = tuple(Addend(name, colour, matrix) for name, colour, matrix in candidates if matrix is not None)
    total = np.sum([addend.matrix for addend in addends], axis=0)
    return EmbeddingSum(reading.tokens.labels, addends, total, trace.hidden_states[0])


def draw(summed: EmbeddingSum) -> None:
    """Draw each of the embeddings and their sum, on one colour scale."""
    labels, names = summed.labels, [addend.name for addend in summed.addends]
    if len(labels) > _MOST_TOKENS:
        note = Markup('<p class="es-note">The pictures show the first {} of {} tokens.</p>')
        markup(note.format(_MOST_TOKENS, len(labels)))
    limit = float(np.percentile(np.abs(summed.total), 99))
    show(
        _strips(
            np.stack(list(summed.columns.values())),
            labels,
            f"One colour scale for all: red is −{limit:.2f} or below, blue is {limit:.2f} or above.",
            limit,
            names=(*(f"{name} embedding".capitalize() for name in names), "Their sum"),
        ),
        key="addends",
        alt=f"{', '.join(names)} embeddings and their sum: one row per token, {summed.width} dimensions as columns",
        numbers=lambda: pd.concat(
            {name: pd.DataFrame(matrix, index=list(labels)) for name, matrix in summed.columns.items()},
            names=["matrix", "token"],
        ),
    )


def draw_layer_input(summed: EmbeddingSum) -> None:
    """Draw the sum after normalising, as layer 1 receives it."""
    labels, matrix = summed.labels, summed.layer_input
    projected = f" Then a learned matrix turns {summed.width} numbers into {matrix.shape[1]}."
    section(
        "What enters layer 1",
        "The sum is normalised: the numbers of each token get mean 0 and standard deviation 1. Then each dimension is "
        f"multiplied by a learned gain, and a learned bias is added.{'' if summed.keeps_width else projected}",
    )
    limit = float(np.percentile(np.abs(matrix), 99))
    show(
        _strips(matrix[None], labels, "This picture has its own colour scale: normalised numbers are larger.", limit),
        key="layer-1-input",
        alt=f"What enters layer 1: one row per token, {matrix.shape[1]} dimensions as columns",
        numbers=lambda: pd.DataFrame(matrix, index=list(labels)),
    )


def _strips(
    matrices: np.ndarray, labels: Sequence[str], hint: str, limit: float, names: tuple[str, ...] = ("",)
) -> Picture:
    """Return a picture of the first rows of some matrices, (N, S, D), with their names if there are several."""
    shown = min(len(labels), _MOST_TOKENS)
    return partial(
        tiles,
        matrices[:, :shown],
        Labels(tuple(labels[:shown]), hint=hint),
        names=names,
        limit=limit,
        tile_height=max(40, min(9 * shown, 300)),
        show_names=len(names) > 1,
    )
