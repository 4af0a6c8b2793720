"""A table of texts that a reader hands over: the file, and which of its columns hold the texts and their labels."""

import html
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Final

import streamlit as st

from components.core.errors import UploadError
from components.core.text.sentence_set import SentenceSet, likely_columns, select_sentences
from components.core.text.uploads import KINDS, MOST_BYTES, Upload, read_upload
from components.ui import state
from components.ui.page import raw_markup as markup
from components.ui.page import shorten

_NO_LABELS: Final = "none"
# The set that was read last, and what from.


@dataclass(frozen=True)
class TableUpload:
    """A reader's table, in this session and nowhere else."""

    name: str  # of one text, "sentence"; it keeps this table's names in the session apart from another's

    def ask(self, label: str) -> None:
        """Ask for a file, and for its columns. A file that cannot be read leaves the one before in place."""
        given = st.file_uploader(
            label,
            type=list(KINDS),
            max_upload_size=MOST_BYTES // 1_000_000,
            key=self._file,
            on_change=self._take,
        )
        if self._uploaded not in st.session_state:
            return
        name, upload = st.session_state[self._uploaded]
        kept = "" if given is not None and given.name == name else "Kept from before: "
        markup(f'<p class="es-note">{kept}{html.escape(shorten(name, 60))}, read as {upload.encoding}</p>')
        if len(upload.columns) > 1:
            self._pick_columns(upload)

    def read(self) -> SentenceSet:
        """The texts of the file. Raises UploadError if there is none, or none in its column."""
        if self._uploaded not in st.session_state:
            missing = f"No file was given yet. Open “{self.name.capitalize()}s” and give one, or take the shipped ones."
            raise UploadError(self.problem or missing)
        upload: Upload = st.session_state[self._uploaded][1]
        texts, labels = likely_columns(upload)
        texts = st.session_state.get(self._text_column, texts)
        chosen = st.session_state.get(self._label_column, labels)
        labels = None if chosen in (None, _NO_LABELS, texts) else chosen
        return read_once((id(upload), texts, labels), lambda: select_sentences(upload, texts, labels))

    @property
    def problem(self) -> str | None:
        """What is wrong with the file that was given last; None if it was read."""
        problem: str | None = st.session_state.get(self._refused)
        return problem

    def _pick_columns(self, upload: Upload) -> None:
        texts, labels = likely_columns(upload)
        columns = upload.columns
        chosen = st.selectbox(
            f"{self.name.capitalize()}s are in",
            columns,
            columns.index(texts),
            key=self._text_column,
            persist_state="session",
        )
        others = [_NO_LABELS, *(column for column in columns if column != chosen)]
        if st.session_state.get(self._label_column) not in others:
            st.session_state.pop(self._label_column, None)
        first = others.index(labels) if labels in others else 0
        st.selectbox("Labels are in", others, first, key=self._label_column, persist_state="session")

    def _take(self) -> None:
        given = st.session_state[self._file]
        if given is None:
            return
        st.session_state.pop(self._refused, None)
        try:
            upload = read_upload(given.name, given.getvalue())
        except UploadError as error:
            st.session_state[self._refused] = f"{shorten(given.name, 60)}: {error}"
            return
        st.session_state[self._uploaded] = given.name, upload
        for column in (self._text_column, self._label_column):
            st.session_state.pop(column, None)

    @property
    def _file(self) -> str:
        return f"{self.name}_file"

    @property
    def _uploaded(self) -> str:
        return f"{self.name}s_uploaded"

    @property
    def _refused(self) -> str:
        return f"{self.name}s_refused"

    @property
    def _text_column(self) -> str:
        return f"{self.name}_column"

    @property
    def _label_column(self) -> str:
        return f"{self.name}_label_column"


def read_once(name: Hashable, read: Callable[[], SentenceSet]) -> SentenceSet:
    """The set that was read at the run before, if it is the same: of 20,000 rows reading takes a moment."""
    before = st.session_state.get(state.Shared.TABLES_READ)
    if before is None or before[0] != name:
        before = st.session_state[state.Shared.TABLES_READ] = name, read()
    found: SentenceSet = before[1]
    return found
