"""Files of judged questions for other tools, and for reading in again.

judged_questions.py reads the table, beir.py the test collection.
"""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from components.core.retrieval.documents import Corpus, Question

#: Every file of an archive has this date, so that equal collections are equal files.
_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class JudgedPassage:
    """A passage of a test collection."""

    id: str
    title: str
    text: str


def questions_table(questions: Sequence[Question], corpora: Sequence[Corpus]) -> bytes:
    """Return a CSV table with a row for each answer: question, answer (quoted from its document) and document (title).

    A question without an answer has one row with an empty answer. corpora: hold the documents of all answers.

    >>> questions_table([Question("Who wrote Faust?", ())], []).decode("utf-8-sig").splitlines()
    ['question,answer,document', 'Who wrote Faust?,,']
    """
    documents = {document.id: document for corpus in corpora for document in corpus.documents}
    file = io.StringIO(newline="")
    table = csv.writer(file)
    table.writerow(("question", "answer", "document"))
    for question in questions:
        for span in question.answers:
            document = documents[span.document]
            table.writerow((question.text, document.text[span.start : span.end], document.title))
        if not question.answers:
            table.writerow((question.text, "", ""))
    # With a byte order mark, spreadsheets read the letters of all languages.
    return file.getvalue().encode("utf-8-sig", "replace")


def beir_zip(
    name: str, passages: Sequence[JudgedPassage], questions: Sequence[str], relevant: Sequence[Sequence[int]]
) -> bytes:
    """Return a .zip with a folder of BEIR's three files: corpus.jsonl, queries.jsonl and qrels/test.tsv.

    name: of the folder. relevant: of each question, the indices of the passages that answer it, each with a score of 1.
    Thakur et al. 2021, "BEIR: A Heterogeneous Benchmark for Zero-shot Evaluation of Information Retrieval Models".
    """
    corpus = [{"_id": each.id, "title": each.title, "text": each.text} for each in passages]
    queries = [{"_id": f"q{number}", "text": text} for number, text in enumerate(questions, 1)]
    judgements = [
        f"q{number}\t{passages[index].id}\t1" for number, indices in enumerate(relevant, 1) for index in indices
    ]
    files = {
        "corpus.jsonl": _lines(map(_json, corpus)),
        "queries.jsonl": _lines(map(_json, queries)),
        "qrels/test.tsv": _lines(["query-id\tcorpus-id\tscore", *judgements]),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(zipfile.ZipInfo(f"{name}/{path}", _DATE), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _json(fields: dict[str, str]) -> str:
    return json.dumps(fields, ensure_ascii=False)


def _lines(lines: Iterable[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")
