"""The sources of a word's meaning: attention rollout and occlusion (leave-one-out), side by side."""

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
from components.ui.page import palette, quoted
from components.ui.stage import frame

# The most words that bars have room for.
_WORDS = 18


def draw(model: str, occurrence: Occurrence) -> None:
    """Draw the share that each other word has by rollout, and the distance that hiding it moves the vector."""
    tokens, word = occurrence.tokens, occurrence.word
    with frame.controls():
        with_special = st.toggle(
            "Special tokens too", key=state.Context.WITH_SPECIAL_TOKENS, bind=state.IN_URL, persist_state="session"
        )
    others = [
        each
        for each in tokens.words_and_marks
        if not set(each.token_indices) & set(word.token_indices) and (with_special or not each.special)
    ]
    if not others:
        frame.heading(f"There is no other word beside {quoted(word.text)} in this sentence", "Pick another sentence.")
        return
    # Of a long sentence the nearest words: occlusion runs the model once for each.
    others.sort(key=lambda each: abs(each.token_indices[0] - word.token_indices[0]))
    omitted = len(others) - _WORDS
    others = sorted(others[:_WORDS], key=lambda each: each.token_indices)
    rolled = attention_rollout(traces.trace(TraceRequest(model, tokens.text)).attention_weights())
    row = rolled[list(word.token_indices)].mean(axis=0)
    shares = np.array([row[list(each.token_indices)].sum() for each in others])
    moved = occurrences.occlusion_distances(OcclusionRequest(model, tokens.text, word, tuple(others)))
    frame.heading(*finding(word.text, [each.text for each in others], shares, moved))
    names = [each.text for each in others]
    colours = palette()
    show(
        twin_bars(
            [("attention rollout:<br>share", shares, colours.key), ("occlusion:<br>1 − cosine", moved, colours.output)],
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
    rest = f" Shown: the {_WORDS} nearest words; {omitted} more are farther away." if omitted > 0 else ""
    frame.note(f"{_kept_by_itself(occurrence, row, with_special)}{rest}")
    with frame.details():
        frame.note(
            "Attention rollout follows the weights back through all layers (Abnar and Zuidema 2020). Occlusion hides "
            "one word from all others and measures how far the vector moves. Punctuation and special tokens often get "
            "attention that has no other target."
        )


def finding(word: str, others: list[str], shares: np.ndarray, moved: np.ndarray) -> tuple[str, str]:
    """The title and the lead: the word that each measure names first."""
    by_rollout, by_occlusion = (quoted(others[int(each.argmax())]) for each in (shares, moved))
    if shares.argmax() == moved.argmax():
        return (
            f"The vector of {quoted(word)} takes most from {by_occlusion}",
            "Two measures agree: it has the largest share of the attention followed back through all layers, and "
            "hiding it moves the vector farthest.",
        )
    return (
        f"Hiding {by_occlusion} moves the vector of {quoted(word)} farthest",
        f"Attention followed back through all layers names {by_rollout} first instead: attention does not explain "
        "everything.",
    )


def _kept_by_itself(occurrence: Occurrence, row: np.ndarray, with_special: bool) -> str:
    own = row[list(occurrence.word.token_indices)].sum()
    said = f"In the rollout the word itself keeps {own:.0%}"
    if with_special:
        return f"{said}."
    special = [i for each in occurrence.tokens.words_and_marks if each.special for i in each.token_indices]
    return f"{said}, and special tokens, not shown, get {row[special].sum():.0%}."
