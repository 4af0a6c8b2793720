"""The whole way of the sentence through the encoder in one picture."""

from functools import partial

import numpy as np
import pandas as pd

from components.core import Trace
from components.ui.caches import layers as layer_cache
from components.ui.caches import traces
from components.ui.caches.requests import LayerRequest, ThumbnailRequest
from components.ui.charts import show
from components.ui.overview import clicks
from components.ui.page import Reading
from components.ui.stage import frame
from components.ui.wording import format_count, spell_number
from components.views.way import Row, way

#: Tokens that can be told apart in a strip, and dimensions that can be pointed at.
MOST_TOKENS, DIMENSIONS = 64, 96
# Cells along a side that can be told apart in a thumbnail.
_SIDE = 40


def draw(reading: Reading) -> None:
    """State how many words become one vector, and draw each step of their way."""
    trace = reading.trace()
    frame.heading(_finding(reading), _lead(trace))
    rows = _rows(reading, trace)
    show(
        partial(
            way,
            rows,
            reading.tokens.labels,
            hint="Point at a cell, a token or a head to read it.",
            on_page=clicks.remember_page,
            on_head=clicks.remember_head,
        ),
        key="whole-way",
        alt=f"The sentence step by step: {', '.join(row.name.removeprefix('+ ').lower() for row in rows)}",
        numbers=lambda: _numbers(reading, trace),
    )


def _finding(reading: Reading) -> str:
    count = reading.tokens.num_words
    return f"{spell_number(count).capitalize()} {'word becomes' if count == 1 else 'words become'} one point in space"


def _lead(trace: Trace) -> str:
    shown = f" The strips show the first {MOST_TOKENS} of {trace.num_tokens} tokens." if _is_part(trace) else ""
    return (
        "From top to bottom, each row is this sentence one step further. Every cell is one of its numbers: blue above "
        f"zero, red below. Click a name or a head to take it apart.{shown}"
    )


def _is_part(trace: Trace) -> bool:
    return trace.num_tokens > MOST_TOKENS


def _rows(reading: Reading, trace: Trace) -> list[Row]:
    """Return the steps in order; a model that adds no positions has none in the picture."""
    encoder, size = reading.encoder, trace.num_tokens
    shape = f"{size} × {trace.word_embeddings.shape[1]}"
    rows = [
        Row(
            "Tokens",
            "ink",
            "Text is cut into pieces the model knows.",
            format_count(size, "id"),
            "pages/encoder/tokens.py",
            tokens=reading.tokens.labels,
        ),
        strip_row(
            "Word embeddings",
            "word",
            "A learned row of numbers for each piece.",
            trace.word_embeddings,
            shape,
            "pages/encoder/embeddings.py",
        ),
    ]
    if trace.position_embeddings is not None:
        rows.append(
            strip_row(
                "+ Positions",
                "position",
                "Where each token stands is added.",
                trace.position_embeddings,
                shape,
                "pages/encoder/positions.py",
            )
        )
    pooled, _ = traces.attention_thumbnails(ThumbnailRequest(reading.request, _SIDE))
    layers, heads = trace.num_layers, trace.num_heads
    rows += [
        Row(
            "Self-attention",
            "key",
            f"One half of each of {format_count(layers, 'layer')}: {format_count(heads, 'head')}, in which every token "
            "looks at every token. A row of a square shows at whom; dark is much.",
            f"{layers} × {heads} × {size} × {size}",
            "pages/encoder/attention.py",
            heads=pooled,
        ),
        *_network(reading, layers),
        strip_row(
            "Context vectors",
            "output",
            "Each vector now depends on all tokens.",
            trace.hidden_states[-1],
            f"{size} × {encoder.hidden_size}",
            "pages/encoder/context.py",
        ),
        strip_row(
            "Sentence vector",
            "output",
            f"{pooling_name(reading)}: what a search compares.",
            trace.sentence_vector[None],
            f"1 × {len(trace.sentence_vector)}",
            "pages/applications/retrieval.py",
        ),
    ]
    return rows


def _network(reading: Reading, layers: int) -> list[Row]:
    """Return what the network of the last layer adds; nothing for a model whose layers have unknown parts."""
    steps = layer_cache.steps(LayerRequest(reading.request, layers - 1))
    if steps is None:
        return []
    says = f"The last layer’s {steps.hidden.shape[1]:,} neurons add this."
    return [strip_row("Feed-forward network", "word", says, steps.network, page="pages/encoder/one_layer.py")]


def strip_row(name: str, role: str, says: str, matrix: np.ndarray, shape: str = "", page: str = "") -> Row:
    """Return a row that draws the first tokens and dimensions of a matrix, on a scale of its own."""
    limit = float(np.percentile(np.abs(matrix), 99)) or 1.0
    return Row(name, role, says, shape, page, matrix=matrix[:MOST_TOKENS, :DIMENSIONS], limit=limit)


def pooling_name(reading: Reading) -> str:
    """Return what the sentence vector is made of, as "Their mean"."""
    return {"mean": "Their mean", "cls": "The first of them"}.get(reading.encoder.pooling, "Pooled from them")


def _numbers(reading: Reading, trace: Trace) -> pd.DataFrame:
    """Return all vectors of the picture, one a row, dimensions counted from 1 as on screen."""
    steps = {"word embedding": trace.word_embeddings, "position embedding": trace.position_embeddings}
    last = layer_cache.steps(LayerRequest(reading.request, trace.num_layers - 1))
    steps["feed-forward network, last layer"] = None if last is None else last.network
    steps["context vector"] = trace.hidden_states[-1]
    tables = {
        name: pd.DataFrame(matrix, index=numbered(reading.tokens.labels))
        for name, matrix in steps.items()
        if matrix is not None
    }
    tables["sentence vector"] = pd.DataFrame(trace.sentence_vector[None], index=["sentence"])
    table = pd.concat(tables, names=["step", "token"])
    table.columns = pd.RangeIndex(1, table.shape[1] + 1, name="dimension")
    return table


def numbered(labels: tuple[str, ...]) -> list[str]:
    """Return the labels of tokens with their positions, so that equal ones differ."""
    return [f"{position} {label}" for position, label in enumerate(labels, start=1)]
