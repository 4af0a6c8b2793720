"""A model for which a part does not hold: its sentence stands on the page, and no number that is false."""

from pathlib import Path

import pytest

from components.core import load_encoder
from components.core.explanations.rankings import Explanation
from components.ui.explanations.subject import Result
from tests.support.app_pages import APPLYING, FIRST, WITH_MODEL
from tests.support.architectures import ARCHITECTURES
from tests.support.tiny_models import save_tiny
from tests.support.visit import Visit

SENTENCE = "the pizza came out of the oven"
#: What the Embeddings page says of a sum that holds.
OF_A_SUM = ("add up to what a token is", "Add it up", "the sum enters layer 1", "to mean 0 and standard deviation")


def visit_of(name: str, directory: Path, monkeypatch: pytest.MonkeyPatch) -> Visit:
    """Open the app with the tiny model of an architecture."""
    save_tiny(directory, *ARCHITECTURES[name])
    monkeypatch.setenv("ENCODERSCOPE_MODELS", str(directory))
    return Visit(FIRST).choose("model", str(directory)).type(SENTENCE)


@pytest.mark.parametrize("name", ["ERNIE with task ids", "EmbeddingGemma"])
def test_a_model_opened_in_part_shows_a_sentence_in_place_of_what_does_not_hold_and_all_other_pages(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = visit_of(name, tmp_path / "model", monkeypatch)
    omissions = load_encoder(str(tmp_path / "model")).omissions
    assert omissions.embedding_sum is not None
    for title in WITH_MODEL:
        if title in APPLYING:
            continue
        visit.go_to(title)
        if title == "One layer" and omissions.layer_parts:
            assert visit.error == "The layers of this model cannot be taken apart"
            assert omissions.layer_parts in visit.words
            continue
        assert visit.error is None, title
        if title == "Embeddings":
            # In place of the sum and of one number; and as what is said of what enters layer 1.
            assert visit.words.count(omissions.embedding_sum) == 3
            assert [said for said in OF_A_SUM if said in visit.words] == []
            assert "This enters layer 1: its numbers reach" in visit.words


def test_a_model_that_normalises_nothing_before_layer_1_is_not_said_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = visit_of("XLM-R XL", tmp_path / "model", monkeypatch).go_to("Embeddings")
    assert visit.error is None
    assert "This model does not normalise the sum." in visit.words
    assert "Normalise" not in visit.words


def test_explanations_by_gradients_are_left_out_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = str(save_tiny(tmp_path / "model", *ARCHITECTURES["EmbeddingGemma"]))
    monkeypatch.setenv("ENCODERSCOPE_MODELS", directory)
    parameters = {"explained": Result.VECTOR.value, "explanation": Explanation.INTEGRATED.value}
    visit = Visit("Explanations", screen="one text", explained_text="the pizza came out", **parameters)
    visit.choose("model", directory).press("Put to the test")
    omitted = load_encoder(directory).omissions.gradients
    assert omitted is not None
    assert omitted in visit.words
    explained = {row[0] for row in visit.table("Area between both lines")}
    assert explained == {Explanation.ATTENTION, Explanation.ROLLOUT, Explanation.LEAVE_ONE_OUT}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("MobileBERT", "still tells the order of words when no position is added"),
        ("I-BERT", "does not look its tokens up in a table with a row for each"),
        ("OPT", "reads only what stands before a word, as decoders do"),
    ],
)
def test_a_model_that_is_refused_says_why_on_the_page(
    name: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = visit_of(name, tmp_path / "model", monkeypatch)
    for title in (FIRST, "Embeddings", "Positions"):
        visit.go_to(title)
        assert visit.headings == ["The model cannot be opened"]
        assert reason in visit.words
