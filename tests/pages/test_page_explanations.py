"""Explanations: the page shows what the test of each explanation gives, and says which of them deserve belief."""

import html
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from components.core import Encoder
from components.core.embeddings.token_contributions import tokens_encoded
from components.core.explanations.deletion import OverTexts, put_to_the_test
from components.core.explanations.rankings import Explanation
from components.core.explanations.target import Target
from components.core.model.loading import BUNDLED_NAME
from components.core.numerics.bootstrap import grouped_mean_interval, joint_mean_intervals, may_be_best
from components.core.numerics.similarity import normalise_rows
from components.ui.caches import explanations
from components.ui.caches.requests import OverTextsRequest
from components.ui.explanations import measured, subject
from components.ui.explanations.subject import Result, subject_of
from components.ui.retrieval.shipped_passages import shipped_passages
from components.ui.stage.line import page_entry
from tests.support.visit import Visit, array

PAGE = "Explanations"
TEXT = "The pizza was cold and the waiter rude."
BUTTON = "Put to the test"
OTHER = "We did not enjoy our meal."


def title(visit: Visit) -> str:
    (found,) = re.findall(r"<h1[^>]*>(.*?)</h1>", visit.markup, re.DOTALL)
    return html.unescape(re.sub(r"<[^>]*>", "", found))


def one_text(result: Result, explanation: Explanation = Explanation.INTEGRATED, text: str = TEXT, **more: str) -> Visit:
    parameters = more | {"explained": result.value, "explanation": explanation.value, "explained_text": text}
    visit = Visit(PAGE, screen="one text", compared_text=OTHER, **parameters)
    return visit.press(BUTTON) if BUTTON in [each.label for each in visit.app.button] else visit


def test_a_similarity_is_explained_word_by_word_and_each_order_is_drawn(encoder: Encoder) -> None:
    visit = one_text(Result.SIMILARITY, Explanation.LEAVE_ONE_OUT)
    target = Target(normalise_rows(encoder.encode([OTHER]))[0])
    tested = put_to_the_test(encoder, tokens_encoded(encoder, TEXT), target)
    drawn = {trace["name"]: array(trace["y"]) for trace in visit.figure("deletion")["data"] if trace["name"]}
    for name, curves in tested.curves.items():
        if name is not Explanation.LEAVE_ONE_OUT:
            np.testing.assert_allclose(drawn[name], curves.most_first, atol=1e-5)
    shown = tested.curves[Explanation.LEAVE_ONE_OUT]
    np.testing.assert_allclose(drawn["most important first"], shown.most_first, atol=1e-5)
    np.testing.assert_allclose(drawn["least important first"], shown.least_first, atol=1e-5)
    beaten = sum(each.area < shown.area for each in tested.random)
    first = tokens_encoded(encoder, TEXT).words[shown.order[0]].text
    before, after = (f"{result:.2f}".replace("-", "−") for result in shown.most_first[:2])
    assert title(visit) == (
        f"Leave-one-out puts “{first}” first: {before} becomes {after} without it; the order beats {beaten} of 10 "
        "random orders"
    )
    rows = visit.table("Area between both lines")
    assert [row[0] for row in rows] == sorted(tested.curves, key=lambda name: -tested.curves[name].area)
    for row in rows:
        area = tested.curves[Explanation(row[0])].area
        assert float(row[1].replace("−", "-")) == pytest.approx(area, abs=0.006)
    assert f"The cosine with “{OTHER}”" in visit.words


def test_a_verdict_is_that_of_the_class_which_logistic_regression_says() -> None:
    explained = subject_of(BUNDLED_NAME, Result.VERDICT, TEXT)
    visit = one_text(Result.VERDICT)
    assert "The log-odds of “negative” against “positive”" in visit.words
    (line,) = (each for each in visit.figure("deletion")["data"] if each["name"].endswith("most important first"))
    assert array(line["y"])[0] > 0
    assert explained.number == "log-odds of negative"
    assert "The log-odds of “positive” against “negative”" in one_text(Result.VERDICT, text="A wonderful meal!").words


def test_a_retrieval_score_is_that_of_the_nearest_passage(encoder: Encoder) -> None:
    text = "How do I rescue a soup that is too salty?"
    visit = one_text(Result.RETRIEVAL, text=text)
    corpus = shipped_passages(BUNDLED_NAME)
    cosines = corpus.unit_vectors @ normalise_rows(encoder.encode([text]))[0]
    best = int(cosines.argmax())
    assert f"The cosine with the nearest passage, “{corpus.chunks[best].text[:30]}" in visit.words
    (line,) = (each for each in visit.figure("deletion")["data"] if each["name"].endswith("most important first"))
    assert array(line["y"])[0] == pytest.approx(cosines[best], abs=1e-5)


def test_a_gradient_at_a_maximum_ranks_nothing_and_that_is_said() -> None:
    visit = one_text(Result.VECTOR, Explanation.GRADIENT)
    assert "gradient × input" not in [row[0] for row in visit.table("Area between both lines")]
    assert "Gradient × input ranks nothing here" in visit.words
    assert "gradient × input" not in title(visit)


def hidden_by_hand(encoder: Encoder, hidden: list[int]) -> float:
    """The cosine of TEXT with OTHER while these words are masked as padding is."""
    tokens = tokens_encoded(encoder, TEXT)
    visible = np.ones((1, len(tokens.tokens)), dtype=bool)
    for word in hidden:
        visible[0, list(tokens.words[word].token_indices)] = False
    (vector,) = normalise_rows(encoder.sentence_vectors_of_visible(tokens, visible))
    return float(vector @ normalise_rows(encoder.encode([OTHER]))[0])


def test_words_that_the_reader_hides_move_the_result_and_are_compared_with_each_explanation(encoder: Encoder) -> None:
    tested = put_to_the_test(encoder, tokens_encoded(encoder, TEXT), Target(normalise_rows(encoder.encode([OTHER]))[0]))
    order = tested.curves[Explanation.LEAVE_ONE_OUT].order.tolist()
    chosen = order[:-4:-1]  # those that matter least
    visit = one_text(Result.SIMILARITY, hidden="-".join(map(str, chosen)))
    line = next(each for each in visit.figure("deletion")["data"] if each["name"] == "your words")
    expected = [hidden_by_hand(encoder, chosen[:count]) for count in range(4)]
    np.testing.assert_allclose(array(line["y"]), expected, atol=1e-5)
    said = [f"{result:.2f}".replace("-", "−") for result in (expected[0], expected[-1])]
    assert title(visit) == f"Without your 3 words, the cosine with the other text goes from {said[0]} to {said[1]}"
    reached = [curves.most_first[3] for curves in tested.curves.values()]
    ahead = sum(value < expected[-1] - 0.005 for value in reached)
    assert ahead > 1
    assert f"{ahead} of 6 explanations do better: with 3 words the best of them, " in visit.words
    assert f"gets to {min(reached):.2f}".replace("-", "−") in visit.words
    higher = sum(each.most_first[3] > expected[-1] for each in tested.random)
    assert f"{higher} of 10 random choices stay higher than yours." in visit.words
    assert visit.sent("hide_words")["hidden"] == chosen
    # No other word moves the result as far as the first that leave-one-out names.
    visit = one_text(Result.SIMILARITY, hidden=str(order[0]))
    assert "No explanation does better: with 1 word the best of them, " in visit.words


def test_before_the_test_words_can_be_hidden_too(encoder: Encoder) -> None:
    text = "Nobody has hidden a word of this text before."
    visit = Visit(PAGE, screen="one text", explained=Result.VECTOR.value, explained_text=text, hidden="2")
    assert BUTTON in [each.label for each in visit.app.button]
    assert title(visit).startswith("Without “hidden”, the cosine with the whole text goes from 1.00 to 0.")
    assert "".join(piece["text"] for piece in visit.sent("hide_words")["pieces"]) == text


@pytest.mark.parametrize("given", ["", "-", "99", "a-b", "-1", "²", "<script>", "9" * 5_000])
def test_an_address_that_hides_no_word_of_the_text_hides_none(given: str) -> None:
    visit = one_text(Result.SIMILARITY, hidden=given)
    assert visit.sent("hide_words")["hidden"] in ([], [1])
    assert not visit.app.exception


def test_another_text_has_all_its_words() -> None:
    visit = one_text(Result.SIMILARITY, hidden="1")
    assert visit.sent("hide_words")["hidden"] == [1]
    visit.enter("explained_text", "The waiter was kind to us.")
    assert visit.sent("hide_words")["hidden"] == []
    assert "hidden" not in visit.app.query_params


def test_which_explanation_is_best_is_asked_before_it_is_shown() -> None:
    visit = Visit(PAGE, screen="one text", explained=Result.SIMILARITY.value, ask="true")
    assert title(visit) == "Which explanation finds the words that matter most for this text?"
    assert not re.search(r"\barea\b", visit.words)


def test_a_typed_text_is_tested_when_its_reader_asks_and_stays_tested(monkeypatch: pytest.MonkeyPatch) -> None:
    tests: list[int] = []

    def counted(*given: Any, **options: Any) -> Any:
        tests.append(1)
        return put_to_the_test(*given, **options)

    monkeypatch.setattr(subject, "put_to_the_test", counted)
    visit = Visit(PAGE, screen="one text")
    assert "random orders" in title(visit), "the text that the page opens with is tested at once"
    del tests[:]
    visit.enter("explained_text", "A text that nobody has typed before.")
    assert title(visit) == "Which words decide, and which explanation finds them?"
    assert not tests
    visit.press(BUTTON)
    assert "random orders" in title(visit)
    visit.choose("explanation", Explanation.ROLLOUT.value)
    assert title(visit).startswith("Attention rollout puts ")
    another = Visit(PAGE, screen="one text", explained_text="A text that nobody has typed before.")
    assert "random orders" in title(another), "what one reader had tested costs the next nothing"
    assert len(tests) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "nothing was typed"),
        ("pizza " * 70, "This text has 72 tokens; each explanation hides its words one after the other, so at most 64"),
        ("two words", "It has 2; with fewer than 3, every order ends at once."),
    ],
)
def test_a_text_that_cannot_be_explained_is_said_in_a_sentence(text: str, said: str) -> None:
    visit = one_text(Result.SIMILARITY, text=text)
    assert said in visit.words
    assert not visit.app.exception


@pytest.mark.parametrize("result", list(Result))
def test_over_many_texts_each_explanation_has_its_mean_and_its_interval(result: Result) -> None:
    visit = Visit(PAGE, screen="over many texts", explained=result.value)
    kept = measured.read(BUNDLED_NAME)
    assert kept is not None  # if a shipped text has changed: python -m components.ui.explanations.measured
    areas, groups = kept[result].areas, kept[result].groups
    every = np.stack(list(areas.values()), axis=1)
    intervals = dict(zip(areas, joint_mean_intervals(every, groups), strict=True))
    level = dict(zip(areas, may_be_best(every, groups).tolist(), strict=True))
    drawn = {trace["y"][0]: trace for trace in visit.figure("areas")["data"]}
    assert list(drawn) == sorted(areas, key=lambda name: -intervals[name].value)
    for name, dot in drawn.items():
        spread = intervals[Explanation(name)]
        assert dot["x"] == pytest.approx([spread.value])
        error = dot["error_x"]
        assert (spread.value - error["arrayminus"][0], spread.value + error["array"][0]) == pytest.approx(
            (spread.low, spread.high)
        )
    leaders, _, others = title(visit).partition(" best")
    for name, spread in intervals.items():
        assert (name in leaders.lower()) == level[name]
        assert (name in others) == (spread.low <= 0)
    rows = {row[0]: row[1:] for row in visit.table("How far the result falls")}
    for name, falls in kept[result].falls.items():
        for cell, side in zip(rows[name], falls.T, strict=True):
            each = grouped_mean_interval(side, groups)
            said = f"{each.value:.2f} ({each.low:.2f} to {each.high:.2f})"
            assert cell == said.replace("-", "−")


def test_texts_that_are_compared_with_the_same_one_are_one_draw() -> None:
    kept = measured.read(BUNDLED_NAME)
    assert kept is not None
    for result in (Result.SIMILARITY, Result.RETRIEVAL):
        subjects = measured.subjects_of(BUNDLED_NAME, result)
        compared = [each.target.direction.tobytes() for each in subjects]
        pairs = [(one, other) for one in range(len(subjects)) for other in range(one)]
        assert any(compared[one] == compared[other] for one, other in pairs)
        for one, other in pairs:
            same = kept[result].groups[one] == kept[result].groups[other]
            assert same == (compared[one] == compared[other])
    for result in (Result.VERDICT, Result.VECTOR):
        assert len(set(kept[result].groups)) == measured.TEXTS


@pytest.mark.parametrize("changed", ["texts_of", "sentences.shipped", "shipped_reviews"])
def test_what_was_measured_on_other_inputs_is_not_shown(changed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert measured.read(BUNDLED_NAME) is not None
    if changed == "texts_of":
        texts = measured.texts_of
        monkeypatch.setattr(measured, "texts_of", lambda result: texts(result)[::-1])
    elif changed == "sentences.shipped":
        # The nearest sentence of a similarity is looked for among all of them.
        less = replace(measured.sentences.shipped(), sentences=measured.sentences.shipped().sentences[:-1], labels=None)
        texts_drawn = {result: measured.texts_of(result) for result in Result}
        monkeypatch.setattr(measured, "texts_of", texts_drawn.__getitem__)
        monkeypatch.setattr(measured.sentences, "shipped", lambda: less)
    else:
        # Logistic regression learns from the labels.
        reviews = measured.shipped_reviews()
        labels = reviews.texts.labels
        assert labels is not None
        other = replace(reviews, texts=replace(reviews.texts, labels=labels[::-1]))
        monkeypatch.setattr(measured, "shipped_reviews", lambda: other)
    assert measured.read(BUNDLED_NAME) is None


def test_where_nothing_beats_chance_the_title_says_so_and_names_what_is_worse(monkeypatch: pytest.MonkeyPatch) -> None:
    falls = {name: np.tile([[1.0, 0.0], [0.0, 1.0]], (20, 1)) for name in Explanation}
    monkeypatch.setattr(measured, "read", lambda model: {Result.VERDICT: OverTexts(falls, np.arange(40))})
    visit = Visit(PAGE, screen="over many texts", explained=Result.VERDICT.value)
    assert title(visit) == "No explanation of a verdict is better than chance on this model"
    falls[Explanation.NORMS] -= [3, 0]
    visit = Visit(PAGE, screen="over many texts", explained=Result.VERDICT.value)
    assert title(visit).endswith("is better than chance on this model; norms are the wrong way round")


def test_the_measured_file_is_what_the_model_gives_on_the_first_texts(encoder: Encoder) -> None:
    kept = measured.read(BUNDLED_NAME)
    assert kept is not None
    for result in Result:
        for number, each in list(enumerate(measured.subjects_of(BUNDLED_NAME, result)))[::25]:
            tested = put_to_the_test(encoder, each.tokens, each.target)
            assert set(kept[result].areas) == set(tested.curves)
            for name, curves in tested.curves.items():
                # Two words of nearly equal importance may change places on another machine.
                reach = 0.05 * float(np.ptp(curves.most_first))
                assert kept[result].areas[name][number] == pytest.approx(curves.area, abs=max(reach, 0.01))


def test_on_another_model_it_is_measured_when_the_reader_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measured, "read", lambda model: None)
    monkeypatch.setattr(measured, "TEXTS", 3)
    visit = Visit(PAGE, screen="over many texts", explained=Result.VECTOR.value)
    assert title(visit).startswith("How well the sentence vector is explained has not been measured on this model yet")
    visit.press("Measure")
    assert "over 3 texts" in visit.words or "Words of 3 shipped texts" in visit.words
    assert re.search("the sentence vector (best|is better)", title(visit))
    assert explanations.has_over_texts(OverTextsRequest(BUNDLED_NAME, Result.VECTOR))


def test_a_model_that_reads_a_prompt_before_a_text_is_not_explained_without_it(
    encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(encoder), "has_prompt", True)
    visit = one_text(Result.SIMILARITY, text="Another text than any before.")
    assert visit.error == "This text cannot be explained"
    assert "A prompt may be read before the text" in visit.words
    monkeypatch.setattr(measured, "read", lambda model: None)
    visit = Visit(PAGE, screen="over many texts", explained=Result.RETRIEVAL.value)
    visit.press("Measure")
    assert "A prompt may be read before the text" in visit.words
    assert not visit.app.exception


def test_both_screens_stand_in_the_line_of_pages() -> None:
    assert page_entry(PAGE).screens == ("one text", "over many texts")
