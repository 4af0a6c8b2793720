"""Context: one word in several sentences, and what self-attention makes of it in each."""

import numpy as np
import pandas as pd
import streamlit as st

from components.core.usages import read_usages
from components.figures.charts import LayerLine, layer_lines
from components.figures.heatmaps import close_similarity_heatmap
from components.ui import pooling, pronouns, senses, sources, state, usages
from components.ui.charts import show, show_paths, show_tiles
from components.ui.frame import markup, next_page, palette, read_model, section, title
from components.ui.wording import counted, joined
from components.views.paths import Path
from components.views.tiles import Labels

# Dimensions that can be told apart in a strip.
_DIMENSIONS = 96
# A cosine that prints as 1.0000.
_SAME = 0.99995

model, encoder = read_model()
top = st.container()
usages.ask()
with top:
    found = usages.read(model, encoder)
word, count = found.word.strip(), len(found.occurrences)
layers = encoder.num_layers
same, other = found.same_sense, found.other_sense
both = bool(same.any() and other.any())
colours = palette()

# ------------------------------------------------------------------ the finding
static = float(found.cosines[0].min())
if both:
    within, between = found.mean_cosines(same)[-1], found.mean_cosines(other)[-1]
    nearest = found.nearest_of_same_sense()
    parts = "parts" if nearest == count else "hardly parts" if within > between else "does not part"
    finding = f"Context {parts} the senses of “{word}”: cosine {within:.3f} within, {between:.3f} between"
    lead = f"{nearest} of {counted(count, 'use')} have one of their own sense as the nearest. "
else:
    pairs = found.cosines[-1][~np.eye(count, dtype=bool)]
    finding = f"One “{word}” becomes {count} vectors: cosines from {pairs.min():.3f} to {pairs.max():.3f}"
    lead = "Name the senses, by lines that end in a colon, to see whether they part. "
pieces = found.occurrences[0].word.token_indices
lead += (
    f"Its word embedding is the same in every sentence: cosine {static:.4f}. Self-attention makes the difference."
    if static > _SAME
    else f"Its word embeddings differ (cosine {static:.4f}), because it is cut into other pieces in some sentences."
)
if len(pieces) > 1:
    lead += f" The word is {len(pieces)} pieces here; its vector is their mean."
with top:
    title("Step 4 of 6 · Context-aware embeddings", finding, lead)
usages.draw_sentences(encoder, found, len(read_usages(st.session_state[state.SENTENCES])))

# ------------------------------------------------------------------ one row, many vectors
section(
    "One word embedding, as many context vectors as sentences",
    f"Above, the row of the table that every “{word}” starts from. Below, what the last layer makes of it in each "
    "sentence.",
)
labels = [usages.label_of(found, each) for each in found.occurrences]
statics = np.stack([each.static_vector for each in found.occurrences])
lasts = np.stack([each.vectors[-1] for each in found.occurrences])
for vectors, rows, key, alt in (
    (statics[:1] if static > _SAME else statics, [word] if static > _SAME else labels, "static", "The word embedding"),
    (lasts, labels, "contexts", f"The context vectors of “{word}” after the last layer, a row a sentence"),
):
    show_tiles(
        vectors[None, :, :_DIMENSIONS],
        Labels(
            tuple(rows),
            hint=f"Point at a cell to read it. Shown: dimensions 1 to {min(_DIMENSIONS, vectors.shape[1])} of "
            f"{vectors.shape[1]}.",
        ),
        key=key,
        alt=alt,
        numbers=lambda vectors=vectors, rows=rows: pd.DataFrame(vectors, index=rows),  # type: ignore[misc]
        limit=float(np.percentile(np.abs(vectors), 99)),
        tile_height=26 * len(vectors),
    )

# ------------------------------------------------------------------ layer by layer
section(
    "Step by step through the layers",
    "Left: how alike the word's vectors are. Right: how they part, all sentences starting from the one word embedding "
    "in the middle. Move the slider.",
)
steps = ["word embedding", "input", *(f"layer {number + 1}" for number in range(layers))]
if st.session_state.get(state.STEP) not in steps:
    # Another model may have fewer layers than the one before.
    st.session_state.pop(state.STEP, None)
step = steps.index(st.select_slider("Layer", steps, steps[-1], key=state.STEP, bind=state.IN_URL))
names = [usages.name_of(found, each) for each in found.occurrences]
left, right = st.columns(2, gap="medium")
with left:
    show(
        close_similarity_heatmap(
            np.minimum(found.cosines[step], 1),
            labels,
            "occurrence",
            colours,
            float(np.floor(found.cosines.min() * 10) / 10),
        ),
        key="senses",
        alt=f"Cosine of the vectors of “{word}” in {counted(count, 'place')}, {steps[step]}",
        numbers=lambda: pd.concat(
            {
                name: pd.DataFrame(each, index=labels, columns=labels)
                for name, each in zip(steps, found.cosines, strict=True)
            }
        ),
    )
with right:
    points, kept = found.paths()
    show_paths(
        points,
        [
            Path(name, f"{label}: {each.usage.sentence}", found.senses.index(each.usage.sense))
            for name, label, each in zip(names, labels, found.occurrences, strict=True)
        ],
        key="paths",
        alt=f"The ways of “{word}” through the layers in {counted(count, 'place')}, up to: {steps[step]}",
        numbers=lambda: pd.DataFrame(
            points.reshape(-1, 2),
            columns=["first component", "second component"],
            index=pd.MultiIndex.from_product([labels, steps], names=["occurrence", "step"]),
        ),
        groups=found.senses if len(found.senses) > 1 else (),
        steps=steps,
        at=step,
    )
markup(
    f'<p class="es-note">The ways come from one PCA for all layers, of vectors scaled to length 1; it keeps {kept:.0%} '
    "of what differs. In each layer the mean of all is taken away: a layer moves all of them alike, far more than "
    "apart.</p>"
)
lines = []
if same.any():
    lines.append(LayerLine("same sense", found.mean_cosines(same), colours.output, width=3))
if other.any():
    lines.append(LayerLine("other sense", found.mean_cosines(other), colours.query, width=3, dash="dash"))
short = ["word", "input", *(str(number + 1) for number in range(layers))]
show(
    layer_lines(lines, short, "mean cosine of two uses", colours, height=320),
    key="sense-cosines",
    alt=f"Mean cosine of two uses of “{word}” in {joined([each.name for each in lines])}, layer by layer",
    numbers=lambda: pd.DataFrame({each.name: each.values for each in lines}, index=pd.Index(steps, name="step")),
)

# ------------------------------------------------------------------ where it came from
section(
    "Where the meaning came from",
    "Two ways to ask. Attention rollout follows the weights back through all layers (Abnar and Zuidema 2020). "
    "Leave-one-out hides one word from all others and measures how far the vector moves.",
)
occurrence = usages.pick_occurrence(found)
sources.draw(model, occurrence)

pronouns.draw(model)
pooling.draw(model, encoder, occurrence)
senses.draw(model)
next_page("pages/encoder/overview.py", "back to the whole way")
