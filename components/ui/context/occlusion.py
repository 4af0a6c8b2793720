"""The sources of a word's meaning: attention rollout and occlusion (leave-one-out), side by side."""

import numpy as np
import pandas as pd
import streamlit as st
from markupsafe import Markup

from components.core.context.word_occurrences import Occurrence, WordOccurrences
from components.core.model.attention import attention_rollout
from components.core.tokens.tokens import Word
from components.figures.charts.bars import twin_bars
from components.ui import state
from components.ui.caches import occurrences, traces
from components.ui.caches.requests import OcclusionRequest, TraceRequest
from components.ui.charts import show
from components.ui.context.occurrences import pick_occurrence
from components.ui.page import markup, palette, section

# The most words that bars have room for.
_WORDS = 30


def ask(found: WordOccurrences) -> Occurrence:
    """Ask for one of the sentences, under the heading of this part."""
    section(
        "Where the meaning came from",
        "Two measures. Attention rollout follows the weights back through all layers (Abnar and Zuidema 2020). "
        "Occlusion hides one word from all others and measures how far the vector moves. Punctuation and special "
        "tokens often get attention that has no other target.",
    )
    return pick_occurrence(found)


def draw(model: str, occurrence: Occurrence) -> None:
    """Draw the share that each other word has by rollout, and the distance that hiding it moves the vector."""
    tokens, word = occurrence.tokens, occurrence.word
    with_special = st.toggle("Show special tokens too", key=state.Context.WITH_SPECIAL_TOKENS, bind=state.IN_URL)
    others = [
        each
        for each in tokens.words_and_marks
        if not set(each.token_indices) & set(word.token_indices) and (with_special or not each.special)
    ]
    if not others:
        markup(Markup('<p class="es-note">There is no other word in this sentence.</p>'))
        return
    # Of a long sentence the nearest words: occlusion runs the model once for each.
    others.sort(key=lambda each: abs(each.token_indices[0] - word.token_indices[0]))
    omitted = len(others) - _WORDS
    others = sorted(others[:_WORDS], key=lambda each: each.token_indices)
    rolled = attention_rollout(traces.trace(TraceRequest(model, tokens.text)).attention_weights())
    row = rolled[list(word.token_indices)].mean(axis=0)
    shares = np.array([row[list(each.token_indices)].sum() for each in others])
    moved = occurrences.occlusion_distances(OcclusionRequest(model, tokens.text, word, tuple(others)))
    rest = f" Shown: the {_WORDS} nearest words; {omitted} more are farther away." if omitted > 0 else ""
    markup(
        Markup('<p class="es-note">{} {}{}</p>').format(
            _verdict(others, shares, moved), _kept_by_itself(occurrence, row, with_special), rest
        )
    )
    names = [each.text for each in others]
    colours = palette()
    show(
        twin_bars(
            [("attention rollout: share", shares, colours.key), ("occlusion: 1 − cosine", moved, colours.output)],
            names,
            "other words",
            colours,
        ),
        key="sources",
        alt=f"The part of each other word in the vector of “{word.text}”, by attention rollout and by occlusion",
        numbers=lambda: pd.DataFrame(
            {"attention rollout": shares, "occlusion": moved}, index=pd.Index(names, name="word")
        ),
    )


def _verdict(others: list[Word], shares: np.ndarray, moved: np.ndarray) -> str:
    by_rollout, by_occlusion = others[int(shares.argmax())].text, others[int(moved.argmax())].text
    if shares.argmax() == moved.argmax():
        return f"Both name “{by_rollout}” first."
    return f"Rollout names “{by_rollout}” first, occlusion “{by_occlusion}”: attention does not explain everything."


def _kept_by_itself(occurrence: Occurrence, row: np.ndarray, with_special: bool) -> str:
    own = row[list(occurrence.word.token_indices)].sum()
    said = f"In the rollout the word itself keeps {own:.0%}"
    if with_special:
        return f"{said}."
    special = [i for each in occurrence.tokens.words_and_marks if each.special for i in each.token_indices]
    return f"{said}, and special tokens, not shown, get {row[special].sum():.0%}."
