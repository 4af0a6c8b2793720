"""A table of texts that a reader uploads: the file, its first row, and its columns of texts and labels."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st
from markupsafe import Markup

from components.core.errors import UploadError
from components.core.text.delimiters import NO_DELIMITER
from components.core.text.likely_columns import likely_columns
from components.core.text.sentence_set import SentenceSet, select_sentences
from components.core.text.uploads import KINDS, MOST_BYTES, Upload, read_upload
from components.ui import state
from components.ui.page import markup
from components.ui.stage.stage import close_own_data
from components.ui.wording import format_count, shorten

_NO_LABELS: Final = "none"
HOLDS_NAMES: Final = "holds names"
IS_DATA: Final = "is data"
_DELIMITERS: Final = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}


@dataclass(frozen=True)
class TableUpload:
    """A reader's table, in this session and nowhere else."""

    name: str  # of one text, "sentence"; it keeps this table's keys in the session apart from another's

    def ask(self, label: str) -> None:
        """Ask for a file and how it is to be read. A file that cannot be read leaves the one before in place."""
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
        markup(Markup('<p class="es-note">{}{}</p>').format(kept, _description(name, upload)))
        with st.container(horizontal=True):
            self._pick_reading(upload)

    def _pick_reading(self, upload: Upload) -> None:
        """Ask how the first row is read, where a table leaves that open, and which columns count."""
        if upload.table is not None:
            st.segmented_control(
                "The first row",
                [HOLDS_NAMES, IS_DATA],
                required=True,
                key=self._set_default(self._first_row, [HOLDS_NAMES, IS_DATA], _first_row(upload)),
                persist_state="session",
                on_change=self._read_again,
                help="No file says whether its first row holds the names of its columns. Correct the guess here.",
            )
        if len(upload.columns) > 1:
            self._pick_columns(upload)

    def read(self) -> SentenceSet:
        """Return the texts of the file. Raises UploadError if there is none, or none in its column."""
        if self._uploaded not in st.session_state:
            missing = "No file was given yet. Open “Your own data” and give one, or take the shipped ones."
            raise UploadError(self.problem or missing)
        upload: Upload = st.session_state[self._uploaded][1]
        texts, labels = likely_columns(upload)
        texts = st.session_state.get(self._text_column, texts)
        chosen = st.session_state.get(self._label_column, labels)
        labels = None if chosen in (None, _NO_LABELS, texts) else chosen
        return read_once((upload, texts, labels), lambda: select_sentences(upload, texts, labels))

    @property
    def problem(self) -> str | None:
        """The message about the file that was given last; None if it was read."""
        problem: str | None = st.session_state.get(self._refused)
        return problem

    def draw_reading(self) -> None:
        """Draw how the file's first row was read, where a table leaves that open."""
        name, upload = st.session_state[self._uploaded]
        if upload.table is None:
            return
        names = ": " + ", ".join(shorten(column, 40) for column in upload.columns[:6]) if upload.has_header else ""
        more = ", …" if upload.has_header and len(upload.columns) > 6 else ""
        markup(
            Markup(
                '<p class="es-note">First row of {} read as {}<bdi>{}</bdi>{}. Change it under “Your own data”.</p>'
            ).format(
                shorten(name, 60),
                "names of columns" if upload.has_header else "data",
                names,
                more,
            )
        )

    def _pick_columns(self, upload: Upload) -> None:
        """Ask for the columns of texts and labels; one without a name is shown with its first text."""
        texts, labels = likely_columns(upload)
        first = dict(zip(upload.columns, upload.rows[0][1], strict=True))

        def shown(column: str) -> str:
            return column if upload.has_header or column not in first else f"{column}: {shorten(first[column], 40)}"

        def pick(label: str, options: Sequence[str], key: str, default: str) -> str:
            key = self._set_default(key, options, default)
            picked: str = st.selectbox(label, options, key=key, persist_state="session", format_func=shown, width=200)
            return picked

        chosen = pick(f"{self.name.capitalize()}s are in", upload.columns, self._text_column, texts)
        others = [_NO_LABELS, *(column for column in upload.columns if column != chosen)]
        pick("Labels are in", others, self._label_column, labels if labels in others else _NO_LABELS)

    def _set_default(self, key: str, options: Sequence[str], default: str) -> str:
        """Return the key of a widget, after giving it a value if it has none of its options."""
        if st.session_state.get(key) not in options:
            st.session_state[key] = default
        return key

    def _take(self) -> None:
        """Read the file that was given."""
        given = st.session_state[self._file]
        if given is None:
            return
        st.session_state.pop(self._refused, None)
        close_own_data()
        try:
            upload = read_upload(given.name, given.getvalue())
        except UploadError as error:
            st.session_state[self._refused] = f"{shorten(given.name, 60)}: {error}"
            return
        st.session_state[self._uploaded] = given.name, upload
        for key in (self._first_row, self._text_column, self._label_column):
            st.session_state.pop(key, None)

    def _read_again(self) -> None:
        """Read the file with its first row as the reader says. Columns that were chosen stay the same by position."""
        name, before = st.session_state[self._uploaded]
        st.session_state.pop(self._refused, None)
        try:
            upload = before.with_header(st.session_state[self._first_row] == HOLDS_NAMES)
        except UploadError as error:
            st.session_state[self._refused] = f"{shorten(name, 60)}: {error}"
            st.session_state[self._first_row] = _first_row(before)
            return
        st.session_state[self._uploaded] = name, upload
        for key in (self._text_column, self._label_column):
            chosen: Any = st.session_state.get(key)
            if chosen in before.columns:
                index = before.columns.index(chosen)
                st.session_state[key] = upload.columns[index] if index < len(upload.columns) else None

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
    def _first_row(self) -> str:
        return f"{self.name}_first_row"

    @property
    def _text_column(self) -> str:
        return f"{self.name}_column"

    @property
    def _label_column(self) -> str:
        return f"{self.name}_label_column"


def read_once(key: Hashable, read: Callable[[], SentenceSet]) -> SentenceSet:
    """Return the set of the run before if its key is the same: reading 20,000 rows takes a moment."""
    before = st.session_state.get(state.Shared.TABLES_READ)
    if before is None or before[0] != key:
        before = st.session_state[state.Shared.TABLES_READ] = key, read()
    found: SentenceSet = before[1]
    return found


def _first_row(upload: Upload) -> str:
    return HOLDS_NAMES if upload.has_header else IS_DATA


def _description(name: str, upload: Upload) -> str:
    """Describe how a file was read: "notes.csv, read as utf-8, columns divided by semicolons"."""
    parts = [shorten(name, 60), f"read as {upload.encoding}"]
    if upload.delimiter == NO_DELIMITER:
        parts.append("one column")
    elif upload.delimiter is not None:
        parts.append(f"columns divided by {_DELIMITERS.get(upload.delimiter, f'“{upload.delimiter}”')}")
    described = ", ".join(parts)
    if not upload.merged:
        return described
    return f"{described}; in {format_count(upload.merged, 'row')} only where no space follows, to fit the other rows"
