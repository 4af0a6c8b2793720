"""A table of texts that a reader uploads: the file, how it is read, and its columns of texts and labels."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass

import streamlit as st
from markupsafe import Markup

from components.core.errors import UploadError
from components.core.text.likely_columns import likely_columns
from components.core.text.sentence_set import SentenceSet, select_sentences
from components.core.text.uploads import KINDS, MOST_BYTES
from components.ui import state
from components.ui.page import markup
from components.ui.rejected_rows import say_what_is_used
from components.ui.stage.stage import close_own_data
from components.ui.table_choices import TableChoices
from components.ui.wording import shorten


@dataclass(frozen=True)
class TableUpload:
    """A reader's table, in this session and nowhere else."""

    names: state.Table

    @property
    def _choices(self) -> TableChoices:
        return TableChoices(self.names, likely_columns)

    def ask(self, label: str) -> None:
        """Ask for a file and how it is to be read. A file that cannot be read leaves the one before in place."""
        given = st.file_uploader(
            label,
            type=list(KINDS),
            max_upload_size=MOST_BYTES // 1_000_000,
            key=self.names.file,
            on_change=self._take,
        )
        table = self._choices.table
        if table is None:
            return
        self._choices.draw("" if given is not None and given.name == table.name else "Kept from before: ")
        self._draw_what_is_used()

    def _draw_what_is_used(self) -> None:
        """Say how many rows of the file are used and which are not; the page says why none is."""
        try:
            sentences = self.read()
        except UploadError:
            return
        say_what_is_used(len(sentences.sentences), self.names.noun, [sentences.rejected])

    def read(self) -> SentenceSet:
        """Return the texts of the file. Raises UploadError if there is none, or none in its column."""
        table = self._choices.table
        if table is None:
            missing = "No file was given yet. Open “Your own data” and give one, or take the shipped ones."
            raise UploadError(self.problem or missing)
        upload = table.upload
        texts, labels = self._choices.columns()
        return read_once((upload, texts, labels), lambda: select_sentences(upload, texts or "", labels))

    @property
    def problem(self) -> str | None:
        """The message about the file that was given last; None if it was read."""
        return self._choices.problem

    def draw_reading(self) -> None:
        """Draw how the file's first row was read, where a table leaves that open, and what was refused."""
        table = self._choices.table
        if table is not None and table.upload.table is not None:
            upload = table.upload
            names = ": " + ", ".join(shorten(column, 40) for column in upload.columns[:6]) if upload.has_header else ""
            more = ", …" if upload.has_header and len(upload.columns) > 6 else ""
            markup(
                Markup(
                    '<p class="es-note">First row of {} read as {}<bdi>{}</bdi>{}. Change it under “Your own data”.</p>'
                ).format(shorten(table.name, 60), "names of columns" if upload.has_header else "data", names, more)
            )
        if self.problem:
            markup(Markup('<p class="es-problem">{}</p>').format(self.problem))

    def _take(self) -> None:
        """Read the file that was given."""
        given = st.session_state[self.names.file]
        if given is not None:
            close_own_data()
            self.take(given.name, given.getvalue())

    def take(self, name: str, content: bytes) -> None:
        """Read a file that was given."""
        self._choices.take(name, content)


def read_once(key: Hashable, read: Callable[[], SentenceSet]) -> SentenceSet:
    """Return the set of the run before if its key is the same: reading 20,000 rows takes a moment."""
    before = st.session_state.get(state.Shared.TABLES_READ)
    if before is None or before[0] != key:
        before = st.session_state[state.Shared.TABLES_READ] = key, read()
    found: SentenceSet = before[1]
    return found
