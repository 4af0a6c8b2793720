"""The vectors that enter the encoder: word embeddings and positions of both sentences, and their differences."""

from functools import partial

import numpy as np
import pandas as pd

from components.core.context.comparison import Comparison
from components.ui.charts import dimensions_hint, show
from components.ui.page import section
from components.ui.word_order.summary import names_of
from components.views.tiles import Labels, tiles

# Dimensions and words that can be told apart in a strip.
_DIMENSIONS, _ROWS = 48, 48
_WORDS, _POSITIONS = "Word embeddings", "Positions"


def draw(compared: Comparison, mode: str) -> None:
    """Draw both sentences' vectors and their difference, word by word. mode: "on", "off" or "shuffled" positions."""
    sides = _paired_vectors(compared)
    largest = {name: float(np.abs(other - one).max()) for name, (one, other) in sides.items()}
    section("Vectors that enter the encoder", _explanation(largest, mode))
    names = names_of(compared)
    rows = names[:_ROWS]
    strips = {
        f"{name}: {part}": vectors[: len(rows), :_DIMENSIONS]
        for name, (one, other) in sides.items()
        for part, vectors in {
            "first": one,
            "second": other,
            f"second − first, {f'up to {largest[name]:.4f}' if largest[name] else 'no difference'}": other - one,
        }.items()
    }
    matrices = np.stack(list(strips.values()))
    show(
        partial(
            tiles,
            matrices,
            Labels(rows, hint=dimensions_hint(sides[_WORDS][0].shape[1], _DIMENSIONS)),
            names=tuple(strips),
            limit=float(np.percentile(np.abs(matrices), 99.5)),
            columns=(3, 1),
            smallest_tile=200,
            tile_height=max(40, min(20 * len(rows), 320)),
            show_names=True,
        ),
        key="inputs",
        alt="Word embeddings and positions of both sentences and their differences: one row per word",
        numbers=lambda: pd.concat(
            {
                (name, part): pd.DataFrame(vectors, index=list(names))
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


def _explanation(largest: dict[str, float], mode: str) -> str:
    if largest[_WORDS] > 0:
        learned = "Some words are cut into other tokens in the other sentence, so their embeddings differ"
    else:
        learned = "A word has the same word embedding in both sentences"
    if _POSITIONS not in largest:
        added = "this model adds no positions, it rotates queries and keys instead"
    elif mode == "off":
        added = "with positions off, nothing is added to it"
    else:
        added = "only the position that is added differs"
    return f"Word by word, in the order of the first sentence. {learned}; {added}."
