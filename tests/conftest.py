"""Fixtures that many tests share: the bundled model and the tiny ones, each opened once.

Libraries that take seconds to load are imported where they are used: the process that hands out the tests to the others
(pytest-xdist) reads this file too, and needs none of them.
"""

from __future__ import annotations

import os

os.environ["HF_HUB_OFFLINE"] = "1"  # before the first import of a Hugging Face library

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from components.core import Encoder
    from tests.support.reference import Opened

# The first example of a test may be slow because a model is opened for it; that says nothing about the test.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.fixture(scope="session", autouse=True)
def _vectors_of_their_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep what the tests encode among their own files, one store for all processes of a run.

    Several processes may use a store at once: the first that needs a text encodes it, the others read its vector.
    """
    own = tmp_path_factory.getbasetemp()
    # No page that is only looked at starts the process that trains.
    os.environ["ENCODERSCOPE_TRAIN"] = "off"
    os.environ["ENCODERSCOPE_CACHE"] = str((own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "vectors")


@pytest.fixture(scope="session")
def open_model(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Opened]:
    """Open the bundled model or one of the tiny ones, by name, with our encoder and without it."""
    import transformers

    from components.core.model.loading import BUNDLED_NAME, bundled_directory
    from tests.support.reference import open_both
    from tests.support.tiny_models import SUPPORTED, save_tiny

    transformers.logging.disable_progress_bar()
    opened: dict[str, Opened] = {}

    def open_once(name: str) -> Opened:
        if name not in opened:
            if name == BUNDLED_NAME:
                opened[name] = open_both(name, bundled_directory())
            else:
                directory = save_tiny(tmp_path_factory.mktemp("models") / name, *SUPPORTED[name])
                opened[name] = open_both(str(directory), directory)
        return opened[name]

    return open_once


@pytest.fixture(scope="session")
def bundled(open_model: Callable[[str], Opened]) -> Opened:
    """The bundled model."""
    from components.core.model.loading import BUNDLED_NAME

    return open_model(BUNDLED_NAME)


@pytest.fixture(scope="session")
def encoder(bundled: Opened) -> Encoder:
    """The bundled model, as load_encoder() gives it."""
    return bundled.encoder


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Repeat each test that asks for `opened` for each supported architecture."""
    if "opened" in metafunc.fixturenames:
        from components.core.model.loading import BUNDLED_NAME
        from tests.support.tiny_models import SUPPORTED

        metafunc.parametrize("opened", [BUNDLED_NAME, *SUPPORTED], indirect=True, scope="session")


@pytest.fixture(scope="session")
def opened(request: pytest.FixtureRequest, open_model: Callable[[str], Opened]) -> Opened:
    """Each supported architecture in turn."""
    return open_model(request.param)
