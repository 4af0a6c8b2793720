"""How a model formed: what was kept after each step, against the same training in this process."""

from pathlib import Path

import numpy as np
import pytest
import torch

from components.core.languages.language import ToyLanguage, language_of
from components.core.languages.skills import Skill
from components.core.training import kept
from components.core.training.formation import formation, learned_skills
from components.core.training.hidden_word_run import HiddenWordRun
from components.core.training.settings import TrainingSettings
from components.core.training.tiny_model import SPECIAL, hidden_words, rows_of

_SETTINGS = TrainingSettings("S: the WHO eats FOOD\nWHO: norm | ada\nFOOD: bread | pizza", 2, 2, 16, steps=120)
_BLANK = ("the", "norm", "eats", None)


@pytest.fixture(scope="module")
def language() -> ToyLanguage:
    return language_of(_SETTINGS.grammar)


@pytest.fixture(scope="module")
def trained(
    tmp_path_factory: pytest.TempPathFactory, language: ToyLanguage
) -> tuple[Path, list[dict[str, np.ndarray]]]:
    """The folder of a training, and what its model did with the sentence after each kept step."""
    folder = tmp_path_factory.mktemp("kept")
    run, seen = HiddenWordRun(language, _SETTINGS), []
    while True:
        if run.step in _SETTINGS.checkpoints:
            kept.write_checkpoint(folder, run.step, run.model)
            with torch.no_grad():
                result = run.model(input_ids=rows_of(language, [_BLANK]), output_attentions=True)
            seen.append(
                {
                    "words": run.model.bert.embeddings.word_embeddings.weight.detach().numpy().copy()[len(SPECIAL) :],
                    "attention": np.stack([each[0].numpy() for each in result.attentions]),
                    "said": hidden_words(run.model, language, [_BLANK])[0, len(SPECIAL) :].exp().numpy(),
                }
            )
        if run.step == _SETTINGS.steps:
            return folder, seen
        run.do_step()


def test_attention_and_answers_after_each_step_are_those_the_model_had(
    trained: tuple[Path, list[dict[str, np.ndarray]]], language: ToyLanguage
) -> None:
    folder, seen = trained
    formed = formation(folder, language, _SETTINGS, _BLANK)
    assert formed.steps == _SETTINGS.checkpoints
    assert formed.tokens == ("[CLS]", "the", "norm", "eats", "[MASK]", "[SEP]")
    np.testing.assert_allclose(formed.attention, [each["attention"] for each in seen], atol=1e-6)
    np.testing.assert_allclose(formed.attention.sum(axis=-1), 1, atol=1e-5)
    np.testing.assert_allclose(formed.said, [each["said"] for each in seen], atol=1e-6)


def test_the_map_has_one_pair_of_axes_for_all_steps(
    trained: tuple[Path, list[dict[str, np.ndarray]]], language: ToyLanguage
) -> None:
    folder, seen = trained
    formed = formation(folder, language, _SETTINGS, _BLANK)
    every = np.concatenate([each["words"] for each in seen]).astype(np.float64)
    centred = every - every.mean(axis=0)
    _, lengths, axes = np.linalg.svd(centred, full_matrices=False)
    expected = centred @ axes[:2].T
    found = formed.map.reshape(-1, 2)
    # An axis may point either way.
    np.testing.assert_allclose(np.abs(found), np.abs(expected), atol=1e-4)
    assert formed.kept_variance == pytest.approx((lengths[:2] ** 2).sum() / (lengths**2).sum(), abs=1e-4)


def test_a_skill_comes_at_the_step_from_which_on_its_test_is_passed(
    trained: tuple[Path, list[dict[str, np.ndarray]]], language: ToyLanguage
) -> None:
    folder, seen = trained
    food = Skill("it knows food", ("the norm eats ___",))
    (found,) = learned_skills(folder, language, _SETTINGS, [food, Skill("no such words", ("who runs ___",))])
    exact = np.array([0.5 if word in ("bread", "pizza") else 0 for word in language.words])
    distances = [np.abs(each["said"] - exact).sum() / 2 for each in seen]
    np.testing.assert_allclose(found.distances, distances, atol=1e-6)
    passed = [distance < 0.1 for distance in distances]
    assert passed[-1]
    first = max(index for index, each in enumerate(passed) if not each) + 1
    assert found.step == _SETTINGS.checkpoints[first]


def test_a_folder_without_its_files_raises_what_the_page_catches(tmp_path: Path, language: ToyLanguage) -> None:
    with pytest.raises(kept.UNREADABLE):
        formation(tmp_path, language, _SETTINGS, _BLANK)
