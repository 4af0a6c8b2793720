"""Embeddings: word + position + token type, added up to what enters the first layer."""

import html
from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from components.core import SentenceError
from components.core.numerics.similarity import cosine_similarity, nearest, principal_components
from components.figures.charts.bars import bars
from components.figures.charts.text_scatter import text_scatter
from components.figures.heatmaps.similarity import similarity_heatmap
from components.ui import state
from components.ui.caches import models
from components.ui.charts import show
from components.ui.page import next_page, palette, read_sentence, section, title
from components.ui.page import raw_markup as markup
from components.ui.pickers import longest_token, pick_dimension, pick_token
from components.ui.wording import format_signed
from components.views.tiles import Labels, tiles

_TOKENS = 96
_NEIGHBOURS = 10
_MOST_WORDS = 30
_WORDS = "pizza pasta bread oven stove king queen prince happy glad sad Squatch"

reading = read_sentence()
encoder, trace = reading.encoder, reading.trace()
labels = reading.tokens.labels
addends = {
    name: (matrix, role, html_role)
    for name, matrix, role, html_role in [
        ("word", trace.word_embeddings, "word", "es-w"),
        ("position", trace.position_embeddings, "position", "es-p"),
        ("token type", trace.token_type_embeddings, "token_type", "es-t"),
    ]
    if matrix is not None
}
total = np.sum([matrix for matrix, _, _ in addends.values()], axis=0)
entering = trace.hidden_states[0]
shown = min(len(labels), _TOKENS)
size, width = total.shape

top = st.container()
if size > shown:
    markup(f'<p class="es-note">Shown are the first {shown} of {size} tokens.</p>')
limit = float(np.percentile(np.abs(total), 99))
show(
    partial(
        tiles,
        np.stack([matrix for matrix, _, _ in addends.values()] + [total])[:, :shown],
        Labels(
            labels[:shown], hint=f"One colour scale for all: from −{limit:.2f} (red) to {limit:.2f} (blue) and beyond."
        ),
        names=(*(f"{name} embedding".capitalize() for name in addends), "Their sum"),
        limit=limit,
        tile_height=max(40, min(9 * shown, 300)),
        show_names=True,
    ),
    key="addends",
    alt=f"{', '.join(addends)} embeddings and their sum: a row a token, a column for each of {width} dimensions",
    numbers=lambda: pd.concat(
        {name: pd.DataFrame(matrix, index=list(labels)) for name, (matrix, _, _) in addends.items()}
        | {"sum": pd.DataFrame(total, index=list(labels))},
        names=["matrix", "token"],
    ),
)

norm = encoder.embedding_norm
same_width = entering.shape == total.shape
section(
    "What enters layer 1",
    "The sum is normalised: each token's numbers get mean 0 and spread 1, then a learned gain and bias a dimension."
    + ("" if same_width else f" Then a learned matrix turns {width} numbers into {entering.shape[1]}."),
)
show(
    partial(
        tiles,
        entering[None, :shown],
        Labels(labels[:shown], hint="Its own colour scale: normalised numbers are larger."),
        limit=float(np.percentile(np.abs(entering), 99)),
        tile_height=max(40, min(9 * shown, 300)),
    ),
    key="layer-1-input",
    alt=f"What enters layer 1: a row for each token, a column for each of {entering.shape[1]} dimensions",
    numbers=lambda: pd.DataFrame(entering, index=list(labels)),
)

section("One number, added up", "Pick a token and a dimension to follow a single cell through the addition.")
left, right = st.columns(2)
with left:
    token = pick_token(reading.tokens, "Token", state.Embeddings.TOKEN, longest_token(reading.tokens))
with right:
    dimension = pick_dimension(width)
parts = [(name, float(matrix[token, dimension]), role) for name, (matrix, _, role) in addends.items()]
sum_here = float(total[token, dimension])
lines = [
    " + ".join(f'<span class="{role}">{format_signed(value, 6)}</span>' for _, value, role in parts)
    + f" = <b>{format_signed(sum_here, 6)}</b>",
    " + ".join(f'<span class="{role}">{html.escape(name)}</span>' for name, _, role in parts)
    + f" = sum, of “{html.escape(labels[token])}” in dimension {dimension + 1}",
]
if norm is not None:
    mean, spread = (float(value[0]) for value in norm.statistics(total[token]))
    after = float(norm(total[token])[dimension])
    lines += [
        f"({format_signed(sum_here, 6)} − {format_signed(mean, 6)}) / {spread:.6f} · {format_signed(norm.gain[dimension], 6)} + "
        f'{format_signed(norm.bias[dimension], 6)} = <span class="es-o">{format_signed(after)}</span>',
        "(sum − mean of this token) / its spread · learned gain + learned bias = what enters layer 1"
        if same_width
        else "(sum − mean of this token) / its spread · learned gain + learned bias = normalised",
    ]
markup(
    '<div class="es-formula">'
    + "<br>".join(line if i % 2 == 0 else f'<span class="es-quiet">{line}</span>' for i, line in enumerate(lines))
    + "</div>"
)
with st.expander(f"All {width} numbers of “{labels[token]}”".replace("[", "\\[")):
    columns = {name: matrix[token] for name, (matrix, _, _) in addends.items()} | {"sum": total[token]}
    st.dataframe(
        pd.DataFrame(columns, index=pd.RangeIndex(1, width + 1, name="dimension")),
        column_config={name: st.column_config.NumberColumn(format="%.6f") for name in columns},
        height=320,
    )

table = models.unit_embedding_table(reading.model)
rows, cosines = nearest(trace.word_embeddings[token], table, _NEIGHBOURS + 1)
keep = rows != trace.token_ids[token]
rows, cosines = rows[keep][:_NEIGHBOURS], cosines[keep][:_NEIGHBOURS]
neighbours = [encoder.vocabulary_labels[row] for row in rows]
with top:
    title(
        "Step 1 of 6 · Words become numbers",
        f"“{labels[token]}” is {width} numbers, most like those of “{neighbours[0]}”",
        f"{' + '.join(addends).capitalize()}, added up number by number, for each of {size} tokens. Blue is above "
        "zero, red below; point at a cell and the same cell lights up in every matrix.",
    )
section(
    f"Nearest to “{labels[token]}” among all {len(table):,} tokens",
    "Similar words have similar numbers: these rows of the embedding table point most nearly the same way. "
    "No sentence is involved yet; this is what the model learned of the token alone.",
)
show(
    bars([float(c) for c in cosines], neighbours, palette().word, palette()),
    key="neighbours",
    alt=f"Cosine of the ten tokens nearest to {labels[token]}: {', '.join(neighbours)}",
    numbers=lambda: pd.DataFrame({"token": neighbours, "id": rows, "cosine": cosines}),
)

section(
    "A small map of words",
    "Type words: those with similar numbers land near each other, as far as a flat picture can show "
    f"{width} dimensions. A word of several tokens stands at the mean of their rows.",
)
typed = st.text_input(
    "Words, separated by blanks", _WORDS, key=state.Embeddings.WORDS_TYPED, bind=state.IN_URL, max_chars=400
)
words = list(dict.fromkeys(typed.split()))
kept: list[str] = []
vectors: list[np.ndarray] = []
problems: list[str] = []
for word in words[:_MOST_WORDS]:
    try:
        vector, pieces = encoder.static_vector(word)
    except SentenceError:
        problems.append(word)
    else:
        kept.append(word)
        vectors.append(vector)
remarks = []
if len(words) > _MOST_WORDS:
    remarks.append(f"Shown are the first {_MOST_WORDS} of {len(words)} words.")
if problems:
    remarks.append(f"Nothing to read in {len(problems)} of them; they are left out.")
if len(kept) < 2:
    remarks.append(f"A map needs at least two words; {len(kept)} {'is' if len(kept) == 1 else 'are'} here. Type more.")
if remarks:
    markup(f'<p class="es-note">{html.escape(" ".join(remarks))}</p>')
if len(kept) >= 2:
    flat = principal_components(np.stack(vectors))
    show(
        text_scatter(flat.points, kept, palette()),
        key="word-map",
        alt=f"A map of {len(kept)} words by their word embeddings",
        numbers=lambda: pd.DataFrame(flat.points, index=kept, columns=["first", "second"]),
    )
    similar = cosine_similarity(np.stack(vectors))
    pairs = similar - 2 * np.eye(len(kept))
    a, b = np.unravel_index(int(pairs.argmax()), pairs.shape)
    markup(
        f'<p class="es-note">The picture keeps {flat.kept:.0%} of the spread. Measured in all {width} dimensions, '
        f"“{html.escape(kept[a])}” and “{html.escape(kept[b])}” are closest: cosine {similar[a, b]:.3f}.</p>"
    )
    show(
        similarity_heatmap(similar, kept, "word", palette()),
        key="word-similarity",
        alt=f"Cosine of every pair of {len(kept)} words",
        numbers=lambda: pd.DataFrame(similar, index=kept, columns=kept),
    )

next_page("pages/encoder/positions.py", "where each token stands")
