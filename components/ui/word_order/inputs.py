"""The vectors that enter the encoder: word embeddings and positions of both sentences, and their differences."""

from functools import partial

import numpy as np
import pandas as pd

from components.core.context.comparison import Comparison
from components.ui.charts import dimensions_hint, show
from components.ui.stage import frame
from components.ui.word_order.pair import Pair
from components.ui.word_order.summary import names_of
from components.views.tiles import Labels, tiles

# Dimensions and words that can be told apart in a strip.
_DIMENSIONS, _ROWS = 48, 48
_WORDS, _POSITIONS = "Word embeddings", "Positions"


def draw(pair: Pair) -> None:
    """Draw both sentences' vectors and their difference, word by word."""
    compared = pair.compared()
    sides = _paired_vectors(compared)
    largest = {name: float(np.abs(other - one).max()) for name, (one, other) in sides.items()}
    frame.heading(_finding(largest, pair.mode), _lead(largest, pair.mode))
    names = names_of(compared)
    rows = names[:_ROWS]
    strips = {
        f"{name}: {part}": vectors[: len(rows), :_DIMENSIONS]
        for name, (one, other) in sides.items()
        for part, vectors in {
            "first sentence": one,
            "second sentence": other,
            f"difference, {f'up to {largest[name]:.4f}' if largest[name] else 'none'}": other - one,
        }.items()
    }
    show(
        partial(
            tiles,
            np.stack(list(strips.values())),
            Labels(rows, hint=dimensions_hint(sides[_WORDS][0].shape[1], _DIMENSIONS)),
            names=tuple(strips),
            # Of the word embeddings alone, so that colours stay when positions are switched off.
            limit=float(np.percentile(np.abs(sides[_WORDS][0]), 99.5)),
            columns=(3, 1),
            smallest_tile=200,
            tile_height=max(40, min(20 * len(rows), 320)),
            show_names=True,
        ),
        key="inputs",
        alt="Word embeddings and positions of both sentences and their differences: one row per word",
        numbers=lambda: pd.concat(
            {
                (name, part): pd.DataFrame(
                    vectors, index=list(names), columns=pd.RangeIndex(1, vectors.shape[1] + 1, name="dimension")
                )
                for name, both in sides.items()
                for part, vectors in zip(("first", "second"), both, strict=True)
            },
            names=["vectors", "sentence", "word"],
        ),
    )


def _paired_vectors(compared: Comparison) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """The addends of both sentences, (P, D) each for P paired words; no positions where the model adds none."""
    first, second = compared.first, compared.second
    sides = {_WORDS: compared.pairs_of(first.word_embeddings, second.word_embeddings)}
    if first.position_embeddings is not None and second.position_embeddings is not None:
        sides[_POSITIONS] = compared.pairs_of(first.position_embeddings, second.position_embeddings)
    return sides


def _finding(largest: dict[str, float], mode: str) -> str:
    if largest[_WORDS] > 0:
        return "Some words enter as other tokens in the other sentence"
    if not largest.get(_POSITIONS):
        return "Word by word, the same vectors enter in both sentences"
    positions = "the shuffled position" if mode == "shuffled" else "the position"
    return f"A word enters with the same word embedding; {positions} that is added differs"


def _lead(largest: dict[str, float], mode: str) -> str:
    rows = "Rows are words, in the order of the first sentence; pale cells are near 0."
    if _POSITIONS not in largest:
        return f"This model adds no positions, it rotates queries and keys instead. {rows}"
    if mode == "off":
        return f"With positions off, nothing is added to the word embeddings. {rows}"
    if largest[_WORDS] > 0:
        return f"The tokenizer splits them differently there, so their word embeddings differ too. {rows}"
    return f"Above: word embeddings. Below: the positions that are added to them. {rows}"
