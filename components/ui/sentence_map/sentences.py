"""Which sentences are mapped: the shipped ones, a paste or a file, and those that are added one by one."""

import html
from functools import cache as once
from typing import Final

import streamlit as st

from components.core import Encoder
from components.core.errors import EncoderscopeError, UploadError
from components.core.text.sentence_set import MOST_SENTENCES, SentenceSet, select_sentences, sentences_from_paste
from components.core.text.uploads import MOST_BYTES, read_upload
from components.ui import state
from components.ui.assets import ASSETS, read_toml
from components.ui.caches import sentence_sets, traces
from components.ui.caches.requests import TextRequest
from components.ui.caches.sentence_sets import SentenceSetRequest
from components.ui.page import markup, stop_on_error
from components.ui.pickers import pick_option, pick_to_fill
from components.ui.rejected_rows import draw_rejected_rows
from components.ui.table_upload import TableUpload, read_once
from components.ui.wording import format_count

SHIPPED: Final = "Ten topics"
PASTE: Final = "Paste"
FILE: Final = "File"
_TABLE: Final = TableUpload("sentence")
_MOST_ADDED = 100

# What is being typed, and what was wrong with it.

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
    """Name → sentences of the shipped set that are hard to place, and what to look at."""
    return {
        f"{trap['kind'].capitalize()}: {trap['name']}": (tuple(trap["sentences"]), trap["says"])
        for trap in read_toml("traps")["trap"]
    }


def ask() -> None:
    """Ask where the sentences come from."""
    with st.popover("Sentences", width="content"):
        source = pick_option("Take them from", [SHIPPED, PASTE, FILE], state.SentenceMap.SOURCE)
        if source == PASTE:
            st.text_area(
                "One sentence a line",
                _PASTED,
                key=state.SentenceMap.PASTED,
                # Not in the address: that holds a few thousand characters, and is kept in histories and logs.
                persist_state="session",
                height=260,
                help="What is pasted stays in this session; a link to this page does not hold it.",
            )
            st.button("Map them")
        elif source == FILE:
            _TABLE.ask("A file of sentences, one a row")
        st.caption(
            f"At most {MOST_SENTENCES:,} sentences and {MOST_BYTES // 1_000_000} MB. They go to the computer that "
            "runs Encoderscope, and nowhere else."
        )


def read(model: str) -> SentenceSet:
    """The sentences asked for; if there are none to map, say why and end the page here."""
    source = st.session_state[state.SentenceMap.SOURCE]
    if source == SHIPPED:
        return shipped()
    with stop_on_error(_offer_shipped):
        found = _pasted() if source == PASTE else _TABLE.read()
        refused = sentence_sets.unreadable_sentences(SentenceSetRequest(model, found))
        if len(refused) == len(found.sentences):
            raise UploadError(
                f"Of {format_count(len(refused), 'sentence')} this model can read none. "
                f"The first: {next(iter(refused.values()))}"
            )
        return found.without({place: f"cannot be read by this model ({why})" for place, why in refused.items()})


def _pasted() -> SentenceSet:
    text = st.session_state[state.SentenceMap.PASTED]
    return read_once(text, lambda: sentences_from_paste(text))


def _offer_shipped() -> None:
    st.button(
        "Take the shipped sentences", on_click=lambda: st.session_state.update({state.SentenceMap.SOURCE: SHIPPED})
    )


def draw_bar(sentences: SentenceSet, model: str, encoder: Encoder) -> None:
    """Say what is mapped, what was left out, and what is read only in part."""
    about = format_count(len(sentences.sentences), "sentence")
    if sentences.labels is not None:
        about += f", {format_count(len(set(sentences.labels)), 'label')}"
    rejected = sentences.rejected
    if rejected:
        about += f", {format_count(len(rejected), 'row')} left out"
    markup(f'<p class="es-count">{html.escape(f"{about} · {encoder.short_name}")}</p>')
    if st.session_state[state.SentenceMap.SOURCE] == FILE and _TABLE.problem:
        markup(f'<p class="es-problem">{html.escape(_TABLE.problem)} The file before is shown.</p>')
    long = sentence_sets.too_long(SentenceSetRequest(model, sentences)) + sum(
        sentence_sets.is_too_long(model, each) for each in added_sentences(sentences)
    )
    if long:
        markup(
            f'<p class="es-note">{format_count(long, "sentence")} of more than {encoder.encode_limit} tokens: only the '
            "beginning of so long a one is read.</p>"
        )
    draw_rejected_rows({"": rejected})


# ---------------------------------------------------------------- added one by one


def added_sentences(sentences: SentenceSet) -> tuple[str, ...]:
    """The sentences added in this session, in their order, but for those that are in the set anyway."""
    known = sentences.indices
    return tuple(each for each in _all_added() if each not in known)


def _all_added() -> tuple[str, ...]:
    return tuple(st.session_state.get(state.SentenceMap.ADDED, ()))


def ask_to_add() -> None:
    """Ask for one more sentence; it lands on the map as soon as it is handed over, and is selected."""
    st.text_input(
        "Add a sentence",
        placeholder="Squatch orders a second pizza",
        key=state.SentenceMap.SENTENCE_TO_ADD,
        on_change=_add,
        width=250,
    )
    problem = st.session_state.pop(state.SentenceMap.PROBLEM_OF_ADDED, None)
    if problem:
        markup(f'<p class="es-problem">{html.escape(problem)}</p>')


def _add() -> None:
    typed = " ".join(st.session_state[state.SentenceMap.SENTENCE_TO_ADD].split())
    if not typed:
        return
    if len(_all_added()) == _MOST_ADDED:
        st.session_state[state.SentenceMap.PROBLEM_OF_ADDED] = (
            f"{_MOST_ADDED} sentences were added; more need a set of their own: paste them."
        )
        return
    try:
        traces.tokens(TextRequest(st.session_state[state.Shared.MODEL], typed))
    except EncoderscopeError as error:
        st.session_state[state.SentenceMap.PROBLEM_OF_ADDED] = str(error)
        return
    if typed not in _all_added():
        st.session_state[state.SentenceMap.ADDED] = (*_all_added(), typed)
    st.session_state[state.SentenceMap.SELECTED] = (typed,)
    st.session_state[state.SentenceMap.SENTENCE_TO_ADD] = ""


def offer_to_take_back() -> None:
    """Offer to be rid of what was added."""
    if _all_added():
        st.button("Take back the added ones", on_click=lambda: st.session_state.pop(state.SentenceMap.ADDED))


def offer_traps() -> None:
    """Offer sentences of the shipped set that are hard to place."""
    if st.session_state[state.SentenceMap.SOURCE] == SHIPPED:
        pick_to_fill(
            "Try a trap",
            traps(),
            "Pick a trap",
            key=state.SentenceMap.TRAP,
            fill=lambda name: st.session_state.update({state.SentenceMap.SELECTED: traps()[name][0]}),
            width=260,
        )
