"""Word order: two sentences side by side, and everything in the encoder that their order changes."""

import numpy as np
import pandas as pd
import streamlit as st

from components.core.context.comparison import Comparison
from components.figures.charts.layer_lines import LayerLine, layer_lines
from components.ui import chips
from components.ui.caches import comparisons
from components.ui.charts import dimensions_hint, show, show_tiles
from components.ui.page import markup, next_page, palette, read_model, section, stop_on_error, title
from components.ui.pickers import POSITION_MODES, pick_positions
from components.ui.tables import table
from components.ui.word_order import head_differences, proof, sentences
from components.ui.word_order.summary import finding, lead, names_of, request_for
from components.ui.wording import format_count, layer_steps
from components.views.tiles import Labels

# What can be told apart in a picture: dimensions and words of a strip, lines over the layers.
_DIMENSIONS, _ROWS, _LINES = 48, 48, 8
_PAIRS = 80

model, encoder = read_model()
top = st.container()
sentences.ask()
with st.container(horizontal=True, gap="medium"):
    mode = pick_positions()
    sentences.pick()
with top:
    first, second = sentences.read(model, encoder)
requests = {name: request_for(name, model, first, second) for name in POSITION_MODES}


def compared_with(positions: str) -> Comparison:
    """Compare the two sentences with positions on, off or shuffled."""
    return comparisons.comparison(requests[positions])


with top, stop_on_error(sentences.offer_opening_pair):
    compared = compared_with(mode)
colours = palette()
paired = names_of(compared)
with top:
    title("Step 3 of 6 · Self-attention and word order", finding(compared, mode), lead(compared, mode))
sentences.draw_counts(encoder, first, second)

# ------------------------------------------------------------------ which word is which
unknown = first.unknown.any() or second.unknown.any()
unpaired = len(compared.alignment.only_first) + len(compared.alignment.only_second)
section(
    "Which word is which",
    "Above, the first sentence in its order; below each word the same word of the second, wherever that stands. "
    "Numbers are places. "
    + (f"{format_count(unpaired, 'word')} without a partner." if unpaired else "Every word has a partner.")
    + (" Words that the vocabulary lacks are all read alike, as one unknown token." if unknown else ""),
)
chips.pairs(compared.alignment, first, second, most=_PAIRS)

# ------------------------------------------------------------------ what enters the encoder
addends = {"Word embeddings": (compared.first.word_embeddings, compared.second.word_embeddings)}
if compared.first.position_embeddings is not None and compared.second.position_embeddings is not None:
    addends["Positions"] = (compared.first.position_embeddings, compared.second.position_embeddings)
sides = {name: compared.pairs_of(*both) for name, both in addends.items()}
apart = {name: float(np.abs(other - one).max()) for name, (one, other) in sides.items()}
if apart["Word embeddings"] > 0:
    learned = "Some words are other tokens in the other sentence, and so have other rows"
else:
    learned = "A word's learned row is the same wherever it stands"
if "Positions" not in apart:
    added = "this model adds no position to it, it rotates queries and keys instead"
elif mode == "off":
    added = "with positions off nothing is added to it"
else:
    added = "what differs is the position added to it"
section("What enters the encoder", f"Word by word, in the first one's order. {learned}; {added}.")
rows = paired[:_ROWS]
strips = {
    f"{name}: {part}": vectors[: len(rows), :_DIMENSIONS]
    for name, (one, other) in sides.items()
    for part, vectors in {
        "first": one,
        "second": other,
        f"second − first, {f'up to {apart[name]:.4f}' if apart[name] else 'no difference'}": other - one,
    }.items()
}
pictured = np.stack(list(strips.values()))
show_tiles(
    pictured,
    Labels(rows, hint=dimensions_hint(addends["Word embeddings"][0].shape[1], _DIMENSIONS)),
    key="inputs",
    alt="Word embeddings and positions of both sentences and their differences: a row a word",
    numbers=lambda: pd.concat(
        {
            (name, part): pd.DataFrame(vectors, index=list(paired))
            for name, both in sides.items()
            for part, vectors in zip(("first", "second"), both, strict=True)
        }
    ),
    names=tuple(strips),
    limit=float(np.percentile(np.abs(pictured), 99.5)),
    columns=(3, 1),
    smallest_tile=200,
    tile_height=max(40, min(20 * len(rows), 320)),
    show_names=True,
)

# ------------------------------------------------------------------ layer by layer
section(
    "Layer by layer",
    "How alike each word's context vector is in the two sentences, and how alike the sentence vectors that pooling "
    "makes of each layer.",
)
steps = layer_steps(compared.first.num_layers)
most_moved = compared.moved_most()


def line(place: int) -> LayerLine:
    """One word's line: the one that moved most stands out, special tokens stand back."""
    cosines = compared.word_cosines[:, place]
    if most_moved and place == most_moved[0]:
        return LayerLine(paired[place], cosines, colours.query, width=3)
    if compared.paired_words[place].special:
        return LayerLine(paired[place], cosines, colours.quiet, dash="dot")
    return LayerLine(paired[place], cosines, colours.output)


by_change = np.argsort(compared.word_cosines.min(axis=0), kind="stable")[:_LINES]
show(
    layer_lines(
        [*map(line, by_change.tolist()), LayerLine("sentence", compared.sentence_cosines, colours.ink, width=4)],
        steps,
        "cosine of first and second",
        colours,
    ),
    key="layer-cosines",
    alt="Cosine of each word's context vectors in the two sentences, layer by layer",
    numbers=lambda: pd.DataFrame(
        np.column_stack([compared.word_cosines, compared.sentence_cosines]),
        index=pd.Index(steps, name="layer"),
        columns=[*paired, "sentence vector"],
    ),
)
if len(paired) > _LINES:
    markup(f'<p class="es-note">Shown: the {_LINES} of {len(paired)} that change most.</p>')
table(
    ["layer", "cosine of the sentence vectors"],
    [[step, f"{cosine:.4f}"] for step, cosine in zip(steps, compared.sentence_cosines, strict=True)],
    "Pooled from each layer's context vectors; the last is the model's own sentence vector.",
)

head_differences.draw(requests[mode], compared)
proof.draw_proof(compared_with("on"), compared_with("off"))
proof.draw_all_orders(model, first.text)
proof.draw_bag_of_words(compared)
next_page("pages/encoder/context.py", "one word in many sentences")
