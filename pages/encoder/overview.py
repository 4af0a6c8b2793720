"""Overview: the whole way of the sentence through the encoder, at a glance."""

import html
from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from components.ui import chips, state
from components.ui.caches import traces
from components.ui.caches.requests import ThumbnailRequest
from components.ui.charts import show, strip
from components.ui.page import next_page, read_sentence, title
from components.ui.page import raw_markup as markup
from components.ui.wording import format_count, spell_number
from components.views.tiles import Labels, tiles

# What can be told apart in a picture; the sub-pages show the rest.
_TOKENS = 64
_THUMBNAIL = 40

opened = st.session_state.pop(state.Overview.OPENED_HEAD, None)
if opened is not None:
    layer, head = opened
    st.switch_page(
        "pages/encoder/attention.py",
        query_params={state.Shared.LAYER: str(layer + 1), state.Shared.HEAD: str(head + 1)},
    )

reading = read_sentence()
trace = reading.trace()
labels = reading.tokens.labels
size, layers, heads, width = trace.num_tokens, trace.num_layers, trace.num_heads, reading.encoder.hidden_size
words = sum(any(map(str.isalnum, word.text)) for word in reading.tokens.words) or len(reading.tokens.words)
shown = min(size, _TOKENS)

verb = "becomes" if words == 1 else "become"
title(
    "The whole way",
    f"{spell_number(words).capitalize()} {'word' if words == 1 else 'words'} {verb} one point in space",
    "Each row below is this sentence at one step of its way through the encoder. Every cell is one of its numbers. "
    "Pick a step to take it apart.",
)
if size > shown:
    markup(f'<p class="es-note">The strips show the first {shown} of {size} tokens.</p>')


def station(
    number: int, name: str, role: str, what: str, shape: str, page: str, link: str
) -> st.delta_generator.DeltaGenerator:
    """Write the left side of one step and return the place for its picture."""
    left, right = st.columns([1, 3], gap="medium", vertical_alignment="top")
    with left:
        markup(
            f'<div class="es-station"><span class="es-number">{number}</span><div>'
            f'<h2 class="{role}">{html.escape(name)}</h2><p>{html.escape(what)}</p>'
            f'<p class="es-mono">{html.escape(shape)}</p></div></div>'
        )
        st.page_link(page, label=link)
    return right


def draw_strip(matrix: np.ndarray, key: str, alt: str, rows: tuple[str, ...]) -> None:
    """Draw the first dimensions of a matrix of tokens, and offer all its numbers."""
    show(
        strip(matrix, rows, height=max(26, min(8 * len(rows), 320))),
        key=key,
        alt=alt,
        numbers=lambda: pd.DataFrame(matrix, index=list(labels) if len(matrix) == size else ["sentence"]),
    )


with station(
    1,
    "Tokens",
    "",
    "The text is cut into pieces the model knows.",
    format_count(size, "id"),
    "pages/encoder/tokens.py",
    "Why it is cut so",
):
    chips.row(reading.tokens, most=_TOKENS)

with station(
    2,
    "Word embeddings",
    "es-w",
    "Each piece looks up its learned row of numbers.",
    f"{size} × {trace.word_embeddings.shape[1]}",
    "pages/encoder/embeddings.py",
    "Take the embeddings apart",
):
    draw_strip(trace.word_embeddings, "word-embeddings", "Word embeddings: one row a token", labels[:shown])

with station(
    3,
    "+ Positions",
    "es-p",
    "Where it stands is added, or order would be lost.",
    f"{size} × {trace.word_embeddings.shape[1]}",
    "pages/encoder/positions.py",
    "What positions are for",
):
    if trace.position_embeddings is None:
        markup("<p>This model adds no positions: it rotates queries and keys by them inside attention.</p>")
    else:
        draw_strip(trace.position_embeddings, "positions", "Position embeddings: one row a token", labels[:shown])

with station(
    4,
    "Self-attention",
    "es-k",
    f"Every token looks at every token, {layers * heads} times over: {layers} layers of {heads} heads.",
    f"{layers} × {heads} × {size} × {size}",
    "pages/encoder/attention.py",
    "Open the heads",
):
    pooled, block = traces.attention_thumbnails(ThumbnailRequest(reading.request, _THUMBNAIL))
    shrunk = f" Each cell is the strongest of {block} × {block}." if block > 1 else ""
    show(
        partial(
            tiles,
            pooled.reshape(layers * heads, *pooled.shape[2:]),
            Labels((), hint=f"Rows are layers, columns are heads. Pick one to open it.{shrunk}"),
            names=tuple(f"Layer {i + 1}, head {j + 1}" for i in range(layers) for j in range(heads)),
            scale="sequential",
            limit=1.0,
            decimals=-1,
            columns=(heads,),
            on_pick=lambda number: st.session_state.update({state.Overview.OPENED_HEAD: divmod(number, heads)}),
        ),
        key="all-heads",
        alt=f"Attention weights of all {layers * heads} heads, a row of thumbnails a layer",
        numbers=lambda: pd.DataFrame(
            trace.attention_weights().reshape(-1, size),
            columns=list(labels),
            index=pd.MultiIndex.from_product(
                [range(1, layers + 1), range(1, heads + 1), labels], names=["layer", "head", "query"]
            ),
        ),
    )

with station(
    5,
    "Context vectors",
    "es-o",
    "The same pieces, now each aware of the others.",
    f"{size} × {width}",
    "pages/encoder/context.py",
    "One word in many contexts",
):
    draw_strip(trace.hidden_states[-1], "context-vectors", "Context vectors: one row a token", labels[:shown])

with station(
    6,
    "Sentence vector",
    "es-o",
    {"mean": "Their mean", "cls": "The first of them"}.get(reading.encoder.pooling, "Pooled from them")
    + (", scaled to length 1" if reading.encoder.normalises else "")
    + ": what a search engine compares.",
    f"1 × {len(trace.sentence_vector)}",
    "pages/applications/retrieval.py",
    "Search by meaning, live",
):
    draw_strip(trace.sentence_vector[None], "sentence-vector", "Sentence vector: one row", ("sentence",))

next_page("pages/encoder/tokens.py", "how the text becomes tokens")
