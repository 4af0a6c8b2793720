"""Judgements are read by the rules of their own formats, BEIR's and TREC's, and none is dropped without a word."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.core.errors import UploadError
from components.core.retrieval.ingest.beir import JudgedCorpus, JudgementCounts, read_beir
from components.core.retrieval.ingest.judgements import Judgement, read_judgements
from components.core.text.rejection_summary import summarise_rejected

_DOCUMENTS = {"d1": "The oven must be hot.", "d2": "The dough rests.", "FBIS3-10082": "Water boils."}
_QUERIES = {"301": "How hot?", "302": "Does it rest?", "303": "When does water boil?"}


def _objects(texts: dict[str, str]) -> bytes:
    return "\n".join(json.dumps({"_id": id, "text": text}) for id, text in texts.items()).encode()


def _judged(qrels: str, name: str = "qrels.tsv") -> JudgedCorpus:
    files = {"corpus.jsonl": _objects(_DOCUMENTS), "queries.jsonl": _objects(_QUERIES), name: qrels.encode()}
    return read_beir("Kitchen", files)


def _answers(found: JudgedCorpus) -> dict[str, list[str]]:
    """Query → the texts of the documents that are relevant to it."""
    by_id = found.corpus.by_id
    return {each.text: [by_id[span.document].text for span in each.answers] for each in found.questions}


def _why(found: JudgedCorpus) -> dict[int, str]:
    return {each.line: each.why for each in found.rejected["qrels.tsv"]}


TREC = "301 0 FBIS3-10082 1\n301 Q0 d1 2\n302\t0\td2\t1\n302 0 d1 0\n303  0   FBIS3-10082  -1\n303 0 d2 3\n"


@pytest.mark.parametrize("name", ["qrels.tsv", "qrels.txt", "qrels.trec8.adhoc", "set/qrels/test", "test.qrels"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_four_fields_divided_by_blanks_or_tabs_are_trecs(name: str, newline: str) -> None:
    found = _judged(TREC.replace("\n", newline), name)
    assert _answers(found) == {
        "How hot?": ["Water boils.", "The oven must be hot."],
        "Does it rest?": ["The dough rests."],
        "When does water boil?": ["The dough rests."],
    }
    assert _why(found) == {}
    assert found.counts == JudgementCounts(relevant=4, graded=2, not_relevant=1, unjudged=1)


def test_the_same_judgements_in_both_formats_are_the_same() -> None:
    rows = [line.split() for line in TREC.splitlines()]
    beir = "\n".join(["query-id\tcorpus-id\tscore", *("\t".join((row[0], row[2], row[3])) for row in rows)])
    assert _answers(_judged(beir)) == _answers(_judged(TREC))
    assert _judged(beir).counts == _judged(TREC).counts


@pytest.mark.parametrize(
    "first", ["query-id\tcorpus-id\tscore", "query-id corpus-id score", "Query_ID\tcorpus_id\tScore"]
)
def test_beirs_columns_are_found_by_name_with_tabs_or_blanks(first: str) -> None:
    between = "\t" if "\t" in first else " "
    found = read_judgements("qrels.tsv", f"{first}\n301{between}d1{between}1\n".encode())
    assert found == ([Judgement(2, "301", "d1", 1.0)], [])
    turned = read_judgements("qrels.tsv", b"score\tcorpus-id\tquery-id\n1\td1\t301\n")
    assert turned == found


def test_an_id_between_tabs_may_have_blanks_in_it() -> None:
    found, _ = read_judgements("qrels.tsv", b"query-id\tcorpus-id\tscore\nhow hot\tthe oven\t1\n")
    assert (found[0].query, found[0].document) == ("how hot", "the oven")


@pytest.mark.parametrize("score", ["inf", "-inf", "nan", "1e999", "1_0", "١", "", "good", "0x1"])
def test_what_is_no_number_is_no_score(score: str) -> None:
    found, rejected = read_judgements("a", f"query-id\tcorpus-id\tscore\n301\td1\t{score}\n301\td2\t1\n".encode())
    assert [each.document for each in found] == ["d2"]
    assert [each.why for each in rejected] == [f"has a score that is no number: {score!r}"]


def test_of_two_scores_of_one_pair_the_later_counts_as_in_beirs_loader_and_the_other_is_named() -> None:
    found = _judged("301 0 d1 0\n302 0 d2 1\n301 0 d1 1\n302 0 d2 1\n303 0 d2 1\n303 0 d2 0\n")
    assert _answers(found) == {"How hot?": ["The oven must be hot."], "Does it rest?": ["The dough rests."]}
    assert _why(found) == {
        1: "has another score than line 3 further down",
        4: "repeats line 2",
        5: "has another score than line 6 further down",
    }
    assert found.counts == JudgementCounts(relevant=2, graded=0, not_relevant=1, unjudged=0)


def test_judgements_about_unknown_ids_and_broken_lines_are_counted_and_named() -> None:
    found = _judged("301 0 d1 1\n999 0 d1 1\n301 0 d9 1\n301 0 d1\n301 0 d2 high\n")
    assert _why(found) == {
        2: "names a query that queries.jsonl does not have",
        3: "names a document that corpus.jsonl does not have",
        4: "has 3 fields where TREC's judgements have 4",
        5: "has a score that is no number: 'high'",
    }
    said = "2 with unknown ids (lines 2 to 3), 1 with too few or too many fields (line 4), "
    assert summarise_rejected(found.rejected["qrels.tsv"]) == said + "1 without a number for a score (line 5)"


def test_an_id_that_is_true_is_none_and_a_title_that_is_no_text_is_left_out() -> None:
    files = {"queries.jsonl": _objects(_QUERIES), "qrels.txt": b"301 0 7 1"}
    corpus = json.dumps({"_id": 7, "title": {"en": "Oven"}, "text": "It is hot."}).encode()
    assert read_beir("a", {**files, "corpus.jsonl": corpus}).corpus.documents[0].text == "It is hot."
    with pytest.raises(UploadError, match=r"Line 1 of corpus\.jsonl has no '_id'"):
        read_beir("a", {**files, "corpus.jsonl": b'{"_id": true, "text": "It is hot."}'})


@settings(max_examples=100)
@given(
    rows=st.lists(
        st.tuples(st.sampled_from([*_QUERIES, "999"]), st.sampled_from([*_DOCUMENTS, "d9"]), st.integers(-2, 3)),
        min_size=1,
        max_size=12,
    ),
    beir=st.booleans(),
)
def test_each_line_counts_or_is_named(rows: list[tuple[str, str, int]], beir: bool) -> None:
    rows = [("301", "d1", 1), *rows, ("302", "d2", 1)]
    lines = ["\t".join(map(str, row)) if beir else "{} 0 {} {}".format(*row) for row in rows]
    try:
        found = _judged("\n".join(["query-id\tcorpus-id\tscore"] * beir + lines))
    except UploadError as error:
        pytest.fail(str(error))
    last = {(query, document): score for query, document, score in rows if query in _QUERIES and document in _DOCUMENTS}
    counts = found.counts
    assert counts.relevant + counts.not_relevant + counts.unjudged == len(last)
    assert len(found.rejected["qrels.tsv"]) == len(rows) - len(last)
    assert sum(map(len, _answers(found).values())) == sum(score > 0 for score in last.values())
