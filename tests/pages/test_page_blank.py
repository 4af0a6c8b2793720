"""Fill in the blank: the page shows what a model's own head says, and its objective, and names models with a head."""

import html
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from transformers import AutoModelForMaskedLM, AutoTokenizer, FillMaskPipeline

from components.core import Encoder
from components.core.objective import one_step
from components.core.objective.one_step import loss_of_pairs, take_step
from components.core.objective.pairs import Pair
from components.ui.blank.session import shipped_pairs
from tests.support.tiny_models import save_with_head
from tests.support.visit import Visit, array

PAGE = "Fill in the blank"
TEXT = "Squatch eats ___ and the pizza tasted good!"
BLANK, LAYERS, OBJECTIVE, STEP = "the blank", "layer by layer", "trained for", "one step"
#: What the tiny models are called.
BERT, MODERN = "tiny-bert", "tiny-modern"


@pytest.fixture(scope="module")
def directories(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Two tiny models with heads, one of which has a final norm."""
    folder = tmp_path_factory.mktemp("heads")
    return {name: save_with_head(folder / name, kind) for name, kind in ((BERT, "bert"), (MODERN, "modernbert"))}


@pytest.fixture(autouse=True)
def _on_offer(directories: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENCODERSCOPE_MODELS", ",".join(map(str, directories.values())))


def visit(screen: str, model: str = BERT, text: str = TEXT, **more: str) -> Visit:
    return Visit(PAGE, screen=screen, model=model, blank_text=text, **more)


def title(page: Visit) -> str:
    (found,) = re.findall(r"<h1[^>]*>(.*?)</h1>", page.markup, re.DOTALL)
    return html.unescape(re.sub(r"<[^>]*>", "", found))


def answers(directory: Path, text: str, count: int) -> Any:
    """What Hugging Face's pipeline puts into the blanks of a text with mask tokens."""
    model: Any = AutoModelForMaskedLM.from_pretrained(directory).eval()
    tokenizer: Any = AutoTokenizer.from_pretrained(directory)
    return FillMaskPipeline(model=model, tokenizer=tokenizer)(text, top_k=count)


@pytest.mark.parametrize(("model", "mask"), [(BERT, "[MASK]"), (MODERN, "[MASK]")])
def test_the_first_words_and_the_rest_are_those_of_the_fill_mask_pipeline(
    model: str, mask: str, directories: dict[str, Path]
) -> None:
    page = visit(BLANK, model)
    expected = answers(directories[model], TEXT.replace("___", mask), 10)
    (drawn,) = page.figure("blank-words")["data"]
    values = array(drawn["x"])
    np.testing.assert_allclose(values[:10], [each["score"] for each in expected], rtol=1e-4)
    assert values.sum() == pytest.approx(1, abs=1e-5)
    assert re.search(r"\d+ others", drawn["y"][-1])
    if model == BERT:
        assert title(page) == f"“{expected[0]['token_str']}” comes first, with {100 * expected[0]['score']:.0f}%"
        assert f"“Squatch eats {expected[0]['token_str']} and the pizza tasted good!”" in page.words


def test_one_s_own_word_has_its_rank_wherever_it_stands() -> None:
    page = visit(BLANK, blank_word="Pizza")
    (drawn,) = page.figure("blank-words")["data"]
    place = next(index for index, label in enumerate(drawn["y"]) if label.endswith(" pizza"))
    assert drawn["marker"]["opacity"][place] == 1
    assert sum(each == 1 for each in drawn["marker"]["opacity"]) == 1
    found = re.search(r"Yours, “pizza”, has rank (\d+) of (\d+), with", page.words)
    assert found is not None
    read = Visit(PAGE, screen=LAYERS, model=BERT, blank_text=TEXT, blank_word="pizza")
    lines = {each["name"]: array(each["y"]) for each in read.figure("blank-word")["data"]}
    assert lines["pizza"][-1] == pytest.approx(array(drawn["x"])[place], abs=1e-6)
    assert len(lines) == 2


def test_a_word_that_is_no_single_token_is_said_and_the_picture_stays() -> None:
    page = visit(BLANK, blank_word="spaghetti")
    assert "reads “spaghetti” as 9 tokens" in page.words
    assert page.figure("blank-words")
    assert "Yours" not in page.words


def test_each_of_several_blanks_is_filled_alone(directories: dict[str, Path]) -> None:
    text = "The ___ eats [mask] ."
    expected = answers(directories[BERT], "The [MASK] eats [MASK] .", 3)
    page = visit(BLANK, text=text)
    for number, each in enumerate(expected, 1):
        page.pick("blank", str(number))
        assert title(page).startswith(f"“{each[0]['token_str']}” comes first in blank {number}, with ")
        assert array(page.figure("blank-words")["data"][0]["x"])[0] == pytest.approx(each[0]["score"], rel=1e-4)
        assert "Each blank is filled alone, while the other stays hidden." in page.words


@pytest.mark.parametrize("model", [BERT, MODERN])
def test_the_last_row_of_layer_by_layer_is_the_distribution_of_the_model(
    model: str, directories: dict[str, Path]
) -> None:
    page = visit(LAYERS, model)
    expected = answers(directories[model], TEXT.replace("___", "[MASK]"), 3)
    (drawn,) = page.figure("blank-layers")["data"]
    np.testing.assert_allclose(array(drawn["z"])[-1], [each["score"] for each in expected], rtol=1e-4)
    assert drawn["y"] == ["input", "1", "2", "3"]
    assert ("through the model's final norm" in page.words) == (model == MODERN)
    assert "trained for the last layer only" in page.words
    top = drawn["customdata"][-1][0]
    since = next(layer for layer in range(4) if all(row[0] == top for row in drawn["customdata"][layer:]))
    said = {0: "comes first in the input already", 3: "Only the last layer puts"}.get(since, f"From layer {since} on")
    assert said in title(page)


def test_the_page_asks_which_word_comes_first_and_draws_nothing_until_then() -> None:
    page = visit(BLANK, ask="true")
    assert title(page) == f"Which word does {BERT} find most likely in the blank?"
    assert not page.app.get("plotly_chart")
    options = page.app.button_group(key="guess_blank").options
    page.app.button_group(key="guess_blank").select(options[0]).run()
    page.press("Reveal")
    assert "comes first, with" in title(page)
    assert "You guessed" in page.words
    (drawn,) = page.figure("blank-words")["data"]
    assert sum("your guess" in label for label in drawn["text"]) == 1


@pytest.mark.parametrize("screen", [BLANK, LAYERS])
def test_a_model_without_a_head_says_so_names_those_that_have_one_and_leads_on(screen: str) -> None:
    page = Visit(PAGE, screen=screen, blank_text=TEXT)
    assert page.headings == ["all-MiniLM-L6-v2 cannot fill in a blank"]
    assert "has no masked-word head: it was saved as an encoder alone" in page.words
    assert f"On offer with a masked-word head: {BERT} and {MODERN}." in page.words
    assert "/blank?screen=trained+for" in page.markup
    page.press(f"Use {BERT}")
    assert page.headings != ["all-MiniLM-L6-v2 cannot fill in a blank"]
    assert page.app.get("plotly_chart")


def test_where_nobody_offers_a_head_the_page_says_what_the_operator_can_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ENCODERSCOPE_MODELS")
    page = Visit(PAGE, screen=BLANK)
    assert "No other model on offer has a masked-word head." in page.words
    assert not [button for button in page.app.button if button.label.startswith("Use ")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Squatch eats pizza", "There is no blank in this text."),
        (" ", "nothing was typed"),
        ("___", "Beside the blank there is no word"),
        ("pizza " * 80 + "___", f"This text has 83 tokens; {BERT} reads at most 64. Shorten it."),
        # The box takes the first 2,000 characters.
        ("___ a " * 200_000, "This text has 334 blanks; it may have 6."),
    ],
)
def test_a_text_that_cannot_be_filled_in_is_answered_and_an_example_offered(text: str, said: str) -> None:
    page = visit(BLANK).enter("blank_text", text)
    assert page.error == "This text cannot be filled in"
    assert said in page.words
    page.press("Fill in an example instead")
    assert page.error is None


@pytest.mark.parametrize("text", ["🍕 ___ 🍕", "הוא אוכל ___", "<script>alert(1)</script> ___", "{x} $y$ ___ `z`"])
def test_whatever_stands_around_the_blank_is_read_as_text(text: str) -> None:
    for screen in (BLANK, LAYERS):
        page = visit(screen, text=text)
        assert page.error is None
        assert "<script>" not in page.markup


def test_the_matrix_of_the_objective_is_that_of_the_model_in_three_units(encoder: Encoder) -> None:
    batch = loss_of_pairs(encoder, shipped_pairs())
    page = Visit(PAGE, screen=OBJECTIVE)
    assert title(page).endswith(f"loss {batch.loss:.2f}")
    assert f"pair {batch.hardest + 1} is confused most" in title(page)
    for unit, values in {"cosine": batch.cosines, "× 20": batch.scores, "softmax": batch.shares}.items():
        page.pick("objective_as", unit)
        (drawn,) = page.figure("pairs")["data"]
        np.testing.assert_allclose(array(drawn["z"]), values, atol=1e-4)
    rows = page.table("Share: what the softmax gives")
    assert [row[4] for row in rows] == [f"{each:.2f}" for each in batch.losses]
    hardest, rival = shipped_pairs()[batch.hardest], shipped_pairs()[batch.rival(batch.hardest)]
    assert f"“{hardest.first}” is nearer to “{rival.second}”" in page.words
    greens = [each for each in page.figure("pairs")["layout"]["shapes"] if each["x0"] == each["y0"]]
    assert len(greens) == batch.found


def test_pairs_of_one_s_own_are_read_and_what_is_no_pair_is_answered(encoder: Encoder) -> None:
    own = (Pair("<script>alert(1)</script>", "🍕"), Pair("הוא אוכל", "pizza"), Pair("x", "🍕"))
    page = Visit(PAGE, screen=OBJECTIVE, pairs="\n".join(f"{pair.first} | {pair.second}" for pair in own))
    assert "<script>" not in page.markup
    assert title(page).endswith(f"loss {loss_of_pairs(encoder, own).loss:.2f}")
    assert "3 pairs of texts" in page.words
    assert "Pairs 1, 3 share a second text." in page.words
    page.write("pairs", "a | b\nc")
    assert page.error == "These pairs cannot be read"
    assert "Line 2 holds 1 text" in page.words
    page.write("pairs", "x" * 1_000_000)
    assert "There is 1 pair" in page.words
    page.press("Use the shipped pairs")
    assert page.error is None


def test_a_step_shows_the_matrix_before_and_after_and_says_what_moved(encoder: Encoder) -> None:
    page = Visit(PAGE, screen=STEP, step_size="0.03")
    step = take_step(encoder, shipped_pairs(), 0.03)
    assert title(page) == f"One step takes the loss from {step.before.loss:.2f} to {step.after.loss:.2f}"
    for key, batch in {"pairs-before": step.before, "pairs-after": step.after}.items():
        np.testing.assert_allclose(array(page.figure(key)["data"][0]["z"]), batch.cosines, atol=1e-4)
    marked = page.figure("pairs-after")["data"][0]["text"]
    cells = [(row, column) for row in range(8) for column in range(8) if marked[row][column][-1] in "↑↓"]
    order = np.argsort(step.moved, axis=None)
    assert cells == sorted((int(each) // 8, int(each) % 8) for each in (*order[:3], *order[-3:]))
    assert f"{step.weights:,} weights" in page.words
    page.choose("step_size", "0.3")
    assert title(page).startswith("This step is too long: the loss rises")


def test_a_step_is_taken_once_for_all_readers(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[float] = []
    kept = torch.autograd.grad

    def counted(*given: Any, **options: Any) -> Any:
        taken.append(1)
        return kept(*given, **options)

    monkeypatch.setattr(one_step.torch.autograd, "grad", counted)
    pairs = "salt | sea\nsugar | cake\nthis is | typed here alone"
    for _ in range(2):
        Visit(PAGE, screen=STEP, pairs=pairs).pick("objective_as", "softmax")
    assert len(taken) == 1


def test_all_screens_stand_under_one_another_with_and_without_a_head() -> None:
    assert len(Visit(PAGE, model=BERT).app.get("plotly_chart")) == 6
    page = Visit(PAGE)
    assert page.words.count("cannot fill in a blank") == 2
    assert len(page.app.get("plotly_chart")) == 3
