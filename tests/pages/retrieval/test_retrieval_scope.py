"""What is searched: chosen documents, another corpus, and passages of another size."""

import re

from components.core import Encoder
from tests.support.reference import assert_close
from tests.support.retrieval_page import (
    BM25,
    DECIMALS,
    DENSE,
    METHODS,
    NOTES,
    OPENING,
    PRAM,
    ShippedCorpus,
    asked,
    hits,
    names,
    scores,
    unit_vectors_of,
    visit,
)


def test_only_the_chosen_documents_are_searched_and_words_weigh_the_same(everyday: ShippedCorpus) -> None:
    chosen = ["Cooking", "Squatch's adventures"]
    opened = visit(PRAM).choose_all("in", chosen)
    # The first shares a word with passages of other documents alone, the second with these.
    for question, found_by_words in ((PRAM, False), ("Who is Squatch's closest friend?", True)):
        opened.enter("question", question)
        rankings = {DENSE: everyday.dense(question, 5, chosen), BM25: everyday.words(question, 5, chosen)}
        assert bool(rankings[BM25]) == found_by_words
        for method, expected in rankings.items():
            assert names(opened, method) == [everyday.names[each.index] for each in expected]
            assert_close(scores(opened, method), [each.score for each in expected], 0.51 * 10 ** -DECIMALS[method])
    opened.enter("question", PRAM).choose_all("in", [])
    assert names(opened, DENSE)[0] == everyday.best_names(DENSE, PRAM)[0]


def test_another_corpus_forgets_the_chosen_documents_and_is_searched_whole(notes: ShippedCorpus) -> None:
    question = "How does the model know word order?"
    opened = visit(question).choose_all("in", ["Cooking"])
    assert {name.partition(" · ")[0] for name in names(opened, DENSE)} == {"Cooking"}
    opened.pick("corpus", NOTES)
    assert asked(opened) == question
    expected = notes.dense(question, 5)
    assert [hit.text for hit in hits(opened, DENSE)] == [notes.texts[each.index] for each in expected]
    assert names(opened, DENSE) == [notes.names[each.index] for each in expected]
    assert_close(scores(opened, DENSE), [each.score for each in expected], 0.51e-4)


def test_smaller_passages_are_searched_as_they_are_cut(everyday: ShippedCorpus, encoder: Encoder) -> None:
    opened = visit(OPENING, chunks_by="sentences", chunk_sentences="1")
    found = hits(opened, DENSE)
    assert re.fullmatch(r"Cooking · 4, passage \d+", found[0].name)
    assert "gas that stings the eyes" in found[0].text
    assert found[0].text != everyday.texts[3]
    cosines = unit_vectors_of(encoder, [hit.text for hit in found]) @ everyday.question_vector(OPENING)
    assert_close(scores(opened, DENSE), cosines, 0.51e-4)
    sentences = re.search(r"Nearest of (\d+) passages", opened.headings[0])
    assert sentences is not None
    assert int(sentences[1]) > 400


def test_passages_have_different_names() -> None:
    opened = visit(PRAM, k="20", chunks_by="sentences", chunk_sentences="1")
    for method in METHODS:
        assert len(set(names(opened, method))) == len(hits(opened, method)) > 5
