"""Questions that a reader brings, with what answers them quoted from the documents, as a table."""

import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from components.core.errors import UploadError
from components.core.retrieval.documents import Corpus, Question, Span
from components.core.retrieval.ingest.line_breaks import clean_text
from components.core.text.table_rows import MOST_LINES, RejectedRow, rejected_row
from components.core.text.uploads import Upload, read_upload

MOST_QUESTIONS: Final = 2_000
#: A quotation that stands in more places says too little about where the answer is.
MOST_PLACES: Final = 5

_COLUMNS = ("question", "answer")
_RUN = re.compile(r"\s+|\S+")


@dataclass(frozen=True)
class JudgedQuestions:
    """Questions about a corpus, and the rows of the file that are not used, by line."""

    questions: tuple[Question, ...]  # at least one, with different texts, in order of appearance
    rejected: tuple[RejectedRow, ...]


def read_questions(name: str, content: bytes, corpus: Corpus) -> JudgedQuestions:
    """Read a table with a column "question" and a column "answer", a piece of text of one of the documents.

    Several rows with one question give it several answers, and an empty answer says that nothing answers it. White
    space and capitals of an answer need not be those of the document. Where it stands in several places, of which there
    may be MOST_PLACES, all of them answer the question. A question with no answer that is found is left out: it would
    count as one that nothing answers. name: tells by its ending what file it is, see uploads.KINDS. Raises UploadError.
    """
    upload = read_upload(name, content)
    if upload.lines_read < upload.lines:
        raise UploadError(f"This file has {upload.lines:,} lines; at most {MOST_LINES:,} are read. Split it.")
    question_column, answer_column = (_column(upload, column) for column in _COLUMNS)
    texts = [_Folded(document.id, document.text) for document in corpus.documents]
    rest = list(upload.rejected)
    answers: dict[str, dict[Span, None]] = {}  # question → its answers, a set that keeps its order
    unanswered: dict[str, int] = {}  # question → the line that says so
    first: dict[tuple[str, str], int] = {}  # question and answer → the line they stand in first
    for line, fields in upload.rows:
        question, answer = fields[question_column], fields[answer_column]
        if not question:
            rest.append(rejected_row(line, "has no question", answer))
        elif (earlier := first.setdefault((question, _fold(clean_text(answer))), line)) != line:
            rest.append(rejected_row(line, f"repeats line {earlier:,}", f"{question} {answer}"))
        elif not answer:
            unanswered[question] = line
            answers.setdefault(question, {})
        else:
            spans = [span for text in texts for span in text.places(answer)]
            if 0 < len(spans) <= MOST_PLACES:
                answers.setdefault(question, {}).update(dict.fromkeys(spans))
            else:
                rest.append(rejected_row(line, _why_not(len(spans), len(texts)), answer))
    for question, line in unanswered.items():
        if answers[question]:
            rest.append(rejected_row(line, "says that nothing answers it, and another line has an answer", question))
    rest.sort(key=lambda each: each.line)
    _check_count(answers, len(upload.rows), rest)
    return JudgedQuestions(tuple(Question(question, tuple(spans)) for question, spans in answers.items()), tuple(rest))


def check_questions(count: int) -> None:
    """Raise UploadError for more questions than are used."""
    if count > MOST_QUESTIONS:
        raise UploadError(f"There are {count:,} questions; at most {MOST_QUESTIONS:,} are used. Leave some out.")


def nothing_used(what: str, count: int, rest: Sequence[RejectedRow]) -> UploadError:
    """The error for a file with so many rows, none of which can be used."""
    shown = "; ".join(f"line {each.line:,} {each.why}" for each in rest[:3])
    more = f", and {len(rest) - 3:,} more" if len(rest) > 3 else ""
    return UploadError(f"There is no question to use among {count:,} {what}: {shown}{more}. Correct these lines.")


class _Folded:
    """A document's text with white space and case folded, and where each of its characters comes from."""

    def __init__(self, document: str, text: str) -> None:
        self._document = document
        self._origins = array("L")
        pieces = []
        for run in _RUN.finditer(text):
            piece = _fold(run[0])
            if len(piece) == run.end() - run.start():
                self._origins.extend(range(run.start(), run.end()))
            elif piece == " ":
                self._origins.append(run.start())
            else:  # "ß" is folded to "ss"
                self._origins.extend(place for place in range(*run.span()) for _ in text[place].casefold())
            pieces.append(piece)
        self._text = "".join(pieces)

    def places(self, answer: str) -> Iterator[Span]:
        """Where an answer stands as whole words."""
        wanted = _fold(clean_text(answer))
        at = self._text.find(wanted)
        while at >= 0:
            end = at + len(wanted)
            if not (_joins(self._text[at - 1 : at], wanted[0]) or _joins(wanted[-1], self._text[end : end + 1])):
                yield Span(self._document, self._origins[at], self._origins[end - 1] + 1)
            at = self._text.find(wanted, at + 1)


def _fold(text: str) -> str:
    return " " if text.isspace() else " ".join(text.split()).casefold()


def _joins(before: str, after: str) -> bool:
    """Whether two neighbouring characters belong to one word."""
    return before.isalnum() and after.isalnum()


def _column(upload: Upload, wanted: str) -> int:
    names = [name.casefold() for name in upload.columns]
    if wanted not in names:
        raise UploadError(
            f"There is no column named {wanted!r} among the {len(names)} of this file: {', '.join(upload.columns)}. "
            f"Name the columns in the first line: {' and '.join(_COLUMNS)}."
        )
    return names.index(wanted)


def _why_not(places: int, documents: int) -> str:
    if not places:
        return f"has an answer that stands in none of {documents:,} document{'s' * (documents != 1)}"
    return f"has an answer that stands in {places:,} places, of which at most {MOST_PLACES} are used; quote more of it"


def _check_count(answers: dict[str, dict[Span, None]], rows: int, rest: Sequence[RejectedRow]) -> None:
    if not answers:
        raise nothing_used("rows", rows, rest)
    check_questions(len(answers))
