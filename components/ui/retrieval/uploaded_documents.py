"""The documents of one tab: handed over, kept on disk until the tab is closed, and seen by nobody else."""

import html
from collections.abc import Callable, Sequence
from functools import cache as once

import streamlit as st

from components.core.errors import EncoderscopeError, StoreError
from components.core.retrieval.documents import Corpus, Document
from components.core.retrieval.ingest.document_files import KINDS, MOST_BYTES, pasted_document, read_document
from components.core.retrieval.ingest.libraries import Libraries
from components.core.storage.vector_store import cache_directory
from components.ui import state
from components.ui.page import raw_markup as markup
from components.ui.page import shorten
from components.ui.wording import format_count, join_list
from components.views.tab_key import tab_key

# What was read in this run.


@once
def libraries() -> Libraries:
    """The documents of all tabs."""
    return Libraries(cache_directory() / "documents.sqlite")


@st.cache_resource(scope="session", on_release=lambda owner: libraries().left(owner), show_spinner=False)
def _claimed(owner: str) -> str:
    """Told by Streamlit when the session of a tab ends."""
    return owner


def owner() -> str:
    """Whose documents this tab sees. To be asked for once a run, before anything else here."""
    found = tab_key(state.Retrieval.TAB_KEY)
    st.session_state[state.Retrieval.DOCUMENT_OWNER] = found
    st.session_state.pop(state.Retrieval.DOCUMENTS_READ, None)
    return found


def corpus(owner: str) -> tuple[Corpus, tuple[str, ...]]:
    """The documents of this tab, and the ids of those that are not yet in the index; read from disk once a run."""
    if state.Retrieval.DOCUMENTS_READ not in st.session_state:
        _claimed(owner)
        kept = libraries()
        kept.touch(owner)
        waiting = kept.unfinished(owner)
        found = Corpus("Your documents", (*kept.documents(owner), *waiting))
        st.session_state[state.Retrieval.DOCUMENTS_READ] = found, tuple(document.id for document in waiting)
    read: tuple[Corpus, tuple[str, ...]] = st.session_state[state.Retrieval.DOCUMENTS_READ]
    return read


def mine() -> Corpus:
    """The documents of this tab, after owner() was asked for."""
    return corpus(st.session_state[state.Retrieval.DOCUMENT_OWNER])[0]


def acknowledge(owner: str, corpus: Corpus, waiting: tuple[str, ...]) -> None:
    """From now on these are whole. What was begun before this session is named."""
    begun = st.session_state.get(state.Retrieval.DOCUMENTS_BEGUN, ())
    for document in waiting:
        libraries().acknowledge(owner, document)
    found_again = [corpus.by_id[document].title for document in waiting if document not in begun]
    if found_again:
        names = join_list([f"“{shorten(title, 60)}”" for title in found_again])
        st.session_state[state.Retrieval.INTERRUPTED] = f"Adding {names} had been interrupted; it is finished now."


def ask() -> None:
    """Ask for documents, and list those that are there."""
    ask_for_files("Files to search through", KINDS, state.Retrieval.DOCUMENT_FILES, _take_files)
    st.text_area("Or paste a text", key=state.Retrieval.DOCUMENT_PASTED, height=110)
    st.button("Add the text", on_click=_take_pasted)
    for problem in st.session_state.get(state.Retrieval.DOCUMENT_PROBLEMS, ()):
        markup(f'<p class="es-problem">{html.escape(problem)}</p>')
    for document in mine().documents:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            size = format_count(len(document.text), "character")
            markup(f"<p><b>{html.escape(shorten(document.title, 60))}</b> · {size}</p>")
            st.button("Remove", key=f"remove_{document.id}", type="tertiary", on_click=_remove, args=(document.id,))
    st.caption(
        "Files and texts go to the computer that runs Encoderscope and nowhere else. Only this tab finds them; they "
        "are deleted some minutes after it is closed. Of their text nothing stays but vectors, under fingerprints, "
        "until others take their place."
    )


def ask_for_files(
    label: str, kinds: Sequence[str], name: str, take: Callable[[Sequence[tuple[str, bytes]]], None]
) -> None:
    """Ask for files, hand over the name and content of each, and be ready for others.

    name: of the widget, unlike that of any other. Files that were taken are listed by whoever takes them; here they
    would stand a second time, those that were refused among them.
    """
    turn = f"{name}_turn"
    number = st.session_state.get(turn, 0)
    key = f"{name}_{number}"

    def taken() -> None:
        files = [(file.name, file.getvalue()) for file in st.session_state[key] or ()]
        st.session_state[turn] = number + 1
        take(files)

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
    for name, content in files:
        try:
            begin(read_document(name, content))
        except EncoderscopeError as error:
            problems.append(f"{shorten(name, 60)}: {error}")
    st.session_state[state.Retrieval.DOCUMENT_PROBLEMS] = problems


def _take_pasted() -> None:
    try:
        begin(pasted_document(st.session_state[state.Retrieval.DOCUMENT_PASTED]))
    except EncoderscopeError as error:
        st.session_state[state.Retrieval.DOCUMENT_PROBLEMS] = [str(error)]
    else:
        st.session_state[state.Retrieval.DOCUMENT_PROBLEMS] = []
        st.session_state[state.Retrieval.DOCUMENT_PASTED] = ""


def begin(document: Document) -> None:
    """Take in a document. It counts as whole once it is in the index. Raises StoreError."""
    libraries().begin(st.session_state[state.Retrieval.DOCUMENT_OWNER], document)
    st.session_state[state.Retrieval.DOCUMENTS_BEGUN] = (
        *st.session_state.get(state.Retrieval.DOCUMENTS_BEGUN, ()),
        document.id,
    )


def _remove(document: str) -> None:
    try:
        libraries().remove(st.session_state[state.Retrieval.DOCUMENT_OWNER], document)
    except StoreError as error:
        st.session_state[state.Retrieval.DOCUMENT_PROBLEMS] = [str(error)]


def refuse(owner: str, documents: Sequence[Document], why: str) -> None:
    """Give back documents that nothing can be made of, and say why."""
    for document in documents:
        libraries().remove(owner, document.id)
    st.session_state[state.Retrieval.DOCUMENT_PROBLEMS] = [
        f"{shorten(document.title, 60)}: {why}" for document in documents
    ]
