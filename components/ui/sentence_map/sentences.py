"""Which sentences are mapped: the shipped ones, a paste or a file, and those that are added one by one."""

import html
from functools import cache as once
from typing import Final

import streamlit as st

from components.core.errors import EncoderscopeError, UploadError
from components.core.sentence_set import MOST_SENTENCES, SentenceSet, likely_columns, pasted, sentences_of
from components.core.uploads import KINDS, MOST_BYTES, Upload, read_upload
from components.ui import cache, map_cache, state
from components.ui.assets import ASSETS, read_toml
from components.ui.frame import markup, shortened, told
from components.ui.pickers import pick_to_fill
from components.ui.wording import counted

SHIPPED: Final = "Ten topics"
PASTE: Final = "Paste"
FILE: Final = "File"
_NO_LABELS: Final = "none"
_LISTED = 50
_MOST_ADDED = 100

# What is being typed, and what was wrong with it.
_TYPED, _PROBLEM = "sentence_to_add", "problem_of_added"

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
    return sentences_of(read_upload(name, (ASSETS / name).read_bytes()), "sentence", "topic")


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
        source = st.segmented_control(
            "Take them from",
            [SHIPPED, PASTE, FILE],
            default=SHIPPED,
            required=True,
            key=state.SOURCE,
            bind=state.IN_URL,
            persist_state="session",
        )
        if source == PASTE:
            st.text_area(
                "One sentence a line",
                _PASTED,
                key=state.PASTED,
                bind=state.IN_URL,
                persist_state="session",
                height=260,
            )
            st.button("Map them")
        elif source == FILE:
            _ask_for_file()
        st.caption(
            f"At most {MOST_SENTENCES:,} sentences and {MOST_BYTES // 1_000_000} MB. They go to the computer that "
            "runs Encoderscope, and nowhere else."
        )


def _ask_for_file() -> None:
    given = st.file_uploader(
        "A file of sentences, one a row",
        type=list(KINDS),
        max_upload_size=MOST_BYTES // 1_000_000,
        key="sentence_file",
        on_change=_take_file,
    )
    kept = st.session_state.get(state.UPLOADED)
    if not isinstance(kept, tuple):
        return
    name, upload = kept
    if given is None:
        st.caption(f"Kept from before: {shortened(name, 60)}")
    sentences, labels = likely_columns(upload)
    if len(upload.columns) > 1:
        options = list(upload.columns)
        chosen = st.selectbox("Sentences are in", options, options.index(sentences), key=state.SENTENCE_COLUMN)
        others = [_NO_LABELS, *(column for column in options if column != chosen)]
        first = others.index(labels) if labels in others else 0
        st.selectbox("Labels are in", others, first, key=state.LABEL_COLUMN)


def _take_file() -> None:
    given = st.session_state["sentence_file"]
    if given is None:
        return
    for column in (state.SENTENCE_COLUMN, state.LABEL_COLUMN):
        st.session_state.pop(column, None)
    try:
        st.session_state[state.UPLOADED] = given.name, read_upload(given.name, given.getvalue())
    except UploadError as error:
        st.session_state[state.UPLOADED] = f"{shortened(given.name, 60)}: {error}"


def read(model: str) -> SentenceSet:
    """The sentences asked for; if there are none to map, say why and end the page here."""
    source = st.session_state[state.SOURCE]
    if source == SHIPPED:
        return shipped()
    with told(_offer_shipped):
        found = pasted(st.session_state[state.PASTED]) if source == PASTE else _uploaded()
        found = map_cache.readable(model, found)
        if not found.sentences:
            raise UploadError(
                f"None of {counted(len(found.left_out), 'sentence')} can be read by this model. "
                f"The first {found.left_out[0].why}."
            )
    return found


def _uploaded() -> SentenceSet:
    kept = st.session_state.get(state.UPLOADED)
    if kept is None:
        raise UploadError("No file was given yet. Open “Sentences” and give one, or take the shipped sentences.")
    if isinstance(kept, str):
        raise UploadError(kept)
    upload: Upload = kept[1]
    sentences, labels = likely_columns(upload)
    sentences = st.session_state.get(state.SENTENCE_COLUMN, sentences)
    chosen = st.session_state.get(state.LABEL_COLUMN, labels)
    return sentences_of(upload, sentences, None if chosen in (None, _NO_LABELS, sentences) else chosen)


def _offer_shipped() -> None:
    st.button("Take the shipped sentences", on_click=lambda: st.session_state.update({state.SOURCE: SHIPPED}))


def draw_bar(sentences: SentenceSet, model: str) -> None:
    """Say what is mapped, and what was left out."""
    about = counted(len(sentences.sentences), "sentence")
    if sentences.labels is not None:
        about += f", {counted(len(set(sentences.labels)), 'label')}"
    left_out = sentences.left_out
    if left_out:
        about += f", {counted(len(left_out), 'row')} left out"
    markup(f'<p class="es-count">{html.escape(f"{about} · {model}")}</p>')
    if not left_out:
        return
    with st.expander(f"What was left out: {counted(len(left_out), 'row')}"):
        markup(
            '<ul class="es-list">'
            + "".join(
                f"<li>Line {each.line:,} {html.escape(each.why)}"
                + (f': <span dir="auto">{html.escape(each.text)}</span></li>' if each.text else "</li>")
                for each in left_out[:_LISTED]
            )
            + "</ul>"
            + (f'<p class="es-note">And {len(left_out) - _LISTED:,} more.</p>' if len(left_out) > _LISTED else "")
        )


# ---------------------------------------------------------------- added one by one


def added() -> tuple[str, ...]:
    """The sentences added in this session, in their order."""
    return tuple(st.session_state.get(state.ADDED, ()))


def ask_to_add() -> None:
    """Ask for one more sentence; it lands on the map as soon as it is handed over, and is selected."""
    st.text_input("Add a sentence", placeholder="Squatch orders a second pizza", key=_TYPED, on_change=_add, width=250)
    problem = st.session_state.pop(_PROBLEM, None)
    if problem:
        st.caption(f":red[{problem}]")


def _add() -> None:
    typed = " ".join(st.session_state[_TYPED].split())
    if not typed:
        return
    if len(added()) == _MOST_ADDED:
        st.session_state[_PROBLEM] = f"{_MOST_ADDED} sentences were added; more need a set of their own: paste them."
        return
    try:
        cache.tokens(st.session_state[state.MODEL], typed)
    except EncoderscopeError as error:
        st.session_state[_PROBLEM] = str(error)
        return
    if typed not in added():
        st.session_state[state.ADDED] = (*added(), typed)
    st.session_state[state.SELECTED] = (typed,)
    st.session_state[_TYPED] = ""


def offer_to_take_back() -> None:
    """Offer to be rid of what was added."""
    if added():
        st.button("Take back the added ones", on_click=lambda: st.session_state.pop(state.ADDED))


def offer_traps() -> None:
    """Offer sentences of the shipped set that are hard to place."""
    if st.session_state[state.SOURCE] == SHIPPED:
        pick_to_fill(
            "Try a trap",
            traps(),
            "Pick a trap",
            key="trap",
            fill=lambda name: st.session_state.update({state.SELECTED: traps()[name][0]}),
            width=260,
        )
