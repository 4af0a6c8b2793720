"""The texts on both sides of the boundary and on the map, and where the typed one is."""

from collections import Counter

import numpy as np
import pytest

from components.core import Encoder
from components.core.classification.classifiers import ClassifierMethod
from components.core.classification.decision_map import decision_map
from tests.support.reference import assert_close
from tests.support.sentiment_page import (
    BOUNDARY,
    LOGISTIC,
    ON_THE_MAP,
    PRAISE,
    SHIPPED_CLASSES,
    STATIC,
    LabelledTexts,
    inputs_of,
    number,
    sections,
    visit,
    words,
)
from tests.support.visit import array

# Some classifiers are explained beside a map.
pytestmark = pytest.mark.usefixtures("umap_compiled")


@pytest.mark.parametrize("method", [LOGISTIC, STATIC])
def test_across_the_boundary_each_dot_is_where_the_decision_map_has_it(
    method: ClassifierMethod, encoder: Encoder, reviews: LabelledTexts
) -> None:
    classifier = reviews.classifier(method)
    typed = inputs_of(encoder, [PRAISE])
    # All texts but those of the hard set are drawn.
    drawn = np.sort(np.concatenate([reviews.train, reviews.test]))
    expected = decision_map(classifier, 1, 0, classifier.features(reviews.inputs.take(drawn)))
    distances = dict(zip(drawn.tolist(), expected.points[:, 0].tolist(), strict=True))
    opened = visit(PRAISE, screen=BOUNDARY, classifier=method)
    *dots, star = opened.figure("boundary")["data"]
    parts = {"training text": reviews.train, "held-out text": reviews.test}
    assert [each["name"] for each in dots] == [f"{name}, {part}" for name in SHIPPED_CLASSES for part in parts]
    for each in dots:
        name, part = each["name"].split(", ")
        indices = [index for index in parts[part] if SHIPPED_CLASSES[reviews.targets[index]] == name]
        assert_close(array(each["x"]), [distances[index] for index in indices], 1e-4)
    landed = float(expected.place(classifier.features(typed))[0, 0])
    assert_close(star["x"], [landed], 1e-4)
    side = SHIPPED_CLASSES[int(landed > 0)]
    assert f"It is on the side of “{side}”, {abs(landed):.3f} from the boundary" in sections(opened)
    assert f"adds {expected.log_odds_per_unit:.2f} to the log-odds of “positive”" in words(opened)


def test_the_umap_map_shows_every_text_and_leads_to_the_five_nearest_of_brute_force(
    encoder: Encoder, reviews: LabelledTexts
) -> None:
    opened = visit(PRAISE, screen=BOUNDARY, decision_seen=ON_THE_MAP)
    described, values = opened.view("decision-map")
    assert described["count"] == len(reviews.targets) == 612
    assert described["says"] == reviews.texts
    called = reviews.probabilities(LOGISTIC, reviews.inputs).argmax(axis=1)
    groups = np.frombuffer(values, dtype="<i2", offset=4 * 612 * described["dimensions"])[:612]
    names = [group["name"] for group in described["groups"]]
    assert [names[group] for group in groups] == [f"predicted {SHIPPED_CLASSES[each]}" for each in called]
    cosines = reviews.inputs.vectors @ inputs_of(encoder, [PRAISE]).vectors[0]
    best = np.argsort(-cosines)[:5]
    marks = opened.sent("decision-marks")
    assert [line["to"] for line in marks["placed"]["decision-map"]["lines"]] == best.tolist()
    rows = opened.table("The texts with the highest cosines")
    labels = [SHIPPED_CLASSES[reviews.targets[index]] for index in best]
    assert [row[:2] for row in rows] == [[reviews.texts[at], label] for at, label in zip(best, labels, strict=True)]
    assert_close([number(row[2]) for row in rows], cosines[best], 6e-5)
    tally = ", ".join(f"{count} {label}" for label, count in Counter(labels).most_common())
    assert f"The labels of the 5 texts nearest in meaning: {tally}" in sections(opened)
    wrong = next(index for index in reviews.test if called[index] != reviews.targets[index])
    opened.put("decision_picked", (reviews.texts[wrong],))
    assert opened.table(f"Predictions of {LOGISTIC}") == [
        [reviews.texts[wrong], SHIPPED_CLASSES[reviews.targets[wrong]], SHIPPED_CLASSES[called[wrong]]]
    ]
