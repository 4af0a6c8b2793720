"""Many sentences, each once and perhaps with a label: chosen from a file's columns, or pasted."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import fmean

from components.core.errors import UploadError
from components.core.text.table_rows import MOST_LINES, RejectedRow, rejected_row
from components.core.text.uploads import Upload, check_size, nothing_left, read_table

MOST_SENTENCES = 20_000
NO_LABEL = "(no label)"

_MOST_LISTED = 1_000

_SENTENCE_NAMES = {"sentence", "sentences", "text", "texts", "review", "content", "comment", "message", "answer"}
_LABEL_NAMES = {"label", "labels", "topic", "category", "class", "sentiment", "group", "genre"}
#: So many rows show what a column holds.
_ROWS_TRIED = 1_000
_MOST_LABELS = 20
_LONGEST_LABEL = 40


@dataclass(frozen=True, eq=False)
class SentenceSet:
    """N sentences. Sets with the same sentences and labels are equal, whatever was left out on the way to them."""

    sentences: tuple[str, ...]  # N > 0, distinct and cleaned()
    labels: tuple[str, ...] | None  # N, none of them empty; None if there are no labels
    lines: tuple[int, ...]  # N, where each stands in what it was taken from, counted from 1
    rejected: tuple[
        RejectedRow, ...
    ]  # by line; the first 1,000, then one for all others, then one for what was not read

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the sentences and labels, in hexadecimal: 64 characters."""
        return hashlib.sha256(json.dumps([self.sentences, self.labels]).encode()).hexdigest()

    @cached_property
    def indices(self) -> dict[str, int]:
        """Sentence → its place, counted from 0."""
        return {sentence: place for place, sentence in enumerate(self.sentences)}

    def without(self, refused: Mapping[int, str]) -> "SentenceSet":
        """The set without some of its sentences, which are listed among what was left out.

        refused: place → why, in the words of RejectedRow.why. At least one sentence must be left.
        """
        if not refused:
            return self
        kept = [place for place in range(len(self.sentences)) if place not in refused]
        out = [rejected_row(self.lines[place], why, self.sentences[place]) for place, why in refused.items()]
        return SentenceSet(
            tuple(self.sentences[place] for place in kept),
            None if self.labels is None else tuple(self.labels[place] for place in kept),
            tuple(self.lines[place] for place in kept),
            tuple(sorted([*self.rejected, *out], key=lambda each: each.line)),
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SentenceSet) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)


def select_sentences(upload: Upload, sentence_column: str, label_column: str | None = None) -> SentenceSet:
    """The sentences of one column, each once, and their labels from another.

    Raises UploadError if there is no such column, or no sentence in it.
    """
    sentences, labels = _column(upload, sentence_column), None
    if label_column is not None:
        labels = [label or NO_LABEL for label in _column(upload, label_column)]
    first: dict[str, int] = {}  # the row in which a sentence stands first
    rest: list[RejectedRow] = []
    stop: RejectedRow | None = None
    if upload.lines_read < upload.lines:
        stop = _unread(upload, upload.lines_read + 1, f"{MOST_LINES:,} lines are read")
    for row, ((line, fields), sentence) in enumerate(zip(upload.rows, sentences, strict=True)):
        if len(first) == MOST_SENTENCES:
            stop = _unread(upload, line, f"{MOST_SENTENCES:,} sentences are used", sentence)
            break
        if not sentence:
            rest.append(rejected_row(line, "is empty", ", ".join(field for field in fields if field)))
        elif sentence in first:
            earlier = first[sentence]
            other = labels is not None and labels[row] != labels[earlier]
            why = f"repeats line {upload.rows[earlier][0]}{' with another label' if other else ''}"
            rest.append(rejected_row(line, why, sentence))
        else:
            first[sentence] = row
    rest = sorted([*rest, *upload.rejected], key=lambda each: each.line)
    if not first:
        raise UploadError(nothing_left(rest))
    return SentenceSet(
        tuple(first),
        None if labels is None else tuple(labels[row] for row in first.values()),
        tuple(upload.rows[row][0] for row in first.values()),
        _listed(rest, stop),
    )


def sentences_from_paste(text: str) -> SentenceSet:
    """The sentences of a text with one in every line; lines that are blank are passed over.

    Raises UploadError if there is none, or if the text has more than MOST_BYTES.
    """
    check_size("This text", len(text.encode(errors="surrogatepass")))
    upload = read_table("txt", text, "utf-8")
    # Whoever pastes sentences leaves lines free on purpose.
    not_blank = tuple(each for each in upload.rejected if each.text)
    return select_sentences(replace(upload, rejected=not_blank), "sentence")


def likely_columns(upload: Upload) -> tuple[str, str | None]:
    """Which column probably holds the sentences, and which one labels for them, if any.

    The sentences are the longest texts, of columns with a telling name if there are any. Labels have a telling name, or
    else are short and few and occur again and again.
    """
    rows = [fields for _, fields in upload.rows[:_ROWS_TRIED]]
    values = {name: [fields[place] for fields in rows] for place, name in enumerate(upload.columns)}
    length = {name: fmean(map(len, values[name])) for name in values}
    telling = [name for name in values if length[name] and _named(name, _SENTENCE_NAMES)]
    sentences = max(telling or values, key=lambda name: length[name])
    others = [name for name in values if name != sentences and 0 < length[name] <= _LONGEST_LABEL]
    labels = [name for name in others if _named(name, _LABEL_NAMES)]
    labels += [name for name in others if _like_labels(values[name])]
    return sentences, labels[0] if labels else None


def _named(name: str, names: set[str]) -> bool:
    """Whether a name such as "review_text" has one of these words in it."""
    return not names.isdisjoint(re.findall(r"[^\W\d_]+", name.lower()))


def _like_labels(values: Sequence[str]) -> bool:
    different = set(values)
    return (
        2 <= len(different) <= _MOST_LABELS
        and 2 * len(different) <= len(values)
        and max(map(len, different)) <= _LONGEST_LABEL
    )


def _column(upload: Upload, name: str) -> list[str]:
    if name not in upload.columns:
        raise UploadError(
            f"There is no column {name!r}; the file has {len(upload.columns)}: {', '.join(upload.columns)}. "
            "Choose one of them."
        )
    place = upload.columns.index(name)
    return [fields[place] for _, fields in upload.rows]


def _unread(upload: Upload, line: int, limit: str, text: str = "") -> RejectedRow:
    """The first line that is not read, which stands for all that follow."""
    after = upload.lines - line
    more = f", like the {after:,} line{'s' * (after != 1)} after it" if after else ""
    return rejected_row(line, f"is not read{more}: at most {limit}", text)


def _listed(rest: list[RejectedRow], unread: RejectedRow | None) -> tuple[RejectedRow, ...]:
    """What is left out, without what was not read, and not more than people would look at."""
    rest = [each for each in rest if unread is None or each.line < unread.line]
    after = len(rest) - _MOST_LISTED - 1
    if after >= 0:
        last = rest[_MOST_LISTED]
        more = f", like {after:,} row{'s' * (after != 1)} after it" if after else ""
        rest = [*rest[:_MOST_LISTED], replace(last, why=f"is left out too{more}")]
    return (*rest, *([unread] if unread else []))
