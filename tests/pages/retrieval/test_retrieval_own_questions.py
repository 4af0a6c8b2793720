"""Questions of the reader's own, scored on the reader's own documents."""

import io
import json
import zipfile
from collections.abc import Mapping

from components.core import Encoder
from components.core.model.prompts import TextKind
from components.core.retrieval.documents import ChunkSettings, Document, Question, Span, Unit
from components.core.retrieval.evaluation.evaluation import MEASURES
from components.core.retrieval.ingest.beir import read_beir_zip
from components.core.retrieval.ingest.chunking import chunks_of
from components.core.retrieval.ingest.one_document import as_one_document
from components.core.retrieval.search.methods import SearchMethod
from tests.support.retrieval_page import (
    BY_PARAGRAPH,
    CRANES,
    DENSE,
    KEYS,
    MENU,
    SCORED,
    evaluation_of,
    listed,
    own,
    problems,
    words,
)
from tests.support.visit import array


def packed(files: Mapping[str, str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return file.getvalue()


def test_own_questions_are_scored_on_own_documents_at_each_size() -> None:
    text = "\n\n".join((MENU, CRANES, KEYS, "Bread needs flour, water, salt and time."))
    table = f"question,answer\nWhat soup is sold?,{MENU}\nWhen do the cranes leave?,the first frost comes\n"
    table += "Who wrote Faust?,\nWhere is the key?,this stands nowhere\n"
    opened = own(screen=SCORED, sizes_wanted="true").write("document_pasted", text).press("Add the text")
    opened.upload("question_files", "asked.csv", table.encode())
    rows = {row[0]: row[1:] for row in opened.table("R@k (recall)")}
    assert rows[DENSE] == ["1.000"] * 5
    assert "2 of 3 questions have an answer in these documents" in words(opened)
    assert opened.headings == ["2 questions: too few to say which way of searching is best"]
    assert "of 1 question without an answer would be refused" in words(opened)
    assert "Line 5 has an answer that stands in none of 1 document" in words(opened)
    sizes = opened.table("nDCG@10. A passage holds an answer")
    assert [row[0] for row in sizes] == ["passages", *rows]
    counts = [int(count) for count in sizes[0][1:]]
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] == 1
    assert sizes[list(rows).index(DENSE) + 1][-1] == "1.00"
    opened.upload("question_files", "other.csv", b"who,what\na,b\n")
    assert "There is no column named 'question'" in problems(opened)[0]
    assert "2 of 3 questions have an answer" in words(opened)
    opened.press("Remove")
    assert "Without 2 questions about removed documents." in words(opened)


def test_ways_to_divide_own_documents_are_compared_on_the_same_questions_as_core_scores_them(encoder: Encoder) -> None:
    text = "\n\n".join((MENU, CRANES, KEYS, "Bread needs flour, water, salt and time. It rises. Then it is baked."))
    asked = {
        "What soup is sold?": MENU,
        "When do the cranes leave?": "the first frost comes",
        "Bread": "Then it is baked.",
    }
    table = "question,answer\n" + "".join(f"{question},{answer}\n" for question, answer in asked.items())
    opened = own(screen=SCORED, sizes_wanted="true", sizes_compared="ways to divide")
    opened.write("document_pasted", text).press("Add the text").upload("question_files", "asked.csv", table.encode())
    rows = opened.table("Tokens: of a passage, on average")
    assert [row[0] for row in rows] == [
        *("32 tokens", "64 tokens", "128 tokens", "1 sentence", "3 sentences", "6 sentences", "1 paragraph"),
        *("2 paragraphs", "meaning, 50% cut", "meaning, 30% cut", "meaning, 10% cut"),
    ]
    document = Document("", text)
    questions = [
        Question(question, (Span(document.id, text.index(answer), text.index(answer) + len(answer)),))
        for question, answer in asked.items()
    ]
    by_meaning = ChunkSettings(Unit.MEANING, encoder.room(TextKind.PASSAGE), percentile=30)
    for name, settings in (("1 paragraph", BY_PARAGRAPH), ("meaning, 30% cut", by_meaning)):
        chunks = chunks_of(document, settings, encoder)
        score = evaluation_of(encoder, chunks, questions).results[SearchMethod.DENSE].means["nDCG@10"].value
        tokens = sum(chunk.token_count for chunk in chunks) / len(chunks)
        assert [name, str(len(chunks)), f"{tokens:.0f}", f"{score:.2f}"] in rows
    lines = {trace["name"]: array(trace["y"]) for trace in opened.figure("scores-by-division")["data"]}
    assert list(lines) == [unit.value for unit in Unit]
    assert [f"{each:.2f}" for line in lines.values() for each in line] == [row[3] for row in rows]
    best = max(rows, key=lambda row: row[3])
    assert opened.headings[0].startswith(f"Divided by {best[0]}, Dense does best: nDCG@10 of {best[3]}; ")


def test_a_test_collection_brings_its_corpus_and_is_scored_as_core_scores_it(encoder: Encoder) -> None:
    texts = {"a": MENU, "b": CRANES, "c": KEYS, "d": "A crane on the building site lifts steel."}
    questions = {"1": ("What soup is sold?", ["a"]), "2": ("Which cranes are there?", ["b", "d"])}
    questions["3"] = ("Frost in the cellar", ["c"])
    judged = [f"{query}\t{answer}\t1\n" for query, (_, answers) in questions.items() for answer in answers]
    files = {
        "set/corpus.jsonl": "".join(
            json.dumps({"_id": id, "title": "", "text": text}) + "\n" for id, text in texts.items()
        ),
        "set/queries.jsonl": "".join(
            json.dumps({"_id": id, "text": text}) + "\n" for id, (text, _) in questions.items()
        ),
        "set/qrels/test.tsv": "query-id\tcorpus-id\tscore\n" + "".join(judged),
    }
    content = packed(files)
    opened = own(screen=SCORED).upload("question_files", "small.zip", content)
    assert problems(opened) == []
    assert listed(opened) == ["small.zip"]
    collection = read_beir_zip("small.zip", content)
    document, asked = as_one_document(collection.corpus, collection.questions)
    chunks = chunks_of(document, BY_PARAGRAPH, encoder)
    assert [chunk.text for chunk in chunks] == list(texts.values())
    assert opened.table("R@k (recall)") == [
        [method, *(f"{result.means[name].value:.3f}" for name in MEASURES)]
        for method, result in evaluation_of(encoder, chunks, asked).results.items()
    ]


def test_columns_of_any_name_are_chosen_for_questions_and_answers() -> None:
    opened = own(screen=SCORED).write("document_pasted", f"{MENU}\n\n{CRANES}").press("Add the text")
    table = "id;what is asked;what is said\n1;What soup is sold?;lentil soup\n2;When do they fly?;first frost\n"
    table += "3;Why?;because\n"
    opened.upload("question_files", "asked.csv", table.encode())
    assert "There is no column named 'question' among the 3 of this file" in problems(opened)[0]
    opened.choose("question_column", "what is asked")
    assert "There is no column named 'answer'" in problems(opened)[0]
    opened.choose("question_answer_column", "what is said")
    assert problems(opened) == []
    assert "2 of 2 questions have an answer in these documents" in words(opened)
    left_out = "1 without an answer that can be found (line 4)"
    assert f"2 questions in use. Left out: {left_out}." in words(opened)
    assert [each.label for each in opened.app.expander if "left out" in each.label] == [
        f"What was left out: 1 line – asked\\.csv: {left_out}"
    ]
    opened.pick("question_first_row", "is data")
    assert "The first of 4 rows" in words(opened)
    opened.pick("question_delimiter", "commas")
    assert "columns divided by commas (guessed: semicolons)" in words(opened)


def test_judgements_that_trec_wrote_are_taken_and_counted() -> None:
    texts = {"a": MENU, "b": CRANES, "c": KEYS}
    objects = {id: json.dumps({"_id": id, "text": text}) for id, text in texts.items()}
    queries = {"1": "What soup is sold?", "2": "Which cranes are there?"}
    files = {
        "corpus.jsonl": "\n".join(objects.values()).encode(),
        "queries.jsonl": "\n".join(json.dumps({"_id": id, "text": text}) for id, text in queries.items()).encode(),
        "qrels.txt": b"1 0 a 2\n1 0 b 0\n2 Q0 b 1\n2\t0\tc\t-1\n3 0 a 1\n1 0 x 1\n1 0 a 2\n",
    }
    opened = own(screen=SCORED).upload_all("question_files", files)
    assert problems(opened) == []
    counted = "4 judgements: 2 relevant (1 of them with a score above 1, which counts as 1), 1 not relevant "
    assert counted + "and 1 below 0, which says not judged." in words(opened)
    said = "What was left out: 3 lines – qrels\\.tsv: 2 with unknown ids (lines 5 to 6), 1 repeated (line 7)"
    assert said in [each.label for each in opened.app.expander]
    assert "Line 5 names a query that queries.jsonl does not have" in words(opened)
