"""How a reader's table is read: what was guessed, beside the first rows, and a control for each guess."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import streamlit as st
from markupsafe import Markup

from components.core.errors import UploadError
from components.core.text.charsets import ENCODINGS
from components.core.text.delimiters import NO_DELIMITER
from components.core.text.uploads import GUESSED, TableFormat, Upload, read_upload
from components.ui import state
from components.ui.page import markup
from components.ui.wording import format_count, shorten

HOLDS_NAMES: Final = "holds names"
IS_DATA: Final = "is data"
NO_COLUMN: Final = "none"

_DELIMITERS: Final = {
    "commas": ",",
    "semicolons": ";",
    "tabs": "\t",
    "bars": "|",
    "nothing": NO_DELIMITER,
}
#: Encodings by what readers know of them, where their own name says little.
_ENCODINGS: Final = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "utf-32": "UTF-32",
    "cp1252": "Windows-1252, western",
    "cp1250": "Windows-1250, central",
    "cp1251": "Windows-1251, Cyrillic",
    "cp1253": "Windows-1253, Greek",
    "cp1254": "Windows-1254, Turkish",
    "cp1255": "Windows-1255, Hebrew",
    "cp1256": "Windows-1256, Arabic",
    "cp1257": "Windows-1257, Baltic",
    "cp1258": "Windows-1258, Vietnamese",
    "cp874": "Windows-874, Thai",
    "cp932": "Shift JIS, Japanese",
    "euc_jp": "EUC-JP, Japanese",
    "gb18030": "GB18030, Chinese",
    "big5": "Big5, Chinese",
    "cp949": "Windows-949, Korean",
    "koi8_r": "KOI8-R, Cyrillic",
    "mac_roman": "Mac Roman",
    "latin_1": "ISO-8859-1, western",
}
_ROWS_SHOWN, _COLUMNS_SHOWN, _CELL_SHOWN = 3, 4, 60


@dataclass(frozen=True, eq=False)
class OwnTable:
    """A reader's file as it is read, in this session and nowhere else."""

    name: str
    content: bytes
    guess: TableFormat  # how it is read when nothing is chosen
    given: TableFormat  # what the reader chose; None for what is still guessed
    upload: Upload


@dataclass(frozen=True)
class TableChoices:
    """The controls over how one page's table is read.

    names: of the values in the session. likely: the columns that probably hold what the page reads; None where nothing
    speaks for a column. optional: whether the page can do without the second column.
    """

    names: state.Table
    likely: Callable[[Upload], tuple[str | None, str | None]]
    optional: bool = True

    @property
    def table(self) -> OwnTable | None:
        """The reader's table; None if there is none."""
        table: OwnTable | None = st.session_state.get(self.names.read)
        return table

    @property
    def problem(self) -> str | None:
        """Why the last file was refused; None if it was read."""
        problem: str | None = st.session_state.get(self.names.problem)
        return problem

    def take(self, name: str, content: bytes) -> bool:
        """Read a file as it is guessed. One that cannot be read leaves the one before in place; then return False."""
        self._forget(self.names.problem, self.names.refused_choice)
        try:
            upload = read_upload(name, content)
        except UploadError as error:
            before = " The page shows the file before." if self.table else ""
            st.session_state[self.names.problem] = f"{shorten(name, 60)}: {error}{before}"
            return False
        st.session_state[self.names.read] = OwnTable(name, content, upload.format, GUESSED, upload)
        self._forget(*self._format_keys(), self.names.column, self.names.other_column)
        return True

    def remove(self) -> None:
        """Forget the table and what was chosen for it."""
        self._forget(self.names.read, self.names.problem, self.names.refused_choice, *self._format_keys())
        self._forget(self.names.column, self.names.other_column)

    def columns(self) -> tuple[str | None, str | None]:
        """Return the columns that are chosen, or else likely. There must be a table."""
        upload = self._present().upload
        likely, other = self.likely(upload)
        first = st.session_state.get(self.names.column) or likely
        second = st.session_state.get(self.names.other_column) or other
        return first, None if second in (NO_COLUMN, first) else second

    def draw(self, kept: str = "", changed: Callable[[], None] = lambda: None) -> None:
        """Draw how the table is read, its first rows, and the controls.

        kept: what to say before the name of a file that was not given just now. changed: called after each change that
        could be made.
        """
        table = self._present()
        markup(
            Markup('<p class="es-note">{}{}</p>').format(kept, _description(table)),
            _first_rows(table.upload, {column: role for column, role in self._roles() if column is not None}),
        )
        with st.container(horizontal=True):
            self._pick_format(table, changed)
            self._pick_encoding(table, changed)
            if len(table.upload.columns) > 1:
                self._pick_columns(table.upload, changed)
        if problem := st.session_state.get(self.names.refused_choice):
            markup(Markup('<p class="es-problem">{}</p>').format(problem))

    def _roles(self) -> list[tuple[str | None, str]]:
        """Return each of the two columns and what it holds."""
        return [*zip(self.columns(), (f"{self.names.noun}s", f"{self.names.other}s"), strict=True)]

    def _pick_format(self, table: OwnTable, changed: Callable[[], None]) -> None:
        """Ask for the delimiter and the first row, where the kind of file leaves them open."""
        upload = table.upload
        if not table.name.lower().endswith(".jsonl"):
            divided = list(_delimiters(table))
            st.segmented_control(
                "Columns are divided by",
                divided,
                required=True,
                key=self._set_default(self.names.delimiter, divided, _delimiter_name(upload.delimiter)),
                persist_state="session",
                on_change=self._read_again,
                args=(changed,),
            )
        if upload.table is not None:
            st.segmented_control(
                "The first row",
                [HOLDS_NAMES, IS_DATA],
                required=True,
                key=self._set_default(self.names.first_row, [HOLDS_NAMES, IS_DATA], first_row(upload)),
                persist_state="session",
                on_change=self._read_again,
                args=(changed,),
                help="No file says whether its first row holds the names of its columns. Correct the guess here.",
            )

    def _pick_encoding(self, table: OwnTable, changed: Callable[[], None]) -> None:
        """Ask for the encoding: the one that was found, and those that programs have saved in."""
        encodings = [*dict.fromkeys((table.guess.encoding or "", table.upload.encoding, *ENCODINGS))]
        st.selectbox(
            "Encoding",
            encodings,
            key=self._set_default(self.names.encoding, encodings, table.upload.encoding),
            format_func=_encoding_name,
            persist_state="session",
            on_change=self._read_again,
            args=(changed,),
            width=216,
        )

    def _pick_columns(self, upload: Upload, changed: Callable[[], None]) -> None:
        """Ask for the two columns; one without a name is shown with its first text."""
        first = dict(zip(upload.columns, upload.rows[0][1], strict=True))

        def shown(column: str) -> str:
            return column if upload.has_header or column not in first else f"{column}: {shorten(first[column], 40)}"

        def pick(label: str, options: Sequence[str], key: str, default: str | None) -> str | None:
            picked: str | None = st.selectbox(
                label,
                options,
                index=None if default is None else options.index(default),
                placeholder="Choose a column",
                key=self._set_default(key, options, default),
                persist_state="session",
                format_func=shown,
                on_change=changed,
                width=200,
            )
            return picked

        likely, other = self.likely(upload)
        chosen = pick(f"{self.names.noun.capitalize()}s are in", upload.columns, self.names.column, likely)
        others = [NO_COLUMN] * self.optional + [column for column in upload.columns if column != chosen]
        default = other if other in others else (NO_COLUMN if self.optional else None)
        pick(f"{self.names.other.capitalize()}s are in", others, self.names.other_column, default)

    def _set_default(self, key: str, options: Sequence[str], default: str | None) -> str:
        """Return the key of a widget, after giving it a value if it has none of its options."""
        if st.session_state.get(key) not in options:
            st.session_state[key] = default
        return key

    def _read_again(self, changed: Callable[[], None]) -> None:
        """Read the file as the reader says. What was not chosen is guessed anew for what was."""
        before = self._present()
        self._forget(self.names.problem, self.names.refused_choice)
        given = self._given(before)
        only_header = given == replace(before.given, has_header=given.has_header)
        try:
            if only_header and given.has_header is not None:
                upload = before.upload.with_header(given.has_header)
            else:
                upload = read_upload(before.name, before.content, given)
        except UploadError as error:
            st.session_state[self.names.refused_choice] = f"{error} The file is read as before."
            self._forget(*self._format_keys())
            return
        st.session_state[self.names.read] = replace(before, upload=upload, given=given)
        self._forget(*self._format_keys())
        self._move_columns(before.upload, upload)
        changed()

    def _given(self, before: OwnTable) -> TableFormat:
        """Return what the reader has chosen so far, with the choice that was made just now."""
        given, read = before.given, before.upload
        chosen = {key: st.session_state.get(key) for key in self._format_keys()}
        if chosen[self.names.encoding] not in (None, read.encoding):
            given = replace(given, encoding=chosen[self.names.encoding])
        delimiter = _delimiters(before).get(chosen[self.names.delimiter] or "")
        if delimiter is not None and delimiter != (read.delimiter or NO_DELIMITER):
            # Divided in another way, the first row is another one.
            return replace(given, delimiter=delimiter, has_header=None)
        if chosen[self.names.first_row] not in (None, first_row(read)):
            given = replace(given, has_header=chosen[self.names.first_row] == HOLDS_NAMES)
        return given

    def _move_columns(self, before: Upload, after: Upload) -> None:
        """Keep the chosen columns by position where rows are divided as before; else they are guessed anew."""
        for key in (self.names.column, self.names.other_column):
            chosen: Any = st.session_state.get(key)
            if before.delimiter != after.delimiter:
                self._forget(key)
            elif chosen in before.columns:
                index = before.columns.index(chosen)
                st.session_state[key] = after.columns[index] if index < len(after.columns) else None

    def _format_keys(self) -> tuple[str, ...]:
        return self.names.encoding, self.names.delimiter, self.names.first_row

    def _forget(self, *keys: str) -> None:
        for key in keys:
            st.session_state.pop(key, None)

    def _present(self) -> OwnTable:
        table: OwnTable = st.session_state[self.names.read]
        return table


def first_row(upload: Upload) -> str:
    """How the first row of a table is read, as the control says it."""
    return HOLDS_NAMES if upload.has_header else IS_DATA


def _first_rows(upload: Upload, roles: Mapping[str, str]) -> Markup:
    """Return the first rows as a table with their lines and columns. roles: column that is used → what it holds."""
    others = [name for name in upload.columns if name not in roles][: _COLUMNS_SHOWN - len(roles)]
    shown = [(index, name) for index, name in enumerate(upload.columns) if name in roles or name in others]
    heads = Markup("").join(
        Markup('<th scope="col" dir="auto">{}{}</th>').format(
            shorten(name, 30), Markup("<b>{}</b>").format(roles[name]) if name in roles else ""
        )
        for _, name in shown
    )
    rows = Markup("").join(
        Markup('<tr><th scope="row">{:,}</th>{}</tr>').format(
            line,
            Markup("").join(
                Markup('<td class="es-prose" dir="auto">{}</td>').format(shorten(fields[index], _CELL_SHOWN))
                for index, _ in shown
            ),
        )
        for line, fields in upload.rows[:_ROWS_SHOWN]
    )
    more = len(upload.columns) - len(shown)
    caption = f"The first of {format_count(len(upload.rows), 'row')}" if len(upload.rows) > _ROWS_SHOWN else "All rows"
    return Markup(
        '<div class="es-first-rows"><table class="es-table"><caption>{}</caption><thead><tr>'
        '<th scope="col">line</th>{}</tr></thead><tbody>{}</tbody></table></div>'
    ).format(f"{caption}; {format_count(more, 'more column')}" if more else caption, heads, rows)


def _encoding_name(encoding: str) -> str:
    return _ENCODINGS.get(encoding, encoding)


def _delimiters(table: OwnTable) -> Mapping[str, str]:
    """Name of each delimiter that is offered → the character; also the one that the file names itself."""
    own = table.guess.delimiter
    return _DELIMITERS if own is None or own in _DELIMITERS.values() else {own: own, **_DELIMITERS}


def _delimiter_name(delimiter: str | None) -> str:
    """How a delimiter is called; None is that of a file without columns."""
    named = {character: name for name, character in _DELIMITERS.items()}
    return named.get(delimiter or NO_DELIMITER, delimiter or "")


def _description(table: OwnTable) -> str:
    """Describe how a file is read: "notes.csv, read as UTF-8, columns divided by semicolons (guessed: commas)"."""
    upload, guess = table.upload, table.guess
    read_as = _beside_guess("read as {}", _encoding_name(upload.encoding), _encoding_name(guess.encoding or ""))
    parts = [shorten(table.name, 60), read_as]
    now, then = (_delimiter_name(each) for each in (upload.delimiter, guess.delimiter))
    if upload.delimiter is not None or now != then:
        divided = "one column" if now == "nothing" else "columns divided by {}"
        parts.append(_beside_guess(divided, now, then))
    described = ", ".join(parts)
    if upload.merged:
        described += f"; in {format_count(upload.merged, 'row')} only where no space follows, to fit the other rows"
    if table.given.has_header is not None and table.given.has_header != guess.has_header:
        described += f". The first row {first_row(upload)} (guessed: {IS_DATA if upload.has_header else HOLDS_NAMES})"
    return described


def _beside_guess(said: str, now: str, guessed: str) -> str:
    """Say how something is read, and what was guessed if that is something else."""
    return said.format(now) + (f" (guessed: {guessed})" if now != guessed else "")
