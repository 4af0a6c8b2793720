"""Files of judged questions say what was judged, and are read in again as the app reads any such file."""

import csv
import io
import json
import zipfile

from components.core.retrieval.documents import Corpus, Document, Question, Span
from components.core.retrieval.ingest.beir import read_beir_zip
from components.core.retrieval.ingest.judged_questions import read_questions
from components.core.retrieval.ingest.question_files import JudgedPassage, beir_zip, questions_table

MENU = Document("Menu, “today”", 'Soup is "hot", it\nsays.\n\nIce is cold.\n\n=Tea; or coffee')
TALES = Document("Tales", "Une oie a poursuivi le boulanger.")
CORPUS = Corpus("Food", (MENU, TALES))


def part(document: Document, text: str) -> Span:
    """Where a text stands in a document."""
    start = document.text.index(text)
    return Span(document.id, start, start + len(text))


QUESTIONS = (
    Question("What is hot, and what “cold”?", (part(MENU, 'Soup is "hot", it\nsays.'), part(MENU, "Ice is cold."))),
    Question("Où est l'oie ?", (part(TALES, TALES.text),)),
    Question("Tea?", (part(MENU, "=Tea; or coffee"),)),
    Question("Who is Beatrix?", ()),
)


def test_a_table_of_questions_is_read_in_again_with_the_same_answers() -> None:
    content = questions_table(QUESTIONS, [CORPUS])
    read = read_questions("mine.csv", content, CORPUS)
    assert read.questions == QUESTIONS
    assert read.rejected == ()


def test_a_table_has_a_row_for_each_answer_with_the_title_of_its_document() -> None:
    rows = list(csv.reader(io.StringIO(questions_table(QUESTIONS, [CORPUS]).decode("utf-8-sig"), newline="")))
    assert rows[0] == ["question", "answer", "document"]
    assert [row[2] for row in rows[1:]] == ["Menu, “today”", "Menu, “today”", "Tales", "Menu, “today”", ""]
    assert rows[1][1] == 'Soup is "hot", it\nsays.'


PASSAGES = [
    JudgedPassage("m:0", "Menu", "Soup is hot.\nVery."),
    JudgedPassage("m:1", "Menu", "Ice is cold."),
    JudgedPassage("t:0", "Tales\tand more", "Une oie a poursuivi le boulanger."),
]


def test_a_test_collection_is_read_in_again_with_the_same_passages_and_answers() -> None:
    asked = ["What is hot or cold?", "Où est l'oie ?"]
    content = beir_zip("mine", PASSAGES, asked, [[0, 1], [2]])
    read = read_beir_zip("mine.zip", content)
    documents = read.corpus.documents
    assert [each.text for each in documents] == [f"{' '.join(each.title.split())}\n{each.text}" for each in PASSAGES]
    whole = [Span(each.id, 0, len(each.text)) for each in documents]
    assert read.questions == (Question(asked[0], (whole[0], whole[1])), Question(asked[1], (whole[2],)))
    assert all(not rows for rows in read.rejected.values())


def test_a_test_collection_is_a_folder_as_beir_publishes_them() -> None:
    content = beir_zip("mine", PASSAGES, ["What is cold?"], [[1]])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    assert list(files) == ["mine/corpus.jsonl", "mine/queries.jsonl", "mine/qrels/test.tsv"]
    corpus = [json.loads(line) for line in files["mine/corpus.jsonl"].splitlines()]
    assert corpus[1] == {"_id": "m:1", "title": "Menu", "text": "Ice is cold."}
    assert json.loads(files["mine/queries.jsonl"]) == {"_id": "q1", "text": "What is cold?"}
    assert files["mine/qrels/test.tsv"] == "query-id\tcorpus-id\tscore\nq1\tm:1\t1\n"
    assert beir_zip("mine", PASSAGES, ["What is cold?"], [[1]]) == content
