"""The verdicts on a text as one types, and what each word adds to them."""

import re
from collections.abc import Callable

import numpy as np
import pytest

from components.core import Encoder
from components.core.classification.attributions import attribute, occlusion_effects
from components.core.classification.classifiers import ClassifierMethod
from components.ui.sentiment import reasons
from tests.support.reference import assert_close
from tests.support.sentiment_page import (
    BAGS,
    COMPLAINT,
    EXPORT,
    LINEAR,
    LONG,
    METHODS,
    NETWORK,
    OPENING,
    PRAISE,
    REORDERED,
    SHIPPED_CLASSES,
    TOPICS,
    TYPED,
    LabelledTexts,
    box,
    file_of,
    finding,
    inputs_of,
    number,
    own,
    own_topics,
    page,
    sections,
    shares,
    verdicts,
    visit,
    words,
)
from tests.support.visit import array

# Some classifiers are explained beside a map.
pytestmark = pytest.mark.usefixtures("umap_compiled")


def test_it_opens_on_type_and_see_with_a_text_that_order_decides(encoder: Encoder, reviews: LabelledTexts) -> None:
    opened = visit()
    assert opened.app.button_group(key="screen").value == TYPED
    assert box(opened) == OPENING
    expected = reviews.verdicts(inputs_of(encoder, [OPENING]))
    assert_close(verdicts(opened), expected[:, 1], 1e-4)
    assert opened.headings == [finding(expected, SHIPPED_CLASSES)]
    assert "612 texts, 2 classes, 360 for training, 180 held out, 72 in the hard set" in words(opened)


def test_the_verdicts_and_their_count_follow_each_text_that_is_typed(encoder: Encoder, reviews: LabelledTexts) -> None:
    opened = visit()
    kinds = set()
    for text in (PRAISE, LONG, REORDERED, "a"):
        expected = reviews.verdicts(inputs_of(encoder, [text]))
        opened.enter("review", text)
        assert_close(verdicts(opened), expected[:, 1], 1e-4)
        assert opened.headings == [finding(expected, SHIPPED_CLASSES)]
        kinds.add(opened.headings[0].split()[0])
    assert len(kinds) > 1


@pytest.mark.parametrize("method", LINEAR)
def test_the_shares_of_a_linear_classifier_sum_to_its_log_odds(
    method: ClassifierMethod, encoder: Encoder, reviews: LabelledTexts
) -> None:
    opened = visit(LONG, classifier=method)
    expected = reviews.log_odds(method, inputs_of(encoder, [LONG]))
    heading = re.search(r"(\d+) shares and an offset sum to (−?[\d.]+)", sections(opened)[1])
    assert heading is not None
    assert_close(number(heading[2]), expected, 2e-4)
    found = shares(opened)
    assert len(found) == int(heading[1]) > 8
    *rows, (_, total) = opened.table("The share of each word in the log-odds of “positive” against “negative”")
    offset, rounding = number(rows[-1][1]), 5e-5 * (len(found) + 2)
    assert total == heading[2]
    assert_close(sum(number(share) for _, share in rows), number(total), rounding)
    assert_close(sum(share for _, share in found) + offset, expected, 2e-4 + rounding)
    formula = re.search(
        r"sum of the shares (−?[\d.]+) \+ offset (−?[\d.]+) = (−?[\d.]+); probability = 1 ÷ \(1 \+ e.*?\) = ([\d.]+)",
        words(opened),
    )
    assert formula is not None
    assert (formula[3], number(formula[2])) == (total, offset)
    assert_close(number(formula[1]) + offset, expected, 3e-4)
    assert_close(number(formula[4]), 1 / (1 + np.exp(-expected)), 1e-4)


@pytest.mark.parametrize("method", BAGS)
def test_of_a_method_that_counts_words_each_has_its_share_and_words_without_one_are_named(
    method: ClassifierMethod, encoder: Encoder, reviews: LabelledTexts
) -> None:
    expected = attribute(encoder, reviews.classifier(method), LONG, 1, 0)
    opened = visit(LONG, classifier=method)
    found = shares(opened)
    assert [word for word, _ in found] == [word.text for word in expected.words]
    assert_close([share for _, share in found], [word.share for word in expected.words], 6e-5)
    unknown = expected.unknown
    assert "zyzzyva" in unknown
    named = f"Not in the training texts, so without a share: {', '.join(f'“{word}”' for word in unknown[:-1])}"
    assert named in words(opened)
    assert f"“{unknown[-1]}”." in words(opened)
    assert "Not in the training texts" not in words(opened.enter("review", "good food"))


def test_the_network_names_the_word_without_which_its_answer_changes_most(
    encoder: Encoder, reviews: LabelledTexts
) -> None:
    opened = visit(classifier=NETWORK)
    strongest = []
    for text in (LONG, COMPLAINT):
        found = occlusion_effects(encoder, reviews.classifier(NETWORK), text, 1, 0)
        ordered = sorted(found.words, key=lambda word: -abs(word.share))
        opened.enter("review", text)
        assert sections(opened)[1].startswith(f"Without “{ordered[0].text}” the log-odds would be ")
        table = opened.table("The words with the largest effect")
        assert [row[0] for row in table] == [word.text for word in ordered[:8]]
        expected = [[found.log_odds, found.log_odds - word.share, word.share] for word in ordered[:8]]
        assert_close([[number(cell) for cell in row[1:]] for row in table], expected, 6e-4)
        strongest.append(ordered[0].share)
    assert strongest[0] > 0 > strongest[1]


def test_of_a_long_text_words_are_hidden_when_that_is_asked_for() -> None:
    opened = visit("good soup and fresh bread " * 10, classifier=NETWORK)
    assert not any(each.startswith("Without “") for each in sections(opened))
    hide = opened.app.toggle(key="each_word_hidden")
    assert hide.label == "Hide each of 50 words in turn"
    hide.set_value(True).run()
    assert sections(opened)[1].startswith("Without “")


def test_a_hard_text_that_is_picked_is_filled_in_and_judged(encoder: Encoder, reviews: LabelledTexts) -> None:
    opened = visit()
    offered = opened.app.selectbox(key="hard_text").options
    kind, indices = next(iter(reviews.challenge.items()))
    assert len(offered) == 72
    assert offered[1] == f"{kind}: {reviews.texts[indices[1]]}"
    opened.choose("hard_text", offered[1])
    assert box(opened) == reviews.texts[indices[1]]
    assert_close(verdicts(opened), reviews.verdicts(reviews.inputs.take([indices[1]]))[:, 1], 1e-4)


def test_of_three_classes_each_verdict_is_drawn_and_the_likeliest_two_are_held_against_each_other(
    encoder: Encoder, topics: LabelledTexts
) -> None:
    asked = inputs_of(encoder, ["Rain on the pizza"])
    expected = topics.verdicts(asked)
    opened = own_topics(topics, asked.texts[0])
    assert_close(array(opened.figure("verdicts")["data"][0]["z"]), expected, 1e-4)
    assert opened.headings == [finding(expected, list(TOPICS))]
    for method in LINEAR:
        opened.choose("classifier", method)
        first, second = np.argsort(-expected[METHODS.index(method)])[:2]
        said = re.search(
            r"shares and an offset sum to (−?[\d.]+)The log-odds of “(\w+)” against “(\w+)”", words(opened)
        )
        assert said is not None
        assert said.groups()[1:] == (list(TOPICS)[first], list(TOPICS)[second])
        assert_close(number(said[1]), topics.log_odds(method, asked, first, second), 2e-4)


def test_the_shares_are_those_of_the_two_classes_that_are_picked(encoder: Encoder, topics: LabelledTexts) -> None:
    asked = inputs_of(encoder, ["Rain on the pizza"])
    opened = own_topics(topics, asked.texts[0]).choose("class_shown", "sport").choose("class_against", "food")
    for method in LINEAR:
        opened.choose("classifier", method)
        expected = topics.log_odds(method, asked, 1, 0)
        *rows, (_, total) = opened.table("The share of each word in the log-odds of “sport” against “food”")
        assert_close(number(total), expected, 2e-4)
        assert_close(sum(number(share) for _, share in rows), expected, 1e-3)
        pair = re.search(r"of the two, sport has = 1 ÷ \(1 \+ e.*?\) = ([\d.]+)", words(opened))
        assert pair is not None
        both = topics.probabilities(method, asked)[0]
        assert_close(number(pair[1]), both[1] / (both[1] + both[0]), 1e-4)
    # A class is not held against itself.
    opened.choose("class_shown", "food")
    assert opened.app.selectbox(key="class_against").options == ["sport", "weather"]
    assert opened.app.selectbox(key="class_against").value is None
    assert "The log-odds of “food” against " in words(opened)


def test_long_names_of_classes_are_shortened_and_stay_apart_and_the_file_has_them_whole(
    topics: LabelledTexts, offered: dict[str, Callable[[], bytes]]
) -> None:
    classes = [f"a long name of a class that goes on {number}" for number in range(3)]
    opened = own(file_of(topics, classes), review="Rain on the pizza")
    shown = opened.app.selectbox(key="class_shown").options
    assert len(set(shown)) == 3
    assert max(map(len, shown)) < len(classes[0])
    # The first rows of the file, where it is handed over, are as they are.
    rest = re.sub('<div class="es-first-rows">.*?</div>', "", page(opened), flags=re.DOTALL)
    assert rest != page(opened)
    assert not any(each in rest for each in classes)
    opened.choose("class_shown", shown[1])
    assert f"The log-odds of “{shown[1]}” against " in words(opened)
    opened.pick("screen", EXPORT)
    content = offered["encoderscope-logistic-regression.safetensors"]()
    assert all(each.encode() in content for each in classes)


@pytest.mark.parametrize(("pooling", "said"), [("mean", "the mean of all tokens"), ("cls", "of the first token")])
def test_shares_are_said_to_come_from_what_the_model_pools(pooling: str, said: str) -> None:
    assert said in reasons.explained(ClassifierMethod.LOGISTIC, pooling)
    assert "TF-IDF" in reasons.explained(ClassifierMethod.TF_IDF, pooling)
