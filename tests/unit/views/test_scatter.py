"""What the scatter view sends: dots and groups byte by byte, and apart from them what stands out."""

import json
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
import streamlit as st

from components.core.classroom.guesses import Guesses
from components.core.embeddings.representations import Representation
from components.core.mapping.clustering import NOISE, describe_clusters
from components.core.mapping.neighbours import neighbourhood
from components.core.numerics.similarity import normalise_rows
from components.core.text.sentence_set import SentenceSet
from components.figures.palette import CATEGORIES_DARK, CATEGORIES_LIGHT, DARK, LIGHT
from components.ui.sentence_map import maps
from components.ui.sentence_map.controls import BY_GROUP, BY_LABEL, PLAIN
from components.ui.sentence_map.group_names import own_words
from components.ui.sentence_map.maps import dot_groups
from components.ui.sentence_map.session import SentenceMap
from components.ui.stage.frame import Frame, drawn_in
from components.views.scatter import Group, Line, MapMarks, Marks, marks, scatter, view

Mounted = list[dict[str, Any]]


@pytest.fixture
def maps_sent(monkeypatch: pytest.MonkeyPatch) -> Mounted:
    """What each mounted map was given, in turn."""
    sent: Mounted = []
    monkeypatch.setattr(view, "_mount", lambda **given: sent.append(given))
    return sent


@pytest.fixture
def marks_sent(monkeypatch: pytest.MonkeyPatch) -> Mounted:
    """What the marks were given, each time."""
    sent: Mounted = []
    monkeypatch.setattr(view, "_mount_marks", lambda **given: sent.append(given))
    return sent


def random_points(count: int, axes: int) -> np.ndarray:
    return np.random.default_rng(0).uniform(-1, 1, size=(count, axes)).astype(np.float32)


def draw(
    points: np.ndarray, group_of: np.ndarray, says: list[str], picked: list[tuple[int, ...]] | None = None
) -> None:
    scatter(
        points,
        says,
        [Group("oven, soup"), Group("other labels", rest=True)],
        group_of,
        key="map",
        alt="Map of sentences",
        file="encoderscope-map",
        channel="sentences",
        height=560,
        on_pick=([] if picked is None else picked).append,
    )


# Dots


@pytest.mark.parametrize("axes", [2, 3])
@pytest.mark.parametrize("count", [0, 1, 7])
def test_a_map_is_sent_as_its_description_its_points_and_its_groups(maps_sent: Mounted, count: int, axes: int) -> None:
    points, group_of = random_points(count, axes), np.arange(count) % 2
    # Of whatever a reader typed: marks, markup, other scripts, half a surrogate pair.
    says = ["it", "Größe 🍕", "</script>", 'a "quote"\n', "\ud83d", "", "\u2028"][:count]
    draw(points, group_of, says)
    payload = maps_sent[0]["data"]
    assert isinstance(payload, bytes)

    length = int.from_bytes(payload[:4], "little")
    points_at = 4 + length
    groups_at = points_at + count * axes * 4
    # A Float32Array begins at a multiple of 4, an Int16Array of 2.
    assert points_at % 4 == 0
    assert groups_at % 2 == 0
    assert len(payload) == groups_at + count * 2
    np.testing.assert_array_equal(
        np.frombuffer(payload, "<f4", count * axes, offset=points_at).reshape(count, axes), points
    )
    assert np.frombuffer(payload, "<i2", count, offset=groups_at).tolist() == group_of.tolist()

    description = json.loads(payload[4:points_at])
    roles = description.pop("roles")
    assert (roles["light"]["paper"], roles["dark"]["paper"]) == (LIGHT.paper, DARK.paper)
    assert description == {
        "count": count,
        "dimensions": axes,
        "says": says,
        "groups": [{"name": "oven, soup", "rest": False}, {"name": "other labels", "rest": True}],
        "colours": {"light": list(CATEGORIES_LIGHT), "dark": list(CATEGORIES_DARK)},
        "alt": "Map of sentences",
        "file": "encoderscope-map",
        "channel": "sentences",
        "map": "map",
        "height": 560,
        "compact": False,
    }


@pytest.mark.parametrize("axes", [2, 3])
def test_equal_maps_are_equal_bytes(maps_sent: Mounted, axes: int) -> None:
    for _ in range(2):
        # Made anew each time, as a rerun does.
        draw(random_points(50, axes), np.arange(50) % 2, [f"sentence {place}" for place in range(50)])
    assert maps_sent[0]["data"] == maps_sent[1]["data"]


def test_points_in_any_order_of_memory_and_any_width_are_sent_alike(maps_sent: Mounted) -> None:
    points, says = random_points(6, 3), list("abcdef")
    draw(points, np.zeros(6, dtype=np.int64), says)
    draw(np.asfortranarray(points.astype(float)), np.zeros(6, dtype=np.int8), says)
    assert maps_sent[0]["data"] == maps_sent[1]["data"]


def test_what_is_picked_comes_back_as_places(maps_sent: Mounted, monkeypatch: pytest.MonkeyPatch) -> None:
    picked: list[tuple[int, ...]] = []
    draw(random_points(3, 2), np.zeros(3, dtype=int), list("abc"), picked)
    changed = maps_sent[0]["on_picked_change"]
    for sent_back in ([2.0, 0.0], [], None):
        # JavaScript has no whole numbers; None is what a component has before anything is picked.
        monkeypatch.setattr(view.st, "session_state", {"map": SimpleNamespace(picked=sent_back)})
        changed()
    assert picked == [(2, 0), ()]
    assert all(type(place) is int for place in picked[0])


# What stands out


def test_marks_are_sent_for_each_map(marks_sent: Mounted) -> None:
    placed: Mapping[str, MapMarks] = {
        "flat": MapMarks(
            np.array([[0.1234567, -1.0]], dtype=np.float32),
            np.array([0.5, 0.25], dtype=np.float32),
            (5, 2),
            (Line(3, 0.75, True), Line(1, 0.5, False)),
            origin=np.array([0.25, -0.5]),
        ),
        "deep": MapMarks(np.empty((0, 3), dtype=np.float32), None, (5, 3)),
    }
    marks(Marks((4, 2), 4, ("added",), "a phrase"), placed, key="marks", channel="sentences")
    assert marks_sent[0]["key"] == "marks"
    assert json.loads(json.dumps(marks_sent[0]["data"])) == {
        "channel": "sentences",
        "selected": [4, 2],
        "picked": 4,
        "added": ["added"],
        "asks": False,
        "phrase": "a phrase",
        "placed": {
            "flat": {
                "added": [[0.12346, -1.0]],
                "phrase": [0.5, 0.25],
                "origin": [0.25, -0.5],
                "guess": None,
                "rounds": [],
                "lines": [{"to": 3, "cosine": 0.75, "near": True}, {"to": 1, "cosine": 0.5, "near": False}],
                "shape": [5, 2],
            },
            "deep": {
                "added": [],
                "phrase": None,
                "origin": None,
                "guess": None,
                "rounds": [],
                "lines": [],
                "shape": [5, 3],
            },
        },
    }


def test_every_place_of_both_rounds_is_sent_with_the_median_of_each(marks_sent: Mounted) -> None:
    none = np.empty((0, 2), dtype=np.float32)
    guesses = Guesses((0.5, 0.5), (((0.0, 1.0), (0.2, 0.0), (1.0, 0.5)), (), ((0.1, 0.3),)))
    marks(Marks((), None, (), None), {"flat": MapMarks(none, None, (5, 2), guesses=guesses)}, key="m", channel="s")
    sent = json.loads(json.dumps(marks_sent[0]["data"]))["placed"]["flat"]
    assert sent["guess"] == [0.5, 0.5]
    assert sent["rounds"] == [
        {"name": "1st median", "places": [[0.0, 1.0], [0.2, 0.0], [1.0, 0.5]], "median": [0.2, 0.5]},
        {"name": "3rd median", "places": [[0.1, 0.3]], "median": [0.1, 0.3]},
    ]


def test_the_first_sentence_picked_is_not_none_picked(marks_sent: Mounted) -> None:
    for picked in (0, None):
        marks(Marks((), picked, (), None), {}, key="marks", channel="sentences")
    assert [sent["data"]["picked"] for sent in marks_sent] == [0, -1]


# The page's maps


class Page:
    """As much of a session as pictures ask for, of vectors that lie as they are drawn."""

    def __init__(self, labels: tuple[str, ...] | None, clusters: list[int], added: tuple[str, ...] = ()) -> None:
        count = len(clusters)
        every = normalise_rows(np.random.default_rng(1).normal(size=(count + len(added), 2))).astype(np.float32)
        sentences = tuple(f"pizza number {place}" for place in range(count))
        self.of_set = SentenceSet(sentences, labels, lines=tuple(range(1, count + 1)), rejected=())
        self.added = added
        self.search = None
        self.request = SimpleNamespace(representation=Representation.CONTEXT)
        numbers = np.array(clusters)
        self.groups = (numbers, describe_clusters(numbers, every[:count], self.of_set.sentences))
        self._every = every

    @property
    def sentences(self) -> tuple[str, ...]:
        return (*self.of_set.sentences, *self.added)

    def map(self, kind: Representation | None = None) -> SimpleNamespace:
        return SimpleNamespace(points=self._every[: len(self.of_set.sentences)], method="UMAP")

    def points(self, kind: Representation | None = None) -> np.ndarray:
        return self._every

    def phrase_vector(self, kind: Representation | None = None) -> None:
        return None

    def neighbourhood(self, place: int, kind: Representation | None = None) -> Any:
        return neighbourhood(self._every, self._every, place, 3)


def page(labels: tuple[str, ...] | None, clusters: list[int], added: tuple[str, ...] = ()) -> SentenceMap:
    return cast(SentenceMap, Page(labels, clusters, added))


def test_a_map_is_the_same_bytes_whatever_is_selected_picked_or_added(
    maps_sent: Mounted, marks_sent: Mounted, monkeypatch: pytest.MonkeyPatch
) -> None:
    labels = ("Cooking", "Music", "Cooking", "Music", "Cooking", "Cooking")
    for selected, picked, added in ((), None, ()), ((0, 3), 3, ()), ((5,), 0, ("a new one",)):
        session = page(labels, [0] * 6, added)
        head, asks, controls, body, more, details = (st.container() for _ in range(6))
        with drawn_in(Frame(1, head, asks, controls, body, more, details)):
            maps.draw_map(session, BY_LABEL)
            maps.draw_marks(session, selected, picked)
    first, *others = (sent["data"] for sent in maps_sent)
    # A new sentence changes what Page draws at random; its first six are drawn the same.
    assert others == [first, first]
    told = [sent["data"] for sent in marks_sent]
    assert [each["selected"] for each in told] == [[], [0, 3], [5]]
    assert [each["picked"] for each in told] == [-1, 3, 0]
    assert [len(each["placed"][maps.MAIN]["lines"]) for each in told] == [0, 3, 3]
    assert [len(each["placed"][maps.MAIN]["added"]) for each in told] == [0, 0, 1]


def assert_valid(groups: list[Group], group_of: np.ndarray, count: int) -> None:
    """Every sentence is in a group, and every group has a sentence."""
    assert group_of.shape == (count,)
    assert sorted(set(group_of.tolist())) == list(range(len(groups)))


def test_labels_are_groups_in_their_order_of_appearance() -> None:
    labels = ("Music", "Cooking", "Cooking", "Sport", "Music", "Cooking")
    groups, group_of = dot_groups(page(labels, [0] * 6), BY_LABEL)
    assert groups == [Group("Music"), Group("Cooking"), Group("Sport")]
    assert group_of.tolist() == [0, 1, 1, 2, 0, 1]


@pytest.mark.parametrize("count", [20, 58, 77, 80])
def test_up_to_eighty_labels_all_have_a_look_of_their_own(count: int) -> None:
    labels = tuple(f"label {place % count}" for place in range(160))
    groups, group_of = dot_groups(page(labels, [0] * 160), BY_LABEL)
    assert groups == [Group(f"label {place}") for place in range(count)]
    assert_valid(groups, group_of, 160)


@pytest.mark.parametrize("count", [81, 85, 150])
def test_of_more_than_eighty_labels_the_rare_ones_are_gathered(count: int) -> None:
    # Rare ones first: once each; then seventy-nine that occur twice.
    rare = [f"rare {place}" for place in range(count - 79)]
    frequent = [f"frequent {place}" for place in range(79)]
    labels = (*rare, *frequent, *reversed(frequent))
    groups, group_of = dot_groups(page(labels, [0] * len(labels)), BY_LABEL)
    assert len(groups) == 80
    assert groups == [*map(Group, frequent), Group("other labels", rest=True)]
    assert_valid(groups, group_of, len(labels))
    shown = [groups[place].name for place in group_of.tolist()]
    assert shown == ["other labels"] * len(rare) + list(labels[len(rare) :])


def test_groups_that_were_found_are_called_by_their_words_and_noise_is_the_rest() -> None:
    numbers = [1, 0, 0, NOISE, 1, 0, 0, NOISE]
    session = page(None, numbers)
    groups, group_of = dot_groups(session, BY_GROUP)
    assert_valid(groups, group_of, 8)
    assert [group.rest for group in groups] == [False, False, True]
    found = {cluster.number: own_words(cluster.words, cluster.number) for cluster in session.groups[1]}
    assert [groups[place].name for place in group_of.tolist()] == [found[number] for number in numbers]
    assert groups[-1].name == "no group"


@pytest.mark.parametrize(("labels", "by"), [(None, BY_LABEL), (None, PLAIN), (("a", "b", "a"), PLAIN)])
def test_without_labels_or_groups_all_sentences_are_one(labels: tuple[str, ...] | None, by: str) -> None:
    groups, group_of = dot_groups(page(labels, [0, 0, 0]), by)
    assert groups == [Group("sentences")]
    assert group_of.tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("words", "number", "name"),
    [
        (("oven", "soup", "salt", "dough"), 0, "oven, soup, salt"),
        (("oven",), 4, "oven"),
        ((), 0, "Group 1"),
        ((), 19, "Group 20"),
        ((), NOISE, "no group"),
        (("oven",), NOISE, "no group"),
    ],
)
def test_a_group_is_called_by_its_first_three_words_or_its_number(
    words: tuple[str, ...], number: int, name: str
) -> None:
    assert own_words(words, number) == name
