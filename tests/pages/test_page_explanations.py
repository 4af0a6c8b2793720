"""Explanations: the page shows what the test of each explanation gives, and says which of them deserve belief."""

import html
import re
from typing import Any

import numpy as np
import pytest

from components.core import Encoder
from components.core.embeddings.token_contributions import tokens_encoded
from components.core.explanations.deletion import put_to_the_test
from components.core.explanations.rankings import Explanation
from components.core.explanations.target import Target
from components.core.model.loading import BUNDLED_NAME
from components.core.numerics.bootstrap import joint_mean_intervals, may_be_best
from components.core.numerics.similarity import normalise_rows
from components.ui.caches import explanations
from components.ui.caches.requests import AreasRequest
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


def one_text(result: Result, explanation: Explanation = Explanation.INTEGRATED, text: str = TEXT) -> Visit:
    parameters = {"explained": result.value, "explanation": explanation.value, "explained_text": text}
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
    expected = f"Ranked by leave-one-out, the words beat {beaten} of 10 random orders: area {shown.area:.2f}"
    assert title(visit) == expected
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
    assert title(visit).startswith("Ranked by attention rollout")
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
    areas = kept[result]
    every = np.stack(list(areas.values()), axis=1)
    intervals = dict(zip(areas, joint_mean_intervals(every), strict=True))
    level = dict(zip(areas, may_be_best(every).tolist(), strict=True))
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


def test_the_measured_file_is_what_the_model_gives_on_the_first_texts(encoder: Encoder) -> None:
    kept = measured.read(BUNDLED_NAME)
    assert kept is not None
    for result in Result:
        for number, each in list(enumerate(measured.subjects_of(BUNDLED_NAME, result)))[::25]:
            tested = put_to_the_test(encoder, each.tokens, each.target)
            assert set(kept[result]) == set(tested.curves)
            for name, curves in tested.curves.items():
                # Two words of nearly equal importance may change places on another machine.
                reach = 0.05 * float(np.ptp(curves.most_first))
                assert kept[result][name][number] == pytest.approx(curves.area, abs=max(reach, 0.01))


def test_on_another_model_it_is_measured_when_the_reader_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measured, "read", lambda model: None)
    monkeypatch.setattr(measured, "TEXTS", 3)
    visit = Visit(PAGE, screen="over many texts", explained=Result.VECTOR.value)
    assert title(visit).startswith("How well the sentence vector is explained has not been measured on this model yet")
    visit.press("Measure")
    assert "over 3 texts" in visit.words or "Words of 3 shipped texts" in visit.words
    assert re.search("the sentence vector (best|is better)", title(visit))
    assert explanations.has_areas(AreasRequest(BUNDLED_NAME, Result.VECTOR))


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
