"""Search: by meaning and in the text."""

import numpy as np
import pytest

from tests.support.reference import assert_close
from tests.support.sentence_map_page import LabelledSentences, paste, visit


@pytest.mark.parametrize("phrase", ["something hot to drink", "a game that was won", "¿Dónde está el dinero?"])
def test_by_meaning_it_finds_the_ten_highest_cosines_in_order(phrase: str, shipped: LabelledSentences) -> None:
    opened = visit().enter("find", phrase)
    vector = shipped.vector_of(phrase)
    cosines = shipped.unit_vectors @ vector
    marks = opened.sent("marks")
    assert marks["selected"] == np.argsort(-cosines)[:10].tolist()
    assert marks["phrase"] == phrase
    landed = marks["placed"]["sentence-map"]["phrase"]
    assert_close(landed, shipped.pca().place(vector[None], shipped.unit_vectors)[0])
    table = opened.app.dataframe[0].value
    assert table["sentence"].tolist() == [shipped.sentences[index] for index in marks["selected"]]
    assert table["label"].tolist() == [shipped.labels[index] for index in marks["selected"]]
    assert_close(table["cosine to the phrase"], cosines[marks["selected"]].round(4), 1e-6)
    assert f"10 sentences selected: nearest in meaning to “{phrase}”" in opened.words


def test_an_added_sentence_is_found_like_the_others(shipped: LabelledSentences) -> None:
    cocoa, phrase = "A cup of hot cocoa to drink.", "something hot to drink"
    opened = visit().enter("sentence_to_add", cocoa).enter("find", phrase)
    vectors = np.vstack([shipped.unit_vectors, shipped.vector_of(cocoa)])
    expected = np.argsort(-(vectors @ shipped.vector_of(phrase)))[:10]
    assert expected[0] == 240
    assert opened.sent("marks")["selected"] == expected.tolist()
    opened.pick("find_by", "in the text").enter("find", "cocoa")
    assert opened.sent("marks")["selected"][-1] == 240


def test_in_the_text_it_finds_what_contains_the_phrase_in_any_case(shipped: LabelledSentences) -> None:
    for phrase in ("PIZZA", "the b", "."):
        opened = visit(find=phrase, find_by="in the text")
        expected = [place for place, each in enumerate(shipped.sentences) if phrase.lower() in each.lower()]
        assert opened.sent("marks")["selected"] == expected
        assert opened.sent("marks")["placed"]["sentence-map"]["phrase"] is None


def test_signs_of_regular_expressions_are_searched_as_they_stand() -> None:
    opened = paste("I write C++ (a lot).", "See c more.", "a.b", "acb", "[x] \\d $5", find_by="in the text")
    for phrase, places in {"C++": [0], "(a": [0], "a.b": [2], "[x]": [4], "\\d $": [4], ".*": [], "^": []}.items():
        opened.enter("find", phrase)
        assert opened.sent("marks")["selected"] == places, phrase


def test_a_phrase_that_no_sentence_contains_is_said_to_be_in_none() -> None:
    opened = visit(find="<zzz>", find_by="in the text")
    assert "No sentence contains “<zzz>”" in opened.words
    assert opened.sent("marks")["selected"] == []


def test_words_that_no_sentence_has_are_near_to_none() -> None:
    opened = visit(vectors="TF-IDF", find="zzzz qqqq")
    marks = opened.sent("marks")
    assert (marks["selected"], marks["placed"]["sentence-map"]["phrase"]) == ([], None)
    assert "No sentence has anything in common with “zzzz qqqq”" in opened.words
    opened.enter("find", "").enter("sentence_to_add", "Zzzz qqqq.")
    assert opened.sent("marks")["placed"]["sentence-map"]["lines"] == []
    assert "No other sentence has anything in common with “Zzzz qqqq.”" in opened.words


def test_a_search_replaces_a_clicked_selection_and_a_click_replaces_a_search(shipped: LabelledSentences) -> None:
    opened = visit().put("selected", (shipped.sentences[7],)).enter("find", "pizza")
    assert len(opened.sent("marks")["selected"]) == 10
    assert opened.put("selected", (shipped.sentences[7],)).sent("marks")["selected"] == [7]
    opened.enter("find", "")
    assert opened.sent("marks")["selected"] == []
