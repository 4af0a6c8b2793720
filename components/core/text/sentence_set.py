"""Many sentences, each once and perhaps with a label: chosen from a file's columns, or pasted."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from components.core.errors import UploadError
from components.core.lazy import cached_property
from components.core.text.table_rows import MOST_LINES, Reason, RejectedRow, rejected_row
from components.core.text.uploads import Upload, check_size, nothing_left, read_table

MOST_SENTENCES: Final = 20_000
NO_LABEL: Final = "(no label)"

_MOST_LISTED = 1_000


@dataclass(frozen=True, eq=False)
class SentenceSet:
    """N sentences. Sets with the same sentences and labels are equal, whichever rows were rejected on the way."""

    sentences: tuple[str, ...]  # N > 0, distinct, collapse_white_space()
    labels: tuple[str, ...] | None  # N, none of them empty; None if there are no labels
    lines: tuple[int, ...]  # N, the line of each in its file or paste, counted from 1
    #: By line: the first 1,000, one for all others of each reason, and one that stands for the lines not read.
    rejected: tuple[RejectedRow, ...]

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the sentences and labels, in hexadecimal: 64 characters."""
        return hashlib.sha256(json.dumps([self.sentences, self.labels]).encode()).hexdigest()

    @cached_property
    def indices(self) -> dict[str, int]:
        """Sentence → its index, counted from 0."""
        return {sentence: index for index, sentence in enumerate(self.sentences)}

    @property
    def rejected_count(self) -> int:
        """Number of rows that are not used, also of those that are listed as one."""
        return sum(each.rows for each in self.rejected)

    def without(self, refused: Mapping[int, str], reason: Reason = Reason.UNREADABLE) -> "SentenceSet":
        """Return the set without some of its sentences, which are listed among the rejected rows.

        refused: index → why, in the words of RejectedRow.why. reason: of all of them. At least one sentence must be
        left.
        """
        if not refused:
            return self
        kept = [index for index in range(len(self.sentences)) if index not in refused]
        out = [rejected_row(self.lines[index], why, self.sentences[index], reason) for index, why in refused.items()]
        return SentenceSet(
            tuple(self.sentences[index] for index in kept),
            None if self.labels is None else tuple(self.labels[index] for index in kept),
            tuple(self.lines[index] for index in kept),
            tuple(sorted([*self.rejected, *out], key=lambda each: each.line)),
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SentenceSet) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)


def select_sentences(upload: Upload, sentence_column: str, label_column: str | None = None) -> SentenceSet:
    """Return the sentences of one column, each once, and their labels from another.

    Raises UploadError if there is no such column, or no sentence in it.
    """
    sentences, labels = _column(upload, sentence_column), None
    if label_column is not None:
        labels = [label or NO_LABEL for label in _column(upload, label_column)]
    first: dict[str, int] = {}  # sentence → the index of its first row
    rejected: list[RejectedRow] = []
    unread: RejectedRow | None = None
    if upload.lines_read < upload.lines:
        unread = _unread(upload, upload.lines_read + 1, f"{MOST_LINES:,} lines are read")
    for index, ((line, fields), sentence) in enumerate(zip(upload.rows, sentences, strict=True)):
        if len(first) == MOST_SENTENCES:
            unread = _unread(upload, line, f"{MOST_SENTENCES:,} sentences are used", sentence)
            break
        if not sentence:
            text = ", ".join(field for field in fields if field)
            rejected.append(rejected_row(line, "is empty", text, Reason.NO_TEXT))
        elif sentence in first:
            earlier = first[sentence]
            other = labels is not None and labels[index] != labels[earlier]
            why = f"repeats line {upload.rows[earlier][0]:,}{' with another label' if other else ''}"
            rejected.append(rejected_row(line, why, sentence, Reason.REPEATED))
        else:
            first[sentence] = index
    rejected = sorted([*rejected, *upload.rejected], key=lambda each: each.line)
    if not first:
        raise UploadError(nothing_left(rejected))
    return SentenceSet(
        tuple(first),
        None if labels is None else tuple(labels[index] for index in first.values()),
        tuple(upload.rows[index][0] for index in first.values()),
        _listed(rejected, unread),
    )


def sentences_from_paste(text: str) -> SentenceSet:
    """Return the sentences of a text with one in every line; blank lines are passed over.

    Raises UploadError if there is none, or if the text has more than MOST_BYTES.
    """
    check_size("This text", len(text.encode(errors="surrogatepass")))
    upload = read_table("txt", text, "utf-8")
    # Blank lines in a paste are intended.
    not_blank = tuple(each for each in upload.rejected if each.text)
    return select_sentences(replace(upload, rejected=not_blank), "sentence")


def _column(upload: Upload, name: str) -> list[str]:
    if name not in upload.columns:
        raise UploadError(
            f"There is no column {name!r}; the file has {len(upload.columns)}: {', '.join(upload.columns)}. "
            "Choose one of them."
        )
    column = upload.columns.index(name)
    return [fields[column] for _, fields in upload.rows]


def _unread(upload: Upload, line: int, limit: str, text: str = "") -> RejectedRow:
    """Return the first line that is not read, which stands for all that follow."""
    after = upload.lines - line
    more = f", like the {after:,} line{'s' * (after != 1)} after it" if after else ""
    return rejected_row(line, f"is not read{more}: at most {limit}", text, Reason.BEYOND_LIMIT, 1 + after)


def _listed(rejected: list[RejectedRow], unread: RejectedRow | None) -> tuple[RejectedRow, ...]:
    """Return the rejected rows before the first one that is not read, at most 1,000 of them one by one."""
    rejected = [each for each in rejected if unread is None or each.line < unread.line]
    others: dict[Reason, list[RejectedRow]] = {}
    for each in rejected[_MOST_LISTED:]:
        others.setdefault(each.reason, []).append(each)
    listed = rejected[:_MOST_LISTED]
    for alike in others.values():
        after = len(alike) - 1
        more = f", like {after:,} row{'s' * (after != 1)} after it" if after else ""
        listed.append(replace(alike[0], why=f"is left out too{more}", rows=1 + after))
    return (*listed, *([unread] if unread else []))
