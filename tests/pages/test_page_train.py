"""The page Train one: a language that is read at once, a training that others do not wait for, and what comes of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from components.core.languages.language import language_of
from components.core.model.loading import BUNDLED_NAME
from components.core.training import kept
from components.core.training.settings import TrainingSettings
from components.core.training.trainer import Trainer
from components.ui import state
from components.ui.caches import trainings
from components.ui.train_one import languages
from tests.support.kept_training import keep_training
from tests.support.visit import Visit

_GRAMMAR = "S: the WHO1 sees the WHO2 so the WHO2 hides\nWHO: norm | ada | bo"
_SMALL = {state.TrainOne.LAYERS: "1", state.TrainOne.HEADS: "1", state.TrainOne.WIDTH: "16"}


@pytest.fixture(scope="module", autouse=True)
def kept_training(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TrainingSettings]:
    """A trainer of these tests, and in it a small training that is done."""
    trainer = Trainer(tmp_path_factory.mktemp("trainings"))
    settings = TrainingSettings(_GRAMMAR, 1, 1, 16)
    keep_training(trainer.kept.root, settings)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trainings, "trainer", lambda: trainer)
        yield settings
    trainer.close()


def _visit(screen: str, **parameters: str) -> Visit:
    return Visit("Train one", screen=screen, grammar=_GRAMMAR, **(_SMALL | parameters))


def test_the_opening_language_is_shown_in_full_with_its_floor() -> None:
    visit = Visit("Train one", screen="the language")
    language = language_of(languages.opening().grammar)
    floor = language.floor()
    assert floor is not None
    assert visit.headings == [f"Kitchen: 90 sentences, and no model can lose less than {floor.nats:.3f} nats"]
    assert "26 words" in visit.words
    assert all(word in visit.markup for word in ("squatch", "hungry"))


def test_an_edited_grammar_is_read_at_once_and_its_floors_follow() -> None:
    visit = Visit("Train one", screen="the language").write(state.TrainOne.GRAMMAR, _GRAMMAR)
    floor, bag = language_of(_GRAMMAR).floor(), language_of(_GRAMMAR).floor(ordered=False)
    assert floor is not None
    assert bag is not None
    assert visit.headings == [f"Your language: 6 sentences, and no model can lose less than {floor.nats:.3f} nats"]
    assert f"the order is worth {bag.nats - floor.nats:.3f}" in visit.words


@pytest.mark.parametrize(
    ("grammar", "said"),
    [
        ("S: a B", "Line 1: S uses B, and there is no rule B"),
        ("", "no rule"),
        ("שלום", "Line 1 is no rule"),
        ("S: <script>alert(1)</script> | b", "has 25 letters"),
        ("S: \x00 | b", "is no word here"),
    ],
)
def test_a_fault_of_a_grammar_is_said_where_it_is_typed_and_nothing_typed_is_lost(grammar: str, said: str) -> None:
    visit = Visit("Train one", screen="the language").write(state.TrainOne.GRAMMAR, grammar)
    assert visit.headings == ["This grammar cannot be read"]
    assert said in visit.words
    assert visit.app.text_area(key=state.TrainOne.GRAMMAR).value == grammar
    elsewhere = Visit("Train one", screen="it learns", grammar=grammar or " ")
    assert elsewhere.error == "This grammar cannot be read"
    assert elsewhere.press("Take the language Kitchen").error is None


def test_a_language_that_is_picked_fills_the_grammar() -> None:
    visit = Visit("Train one", screen="the language").choose(state.TrainOne.SHIPPED, "Agreement")
    assert visit.app.text_area(key=state.TrainOne.GRAMMAR).value == languages.shipped()["Agreement"].grammar
    assert visit.headings[0].startswith("Agreement: 576 sentences")


def test_an_untrained_model_waits_for_the_button_on_every_screen_that_needs_one() -> None:
    for screen in ("it learns", "watch it form", "its skills", "order or not", "take it apart"):
        visit = Visit("Train one", screen=screen, **{state.TrainOne.SEED: "999"})
        assert visit.error is None
        assert "Train" in [button.label for button in visit.app.button], screen


def test_a_trained_model_says_how_far_it_is_above_the_floor(kept_training: TrainingSettings) -> None:
    curve = kept.read_curve(trainings.trainer().kept.folder(kept_training))
    floor = language_of(_GRAMMAR).floor()
    assert floor is not None
    last = curve.tests[kept_training.steps]
    visit = _visit("it learns")
    assert visit.headings[0].startswith(f"Loss {last:.3f}: {last - floor.nats:.3f}")
    assert "1,500 steps in 3 s: 500 a second" in [caption.value for caption in visit.app.caption][-1]


def test_the_model_forms_at_the_sentence_that_is_typed() -> None:
    visit = _visit("watch it form", toy_blank="the norm sees the ada so the ___ hides")
    assert visit.headings[0].startswith("After step 1,500 it says “ada” with")
    sent, _ = visit.view("a-model-forms")
    assert sent["tokens"] == ["[CLS]", *["the", "norm", "sees", "the", "ada", "so", "the", "[MASK]", "hides"], "[SEP]"]
    assert max(zip(sent["exact"], sent["words"], strict=True)) == (1.0, "ada")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("norm sees ada", "hides 0 words"),
        ("norm eats ___", "“eats” is no word of this language"),
        ("sees sees ___", "No sentence of this language is written so"),
    ],
)
def test_a_sentence_that_cannot_be_asked_is_refused_in_words(typed: str, said: str) -> None:
    visit = _visit("watch it form", toy_blank=typed)
    assert visit.error == "This sentence cannot be read"
    assert said in visit.words
    assert visit.app.text_input(key=state.TrainOne.BLANK).value == typed


def test_skills_of_a_shipped_language_are_not_asked_of_a_language_without_their_words() -> None:
    assert _visit("its skills").headings == ["No skill of the shipped languages can be asked for in yours"]


def test_a_trained_model_opens_in_every_page_of_its_tab_and_the_sidebar_names_it(
    kept_training: TrainingSettings,
) -> None:
    visit = _visit("take it apart").press("Open it in this tab")
    name = trainings.name_of("Your language", kept_training)
    assert visit.app.selectbox(key="model").value == name
    assert name in visit.app.selectbox(key="model").options
    for page in ("Attention", "One layer", "Embeddings", "Fill in the blank"):
        visit._screen = ""
        visit.go_to(page)
        assert visit.error is None, page
    linked = Visit("Attention", screen="one head", model=name, text="the norm sees the ada so the ada hides")
    assert linked.error is None
    assert linked.app.selectbox(key="model").value == name


def test_a_link_to_a_trained_model_that_is_gone_reads_with_the_bundled_one() -> None:
    visit = Visit("Attention", screen="one head", model="trained/kitchen-0123456789ab")
    assert visit.error is None
    assert visit.app.selectbox(key="model").value == BUNDLED_NAME


def test_damaged_files_of_a_training_end_in_a_sentence(kept_training: TrainingSettings, tmp_path: Path) -> None:
    folder = trainings.trainer().kept.folder(kept_training)
    moved = folder / "step-000000.safetensors"
    moved.rename(tmp_path / moved.name)
    try:
        visit = _visit("watch it form", toy_blank="the ada sees the bo so the ___ hides")
        assert visit.headings == ["What was kept of this training cannot be read"]
    finally:
        (tmp_path / moved.name).rename(moved)
