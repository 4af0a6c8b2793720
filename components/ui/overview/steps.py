"""The six steps of a sentence through the encoder, in order."""

from markupsafe import Markup

from components.core import Trace
from components.ui import chips
from components.ui.overview import thumbnails
from components.ui.overview.station import MOST_TOKENS, draw_token_strip, draw_vector_strip, station
from components.ui.page import Reading, markup
from components.ui.wording import format_count

_NO_POSITIONS = (
    "This model adds no positions. It rotates queries and keys inside attention, by an angle for each position."
)


def draw_tokens(reading: Reading) -> None:
    """Draw step 1: the text as tokens."""
    with station(
        1,
        "Tokens",
        "",
        "The text is split into pieces that the model knows.",
        format_count(len(reading.tokens.tokens), "id"),
        page="pages/encoder/tokens.py",
        link="Why it is split this way",
    ):
        chips.row(reading.tokens, most=MOST_TOKENS)


def draw_word_embeddings(reading: Reading, trace: Trace) -> None:
    """Draw step 2: a row of the embedding table for each token."""
    with station(
        2,
        "Word embeddings",
        "es-w",
        "For each piece the model looks up a learned row of numbers.",
        _shape_of_addends(trace),
        page="pages/encoder/embeddings.py",
        link="Take the embeddings apart",
    ):
        draw_token_strip(reading, trace.word_embeddings, "word-embeddings", "Word embeddings: one row per token")


def draw_positions(reading: Reading, trace: Trace) -> None:
    """Draw step 3: the position embeddings, where the model adds them."""
    with station(
        3,
        "+ Positions",
        "es-p",
        "The position of each token is added; without it, word order would be lost.",
        _shape_of_addends(trace),
        page="pages/encoder/positions.py",
        link="What positions are for",
    ):
        if trace.position_embeddings is None:
            markup(Markup("<p>{}</p>").format(_NO_POSITIONS))
        else:
            draw_token_strip(reading, trace.position_embeddings, "positions", "Position embeddings: one row per token")


def draw_attention(reading: Reading, trace: Trace) -> None:
    """Draw step 4: the attention weights of all heads."""
    size, layers, heads = trace.num_tokens, trace.num_layers, trace.num_heads
    with station(
        4,
        "Self-attention",
        "es-k",
        f"Every token looks at every token, {layers * heads} times: in {layers} layers of {heads} heads.",
        f"{layers} × {heads} × {size} × {size}",
        page="pages/encoder/attention.py",
        link="Open the heads",
    ):
        thumbnails.draw(reading)


def draw_context_vectors(reading: Reading, trace: Trace) -> None:
    """Draw step 5: the output of the last layer."""
    with station(
        5,
        "Context vectors",
        "es-o",
        "The same pieces again; each vector now depends on all the others.",
        f"{trace.num_tokens} × {reading.encoder.hidden_size}",
        page="pages/encoder/context.py",
        link="One word in many contexts",
    ):
        draw_token_strip(reading, trace.hidden_states[-1], "context-vectors", "Context vectors: one row per token")


def draw_sentence_vector(reading: Reading, trace: Trace) -> None:
    """Draw step 6: the context vectors pooled into one."""
    with station(
        6,
        "Sentence vector",
        "es-o",
        {"mean": "The mean of the context vectors", "cls": "The first context vector"}.get(
            reading.encoder.pooling, "Pooled from the context vectors"
        )
        + (", scaled to length 1" if reading.encoder.normalises else "")
        + ". A search engine compares such vectors.",
        f"1 × {len(trace.sentence_vector)}",
        page="pages/applications/retrieval.py",
        link="Search by meaning, live",
    ):
        draw_vector_strip(trace.sentence_vector, "sentence", "sentence-vector", "Sentence vector: one row")


def _shape_of_addends(trace: Trace) -> str:
    return f"{trace.num_tokens} × {trace.word_embeddings.shape[1]}"
