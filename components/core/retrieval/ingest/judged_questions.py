"""Judged questions: a reader's table of questions, with answers quoted from the documents."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from components.core.errors import UploadError
from components.core.retrieval.documents import Corpus, Question, Span
from components.core.retrieval.ingest.line_breaks import clean_text
from components.core.text.spelling import FoldedText, fold
from components.core.text.table_rows import MOST_LINES, Reason, RejectedRow, rejected_row
from components.core.text.uploads import Upload, read_upload
from components.core.text.words import is_inside_word

MOST_QUESTIONS: Final = 2_000
#: A quotation that occurs more often says too little about where the answer is.
MOST_OCCURRENCES: Final = 5

_COLUMNS = ("question", "answer")


@dataclass(frozen=True)
class JudgedQuestions:
    """Questions about a corpus, and the rejected rows of the file, by line."""

    questions: tuple[Question, ...]  # at least one; their texts differ; in order of appearance
    rejected: tuple[RejectedRow, ...]


def read_questions(name: str, content: bytes, corpus: Corpus) -> JudgedQuestions:
    """Read a table with the columns "question" and "answer"; an answer is quoted from one of the documents.

    name: its ending tells the kind of file, see uploads.KINDS. Raises UploadError.
    """
    upload = read_upload(name, content)
    return select_questions(upload, corpus, *question_columns(upload))


def question_columns(upload: Upload) -> tuple[str | None, str | None]:
    """Return the columns that are named "question" and "answer", in capitals or not; None for one that is not there."""
    names = {fold(name): name for name in reversed(upload.columns)}
    question, answer = (names.get(column) for column in _COLUMNS)
    return question, answer


def select_questions(
    upload: Upload, corpus: Corpus, question_column: str | None, answer_column: str | None
) -> JudgedQuestions:
    """Return the questions of one column, with the answers of another that are quoted from one of the documents.

    Several rows with the same question give it several answers; an empty answer says that nothing answers it. White
    space and capitals may differ from the document, and letters be composed or not. If an answer occurs up to
    MOST_OCCURRENCES times, each occurrence answers the question. A question whose answers are not found is rejected:
    it would count as one without an answer. Raises UploadError, also for a column that is None or not there.
    """
    if upload.lines_read < upload.lines:
        raise UploadError(f"This file has {upload.lines:,} lines; at most {MOST_LINES:,} are read. Split it.")
    chosen = zip(_COLUMNS, (question_column, answer_column), strict=True)
    question_at, answer_at = (_index(upload, wanted, column) for wanted, column in chosen)
    texts = {document.id: FoldedText(document.text) for document in corpus.documents}
    rest = list(upload.rejected)
    answers: dict[str, dict[Span, None]] = {}  # question → its answers, a set that keeps its order
    unanswered: dict[str, int] = {}  # question → the line with an empty answer
    first: dict[tuple[str, str], int] = {}  # question and answer → the first line with them
    for line, fields in upload.rows:
        question, answer = fields[question_at], fields[answer_at]
        wanted = FoldedText(clean_text(answer)).text
        if not question:
            rest.append(rejected_row(line, "has no question", answer, Reason.NO_TEXT))
        elif (earlier := first.setdefault((question, wanted), line)) != line:
            rest.append(rejected_row(line, f"repeats line {earlier:,}", f"{question} {answer}", Reason.REPEATED))
        elif not answer:
            unanswered[question] = line
            answers.setdefault(question, {})
        else:
            spans = [span for document, text in texts.items() for span in _find(document, text, wanted)]
            if 0 < len(spans) <= MOST_OCCURRENCES:
                answers.setdefault(question, {}).update(dict.fromkeys(spans))
            else:
                rest.append(rejected_row(line, _why_not(len(spans), len(texts)), answer, Reason.NO_ANSWER))
    for question, line in unanswered.items():
        if answers[question]:
            why = "says that nothing answers it, and another line has an answer"
            rest.append(rejected_row(line, why, question, Reason.CONTRADICTED))
    rest.sort(key=lambda each: each.line)
    _check_count(answers, len(upload.rows), rest)
    return JudgedQuestions(tuple(Question(question, tuple(spans)) for question, spans in answers.items()), tuple(rest))


def check_questions(count: int) -> None:
    """Raise UploadError for more than MOST_QUESTIONS questions."""
    if count > MOST_QUESTIONS:
        raise UploadError(f"There are {count:,} questions; at most {MOST_QUESTIONS:,} are used. Leave some out.")


def nothing_used(what: str, count: int, rest: Sequence[RejectedRow]) -> UploadError:
    """Return the error for a file in which no row can be used."""
    shown = "; ".join(f"line {each.line:,} {each.why}" for each in rest[:3])
    more = f", and {len(rest) - 3:,} more" if len(rest) > 3 else ""
    return UploadError(f"There is no question to use among {count:,} {what}: {shown}{more}. Correct these lines.")


def _find(document: str, text: FoldedText, wanted: str) -> Iterator[Span]:
    """Yield the spans of a document in which a folded answer occurs as whole words."""
    for start in text.find(wanted):
        end = start + len(wanted)
        if not (is_inside_word(text.text, start) or is_inside_word(text.text, end)):
            yield Span(document, *text.origin(start, end))


def _index(upload: Upload, wanted: str, column: str | None) -> int:
    """Return the index of a column. wanted: what it holds, and is called unless its owner chooses it."""
    if column is None or column not in upload.columns:
        raise UploadError(
            f"There is no column named {column or wanted!r} among the {len(upload.columns)} of this file: "
            f"{', '.join(upload.columns)}. Name the columns in the first line: {' and '.join(_COLUMNS)}. Or choose "
            f"which column holds the {wanted}s."
        )
    return upload.columns.index(column)


def _why_not(occurrences: int, documents: int) -> str:
    if not occurrences:
        return f"has an answer that stands in none of {documents:,} document{'s' * (documents != 1)}"
    return (
        f"has an answer that stands in {occurrences:,} places, of which at most {MOST_OCCURRENCES} are used; quote "
        "more of it"
    )


def _check_count(answers: dict[str, dict[Span, None]], rows: int, rest: Sequence[RejectedRow]) -> None:
    if not answers:
        raise nothing_used("rows", rows, rest)
    check_questions(len(answers))
