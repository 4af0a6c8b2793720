"""Which sentences are mapped: the shipped ones, a paste or a file, and those that are added one by one."""

import html
from collections.abc import Callable, Hashable, Sequence
from functools import cache as once
from typing import Final

import streamlit as st

from components.core import Encoder
from components.core.errors import EncoderscopeError, UploadError
from components.core.sentence_set import MOST_SENTENCES, SentenceSet, likely_columns, pasted, sentences_of
from components.core.uploads import KINDS, MOST_BYTES, Upload, read_upload
from components.ui import cache, map_cache, state
from components.ui.assets import ASSETS, read_toml
from components.ui.frame import markup, shortened, told
from components.ui.pickers import pick_option, pick_to_fill
from components.ui.wording import counted

SHIPPED: Final = "Ten topics"
PASTE: Final = "Paste"
FILE: Final = "File"
_NO_LABELS: Final = "none"
_LISTED = 50
_MOST_ADDED = 100

# What is being typed, and what was wrong with it.
_TYPED, _PROBLEM = "sentence_to_add", "problem_of_added"
# The set that was read last, and what from.
_READ = "sentences_read"

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
        source = pick_option("Take them from", [SHIPPED, PASTE, FILE], state.SOURCE)
        if source == PASTE:
            st.text_area(
                "One sentence a line",
                _PASTED,
                key=state.PASTED,
                # Not in the address: that holds a few thousand characters, and is kept in histories and logs.
                persist_state="session",
                height=260,
                help="What is pasted stays in this session; a link to this page does not hold it.",
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
    if state.UPLOADED not in st.session_state:
        return
    name, upload = st.session_state[state.UPLOADED]
    kept = "" if given is not None and given.name == name else "Kept from before: "
    markup(f'<p class="es-note">{kept}{html.escape(shortened(name, 60))}, read as {upload.encoding}</p>')
    sentences, labels = likely_columns(upload)
    if len(upload.columns) > 1:
        _pick_columns(upload.columns, sentences, labels)


def _pick_columns(columns: Sequence[str], sentences: str, labels: str | None) -> None:
    """Ask which column holds the sentences, and which their labels. sentences, labels: what is likely."""
    chosen = st.selectbox(
        "Sentences are in", columns, columns.index(sentences), key=state.SENTENCE_COLUMN, persist_state="session"
    )
    others = [_NO_LABELS, *(column for column in columns if column != chosen)]
    first = others.index(labels) if labels in others else 0
    if st.session_state.get(state.LABEL_COLUMN) not in others:
        st.session_state.pop(state.LABEL_COLUMN, None)
    st.selectbox("Labels are in", others, first, key=state.LABEL_COLUMN, persist_state="session")


def _take_file() -> None:
    given = st.session_state["sentence_file"]
    if given is None:
        return
    st.session_state.pop(state.REFUSED, None)
    try:
        upload = read_upload(given.name, given.getvalue())
    except UploadError as error:
        # A file that was read before is kept.
        st.session_state[state.REFUSED] = f"{shortened(given.name, 60)}: {error}"
        return
    st.session_state[state.UPLOADED] = given.name, upload
    for column in (state.SENTENCE_COLUMN, state.LABEL_COLUMN):
        st.session_state.pop(column, None)


def read(model: str) -> SentenceSet:
    """The sentences asked for; if there are none to map, say why and end the page here."""
    source = st.session_state[state.SOURCE]
    if source == SHIPPED:
        return shipped()
    with told(_offer_shipped):
        found = _pasted() if source == PASTE else _uploaded()
        refused = map_cache.refused(model, found)
        if len(refused) == len(found.sentences):
            raise UploadError(
                f"Of {counted(len(refused), 'sentence')} this model can read none. "
                f"The first: {next(iter(refused.values()))}"
            )
        return found.without({place: f"cannot be read by this model ({why})" for place, why in refused.items()})


def _pasted() -> SentenceSet:
    text = st.session_state[state.PASTED]
    return _read_once(text, lambda: pasted(text))


def _uploaded() -> SentenceSet:
    if state.UPLOADED not in st.session_state:
        missing = "No file was given yet. Open “Sentences” and give one, or take the shipped sentences."
        raise UploadError(st.session_state.get(state.REFUSED, missing))
    upload: Upload = st.session_state[state.UPLOADED][1]
    sentences, labels = likely_columns(upload)
    sentences = st.session_state.get(state.SENTENCE_COLUMN, sentences)
    chosen = st.session_state.get(state.LABEL_COLUMN, labels)
    labels = None if chosen in (None, _NO_LABELS, sentences) else chosen
    return _read_once((id(upload), sentences, labels), lambda: sentences_of(upload, sentences, labels))


def _read_once(name: Hashable, read: Callable[[], SentenceSet]) -> SentenceSet:
    """The set that was read at the run before, if it is the same: of 20,000 rows reading takes a moment."""
    before = st.session_state.get(_READ)
    if before is None or before[0] != name:
        before = st.session_state[_READ] = name, read()
    found: SentenceSet = before[1]
    return found


def _offer_shipped() -> None:
    st.button("Take the shipped sentences", on_click=lambda: st.session_state.update({state.SOURCE: SHIPPED}))


def draw_bar(sentences: SentenceSet, model: str, encoder: Encoder) -> None:
    """Say what is mapped, what was left out, and what is read only in part."""
    about = counted(len(sentences.sentences), "sentence")
    if sentences.labels is not None:
        about += f", {counted(len(set(sentences.labels)), 'label')}"
    left_out = sentences.left_out
    if left_out:
        about += f", {counted(len(left_out), 'row')} left out"
    markup(f'<p class="es-count">{html.escape(f"{about} · {encoder.short_name}")}</p>')
    if st.session_state[state.SOURCE] == FILE and state.REFUSED in st.session_state:
        markup(f'<p class="es-problem">{html.escape(st.session_state[state.REFUSED])} The file before is shown.</p>')
    long = map_cache.too_long(model, sentences) + sum(map_cache.is_too_long(model, each) for each in added(sentences))
    if long:
        markup(
            f'<p class="es-note">{counted(long, "sentence")} of more than {encoder.encode_limit} tokens: only the '
            "beginning of so long a one is read.</p>"
        )
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


def added(sentences: SentenceSet) -> tuple[str, ...]:
    """The sentences added in this session, in their order, but for those that are in the set anyway."""
    known = sentences.places
    return tuple(each for each in _all_added() if each not in known)


def _all_added() -> tuple[str, ...]:
    return tuple(st.session_state.get(state.ADDED, ()))


def ask_to_add() -> None:
    """Ask for one more sentence; it lands on the map as soon as it is handed over, and is selected."""
    st.text_input("Add a sentence", placeholder="Squatch orders a second pizza", key=_TYPED, on_change=_add, width=250)
    problem = st.session_state.pop(_PROBLEM, None)
    if problem:
        markup(f'<p class="es-problem">{html.escape(problem)}</p>')


def _add() -> None:
    typed = " ".join(st.session_state[_TYPED].split())
    if not typed:
        return
    if len(_all_added()) == _MOST_ADDED:
        st.session_state[_PROBLEM] = f"{_MOST_ADDED} sentences were added; more need a set of their own: paste them."
        return
    try:
        cache.tokens(st.session_state[state.MODEL], typed)
    except EncoderscopeError as error:
        st.session_state[_PROBLEM] = str(error)
        return
    if typed not in _all_added():
        st.session_state[state.ADDED] = (*_all_added(), typed)
    st.session_state[state.SELECTED] = (typed,)
    st.session_state[_TYPED] = ""


def offer_to_take_back() -> None:
    """Offer to be rid of what was added."""
    if _all_added():
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
