"""Attention: who looks at whom, in one head and in all heads of its layer."""

import html

import numpy as np
import pandas as pd
import streamlit as st

from components.core.attention import pooled_by_maximum, renormalised
from components.figures.heatmaps import attention_heatmap
from components.ui import state
from components.ui.charts import show, show_tiles
from components.ui.frame import markup, next_page, palette, read_sentence, section, title
from components.ui.pickers import pick_layer_and_head, pick_token
from components.ui.wording import signed
from components.views.tiles import Labels

# Small pictures of more tokens than this show the strongest of each block instead.
_THUMBNAIL = 64
# More rows than this cannot be labelled.
_READABLE = 128

reading = read_sentence()
trace, tokens = reading.trace(), reading.tokens
layers, heads = trace.num_layers, trace.num_heads
top = st.container()

with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
    layer, head = pick_layer_and_head(layers, heads)
    words_only = st.toggle(
        "Leave out special tokens",
        key=state.WORDS_ONLY,
        bind=state.IN_URL,
        help="Hides [CLS] and [SEP] and shares each row's weight among the tokens that remain.",
    )

special = np.asarray(tokens.special)
keep = ~special if words_only and special.any() and not special.all() else np.ones(len(special), dtype=bool)
labels = tuple(label for label, kept in zip(tokens.labels, keep, strict=True) if kept)
weights = trace.attention_weights(layer)
seen = renormalised(weights, keep)
name = f"layer {layer + 1}, head {head + 1}"

# The strongest link from one typed token to another: most heads look hardest at a special token or at home.
links = np.where(special[None, :] | special[:, None] | np.eye(len(special), dtype=bool), -1.0, weights[head])
query, key = (int(place) for place in np.unravel_index(int(links.argmax()), links.shape))
with top:
    if links[query, key] >= 0:
        finding = (
            f"Head {head + 1} of layer {layer + 1} sends {links[query, key]:.0%} of “{tokens.labels[query]}” "
            f"to “{tokens.labels[key]}”"
        )
    else:
        finding = "With one token there is nobody else to look at"
    title(
        "Step 3 of 6 · Self-attention",
        finding,
        "Each row is a token that is looking, each column a token it looks at; a row's weights sum to 1. "
        "The title names the strongest link between two typed tokens of this head.",
    )

if words_only:
    markup(
        '<p class="es-note">[CLS] and [SEP] are left out, and each row is divided by what remains, so that it sums '
        "to 1 again. These are no longer the weights that the model used.</p>"
    )
start, end = 1, len(labels)
if len(labels) > _READABLE:
    start, end = st.slider("Tokens shown", 1, len(labels), (1, len(labels)), key=state.SHOWN)
window = slice(start - 1, end)
part, step = pooled_by_maximum(seen[head][window, window], _READABLE)
if step > 1:
    markup(
        f'<p class="es-note">So many tokens cannot be told apart in one picture: each cell is the strongest of {step} '
        f"× {step} weights and carries its first token’s name. Show at most {_READABLE} tokens to see every weight.</p>"
    )
show(
    attention_heatmap(part, labels[window][::step], palette(), first=start, step=step),
    key="attention",
    alt=f"Attention weights of {name}: rows look at columns",
    numbers=lambda: pd.DataFrame(seen[head], index=list(labels), columns=list(labels)),
)

section(
    f"All {heads} heads of layer {layer + 1}",
    "The same sentence, read by every head of this layer, on one scale from 0 to 1. Pick one to open it above.",
)
pooled, block = pooled_by_maximum(seen, _THUMBNAIL)
show_tiles(
    pooled,
    Labels(
        labels if block == 1 else tuple(labels[::block]),
        labels if block == 1 else (),
        joint="→",
        hint="Point at a cell to read it; the same cell lights up in every head."
        if block == 1
        else f"Each cell is the strongest of {block} × {block}.",
    ),
    key="layer-heads",
    alt=f"Attention weights of the {heads} heads of layer {layer + 1}",
    numbers=lambda: pd.concat(
        {number + 1: pd.DataFrame(seen[number], index=list(labels), columns=list(labels)) for number in range(heads)},
        names=["head", "query"],
    ),
    names=tuple(f"Head {number + 1}" for number in range(heads)),
    scale="sequential",
    limit=1.0,
    decimals=3 if block == 1 else -1,
    columns=(6, 4, 3, 2),
    smallest_tile=110,
    show_names=True,
    selected=head,
    on_pick=lambda number: st.session_state.update({state.HEAD: number + 1}),
)

section(
    "How one weight comes about",
    "The query of the token that looks is multiplied with the key of the token it looks at; the softmax turns the "
    "scores of a row into weights. Opened on the strongest link; pick any two tokens.",
)
left, right = st.columns(2)
with left:
    chosen_query = pick_token(tokens, "Query: who is looking", key=state.QUERY, default=max(query, 0))
with right:
    chosen_key = pick_token(tokens, "Key: at whom", key=state.KEY, default=max(key, 0))
scores = trace.attention_scores(layer, head)[chosen_query]
score = float(scores[chosen_key])
weight = float(weights[head, chosen_query, chosen_key])
dot = float(trace.queries[layer, head, chosen_query] @ trace.keys[layer, head, chosen_key])
size = trace.queries.shape[-1]
total = float(np.exp(scores - scores.max()).sum() * np.exp(float(scores.max())))
q, k = (html.escape(tokens.labels[place]) for place in (chosen_query, chosen_key))
masked = "" if trace.masks[layer] is None else " (plus this model's mask)"
markup(
    '<div class="es-formula">',
    f'<span class="es-q">query of “{q}”</span> · <span class="es-k">key of “{k}”</span> = '
    f"{signed(dot, 3)} <span class='es-quiet'>(sum of {size} products)</span><br>",
    f"{signed(dot, 3)} / √{size} = {signed(score, 3)} <span class='es-quiet'>(the score{masked})</span><br>",
    f"e<sup>{signed(score, 3)}</sup> / Σ e<sup>score</sup> = {np.exp(score):.3f} / {total:.3f} = "
    f"<b>{weight:.3f}</b> <span class='es-quiet'>(the weight)</span>",
    "</div>",
)
markup(
    '<p class="es-note">A weight says where a head looks, not why, and not what the model would do without it. '
    "Jain and Wallace (2019), “Attention is not Explanation”, found other weights that lead to the same answer.</p>"
)
next_page("pages/encoder/word_order.py", "two sentences side by side, and what order does")
