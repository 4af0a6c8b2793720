"""Sentence map: dots, lines, groups and measures against scikit-learn and sentence-transformers; what is refused."""

import csv
import html
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pytest
from sklearn.cluster import HDBSCAN, KMeans
from sklearn.decomposition import PCA
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.manifold import trustworthiness
from sklearn.metrics import adjusted_rand_score, confusion_matrix, silhouette_score, v_measure_score

from components.core import Encoder, PositionsOff
from components.core.mapping.projection import ProjectionSettings, fit_projection
from components.core.numerics.similarity import normalise_rows
from components.core.storage.cached_encoding import encode_with_store
from components.core.storage.vector_store import default_store
from tests.support.app_pages import ROOT
from tests.support.reference import Opened, assert_close
from tests.support.visit import Visit, array

PAGE = "Sentence map"
SELECTION, GROUPS, KINDS, HONESTY = "The selection", "Groups", "What context adds", "What the map gets wrong"
SHIPPED_FINDING = re.compile(r"(\d+) of 240 sentences have a nearest neighbour with the same label")

NEW = "Squatch orders a second pizza."
TWO_TOPICS = (
    "The soup needs a pinch of salt.",
    "Add more seasoning to the broth.",
    "Bread is baked in the oven.",
    "The striker scored in the last minute.",
    "Our team won the match.",
    "The goalkeeper caught the ball.",
)
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True)
class Shipped:
    """The shipped sentences, read and encoded without Encoderscope."""

    sentences: list[str]
    labels: list[str]
    vectors: np.ndarray  # (240, 384) unit rows


def encoded(bundled: Opened, sentences: Sequence[str]) -> np.ndarray:
    """(N, 384): what sentence-transformers makes of them, as unit rows."""
    vectors: np.ndarray = bundled.sentence_model.encode(list(sentences), normalize_embeddings=True)
    return vectors


@pytest.fixture(scope="module")
def shipped(bundled: Opened) -> Shipped:
    with (ROOT / "assets" / "sentences.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    sentences = [row["sentence"] for row in rows]
    return Shipped(sentences, [row["topic"] for row in rows], encoded(bundled, sentences))


def visit(**parameters: str) -> Visit:
    """The page with the map that needs no fitting, unless another is asked for."""
    return Visit(PAGE, **({"map": "PCA"} | parameters))


def paste(*lines: str, **parameters: str) -> Visit:
    """The page with sentences of one's own."""
    return visit(source="Paste", **parameters).write("pasted", "\n".join(lines))


def dots(opened: Visit, key: str = "sentence-map") -> np.ndarray:
    """(N, 2 or 3): where the dots of a map are drawn."""
    described, values = opened.view(key)
    size = described["count"] * described["dimensions"]
    return np.frombuffer(values, dtype="<f4", count=size).reshape(described["count"], described["dimensions"])


def colours(opened: Visit) -> tuple[list[str], np.ndarray]:
    """The names of the groups of dots, and (N,) the group of each dot."""
    described, values = opened.view("sentence-map")
    number = np.frombuffer(values, dtype="<i2", offset=4 * described["count"] * described["dimensions"])
    return [group["name"] for group in described["groups"]], number


def shown(opened: Visit) -> list[str]:
    """The sentences of the dots."""
    says: list[str] = opened.view("sentence-map")[0]["says"]
    return says


def told(opened: Visit) -> str:
    """What the page says, in its own markup or in a caption."""
    return "\n".join([opened.words, *(caption.value for caption in opened.app.caption)])


def nearest(vectors: np.ndarray, k: int) -> np.ndarray:
    """(N, k) by brute force: the highest cosines of unit rows, without the row itself, the highest first."""
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, -np.inf)
    return np.argsort(-cosines, axis=1)[:, :k]


def nearest_on_map(points: np.ndarray, k: int) -> np.ndarray:
    """(N, k) by brute force: the least distances, without the dot itself."""
    distances = np.linalg.norm(points[:, None].astype(np.float64) - points[None], axis=-1)
    np.fill_diagonal(distances, np.inf)
    return np.argsort(distances, axis=1)[:, :k]


def projected(vectors: np.ndarray, others: np.ndarray, axes: int = 2) -> np.ndarray:
    """(M, 2 or 3): where the PCA of vectors puts others, scaled as the map of the vectors is."""
    fit = PCA(axes, random_state=0).fit(vectors.astype(float))
    drawn = fit.transform(vectors)
    middle = (drawn.max(axis=0) + drawn.min(axis=0)) / 2
    placed: np.ndarray = (fit.transform(others) - middle) / np.abs(drawn - middle).max()
    return placed


def grouped(vectors: np.ndarray, count: int, seed: int = 0) -> np.ndarray:
    """k-means as scikit-learn alone does it."""
    found: np.ndarray = KMeans(count, n_init=10, random_state=seed).fit_predict(vectors)
    return found


def table_of(labels: Sequence[str], found: np.ndarray) -> list[tuple[int, ...]]:
    """How many sentences of each label, in order of appearance, a group holds: a tuple for each, in ascending order."""
    rows = {label: place for place, label in enumerate(dict.fromkeys(labels))}
    numbers = np.unique(found, return_inverse=True)[1]
    counts = confusion_matrix([rows[label] for label in labels], numbers)[: len(rows), : numbers.max() + 1]
    return sorted(tuple(column) for column in counts.T.tolist())


def number_after(words: str, text: str) -> float:
    """The first number of two decimals after this text."""
    found = re.search(rf"{re.escape(text)}\D*?(-?\d\.\d\d)", words)
    assert found is not None, text
    return float(found[1])


# What it opens with


@pytest.mark.usefixtures("umap_compiled")
def test_it_opens_with_the_shipped_sentences_mapped_by_umap(encoder: Encoder, shipped: Shipped) -> None:
    opened = Visit(PAGE)
    assert shown(opened) == shipped.sentences
    names, group_of = colours(opened)
    assert [names[number] for number in group_of] == shipped.labels
    assert len(set(shipped.labels)) == len(names) == 10
    # The very vectors that the page had: a last digit decides where a UMAP puts a dot, and sentences that were encoded
    # for another page, beside others, differ there.
    units = normalise_rows(encode_with_store(encoder, shipped.sentences, default_store()))
    assert_close(units, shipped.vectors)
    assert_close(dots(opened), fit_projection(units, ProjectionSettings("UMAP", 2, 15, 0.1, 0)).points)
    assert opened.sent("marks")["selected"] == []


def test_its_finding_counts_the_nearest_neighbours_under_the_same_label(shipped: Shipped) -> None:
    labels = np.array(shipped.labels)
    same = int((labels[nearest(shipped.vectors, 1)[:, 0]] == labels).sum())
    opened = visit()
    assert [SHIPPED_FINDING.fullmatch(heading)[1] for heading in opened.headings] == [str(same)]  # type: ignore[index]
    assert "240 sentences, 10 labels" in opened.words


@pytest.mark.parametrize("axes", [2, 3])
def test_pca_is_scikit_learns(axes: int, shipped: Shipped) -> None:
    expected = projected(shipped.vectors, shipped.vectors, axes)
    drawn = dots(visit(dimensions=f"{axes}-D"))
    assert_close(np.abs(drawn).max(), 1)
    assert_close(drawn, expected, atol=1e-4)


# Sentences of one's own


def test_pasted_sentences_are_mapped_and_what_is_left_out_is_listed() -> None:
    opened = paste(*TWO_TOPICS, "", "\u0301", TWO_TOPICS[1])
    assert shown(opened) == list(TWO_TOPICS)
    assert "6 sentences, 2 rows left out" in opened.words
    assert "Line 8 cannot be read by this model" in opened.words
    assert f"Line 9 repeats line 2: {TWO_TOPICS[1]}" in opened.words


def test_of_two_pasted_topics_each_sentences_nearest_is_of_its_own(bundled: Opened) -> None:
    opened = paste(*TWO_TOPICS)
    places = nearest(encoded(bundled, TWO_TOPICS), 1)[:, 0]
    for place, sentence in enumerate(TWO_TOPICS):
        assert (
            opened.put("selected", (sentence,)).sent("marks")["placed"]["sentence-map"]["lines"][0]["to"]
            == (places[place])
        )


@pytest.mark.parametrize("blank", ["", " ", " \n\n \t\n"])
def test_of_nothing_pasted_it_says_so_and_offers_the_shipped_ones(blank: str) -> None:
    opened = visit(source="Paste").write("pasted", blank)
    assert opened.headings == ["No sentences to map"]
    assert "empty" in opened.words
    opened.press("Use the shipped sentences")
    assert len(shown(opened)) == 240


def test_what_was_pasted_is_kept_while_others_are_mapped() -> None:
    opened = visit().pick("source", "Paste").write("pasted", "a cat\na dog\nthe sun")
    assert shown(opened) == ["a cat", "a dog", "the sun"]
    assert len(shown(opened.pick("source", "Ten topics"))) == 240
    assert shown(opened.pick("source", "Paste")) == ["a cat", "a dog", "the sun"]
    assert opened.app.text_area(key="pasted").value == "a cat\na dog\nthe sun"
    opened.go_to("Tokens").go_to(PAGE)
    assert shown(opened) == ["a cat", "a dog", "the sun"]


@pytest.mark.usefixtures("umap_compiled")
@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_few_sentences_are_mapped_by_every_method_and_measured_where_they_can_be(count: int) -> None:
    opened = paste(*TWO_TOPICS[:count])
    for question in (SELECTION, GROUPS, KINDS, HONESTY):
        assert opened.pick("map_asked", question).error is None
    for method in ("UMAP", "t-SNE", "PCA"):
        for dimensions in ("2-D", "3-D"):
            opened.pick("map", method).pick("dimensions", dimensions)
            assert dots(opened).shape == (count, int(dimensions[0]))
            assert np.isfinite(dots(opened)).all()


def test_what_is_pasted_is_read_as_text_and_not_as_markup() -> None:
    bold = "<b>bold</b> & <script>alert(1)</script>"
    opened = paste(bold, "a cat", bold).put("selected", (bold, "a cat"))
    opened.choose("picked", bold)
    assert shown(opened) == [bold, "a cat"]
    assert html.escape(bold) in opened.markup
    assert bold not in opened.markup


TABLE = b"""id,text,topic
1,The soup is hot.,food
2,The dog barks.,animals
3,The cat sleeps.,animals
4,The stew is warm.,food
"""


def test_a_table_is_mapped_by_its_likely_columns_and_by_those_chosen_instead() -> None:
    opened = visit(source="File")
    assert opened.headings == ["No sentences to map"]
    opened.upload("sentence_file", "table.csv", TABLE)
    assert shown(opened) == ["The soup is hot.", "The dog barks.", "The cat sleeps.", "The stew is warm."]
    names, group_of = colours(opened)
    assert [names[number] for number in group_of] == ["food", "animals", "animals", "food"]
    assert "4 sentences, 2 labels" in opened.words
    opened.choose("sentence_label_column", "none")
    assert "4 sentences ·" in opened.words
    opened.choose("sentence_column", "topic")
    assert shown(opened) == ["food", "animals"]
    assert "repeats line 3: animals" in opened.words


def test_an_empty_column_is_refused_with_a_way_out() -> None:
    opened = visit(source="File").upload("sentence_file", "table.csv", b"text,nothing\nA dog barks.,\nA cat sleeps.,\n")
    assert shown(opened) == ["A dog barks.", "A cat sleeps."]
    opened.choose("sentence_column", "nothing")
    assert opened.headings == ["No sentences to map"]
    assert "no sentence" in opened.words
    opened.choose("sentence_column", "text")
    assert shown(opened) == ["A dog barks.", "A cat sleeps."]


def test_a_file_is_kept_while_others_are_mapped_and_replaced_by_the_next() -> None:
    opened = visit(source="File").upload("sentence_file", "table.csv", TABLE)
    opened.pick("source", "Ten topics").pick("source", "File")
    assert len(shown(opened)) == 4
    opened.upload("sentence_file", "lines.txt", b"A dog barks.\nA cat sleeps.\n")
    assert shown(opened) == ["A dog barks.", "A cat sleeps."]


def test_a_broken_file_is_named_and_the_next_one_is_read() -> None:
    opened = visit(source="File").upload("sentence_file", "photo.csv", b"\x89PNG\r\n\x1a\n\x00\x00\xff\xfe")
    assert opened.headings == ["No sentences to map"]
    assert "photo.csv: " in opened.words
    opened.upload("sentence_file", "table.csv", TABLE)
    assert len(shown(opened)) == 4


def test_from_a_broken_file_there_is_a_way_to_the_shipped_sentences() -> None:
    opened = visit(source="File").upload("sentence_file", "photo.csv", b"\x00")
    assert len(shown(opened.press("Use the shipped sentences"))) == 240


def test_a_broken_file_does_not_take_the_place_of_the_one_before() -> None:
    opened = visit(source="File").upload("sentence_file", "table.csv", TABLE)
    opened.upload("sentence_file", "photo.csv", b"\x89PNG\r\n\x1a\n\x00\x00\xff\xfe")
    assert len(shown(opened)) == 4
    assert "photo.csv: " in opened.words
    assert "The page shows the file before" in opened.words


def test_the_columns_that_were_chosen_are_kept_while_others_are_mapped() -> None:
    opened = visit(source="File").upload("sentence_file", "table.csv", TABLE)
    opened.choose("sentence_column", "topic")
    opened.pick("source", "Ten topics").pick("source", "File")
    assert shown(opened) == ["food", "animals"]
    assert shown(opened.go_to("Context").go_to(PAGE)) == ["food", "animals"]


@pytest.mark.parametrize("question", [SELECTION, GROUPS, KINDS, HONESTY])
@pytest.mark.parametrize("rows", [b"one,a\n", b"one,a\ntwo,a\n", b"one,a\ntwo,b\nthree,b\n"])
def test_of_few_labelled_sentences_every_question_has_an_answer(rows: bytes, question: str) -> None:
    opened = visit(source="File", map_asked=question).upload("sentence_file", "few.csv", b"text,label\n" + rows)
    assert len(shown(opened)) == rows.count(b"\n")
    assert "same label" not in opened.headings[0]


def test_bad_lines_of_a_json_file_are_listed_with_their_numbers() -> None:
    content = b'{"text": "The soup is hot."}\n{broken\n[1]\n{"text": "A dog."}\n{"text": ""}\n'
    opened = visit(source="File").upload("sentence_file", "lines.jsonl", content)
    assert shown(opened) == ["The soup is hot.", "A dog."]
    assert "2 sentences, 3 rows left out" in opened.words
    assert re.findall(r"<li>Line (\d+) ", opened.markup) == ["2", "3", "5"]


# One more sentence


@pytest.mark.usefixtures("umap_compiled")
@pytest.mark.parametrize("method", ["UMAP", "t-SNE"])
def test_an_added_sentence_lands_among_its_five_nearest(method: str, bundled: Opened, shipped: Shipped) -> None:
    opened = visit(map=method)
    before, drawn = opened.view("sentence-map"), dots(opened)
    opened.enter("sentence_to_add", f"  Squatch  {NEW.removeprefix('Squatch ')} ")
    vector = encoded(bundled, [NEW])[0]
    cosines = shipped.vectors @ vector
    best = np.argsort(-cosines)[:5]
    weights = cosines[best] ** 4
    marks = opened.sent("marks")
    assert_close(marks["placed"]["sentence-map"]["added"], [weights @ drawn[best] / weights.sum()], atol=1e-4)
    assert marks["added"] == [NEW]
    assert marks["selected"] == [240]
    assert opened.view("sentence-map") == before
    assert opened.app.text_input(key="sentence_to_add").value == ""


@pytest.mark.parametrize("axes", [2, 3])
def test_on_a_pca_an_added_sentence_lands_where_it_is_projected(axes: int, bundled: Opened, shipped: Shipped) -> None:
    opened = visit(dimensions=f"{axes}-D").enter("sentence_to_add", NEW)
    expected = projected(shipped.vectors, encoded(bundled, [NEW]), axes)
    assert_close(opened.sent("marks")["placed"]["sentence-map"]["added"], expected, atol=1e-4)


def test_an_added_sentences_neighbours_are_the_truly_nearest(bundled: Opened, shipped: Shipped) -> None:
    opened = visit().enter("sentence_to_add", NEW)
    cosines = shipped.vectors @ encoded(bundled, [NEW])[0]
    lines = opened.sent("marks")["placed"]["sentence-map"]["lines"]
    assert [line["to"] for line in lines] == np.argsort(-cosines)[:10].tolist()
    assert_close([line["cosine"] for line in lines], np.sort(cosines)[::-1][:10])


def test_a_sentence_that_was_added_is_not_added_again_but_selected() -> None:
    opened = visit().enter("sentence_to_add", NEW).enter("sentence_to_add", "Rain again.")
    assert opened.sent("marks")["selected"] == [241]
    opened.enter("sentence_to_add", NEW)
    marks = opened.sent("marks")
    assert marks["added"] == [NEW, "Rain again."]
    assert marks["selected"] == [240]


def test_of_a_blank_or_an_unreadable_sentence_nothing_is_added() -> None:
    opened = visit().enter("sentence_to_add", NEW).enter("sentence_to_add", "   ")
    assert opened.sent("marks")["added"] == [NEW]
    assert "nothing to read" not in told(opened)
    opened.enter("sentence_to_add", "\x07")
    assert opened.sent("marks")["added"] == [NEW]
    assert opened.app.text_input(key="sentence_to_add").value == "\x07"
    assert "nothing to read in 1 character" in told(opened)


def test_after_a_hundred_the_next_is_kept_in_its_box_and_the_reader_is_told() -> None:
    opened = paste("a cat", "a dog").put("added", tuple(f"number {number}" for number in range(99)))
    opened.enter("sentence_to_add", "the hundredth")
    assert opened.sent("marks")["selected"] == [101]
    opened.enter("sentence_to_add", "one too many")
    assert len(opened.sent("marks")["added"]) == 100
    assert opened.app.text_input(key="sentence_to_add").value == "one too many"
    assert "You can add at most 100 sentences." in told(opened)


def test_what_was_added_stays_on_other_sets_and_can_be_taken_back() -> None:
    opened = visit().enter("sentence_to_add", NEW).pick("source", "Paste").write("pasted", "a cat\na dog\nthe sun")
    marks = opened.sent("marks")
    assert (marks["added"], marks["selected"]) == ([NEW], [3])
    marks = opened.press("Remove added sentences").sent("marks")
    assert (marks["added"], marks["selected"]) == ([], [])
    assert marks["placed"]["sentence-map"]["added"] == []


# Search


@pytest.mark.parametrize("phrase", ["something hot to drink", "a game that was won", "¿Dónde está el dinero?"])
def test_by_meaning_it_finds_the_ten_highest_cosines_in_order(phrase: str, bundled: Opened, shipped: Shipped) -> None:
    opened = visit().enter("find", phrase)
    vector = encoded(bundled, [phrase])
    cosines = shipped.vectors @ vector[0]
    marks = opened.sent("marks")
    assert marks["selected"] == np.argsort(-cosines)[:10].tolist()
    assert marks["phrase"] == phrase
    landed = marks["placed"]["sentence-map"]["phrase"]
    assert_close(landed, projected(shipped.vectors, vector)[0], atol=1e-4)
    table = opened.app.dataframe[0].value
    assert table["sentence"].tolist() == [shipped.sentences[place] for place in marks["selected"]]
    assert table["label"].tolist() == [shipped.labels[place] for place in marks["selected"]]
    assert_close(table["cosine to the phrase"], np.sort(cosines)[::-1][:10], atol=6e-5)
    assert f"10 sentences selected: nearest in meaning to “{phrase}”" in opened.words


def test_an_added_sentence_is_found_like_the_others(bundled: Opened, shipped: Shipped) -> None:
    cocoa = "A cup of hot cocoa to drink."
    opened = visit().enter("sentence_to_add", cocoa).enter("find", "something hot to drink")
    vectors = np.vstack([shipped.vectors, encoded(bundled, [cocoa])])
    expected = np.argsort(-(vectors @ encoded(bundled, ["something hot to drink"])[0]))[:10]
    assert expected[0] == 240
    assert opened.sent("marks")["selected"] == expected.tolist()
    opened.pick("find_by", "in the text").enter("find", "cocoa")
    assert opened.sent("marks")["selected"][-1] == 240


def test_in_the_text_it_finds_what_contains_the_phrase_in_any_case(shipped: Shipped) -> None:
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


def test_that_nothing_contains_the_phrase_is_said() -> None:
    opened = visit(find="<zzz>", find_by="in the text")
    assert "No sentence contains “<zzz>”" in opened.words
    assert opened.sent("marks")["selected"] == []


def test_a_search_lets_go_of_what_was_clicked_and_a_click_of_what_was_found(shipped: Shipped) -> None:
    opened = visit().put("selected", (shipped.sentences[7],)).enter("find", "pizza")
    assert len(opened.sent("marks")["selected"]) == 10
    assert opened.put("selected", (shipped.sentences[7],)).sent("marks")["selected"] == [7]
    opened.enter("find", "")
    assert opened.sent("marks")["selected"] == []


# The selection


@pytest.mark.parametrize("parameters", [{"map": "t-SNE"}, {"dimensions": "3-D"}], ids=["t-SNE", "PCA in 3-D"])
def test_lines_lead_to_the_ten_truly_nearest_and_say_which_the_map_keeps_near(
    parameters: dict[str, str], shipped: Shipped
) -> None:
    opened = visit(**parameters)
    points = nearest_on_map(dots(opened), 10)
    places = nearest(shipped.vectors, 10)
    kept = set()
    for picked in (0, 100, 200, 239):
        marks = opened.put("selected", (shipped.sentences[picked],)).sent("marks")
        assert (marks["picked"], marks["selected"]) == (picked, [picked])
        lines = marks["placed"]["sentence-map"]["lines"]
        assert [line["to"] for line in lines] == places[picked].tolist()
        assert_close([line["cosine"] for line in lines], shipped.vectors[places[picked]] @ shipped.vectors[picked])
        near = np.isin(places[picked], points[picked])
        assert [line["near"] for line in lines] == near.tolist()
        kept.add(int(near.sum()))
        if near.any():
            assert f"{NUMBERS[near.sum()]} of the ten most similar sentences" in opened.words
        rows = opened.table("The sentences nearest to")
        assert [row[0] for row in rows] == [shipped.sentences[place] for place in places[picked]]
        assert [row[2] == "near" for row in rows] == near.tolist()
    assert len(kept) > 1


def test_of_several_selected_the_one_that_is_chosen_has_its_neighbours_shown(shipped: Shipped) -> None:
    opened = visit().put("selected", tuple(shipped.sentences[place] for place in (5, 9, 30)))
    assert opened.sent("marks")["picked"] == -1
    opened.choose("picked", shipped.sentences[9])
    marks = opened.sent("marks")
    assert (marks["picked"], marks["selected"]) == (9, [5, 9, 30])
    assert marks["placed"]["sentence-map"]["lines"][0]["to"] == nearest(shipped.vectors, 1)[9, 0]
    assert_close(
        opened.app.dataframe[0].value["cosine to the sentence above"],
        shipped.vectors[[5, 9, 30]] @ shipped.vectors[9],
        atol=6e-5,
    )


def test_a_trap_selects_its_sentences_and_says_what_to_look_at(shipped: Shipped) -> None:
    opened = visit()
    name = next(option for option in opened.app.selectbox(key="trap").options if option.endswith("Bark"))
    opened.choose("trap", name)
    selected = [shipped.sentences[place] for place in opened.sent("marks")["selected"]]
    assert [each.startswith("The bark of the old") for each in selected] == [True, True]
    assert name in opened.words


def test_the_matrix_holds_the_cosines_of_the_selected_with_each_other(shipped: Shipped) -> None:
    places = [17, 3, 101, 230, 4]
    opened = visit().put("selected", tuple(shipped.sentences[place] for place in places))
    chosen = shipped.vectors[places]
    assert_close(array(opened.figure("selected-similarities")["data"][0]["z"]), chosen @ chosen.T)


PAIRS = (
    "The doctor examined the patient.",
    "The patient was treated.",
    "A physician looked at her.",
    "Rain fell on the garden.",
    "It poured outside.",
)
# Of these only the first two share a word beside "the".
WITH_A_COMMON_WORD = {(0, 1)}


def test_the_most_similar_and_the_most_surprising_pair_are_those_of_brute_force(bundled: Opened) -> None:
    opened = paste(*PAIRS).put("selected", PAIRS)
    vectors = encoded(bundled, PAIRS)
    cosines = {pair: float(vectors[pair[0]] @ vectors[pair[1]]) for pair in combinations(range(len(PAIRS)), 2)}
    most = max(cosines, key=lambda pair: cosines[pair])
    odd = max(cosines.keys() - WITH_A_COMMON_WORD, key=lambda pair: cosines[pair])
    assert most in WITH_A_COMMON_WORD
    alike, surprising = opened.words.split("The most similar are ", 1)[1].split("most surprising pair", 1)
    assert [place for place, each in enumerate(PAIRS) if each in alike] == list(most)
    assert f"{cosines[most]:.4f}" in alike
    said = surprising.split("\n", 1)[0]
    assert [place for place, each in enumerate(PAIRS) if each in said] == list(odd)
    assert f"{cosines[odd]:.4f}" in said


# Groups


@pytest.mark.parametrize(("count", "seed"), [(4, 0), (10, 3)])
def test_groups_agree_with_the_labels_as_scikit_learn_says(count: int, seed: int, shipped: Shipped) -> None:
    opened = visit(map_asked=GROUPS, groups=str(count), seed=str(seed), coloured_by="groups")
    found = grouped(shipped.vectors, count, seed)
    figure = opened.figure("contingency")["data"][0]
    drawn = array(figure["z"])
    assert drawn.shape == (10, count)
    assert sorted(tuple(column) for column in drawn.T.astype(int).tolist()) == table_of(shipped.labels, found)
    expected = v_measure_score(shipped.labels, found), adjusted_rand_score(shipped.labels, found)
    said = [number_after(opened.words, text) for text in ("V-measure", "Adjusted Rand index:")]
    assert_close(said, expected, atol=0.00501)
    sizes = sorted(np.unique(found, return_counts=True)[1].tolist(), reverse=True)
    assert [int(row[2]) for row in opened.table("Groups")] == sizes
    _, group_of = colours(opened)
    assert adjusted_rand_score(group_of, found) == 1


def test_the_slider_changes_how_many_groups_there_are() -> None:
    opened = visit(map_asked=GROUPS)
    assert len(opened.table("Groups")) == 10
    assert len(opened.slide("groups", 3).table("Groups")) == 3


def test_what_hdbscan_puts_into_no_group_is_counted_and_counts_as_one(shipped: Shipped) -> None:
    found = HDBSCAN(min_cluster_size=3, algorithm="brute", copy=True).fit_predict(shipped.vectors)
    opened = visit(map_asked=GROUPS, grouped_by="HDBSCAN", smallest_group="3")
    assert f"{found.max() + 1} groups, and {(found == -1).sum()} sentences in none" in opened.words
    drawn = array(opened.figure("contingency")["data"][0]["z"])
    assert sorted(tuple(column) for column in drawn.T.astype(int).tolist()) == table_of(shipped.labels, found)
    assert_close(number_after(opened.words, "V-measure"), v_measure_score(shipped.labels, found), atol=0.00501)


def test_silhouettes_are_scikit_learns(shipped: Shipped) -> None:
    curve = visit(map_asked=GROUPS).figure("silhouettes")["data"][0]
    drawn = dict(zip(array(curve["x"]).tolist(), array(curve["y"]).tolist(), strict=True))
    assert list(drawn) == list(range(2, 21))
    for count in (2, 10):
        expected = silhouette_score(shipped.vectors, grouped(shipped.vectors, count), metric="cosine")
        assert_close(drawn[count], expected)


# What context adds


@pytest.fixture(scope="module")
def kinds(bundled: Opened, encoder: Encoder, shipped: Shipped) -> dict[str, np.ndarray]:
    """Name of a kind → (240, …) its unit rows, made without the page's own code."""
    unordered = encoder.encode(shipped.sentences, (PositionsOff(),))
    table = bundled.hugging_face().state_dict()["embeddings.word_embeddings.weight"].cpu().numpy()
    ids = bundled.tokenizer(shipped.sentences, add_special_tokens=False)["input_ids"]
    static = np.array([table[each].mean(axis=0) for each in ids])
    words = TfidfVectorizer(dtype=np.float32).fit_transform(shipped.sentences).toarray()
    return {
        "Encoder": shipped.vectors,
        "Encoder, positions off": unordered / np.linalg.norm(unordered, axis=1, keepdims=True),
        "Averaged word embeddings": static / np.linalg.norm(static, axis=1, keepdims=True),
        "TF-IDF": words,
    }


@pytest.mark.parametrize("seed", [0, 1])
def test_each_kind_of_vectors_is_measured_as_scikit_learn_measures_it(
    seed: int, kinds: dict[str, np.ndarray], shipped: Shipped
) -> None:
    opened = visit(map_asked=KINDS, seed=str(seed))
    rows = opened.table("Kept by the map")
    assert [row[0] for row in rows] == list(kinds)
    labels = np.array(shipped.labels)
    for name, *_, same, v_measure in rows:
        vectors = kinds[name]
        assert f"{vectors.shape[1]:,}" in opened.words
        assert v_measure == f"{v_measure_score(labels, grouped(vectors, 10, seed)):.2f}", name
        assert same == f"{(labels[nearest(vectors, 1)[:, 0]] == labels).mean():.0%}", name


def test_each_kinds_map_is_its_own_and_shows_the_picked_ones_neighbours_there(
    kinds: dict[str, np.ndarray], shipped: Shipped
) -> None:
    opened = visit(map_asked=KINDS).put("selected", (shipped.sentences[2],))
    placed = opened.sent("marks")["placed"]
    keys = ("map-of-context", "map-of-unordered", "map-of-static", "map-of-tf-idf")
    assert list(placed) == ["sentence-map", *keys]
    for key, vectors in zip(keys, kinds.values(), strict=True):
        expected = np.delete(vectors @ vectors[2], 2)
        assert_close([line["cosine"] for line in placed[key]["lines"]], np.sort(expected)[::-1][:10])
        # Of counted words the axes of least difference are decided by the last digits.
        if key != "map-of-tf-idf":
            assert_close(dots(opened, key), projected(vectors, vectors), atol=1e-3)
    assert placed["sentence-map"]["lines"] == placed["map-of-context"]["lines"]


def test_the_large_map_can_be_of_each_kind_too(kinds: dict[str, np.ndarray], shipped: Shipped) -> None:
    opened = visit()
    labels = np.array(shipped.labels)
    for name, vectors in kinds.items():
        opened.choose("vectors", name)
        same = int((labels[nearest(vectors, 1)[:, 0]] == labels).sum())
        assert opened.headings[0].startswith(f"{same} of 240 ")


# What the map gets wrong


@pytest.mark.usefixtures("umap_compiled")
def test_recall_and_trustworthiness_are_those_of_the_drawn_dots_and_follow_the_settings(shipped: Shipped) -> None:
    opened = visit(map="UMAP", map_asked=HONESTY)
    truly = nearest(shipped.vectors, 10)
    said = []
    for neighbours in (15, 3):
        opened.slide("neighbours", neighbours)
        points = dots(opened)
        on_map = nearest_on_map(points, 10)
        recall = np.mean([np.isin(one, other).mean() for one, other in zip(truly, on_map, strict=True)])
        trust = trustworthiness(shipped.vectors, points, n_neighbors=10, metric="cosine")
        rows = opened.table("Other maps of the same vectors")
        shown_row = next(row for row in rows if "(above)" in row[0])
        assert shown_row[0].startswith("UMAP, 2-D")
        assert shown_row[1:] == [f"{recall:.0%}", f"{trust:.2f}"]
        assert f"keeps {recall:.0%} of the nearest neighbours" in opened.words
        assert_close(number_after(opened.words, "Trustworthiness is"), trust, atol=0.00501)
        said.append(rows)
        # PCA knows no neighbours: of all rows only its own stay.
        pca = next(row for row in rows if row[0] == "PCA, 2-D")
        points = dots(visit(neighbours=str(neighbours)))
        assert pca[2] == f"{trustworthiness(shipped.vectors, points, n_neighbors=10, metric='cosine'):.2f}"
    first, second = ([row for row in rows if not row[0].startswith("PCA")] for rows in said)
    assert first != second
    assert said[0][-1] == said[1][-1]


# Others, and addresses


def test_what_one_reader_pastes_adds_and_uploads_is_not_on_anothers_page() -> None:
    one, other = visit(), visit()
    one.enter("sentence_to_add", NEW).pick("source", "File").upload("sentence_file", "table.csv", TABLE)
    one.pick("source", "Paste").write("pasted", "a cat\na dog\nthe sun")
    other.slide("neighbours", 16)
    assert len(shown(other)) == 240
    assert other.sent("marks") == visit().sent("marks")
    other.pick("source", "File")
    assert "No file was given yet" in other.words
    other.pick("source", "Paste")
    assert not {"a cat", "a dog", "the sun"} & set(shown(other))
    assert NEW not in json.dumps(other.sent("marks"))
    assert one.sent("marks")["added"] == [NEW]


def test_what_was_left_out_for_one_reader_is_not_listed_for_another_with_the_same_sentences() -> None:
    rows = b"text,note\nThe owl hooted twice.,a\nA private note\nThe moon rose late.,b\n"
    one = visit(source="File").upload("sentence_file", "notes.csv", rows)
    one.choose("sentence_label_column", "none")
    assert "A private note" in one.words
    other = paste("The owl hooted twice.", "The moon rose late.")
    assert shown(other) == shown(one)
    assert "left out" not in other.words
    again = paste("The owl hooted twice.", "The moon rose late.", "The moon rose late.")
    assert "repeats line 2" in again.words


def test_a_sentence_of_the_set_that_is_added_is_selected_and_not_drawn_twice(shipped: Shipped) -> None:
    opened = visit().enter("sentence_to_add", shipped.sentences[5])
    marks = opened.sent("marks")
    assert (marks["added"], marks["selected"]) == ([], [5])
    assert 5 not in [line["to"] for line in marks["placed"]["sentence-map"]["lines"]]


def test_words_that_no_sentence_has_are_near_to_none() -> None:
    opened = visit(vectors="TF-IDF", find="zzzz qqqq")
    marks = opened.sent("marks")
    assert (marks["selected"], marks["placed"]["sentence-map"]["phrase"]) == ([], None)
    assert "No sentence has anything in common with “zzzz qqqq”" in opened.words
    opened.enter("find", "").enter("sentence_to_add", "Zzzz qqqq.")
    assert opened.sent("marks")["placed"]["sentence-map"]["lines"] == []
    assert "No other sentence has anything in common with “Zzzz qqqq.”" in opened.words


def test_what_is_too_long_to_be_read_whole_is_counted() -> None:
    long = "The pizza came out of the oven. " * 60
    opened = paste("A dog barks.", "The cat sleeps.", f"{long}It was late.")
    assert "1 sentence has more than 256 tokens" in opened.words
    opened.enter("sentence_to_add", f"{long}It was early.")
    assert "2 sentences have more than 256 tokens" in opened.words


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("vectors", "nonsense"),
        ("dimensions", "4-D"),
        ("neighbours", "1000"),
        ("neighbours", "few"),
        ("min_distance", "7"),
        ("seed", "-4"),
        ("seed", "x"),
        ("groups", "99"),
        ("grouped_by", "nonsense"),
        ("coloured_by", "nonsense"),
        ("find_by", "nonsense"),
        ("source", "nonsense"),
    ],
)
def test_what_makes_no_sense_in_the_address_is_as_if_it_were_not_there(name: str, value: str) -> None:
    usual = visit(map_asked=GROUPS)
    odd = visit(map_asked=GROUPS, **{name: value})
    assert odd.view("sentence-map") == usual.view("sentence-map")
    assert odd.sent("marks") == usual.sent("marks")
    assert odd.markup == usual.markup


@pytest.mark.usefixtures("umap_compiled")
def test_a_map_or_a_question_that_is_none_is_the_one_it_opens_with() -> None:
    odd = Visit(PAGE, map="nonsense", map_asked="nonsense")
    assert (odd.app.button_group(key="map").value, odd.app.button_group(key="map_asked").value) == ("UMAP", SELECTION)
    assert odd.view("sentence-map") == Visit(PAGE).view("sentence-map")
