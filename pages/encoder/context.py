"""Context: one word in several sentences, and what self-attention makes of it in each."""

import numpy as np
import pandas as pd
import streamlit as st

from components.figures.charts.layer_lines import layer_lines
from components.figures.heatmaps.similarity import close_similarity_heatmap
from components.ui import state
from components.ui.charts import show, show_paths, show_strip
from components.ui.context import occlusion, occurrences, pooling, pronouns, senses, summary
from components.ui.page import markup, next_page, palette, read_model, section, title
from components.ui.wording import format_count, join_list, layer_steps
from components.views.paths import Path

model, encoder = read_model()
top = st.container()
occurrences.ask()
with top:
    found = occurrences.read(model, encoder)
word, count = found.word.strip(), len(found.occurrences)
layers = encoder.num_layers
colours = palette()
with top:
    title("Step 4 of 6 · Context-aware embeddings", summary.finding(found), summary.lead(found))
occurrences.draw_sentences(encoder, found, st.session_state[state.Context.SENTENCES])

# ------------------------------------------------------------------ one row, many vectors
labels = [occurrences.label_of(found, each) for each in found.occurrences]
one_row = summary.one_word_embedding(found)
section(
    "One word embedding, many context vectors" if one_row else "Word embeddings and context vectors",
    f"Above, what “{word}” starts from, learned and the same wherever it stands. Below, what the last layer makes of "
    "it in each sentence."
    if one_row
    else "Above, what the word starts from in each sentence. Below, what the last layer makes of it.",
)
statics = np.stack([each.static_vector for each in found.occurrences])[: 1 if one_row else None]
lasts = np.stack([each.vectors[-1] for each in found.occurrences])
for vectors, rows, key, alt in (
    (statics, [word] if one_row else labels, "static", "The word embedding"),
    (lasts, labels, "contexts", f"The context vectors of “{word}” after the last layer, a row a sentence"),
):
    show_strip(
        vectors,
        rows,
        key=key,
        alt=alt,
        numbers=lambda vectors=vectors, rows=rows: pd.DataFrame(vectors, index=rows),  # type: ignore[misc]
        height=26 * len(vectors),
    )

# ------------------------------------------------------------------ layer by layer
section(
    "Step by step through the layers",
    "Left: how alike the word's vectors are. Right: how they part"
    + (", all starting from the one word embedding in the middle" if one_row else "")
    + ". Move the slider.",
)
steps = ["word embedding", "input", *(f"layer {number + 1}" for number in range(layers))]
if st.session_state.get(state.Context.STEP) not in steps:
    # Another model may have fewer layers than the one before.
    st.session_state.pop(state.Context.STEP, None)
step = steps.index(st.select_slider("Layer", steps, steps[-1], key=state.Context.STEP, bind=state.IN_URL))
names = [occurrences.name_of(found, each) for each in found.occurrences]
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
        alt=f"Cosine of the vectors of “{word}” in {format_count(count, 'place')}, {steps[step]}",
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
        alt=f"The ways of “{word}” through the layers in {format_count(count, 'place')}, up to: {steps[step]}",
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
lines = summary.layer_lines_of(found, colours)
short = ["word", *layer_steps(layers)]
show(
    layer_lines(lines, short, "mean cosine of two uses", colours, height=320),
    key="sense-cosines",
    alt=f"Mean cosine of two uses of “{word}” in {join_list([each.name for each in lines])}, layer by layer",
    numbers=lambda: pd.DataFrame({each.name: each.values for each in lines}, index=pd.Index(steps, name="step")),
)

# ------------------------------------------------------------------ where it came from
section(
    "Where the meaning came from",
    "Two ways to ask. Attention rollout follows the weights back through all layers (Abnar and Zuidema 2020). "
    "Leave-one-out hides one word from all others and measures how far the vector moves. Marks and special tokens "
    "often gather attention that goes nowhere else.",
)
occurrence = occurrences.pick_occurrence(found)
occlusion.draw(model, occurrence)

pronouns.draw(model)
pooling.draw(model, encoder, occurrence)
senses.draw(model)
next_page("pages/applications/sentence_map.py", "many sentences on one map")
