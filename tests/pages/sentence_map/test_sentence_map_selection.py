"""The selection: its neighbours as core finds them, its cosines, and its pairs."""

import pytest

from components.core import Encoder
from components.core.mapping.neighbours import neighbourhood
from components.core.mapping.sentence_pairs import most_similar, most_surprising
from tests.support.reference import assert_close
from tests.support.sentence_map_page import COMPARED, LabelledSentences, dots, paste, unit_vectors_of, visit
from tests.support.visit import array

NUMBERS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
PAIRS = (
    "The doctor examined the patient.",
    "The patient was treated.",
    "A physician looked at her.",
    "Rain fell on the garden.",
    "It poured outside.",
)


@pytest.mark.parametrize("parameters", [{"map": "t-SNE"}, {"dimensions": "3-D"}], ids=["t-SNE", "PCA in 3-D"])
def test_lines_lead_to_the_ten_nearest_and_say_which_the_map_keeps_near(
    parameters: dict[str, str], shipped: LabelledSentences
) -> None:
    opened = visit(**parameters)
    kept = set()
    for picked in (0, 100, 200, 239):
        expected = neighbourhood(shipped.unit_vectors, dots(opened), picked, 10)
        marks = opened.put("selected", (shipped.sentences[picked],)).sent("marks")
        assert (marks["picked"], marks["selected"]) == (picked, [picked])
        lines = marks["placed"]["sentence-map"]["lines"]
        assert [line["to"] for line in lines] == expected.indices.tolist()
        assert_close([line["cosine"] for line in lines], expected.cosines)
        assert [line["near"] for line in lines] == expected.near.tolist()
        near = int(expected.near.sum())
        kept.add(near)
        assert f"{NUMBERS[near]} of the ten most similar sentences" in opened.words
        assert opened.table("The sentences nearest to") == [
            [shipped.sentences[index], f"{cosine:.4f}", "near" if near else "far"]
            for index, cosine, near in zip(expected.indices, expected.cosines, expected.near, strict=True)
        ]
    assert len(kept) > 1


def test_of_several_selected_the_chosen_one_has_its_neighbours_shown(shipped: LabelledSentences) -> None:
    opened = visit().put("selected", tuple(shipped.sentences[index] for index in (5, 9, 30)))
    assert opened.sent("marks")["picked"] == -1
    opened.choose("picked", shipped.sentences[9])
    marks = opened.sent("marks")
    assert (marks["picked"], marks["selected"]) == (9, [5, 9, 30])
    expected = neighbourhood(shipped.unit_vectors, dots(opened), 9, 10)
    lines = marks["placed"]["sentence-map"]["lines"]
    assert [line["to"] for line in lines] == expected.indices.tolist()
    cosines = shipped.unit_vectors[[5, 9, 30]] @ shipped.unit_vectors[9]
    assert_close(opened.app.dataframe[0].value["cosine to the sentence above"], cosines.round(4), 1e-6)


def test_a_trap_selects_its_sentences_and_says_what_to_look_at(shipped: LabelledSentences) -> None:
    opened = visit()
    name = next(option for option in opened.app.selectbox(key="trap").options if option.endswith("Bark"))
    opened.choose("trap", name)
    selected = [shipped.sentences[place] for place in opened.sent("marks")["selected"]]
    assert [each.startswith("The bark of the old") for each in selected] == [True, True]
    assert name in opened.words


def test_the_matrix_holds_the_cosines_of_the_selected_with_each_other(shipped: LabelledSentences) -> None:
    places = [17, 3, 101, 230, 4]
    opened = visit(screen=COMPARED).put("selected", tuple(shipped.sentences[place] for place in places))
    chosen = shipped.unit_vectors[places]
    assert_close(array(opened.figure("selected-similarities")["data"][0]["z"]), chosen @ chosen.T)


def test_the_most_similar_and_the_most_surprising_pair_are_those_of_core(encoder: Encoder) -> None:
    opened = paste(*PAIRS, screen=COMPARED).put("selected", PAIRS)
    vectors = unit_vectors_of(encoder, PAIRS)
    alike, odd = most_similar(vectors), most_surprising(vectors, PAIRS)
    assert alike is not None
    assert odd is not None
    # The most similar pair shares a word beside "the"; the most surprising one must not.
    assert alike[:2] == (0, 1) != (odd.first, odd.second)
    assert f"The most similar are “{PAIRS[0]}” and “{PAIRS[1]}” ({alike[2]:.4f})" in opened.words
    surprising = opened.words.split("The most surprising pair", 1)[1].split("\n", 1)[0]
    assert f"a cosine of {odd.cosine:.4f}: “{PAIRS[odd.first]}” and “{PAIRS[odd.second]}”" in surprising
