"""Every page works with every architecture, and a model that cannot be opened does no harm."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from components.core.model.loading import BUNDLED_NAME, short_name
from tests.support.app_pages import APPLYING, FIRST, WITH_MODEL
from tests.support.reference import Opened
from tests.support.tiny_models import SUPPORTED
from tests.support.visit import Visit

#: The pages that apply sentence vectors know nothing of a model's inside: one model that adds positions and one that
#: rotates by them stand for all. tests/unit/model and tests/unit/embeddings prove the vectors of every architecture.
ON_ALL_PAGES = ("bert", "modernbert")

SENTENCE = "Café: the squatch ate 🍕, and it tasted good!"


@pytest.mark.parametrize("name", SUPPORTED)
def test_every_page_of_the_encoder_opens_every_architecture_and_the_applications_two_of_them(
    name: str, open_model: Callable[[str], Opened], monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = str(open_model(name).directory)
    monkeypatch.setenv("ENCODERSCOPE_MODELS", directory)
    visit = Visit(FIRST).choose("model", directory).type(SENTENCE)
    for title in WITH_MODEL:
        if title in APPLYING and name not in ON_ALL_PAGES:
            continue
        visit.go_to(title)
        assert visit.error is None
        assert Path(directory).name in visit.words


def test_two_models_whose_directories_share_a_name_are_told_apart_and_each_is_the_one_that_opens(
    open_model: Callable[[str], Opened], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directories = []
    for folder, kind in {"first": "bert", "second": "roberta"}.items():
        directory = tmp_path / folder / "checkpoint-500"
        shutil.copytree(open_model(kind).directory, directory)
        directories.append(str(directory))
    monkeypatch.setenv("ENCODERSCOPE_MODELS", ",".join(directories))
    visit = Visit(FIRST)
    assert visit.app.selectbox(key="model").options[1:] == ["first/checkpoint-500", "second/checkpoint-500"]
    seen = []
    for model in directories:
        visit.choose("model", model)
        assert short_name(model) in visit.words
        seen.append(visit.go_to("Tokens").markup)
    assert "first/checkpoint-500" not in seen[1]
    assert "Ġ" not in seen[0]


def test_going_to_a_smaller_model_and_back_keeps_every_page_open(
    open_model: Callable[[str], Opened], monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = str(open_model("bert").directory)
    monkeypatch.setenv("ENCODERSCOPE_MODELS", directory)
    for title, chosen in {"Attention": {"layer": "6", "head": "12"}, "Embeddings": {"dimension": "384"}}.items():
        visit = Visit(title, **chosen)
        for model in (directory, BUNDLED_NAME):
            assert visit.choose("model", model).error is None


@pytest.mark.parametrize("title", WITH_MODEL)
def test_a_model_that_cannot_be_opened_is_said_and_the_bundled_one_can_be_chosen_again(
    title: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "config.json").write_text("{}", encoding="utf-8")
    (broken / "model.safetensors").write_bytes(b"not a model")
    missing = tmp_path / "missing"
    monkeypatch.setenv("ENCODERSCOPE_MODELS", f"{broken},{missing}")
    visit = Visit(title)
    finding = visit.headings
    visit.choose("model", str(broken))
    assert visit.headings == ["The model cannot be opened"]
    assert f"The model {broken} could not be opened" in visit.words
    assert "or use the bundled model" in visit.words
    assert visit.choose("model", BUNDLED_NAME).headings == finding
    visit.choose("model", str(missing))
    assert f"There is no model directory {missing}. Check the path." in visit.words
    assert visit.press("Use the bundled model").headings == finding
