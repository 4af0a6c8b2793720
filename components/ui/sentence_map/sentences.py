"""The set of sentences of the map: the shipped ones, pasted text, or a file."""

from functools import cache as once
from typing import Final

import streamlit as st
from markupsafe import Markup

from components.core import Encoder
from components.core.errors import UploadError
from components.core.text.sentence_set import MOST_SENTENCES, SentenceSet, select_sentences, sentences_from_paste
from components.core.text.uploads import MOST_BYTES, read_upload
from components.ui import state
from components.ui.assets import ASSETS, read_toml
from components.ui.caches import sentence_sets
from components.ui.caches.sentence_sets import SentenceSetRequest
from components.ui.page import markup, stop_on_error
from components.ui.pickers import pick_option, pick_to_fill
from components.ui.rejected_rows import draw_rejected_rows
from components.ui.sentence_map import added_sentences
from components.ui.stage.stage import close_own_data
from components.ui.table_upload import TableUpload, read_once
from components.ui.wording import format_count

SHIPPED: Final = "Ten topics"
PASTE: Final = "Paste"
FILE: Final = "File"
_TABLE: Final = TableUpload(state.Table("sentence"))

_PASTED: Final = """The soup needs a pinch of salt.
Add more seasoning to the broth.
The striker scored in the last minute.
Our team won the match just before the whistle.
The bread is still warm from the oven.
The goalkeeper caught the ball with one hand."""


@once
def shipped() -> SentenceSet:
    """The sentences that come with the app, labelled by their topics."""
    name = "sentences.csv"
    return select_sentences(read_upload(name, (ASSETS / name).read_bytes()), "sentence", "topic")


@once
def traps() -> dict[str, tuple[tuple[str, ...], str]]:
    """Name → shipped sentences that are hard to place, and what to look at."""
    return {
        f"{trap['kind'].capitalize()}: {trap['name']}": (tuple(trap["sentences"]), trap["says"])
        for trap in read_toml("traps")["trap"]
    }


def ask() -> None:
    """Ask for the source of the sentences."""
    source = pick_option("Source", [SHIPPED, PASTE, FILE], state.SentenceMap.SOURCE)
    if source == PASTE:
        st.text_area(
            "One sentence per line",
            _PASTED,
            key=state.SentenceMap.PASTED,
            # Not in the address, which holds a few thousand characters and is kept in histories and logs.
            persist_state="session",
            height=260,
            help="Pasted text stays in this session; a link to this page does not contain it.",
        )
        st.button("Draw the map", on_click=close_own_data)
    elif source == FILE:
        _TABLE.ask("A file with one sentence per row")
    st.caption(
        f"At most {MOST_SENTENCES:,} sentences and {MOST_BYTES // 1_000_000} MB. They go to the computer that "
        "runs Encoderscope, and nowhere else."
    )


def read(model: str) -> SentenceSet:
    """Return the sentences; if there are none to map, show the reason and end the page."""
    source = st.session_state[state.SentenceMap.SOURCE]
    if source == SHIPPED:
        return shipped()
    with stop_on_error("No sentences to map", _offer_shipped):
        sentence_set = _pasted() if source == PASTE else _TABLE.read()
        unreadable = sentence_sets.unreadable_sentences(SentenceSetRequest(model, sentence_set))
        if len(unreadable) == len(sentence_set.sentences):
            raise UploadError(
                f"This model can read none of {format_count(len(unreadable), 'sentence')}. "
                f"The first: {next(iter(unreadable.values()))}"
            )
        return sentence_set.without(
            {index: f"cannot be read by this model ({why})" for index, why in unreadable.items()}
        )


def _pasted() -> SentenceSet:
    text = st.session_state[state.SentenceMap.PASTED]
    return read_once(text, lambda: sentences_from_paste(text))


def _offer_shipped() -> None:
    st.button(
        "Use the shipped sentences", on_click=lambda: st.session_state.update({state.SentenceMap.SOURCE: SHIPPED})
    )


def describe(sentences: SentenceSet) -> str:
    """The size of the set, and rows that were left out."""
    about = format_count(len(sentences.sentences), "sentence")
    if sentences.labels is not None:
        about += f", {format_count(len(set(sentences.labels)), 'label')}"
    if sentences.rejected:
        about += f", {format_count(sentences.rejected_count, 'row')} left out"
    return about


def draw_result_of_upload(sentences: SentenceSet) -> None:
    """Draw how a file was read, and rows that were left out."""
    if st.session_state[state.SentenceMap.SOURCE] == FILE:
        _TABLE.draw_reading()
    draw_rejected_rows({"": sentences.rejected})


def draw_too_long(sentences: SentenceSet, model: str, encoder: Encoder) -> None:
    """Say how many sentences the encoder does not read to their end. Counting takes seconds for many long ones."""
    long = sentence_sets.too_long(SentenceSetRequest(model, sentences))
    long += sentence_sets.count_too_long(encoder, added_sentences.added_to(sentences))
    if long:
        have = "has" if long == 1 else "have"
        note = f"{format_count(long, 'sentence')} {have} more than {encoder.encode_limit} tokens"
        markup(Markup('<p class="es-note">{}: the encoder reads only the beginning.</p>').format(note))


def offer_traps() -> None:
    """Offer shipped sentences that are hard to place."""
    if st.session_state[state.SentenceMap.SOURCE] == SHIPPED:
        pick_to_fill(
            "Try a trap",
            traps(),
            "Choose a trap",
            key=state.SentenceMap.TRAP,
            fill=lambda name: st.session_state.update({state.SentenceMap.SELECTED: traps()[name][0]}),
            width=230,
        )
