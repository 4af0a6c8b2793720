"""Positions: what marks where a token stands, and what happens to the sentence without it."""

import html
from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from components.core.model.attention import attention_scores
from components.core.numerics.similarity import cosine_similarity
from components.core.positions.encodings import frequencies, rotary_relative_similarity, rotate, sinusoidal_encoding
from components.figures.charts.curves import curves
from components.figures.heatmaps.similarity import position_similarity
from components.ui import state
from components.ui.charts import show
from components.ui.page import next_page, palette, read_sentence, section
from components.ui.page import raw_markup as markup
from components.ui.pickers import longest_token, pick_dimension
from components.ui.positions import order_experiment
from components.ui.wording import format_signed
from components.views.tiles import Labels, tiles

# Rows of the position matrices that can be told apart in a picture.
_POSITIONS = 64
_COMPARED = 128

reading = read_sentence()
encoder, trace = reading.encoder, reading.trace()
colours = palette()
order_experiment.draw(reading, "Step 2 of 6 · Positional encoding")

# ------------------------------------------------------------------ learned beside sinusoidal
learned = encoder.position_embedding_table
width = encoder.hidden_size if learned is None else learned.shape[1]
positions = encoder.trace_limit if learned is None else len(learned)
fixed = sinusoidal_encoding(positions, width)
if learned is not None:
    section(
        "Learned by this model",
        f"A row of {width} numbers for each of {positions} positions, learned like any other weight. "
        f"Shown are the first {min(_POSITIONS, positions)} rows.",
    )
else:
    section("This model learns no position table", "It rotates queries and keys instead, as shown further down.")


def picture(matrix: np.ndarray, key: str, what: str, limit: float) -> None:
    """Draw the first rows of a position matrix and offer all of its numbers."""
    shown = matrix[:_POSITIONS]
    show(
        partial(
            tiles,
            shown[None],
            Labels(
                tuple(f"position {p + 1}" for p in range(len(shown))),
                hint="Rows are positions, columns are dimensions.",
            ),
            limit=limit,
            tile_height=230,
        ),
        key=key,
        alt=f"{what}: a row for each position, a column for each of {width} dimensions",
        numbers=lambda: pd.DataFrame(matrix, index=pd.RangeIndex(1, len(matrix) + 1, name="position")),
    )


if learned is not None:
    picture(learned, "learned-positions", "Learned position embeddings", float(np.percentile(np.abs(learned), 99)))
section(
    "Fixed waves: the first transformer",
    "Vaswani et al. (2017) computed positions instead of learning them: each pair of dimensions is a sine and a "
    "cosine of its own wavelength.",
)
picture(fixed, "sinusoidal-positions", "Sinusoidal position encoding", 1.0)

left, right = st.columns(2)
with left:
    position = (
        int(
            st.number_input(
                "Position", 1, positions, min(7, positions), key=state.Positions.POSITION, bind=state.IN_URL
            )
        )
        - 1
    )
with right:
    dimension = pick_dimension(width)
pair, function = dimension // 2, "sin" if dimension % 2 == 0 else "cos"
divisor = 1 / frequencies(width)[dimension]
learned_number = ""
if learned is not None:
    number = format_signed(learned[position, dimension])
    learned_number = f'<br>learned by {html.escape(encoder.short_name)}: <span class="es-p">{number}</span>'
markup(
    '<div class="es-formula">',
    f'PE(<span class="es-p">{position}</span>, {dimension}) = '
    f"{function}({position} / 10000<sup>{2 * pair}/{width}</sup>) = "
    f"{function}({position} / {divisor:.4f}) = {function}({position / divisor:.4f}) = "
    f'<b class="es-p">{format_signed(fixed[position, dimension])}</b>{learned_number}',
    f'<br><span class="es-quiet">In the formula positions and dimensions are counted from 0: this is position '
    f"{position + 1}, dimension {dimension + 1}.</span></div>",
)
waves = {"sinusoidal": (fixed[:, dimension], colours.key)}
if learned is not None:
    spread = float(np.abs(learned[1:, dimension]).max())
    waves["learned, scaled to the same height"] = (learned[:, dimension] / spread, colours.position)
show(
    curves(
        np.arange(1, positions + 1), waves, "position", f"dimension {dimension + 1}", colours, y_range=(-1.15, 1.15)
    ),
    key="waves",
    alt=f"Dimension {dimension + 1} over all {positions} positions",
    numbers=lambda: pd.DataFrame(
        {name: values for name, (values, _) in waves.items()},
        index=pd.RangeIndex(1, positions + 1, name="position"),
    ),
)

# ------------------------------------------------------------------ how alike positions are
section(
    "How alike two positions are",
    "Cosine of every position with every other. A band along the diagonal means that neighbours in the sentence get "
    "similar numbers.",
)
stride = -(-positions // _COMPARED)
if stride > 1 and not st.toggle(
    f"All {positions} positions, one in {stride}", key=state.Positions.ALL_POSITIONS, bind=state.IN_URL
):
    stride = 1
columns = st.columns(1 if learned is None else 2)
compared = ([] if learned is None else [("learned", learned)]) + [("sinusoidal", fixed)]
for column, (what, matrix) in zip(columns, compared, strict=True):
    sample = matrix[::stride][:_COMPARED]
    similar = pd.DataFrame(cosine_similarity(sample))
    similar.index = similar.columns = pd.Index(np.arange(len(sample)) * stride + 1, name="position")
    with column:
        markup(f"<p>{what.capitalize()}</p>")
        show(
            position_similarity(similar.to_numpy(), similar.index.to_list(), colours),
            key=f"{what}-similarity",
            alt=f"Cosine similarity of {what} positions",
            numbers=similar.copy,
        )

# ------------------------------------------------------------------ rotary
section(
    "What a rotary model does instead",
    "Newer encoders such as ModernBERT add nothing. They turn each query and key by an angle that grows with its "
    "position (Su et al. 2021), so their product depends on the distance alone.",
)
heads_width = trace.queries.shape[-1]
asking = longest_token(reading.tokens)
others = [i for i, special in enumerate(reading.tokens.special) if not special and i != asking]
if encoder.adds_positions and heads_width % 2 == 0 and others:
    asked = others[0]

    def turned(shift: int) -> str:
        """The score of these two, had this model rotated them, `shift` positions further on."""
        query = rotate(trace.queries[0, 0, asking][None].astype(float), np.array([asking + shift]))
        key = rotate(trace.keys[0, 0, asked][None].astype(float), np.array([asked + shift]))
        return format_signed(float(attention_scores(query, key, trace.scaling[0])[0, 0]))

    markup(
        '<div class="es-formula">',
        f'This sentence’s own <span class="es-q">query of “{html.escape(reading.tokens.labels[asking])}”</span> and '
        f'<span class="es-k">key of “{html.escape(reading.tokens.labels[asked])}”</span> (layer 1, head 1), '
        "rotated as a rotary model would:<br>"
        f"at positions {asking + 1} and {asked + 1} their score is <b>{turned(0)}</b>;<br>"
        f"100 positions further on, at {asking + 101} and {asked + 101}, it is <b>{turned(100)}</b>.",
        "</div>",
    )
distances = np.arange(0, 129)
falling = rotary_relative_similarity(heads_width if heads_width % 2 == 0 else heads_width - 1, distances)
show(
    curves(
        distances,
        {"share of q · k that is left": (falling, colours.position)},
        "distance between query and key, in tokens",
        "share left",
        colours,
        y_range=(-0.4, 1.05),
    ),
    key="rotary",
    alt="How much of the product of two equal vectors is left when they are rotated by their distance",
    numbers=lambda: pd.DataFrame({"share": falling}, index=pd.Index(distances, name="distance")),
)
next_page("pages/encoder/attention.py", "every token looks at every token")
