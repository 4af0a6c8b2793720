"""Test collections as BEIR publishes them: documents, queries, and which document is relevant to which query.

Thakur et al. 2021, "BEIR: A Heterogeneous Benchmark for Zero-shot Evaluation of Information Retrieval Models". The
files are corpus.jsonl (_id, title, text), queries.jsonl (_id, text) and qrels.tsv, which in BEIR's own archives is
qrels/test.tsv; judgements.py says what is in it. A file of TREC's judgements has "qrel" in its name or its folder's.
"""

import io
import json
import math
import zipfile
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from components.core.errors import UploadError
from components.core.retrieval.documents import Corpus, Document, Question, Span
from components.core.retrieval.ingest.judged_questions import check_questions, nothing_used
from components.core.retrieval.ingest.judgements import Judgement, filled_lines, read_judgements
from components.core.retrieval.ingest.line_breaks import clean_text
from components.core.text.spelling import FoldedText
from components.core.text.table_rows import Reason, RejectedRow, collapse_white_space, rejected_row
from components.core.text.uploads import MOST_BYTES

MOST_DOCUMENTS: Final = 5_000

_CORPUS, _QUERIES, _QRELS = "corpus.jsonl", "queries.jsonl", "qrels.tsv"
_LONGEST_REASON = 200  # characters
#: Compression methods that unpack no more at once than is asked for; with others a few bytes can fill the memory.
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


@dataclass(frozen=True)
class JudgementCounts:
    """How many judgements about known queries and documents say what; each pair counts once."""

    relevant: int  # a score above 0
    graded: int  # of these, a score above 1
    not_relevant: int  # a score of 0
    unjudged: int  # a score below 0, with which trec_eval marks what nobody judged


@dataclass(frozen=True)
class JudgedCorpus:
    """A corpus, questions about it, and the rejected lines of each file."""

    corpus: Corpus
    questions: tuple[Question, ...]  # at least one; each has an answer, and each answer is a whole document
    rejected: Mapping[str, tuple[RejectedRow, ...]]  # by the name of the file
    counts: JudgementCounts


def read_beir_zip(name: str, content: bytes) -> JudgedCorpus:
    """Read a .zip that contains the three files, in any folder. name: of the corpus. Raises UploadError."""
    _check_bytes(len(content))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            names = [each.filename for each in packed.infolist() if not each.is_dir()]
            files: dict[str, bytes] = {}
            for role, path in _roles([each for each in names if not each.startswith("__MACOSX/")]).items():
                room = MOST_BYTES - sum(map(len, files.values()))
                files[role] = _unpacked(packed, path, room)
    except UploadError:
        raise
    except Exception as error:
        # A damaged archive may make zipfile raise any exception.
        reason = collapse_white_space(str(error))[:_LONGEST_REASON] or type(error).__name__
        raise UploadError(
            f"These {len(content):,} bytes cannot be unpacked as .zip ({reason}). Pack the 3 files again, without a "
            "password, or take them as they are."
        ) from error
    return _read(name, files)


def read_beir(name: str, files: Mapping[str, bytes]) -> JudgedCorpus:
    """Read the three files. files: by name, with or without a folder. name: of the corpus. Raises UploadError.

    As in BEIR, a document's text begins with its title, and of two judgements about the same query and document the
    later one counts. Equal documents become one. A document is relevant if its score is above 0. A document with id
    and text of a query is the query itself, as in collections of questions that were asked twice: it is not ranked for
    it. Queries without a relevant document are rejected: it was not judged whether a document answers them.
    """
    return _read(name, {role: files[path] for role, path in _roles(list(files)).items()})


def _roles(names: list[str]) -> dict[str, str]:
    """Return each of the three files → its name here. Raises UploadError if one is missing or found twice."""
    endings = {name: PurePosixPath(name.lower()).name for name in names}
    tables = [name for name, ending in endings.items() if ending.endswith(".tsv")]
    found = {role: [name for name, ending in endings.items() if ending == role] for role in (_CORPUS, _QUERIES, _QRELS)}
    # BEIR names the judgements by what they are for: train, dev and test. TREC's are named in many ways.
    trec = [name for name in names if "qrel" in name.lower()]
    found[_QRELS] = found[_QRELS] or [name for name in tables if endings[name] == "test.tsv"] or tables or trec
    missing = [role for role, paths in found.items() if not paths]
    if missing:
        raise UploadError(
            f"Of the 3 files {_CORPUS}, {_QUERIES} and {_QRELS}, {len(missing)} {'is' if len(missing) == 1 else 'are'} "
            f"missing: {', '.join(missing)}. Add what is missing."
        )
    for role, paths in found.items():
        if len(paths) > 1:
            raise UploadError(
                f"There are {len(paths)} files that may be {role}: {', '.join(paths)}. Leave one of them."
            )
    return {role: paths[0] for role, paths in found.items()}


def _unpacked(packed: zipfile.ZipFile, path: str, room: int) -> bytes:
    """Unpack a file of at most `room` bytes; its declared size is not trusted. Raises UploadError for a larger one."""
    if packed.getinfo(path).compress_type not in _PACKED:
        raise UploadError(f"{path} is packed in a way that is not read. Pack the 3 files as ordinary .zip.")
    with packed.open(path) as file:
        content = file.read(room + 1)
    _check_bytes(MOST_BYTES - room + len(content), more=True)
    return content


def _check_bytes(size: int, more: bool = False) -> None:
    if size > MOST_BYTES:
        # Rounded up: 20.0 MB would not be more than 20.
        have = f"have more than {MOST_BYTES // 1_000_000}" if more else f"have {math.ceil(size / 100_000) / 10:.1f}"
        raise UploadError(
            f"The 3 files {have} MB; at most {MOST_BYTES // 1_000_000} MB are read. Take a smaller collection."
        )


def _read(name: str, files: Mapping[str, bytes]) -> JudgedCorpus:
    _check_bytes(sum(map(len, files.values())))
    rest: dict[str, list[RejectedRow]] = {role: [] for role in (_CORPUS, _QUERIES, _QRELS)}
    documents = _documents(files[_CORPUS], rest[_CORPUS])
    queries: dict[str, tuple[int, str]] = {}
    for line, fields in _objects(_QUERIES, files[_QUERIES]):
        query_read = (line, collapse_white_space(fields["text"]))
        if queries.setdefault(fields["_id"], query_read) != query_read:
            why = f"repeats the _id {fields['_id']!r}"
            rest[_QUERIES].append(rejected_row(line, why, fields["text"], Reason.REPEATED))
    judgements, rest[_QRELS] = read_judgements(_QRELS, files[_QRELS])
    judged = _judged(judgements, queries, documents, rest[_QRELS])
    themselves = {query for query, (_, text) in queries.items() if _is_itself(text, documents.get(query))}
    relevant: dict[str, dict[Span, None]] = {}
    for each in judged:
        if each.score > 0 and not (each.query == each.document and each.query in themselves):
            found = documents[each.document]
            relevant.setdefault(each.query, {})[Span(found.id, 0, len(found.text))] = None
    questions = []
    for query, (line, text) in queries.items():
        if not text or query not in relevant:
            why, reason = ("has no relevant document", Reason.NO_DOCUMENT) if text else ("is empty", Reason.NO_TEXT)
            rest[_QUERIES].append(rejected_row(line, why, text, reason))
        else:
            itself = [Span(documents[query].id, 0, len(documents[query].text))] if query in themselves else []
            # A relevant document with the same text and another id is the same document here.
            omitted = tuple(span for span in itself if span not in relevant[query])
            questions.append(Question(text, tuple(relevant[query]), omitted=omitted))
    for rejected in rest.values():
        rejected.sort(key=lambda each: each.line)
    if not questions:
        raise nothing_used(f"queries with {len(judgements):,} judgements", len(queries), rest[_QRELS] or rest[_QUERIES])
    check_questions(len(questions))
    distinct = {document.id: document for document in documents.values()}
    return JudgedCorpus(
        Corpus(name, tuple(distinct.values())),
        tuple(questions),
        {role: tuple(rejected) for role, rejected in rest.items()},
        _counts([each.score for each in judged]),
    )


def _judged(
    judgements: Iterable[Judgement],
    queries: Container[str],
    documents: Container[str],
    rest: list[RejectedRow],
) -> list[Judgement]:
    """Return one judgement for each query and document that are known, the last one; the others are put into `rest`."""
    judged: dict[tuple[str, str], Judgement] = {}
    for each in judgements:
        if each.query not in queries:
            why = f"names a query that {_QUERIES} does not have"
            rest.append(rejected_row(each.line, why, each.query, Reason.UNKNOWN_ID))
        elif each.document not in documents:
            why = f"names a document that {_CORPUS} does not have"
            rest.append(rejected_row(each.line, why, each.document, Reason.UNKNOWN_ID))
        else:
            earlier = judged.setdefault((each.query, each.document), each)
            if earlier is each:
                continue
            about = f"{each.query} {each.document}"
            if earlier.score == each.score:
                rest.append(rejected_row(each.line, f"repeats line {earlier.line:,}", about, Reason.REPEATED))
            else:
                why = f"has another score than line {each.line:,} further down"
                rest.append(rejected_row(earlier.line, why, about, Reason.CONTRADICTED))
                judged[each.query, each.document] = each
    return list(judged.values())


def _is_itself(query: str, document: Document | None) -> bool:
    """Return whether a document is a query: most of its text, or all but its title, is the query's."""
    if document is None or not query:
        return False
    wanted, text = (FoldedText(each.strip()).text for each in (query, document.text))
    return wanted in text and 2 * len(wanted) > len(text)


def _counts(scores: Sequence[float]) -> JudgementCounts:
    return JudgementCounts(
        relevant=sum(score > 0 for score in scores),
        graded=sum(score > 1 for score in scores),
        not_relevant=sum(score == 0 for score in scores),
        unjudged=sum(score < 0 for score in scores),
    )


def _documents(content: bytes, rest: list[RejectedRow]) -> dict[str, Document]:
    """Return _id → document."""
    documents: dict[str, Document] = {}
    for line, fields in _objects(_CORPUS, content):
        title, text = collapse_white_space(fields["title"]), clean_text(fields["text"])
        document = Document(title or fields["_id"], f"{title}\n{text}".strip())
        if not document.text:
            rest.append(rejected_row(line, "is empty", "", Reason.NO_TEXT))
        elif documents.setdefault(fields["_id"], document) is not document:
            rest.append(rejected_row(line, f"repeats the _id {fields['_id']!r}", text, Reason.REPEATED))
    if len(documents) > MOST_DOCUMENTS:
        raise UploadError(
            f"{_CORPUS} has {len(documents):,} documents; at most {MOST_DOCUMENTS:,} are read. Take a smaller "
            "collection, or leave out documents that no query is judged with."
        )
    return documents


def _objects(role: str, content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield number and _id, title and text of each line that is not blank. Raises UploadError for broken JSON.

    >>> list(_objects("queries.jsonl", b'{"_id": 7, "text": "How hot?"}'))
    [(1, {'_id': '7', 'text': 'How hot?', 'title': ''})]
    """
    for number, line in filled_lines(content):
        try:
            found = json.loads(line)
        except (ValueError, RecursionError) as error:
            where = f" from character {error.pos + 1:,} on" if isinstance(error, json.JSONDecodeError) else ""
            raise UploadError(
                f"Line {number:,} of {role} cannot be read as JSON{where}. Every line is an object of its own, in "
                "curly brackets; correct this one."
            ) from error
        fields = found if isinstance(found, dict) else {}
        for key in ("_id", "text"):
            # In Python, true is a number.
            if not isinstance(fields.get(key), str | int) or isinstance(fields[key], bool):
                raise UploadError(f"Line {number:,} of {role} has no {key!r}. Every line needs an '_id' and a 'text'.")
        values = {key: str(fields[key]) for key in ("_id", "text")}
        title = fields.get("title")
        title = str(title) if isinstance(title, str | int) and not isinstance(title, bool) else ""
        yield number, {**values, "_id": collapse_white_space(values["_id"]), "title": title}
