"""Where a word's meaning came from: attention rollout and leave-one-out, side by side."""

import html

import numpy as np
import pandas as pd
import streamlit as st

from components.core.context.word_occurrences import Occurrence
from components.core.model.attention import attention_rollout
from components.figures.charts.bars import twin_bars
from components.ui import state
from components.ui.caches import occurrences, traces
from components.ui.caches.requests import OcclusionRequest, TraceRequest
from components.ui.charts import show
from components.ui.page import markup, palette

# Words that bars have room for.
_WORDS = 30


def draw(model: str, occurrence: Occurrence) -> None:
    """Attention rollout and leave-one-out, side by side."""
    tokens, word = occurrence.tokens, occurrence.word
    special_too = st.toggle("Show special tokens too", key=state.Context.WITH_SPECIAL_TOKENS, bind=state.IN_URL)
    others = [
        each
        for each in tokens.words_and_marks
        if not set(each.token_indices) & set(word.token_indices) and (special_too or not each.special)
    ]
    if not others:
        markup('<p class="es-note">There is no other word in this sentence.</p>')
        return
    # The nearest ones stand for a long sentence: leave-one-out runs the model once for each.
    others.sort(key=lambda each: abs(each.token_indices[0] - word.token_indices[0]))
    left = len(others) - _WORDS
    others = sorted(others[:_WORDS], key=lambda each: each.token_indices)
    rolled = attention_rollout(traces.trace(TraceRequest(model, tokens.text)).attention_weights())
    row = rolled[list(word.token_indices)].mean(axis=0)
    shares = np.array([row[list(each.token_indices)].sum() for each in others])
    moved = occurrences.occlusion_distances(OcclusionRequest(model, tokens.text, word, tuple(others)))
    names = [each.text for each in others]
    by_rollout, by_leaving = names[int(shares.argmax())], names[int(moved.argmax())]
    if shares.argmax() == moved.argmax():
        verdict = f"Both name “{by_rollout}” first."
    else:
        verdict = f"Rollout names “{by_rollout}” first, leave-one-out “{by_leaving}”: attention is not the whole story."
    specials = [i for each in tokens.words_and_marks if each.special for i in each.token_indices]
    own = f" Of the rollout the word itself keeps {row[list(word.token_indices)].sum():.0%}"
    hidden = f"{own}." if special_too else f"{own}, and special tokens, not shown, take {row[specials].sum():.0%}."
    rest = f" Shown are the {_WORDS} nearest words; {left} more stand farther away." if left > 0 else ""
    markup(f'<p class="es-note">{html.escape(verdict)}{hidden}{rest}</p>')
    colours = palette()
    show(
        twin_bars(
            [
                ("attention rollout: share", shares, colours.key),
                ("leave-one-out: 1 − cosine", moved, colours.output),
            ],
            names,
            "other words",
            colours,
        ),
        key="sources",
        alt=f"How much each other word of the sentence brings to “{word.text}”, by attention rollout and leave-one-out",
        numbers=lambda: pd.DataFrame({"attention rollout": shares, "leave-one-out": moved}, index=names),
    )
