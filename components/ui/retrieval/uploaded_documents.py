"""The documents that a reader adds: kept on disk until the tab is closed, and found in this tab alone."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import local
from typing import Final

import streamlit as st
from markupsafe import Markup

from components.core.errors import EncoderscopeError, StoreError
from components.core.retrieval.documents import Corpus, Document
from components.core.retrieval.ingest.document_files import (
    KINDS,
    MOST_BYTES,
    MOST_CHARACTERS,
    pasted_document,
    read_with_doubt,
)
from components.ui import state
from components.ui.caches.libraries import claim, libraries
from components.ui.page import markup
from components.ui.stage.stage import close_own_data
from components.ui.wording import format_count, join_list, shorten
from components.views.tab_key import tab_key

#: The name of the corpus of a reader's own documents on the page.
OWN: Final = "Your own"

# What this run of the page has read. Not kept in the session: the run before this one may still be at its last lines,
# and what it has read may be older.
_run = local()


def owner() -> str:
    """The owner of this tab's documents. Call it once in each run, before anything else here."""
    owner = tab_key(state.Retrieval.TAB_KEY)
    st.session_state[state.Retrieval.DOCUMENT_OWNER] = owner
    _run.read = None
    return owner


def corpus(owner: str) -> tuple[Corpus, tuple[str, ...]]:
    """The documents of this tab, and the ids of those that are not in the index yet; read once in each run."""
    read: tuple[Corpus, tuple[str, ...]] | None = getattr(_run, "read", None)
    if read is None:
        claim(owner)
        store = libraries()
        with suppress(StoreError):
            # While the time of use cannot be written, documents can be read.
            store.touch(owner)
        waiting = store.unfinished(owner)
        corpus = Corpus("Your documents", (*store.documents(owner), *waiting))
        read = _run.read = corpus, tuple(document.id for document in waiting)
        _note_lost(corpus)
    return read


def _note_lost(corpus: Corpus) -> None:
    """Remember which documents are there, and which were there before and are not any more."""
    there = {document.id: document.title for document in corpus.documents}
    before: dict[str, str] = st.session_state.get(state.Retrieval.DOCUMENTS_THERE, {})
    lost = [title for document, title in before.items() if document not in there]
    st.session_state[state.Retrieval.DOCUMENTS_THERE] = there
    if lost:
        names = join_list([f"“{shorten(title, 60)}”" for title in lost])
        st.session_state[state.Retrieval.DOCUMENTS_LOST] = (
            f"{names} {'is' if len(lost) == 1 else 'are'} not kept on this computer any more. Add "
            f"{'it' if len(lost) == 1 else 'them'} again."
        )


def own_corpus() -> Corpus:
    """The documents of this tab, after a call of owner()."""
    return corpus(st.session_state[state.Retrieval.DOCUMENT_OWNER])[0]


def acknowledge(owner: str, corpus: Corpus, waiting: tuple[str, ...]) -> None:
    """Mark documents as complete. Those that were begun before this session are named on the page."""
    begun = st.session_state.get(state.Retrieval.DOCUMENTS_BEGUN, ())
    for document in waiting:
        libraries().acknowledge(owner, document)
    resumed = [corpus.by_id[document].title for document in waiting if document not in begun]
    if resumed:
        names = join_list([f"“{shorten(title, 60)}”" for title in resumed])
        st.session_state[state.Retrieval.INTERRUPTED] = f"Adding {names} was interrupted before; it is finished now."


def ask() -> None:
    """Ask for documents, and list those that were added."""
    ask_for_files("Files to search in", KINDS, state.Retrieval.DOCUMENT_FILES, _take_files)
    st.text_area("Or paste a text", key=state.Retrieval.DOCUMENT_PASTED, height=110)
    st.button("Add the text", on_click=_take_pasted)
    try:
        documents = own_corpus().documents
    except StoreError:
        # Who searches in them is told the reason; shipped documents are searched without them.
        documents = ()
    for document in documents:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            size = format_count(len(document.text), "character")
            markup(Markup("<p><b>{}</b> · {}</p>").format(shorten(document.title, 60), size))
            st.button("Remove", key=f"remove_{document.id}", type="tertiary", on_click=_remove, args=(document.id,))
    st.caption(
        f"At most {MOST_CHARACTERS:,} characters a file. Files and texts go to the computer that runs Encoderscope and "
        "nowhere else. Only this tab can search them. "
        "They are deleted some minutes after you close it. Their vectors, stored without the text, stay until newer "
        "ones replace them."
    )


def draw_result_of_upload() -> None:
    """Say which documents were refused or added just now, and which were finished after an interruption."""
    lost = st.session_state.pop(state.Retrieval.DOCUMENTS_LOST, None)
    for problem in (*([lost] if lost else []), *st.session_state.get(state.Retrieval.DOCUMENT_PROBLEMS, ())):
        markup(Markup('<p class="es-problem">{}</p>').format(problem))
    _draw_doubts()
    notes = [st.session_state.pop(key, "") for key in (state.Retrieval.INTERRUPTED, state.Retrieval.DOCUMENTS_ADDED)]
    for note in filter(None, notes):
        markup(Markup('<p class="es-note">{}</p>').format(note))


def _draw_doubts() -> None:
    """Say which documents hardly hold a text, and offer to leave each out or to keep it."""
    doubts: dict[str, str] = st.session_state.get(state.Retrieval.DOCUMENTS_DOUBTED, {})
    there: dict[str, str] = st.session_state.get(state.Retrieval.DOCUMENTS_THERE, {})
    for document in [each for each in doubts if each in there]:
        markup(Markup('<p class="es-problem">“{}”: {}</p>').format(shorten(there[document], 60), doubts[document]))
        with st.container(horizontal=True, gap="small"):
            st.button("Leave it out", key=f"doubted_{document}", on_click=_remove, args=(document,))
            st.button("Search it all the same", key=f"trusted_{document}", on_click=_trust, args=(document,))


def _trust(document: str) -> None:
    st.session_state[state.Retrieval.DOCUMENTS_DOUBTED].pop(document, None)


def ask_for_files(
    label: str, kinds: Sequence[str], name: str, take: Callable[[Sequence[tuple[str, bytes]]], None]
) -> None:
    """Ask for files, call take() with the name and content of each, and empty the box.

    name: of the widget. The box is emptied because the caller lists the files, without those that were refused.
    """
    turn = f"{name}_turn"
    number = st.session_state.get(turn, 0)
    key = f"{name}_{number}"

    def taken() -> None:
        files = [(file.name, file.getvalue()) for file in st.session_state[key] or ()]
        st.session_state[turn] = number + 1
        take(files)
        close_own_data()

    st.file_uploader(
        label,
        type=list(kinds),
        accept_multiple_files=True,
        max_upload_size=MOST_BYTES // 1_000_000,
        key=key,
        on_change=taken,
    )


def _take_files(files: Sequence[tuple[str, bytes]]) -> None:
    problems = []
    doubts = st.session_state.setdefault(state.Retrieval.DOCUMENTS_DOUBTED, {})
    for name, content in files:
        try:
            document, doubt = read_with_doubt(name, content)
            begin(document)
        except EncoderscopeError as error:
            problems.append(f"{shorten(name, 60)}: {error}")
        else:
            if doubt:
                doubts[document.id] = doubt
    st.session_state[state.Retrieval.DOCUMENT_PROBLEMS] = problems


def _take_pasted() -> None:
    try:
        begin(pasted_document(st.session_state[state.Retrieval.DOCUMENT_PASTED]))
    except EncoderscopeError as error:
        st.session_state[state.Retrieval.DOCUMENT_PROBLEMS] = [str(error)]
    else:
        st.session_state[state.Retrieval.DOCUMENT_PROBLEMS] = []
        st.session_state[state.Retrieval.DOCUMENT_PASTED] = ""
    close_own_data()


def begin(document: Document) -> None:
    """Add a document, and search in what was added. It is complete when it is in the index. Raises StoreError."""
    libraries().begin(st.session_state[state.Retrieval.DOCUMENT_OWNER], document)
    st.session_state[state.Retrieval.CORPUS] = OWN
    size = format_count(len(document.text), "character")
    before = st.session_state.get(state.Retrieval.DOCUMENTS_ADDED, "")
    added = f"Added “{shorten(document.title, 60)}”: {size}."
    st.session_state[state.Retrieval.DOCUMENTS_ADDED] = f"{before} {added}".strip()
    st.session_state[state.Retrieval.DOCUMENTS_BEGUN] = (
        *st.session_state.get(state.Retrieval.DOCUMENTS_BEGUN, ()),
        document.id,
    )


def _remove(document: str) -> None:
    try:
        _take_out(st.session_state[state.Retrieval.DOCUMENT_OWNER], document)
    except StoreError as error:
        st.session_state[state.Retrieval.DOCUMENT_PROBLEMS] = [str(error)]


def _take_out(owner: str, document: str) -> None:
    """Delete a document. What is taken out is not lost."""
    libraries().remove(owner, document)
    for key in (state.Retrieval.DOCUMENTS_THERE, state.Retrieval.DOCUMENTS_DOUBTED):
        st.session_state.get(key, {}).pop(document, None)


def refuse(owner: str, documents: Sequence[Document], why: str) -> None:
    """Remove documents that cannot be searched, and say why."""
    for document in documents:
        _take_out(owner, document.id)
    st.session_state[state.Retrieval.DOCUMENT_PROBLEMS] = [
        f"{shorten(document.title, 60)}: {why}" for document in documents
    ]
