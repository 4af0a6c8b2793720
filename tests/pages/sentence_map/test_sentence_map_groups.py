"""Groups: those that core finds, their silhouettes, and their agreement with the labels."""

import numpy as np
import pytest
from sklearn.metrics import v_measure_score

from components.core.mapping.clustering import (
    NOISE,
    agreement,
    describe_clusters,
    hdbscan,
    k_means,
    silhouettes,
    v_measure_by_chance,
)
from tests.support.reference import assert_close
from tests.support.sentence_map_page import COUNTS, GROUPS, SELECTION, LabelledSentences, colours, number_after, visit
from tests.support.visit import Visit, array


def assert_agrees(opened: Visit, labels: list[str], found: np.ndarray) -> None:
    """The page shows how these groups agree with the labels."""
    expected = agreement(labels, found)
    assert opened.sent("contingency")["counts"] == expected.table.tolist()
    assert number_after(opened.words, "labels: V-measure") == f"{expected.v_measure:.2f}"
    assert number_after(opened.words, "Adjusted Rand index:") == f"{expected.adjusted_rand:.2f}"
    assert f"homogeneity {expected.homogeneity:.2f}" in opened.words
    assert number_after(opened.words, "and completeness") == f"{expected.completeness:.2f}"


@pytest.mark.parametrize(("count", "seed"), [(4, 0), (10, 3)])
def test_groups_and_their_agreement_with_the_labels_are_those_of_core(
    count: int, seed: int, shipped: LabelledSentences
) -> None:
    opened = visit(screen=COUNTS, groups=str(count), seed=str(seed))
    found = k_means(shipped.unit_vectors, count, seed)
    assert_agrees(opened, shipped.labels, found)
    starts = [
        v_measure_score(shipped.labels, k_means(shipped.unit_vectors, count, other)) for other in range(seed, seed + 8)
    ]
    assert f"From eight starts of k-means: {min(starts):.2f} to {max(starts):.2f}." in opened.words
    assert f"shuffled groups of these sizes get {v_measure_by_chance(shipped.labels, found):.2f}." in opened.words
    opened.pick("screen", GROUPS)
    described = describe_clusters(found, shipped.unit_vectors, shipped.sentences)
    assert opened.table("Groups") == [
        [", ".join(each.words[:3]), str(len(each.members)), f"{each.tightness:.2f}"] for each in described
    ]
    assert opened.table("The sentence nearest to the mean") == [
        [", ".join(each.words), shipped.sentences[each.central or 0]] for each in described
    ]
    names, group_of = colours(opened)
    assert [names[number] for number in group_of] == [", ".join(described[number].words[:3]) for number in found]


def test_the_slider_changes_how_many_groups_there_are() -> None:
    opened = visit(screen=GROUPS)
    groups = opened.table("Groups")
    assert len(groups) == 10
    tightest, *_ = max(groups, key=lambda row: float(row[2]))
    assert opened.headings == [f"10 groups; “{tightest}” is the tightest"]
    assert len(opened.slide("groups", 3).table("Groups")) == 3


def test_sentences_that_hdbscan_puts_into_no_group_are_counted_and_count_as_one_group(
    shipped: LabelledSentences,
) -> None:
    found = hdbscan(shipped.unit_vectors, 3)
    opened = visit(screen=GROUPS, grouped_by="HDBSCAN", smallest_group="3")
    assert f"{found.max() + 1} groups, and {(found == NOISE).sum()} sentences in none" in opened.words
    assert NOISE in found
    assert_agrees(opened.pick("screen", COUNTS), shipped.labels, found)


def test_hdbscan_opens_with_no_group_that_holds_most_of_the_sentences() -> None:
    rows = visit(screen=GROUPS, grouped_by="HDBSCAN").table("Groups")
    assert len(rows) > 3
    assert max(int(size) for _, size, _ in rows) < 240 / 3


def test_there_can_be_as_many_groups_as_a_collection_of_intents_has_classes() -> None:
    opened = visit(screen=GROUPS, groups="77")
    assert len(opened.table("Groups")) == 77
    names, group_of = colours(opened)
    assert len(set(group_of.tolist())) == len(names) == 77


def test_a_group_keeps_the_name_it_was_given_on_the_map_in_the_files_and_as_a_class_of_sentiment(
    shipped: LabelledSentences,
) -> None:
    opened = visit(screen=GROUPS, groups="3", coloured_by="groups")
    boxes = {each.key: each.label for each in opened.app.text_input if each.key and each.key.startswith("group_name_")}
    own = [row[0] for row in opened.table("Groups")]
    assert list(boxes.values()) == own
    opened.enter(list(boxes)[1], "  Two  wheels ")
    assert [row[0] for row in opened.table("Groups")] == [own[0], "Two wheels", own[2]]
    assert colours(opened)[0] == [own[0], "Two wheels", own[2]]
    # Other groups have their own names; the same groups have theirs again.
    assert "Two wheels" not in [row[0] for row in opened.slide("groups", 4).table("Groups")]
    assert [row[0] for row in opened.slide("groups", 3).table("Groups")][1] == "Two wheels"
    assert "Two wheels" in colours(opened.pick("screen", SELECTION))[0]
    opened.pick("screen", GROUPS).press("Use the groups as classes in Sentiment")
    assert "240 texts, 3 classes" in opened.words
    assert "Two wheels" in opened.app.session_state["texts_uploaded"].content.decode()


def test_silhouettes_are_those_of_core(shipped: LabelledSentences) -> None:
    curve = visit(screen=COUNTS).figure("silhouettes")["data"][0]
    drawn = dict(zip(array(curve["x"]).tolist(), array(curve["y"]).tolist(), strict=True))
    assert list(drawn) == list(range(2, 21))
    assert_close([drawn[2], drawn[10]], silhouettes(shipped.unit_vectors, (2, 10)))
