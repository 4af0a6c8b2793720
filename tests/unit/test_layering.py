"""Who may import whom: core computes, figures draw, pages use both, and nothing uses pages."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.paths import ROOT

_DRAWING = ("streamlit", "plotly")
_RUNNING = ("torch", "transformers", "sentence_transformers", "tokenizers")
_OUR_UPPER_LAYERS = ("components.views", "components.ui", "pages", "app", "server", "tests")

#: What the files of a folder may not import.
FORBIDDEN: dict[str, tuple[str, ...]] = {
    "components/core": (*_DRAWING, "components.figures", *_OUR_UPPER_LAYERS),
    "components/figures": ("streamlit", *_RUNNING, *_OUR_UPPER_LAYERS),
    "components/views": ("pages", "app", "server", "tests"),
    "components/ui": ("pages", "app", "server", "tests"),
    "pages": ("pages", "app", "server", "tests"),
    "tests": ("pages",),
    ".": ("pages", "tests"),
}

#: Of `components`, what the files of a folder may import; nothing else.
ALLOWED_COMPONENTS = {
    "components/core": ("components.core",),
    "components/figures": ("components.core", "components.figures"),
}


def imports(source: str, package: str = "") -> set[str]:
    """The dotted names that a source imports, wherever in it the import stands.

    package: the dotted name of the folder the source lies in, for relative imports.
    """
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            module = ".".join([*parts, *([node.module] if node.module else [])])
            # `from components import ui` imports components.ui.
            found |= {f"{module}.{alias.name}" for alias in node.names}
    return found


def _within(name: str, packages: tuple[str, ...]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def violations(folder: str, name: str) -> bool:
    """Whether the files of a folder may not import this name."""
    if _within(name, FORBIDDEN[folder]):
        return True
    allowed = ALLOWED_COMPONENTS.get(folder)
    return allowed is not None and _within(name, ("components",)) and not _within(name, allowed)


def _sources(folder: str) -> Iterator[Path]:
    yield from (ROOT / folder).glob("*.py") if folder == "." else (ROOT / folder).rglob("*.py")


@pytest.mark.parametrize("folder", FORBIDDEN)
def test_no_file_imports_what_its_folder_may_not(folder: str) -> None:
    found = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in _sources(folder)
        for name in imports(path.read_text(encoding="utf-8"), ".".join(path.relative_to(ROOT).parts[:-1]))
        if violations(folder, name)
    ]
    assert found == []


def test_core_and_the_tests_themselves_are_among_the_files_looked_at() -> None:
    assert ROOT / "components/core/model/encoder.py" in set(_sources("components/core"))
    assert Path(__file__).resolve() in set(_sources("tests"))


@pytest.mark.parametrize(
    ("folder", "source"),
    [
        ("components/core", "import streamlit as st"),
        ("components/core", "import plotly.graph_objects as go"),
        ("components/core", "from components import ui"),
        ("components/core", "from components.figures.charts import bar"),
        ("components/core", "from ..ui import cache"),
        ("components/core", "def late():\n    from pages.encoder import overview"),
        ("components/figures", "import torch"),
        ("components/figures", "from streamlit import write"),
        ("components/figures", "if True:\n    import transformers.models"),
        ("components/figures", "from components.views.grid import view"),
        ("components/figures", "from .. import ui"),
        ("components/figures", "import components"),
        ("pages", "from pages.encoder import overview"),
        ("components/ui", "import pages"),
        (".", "import pages.encoder.overview"),
    ],
)
def test_a_forbidden_import_is_found_however_it_is_written(folder: str, source: str) -> None:
    assert any(violations(folder, name) for name in imports(source, folder.replace("/", ".")))


@pytest.mark.parametrize(
    ("folder", "source"),
    [
        ("components/core", "import numpy as np\nimport torch\nfrom components.core import probe"),
        ("components/core", "from .errors import ModelError"),
        ("components/core", "import streamlit_like"),
        ("components/figures", "import plotly.graph_objects as go\nfrom components.core.model.trace import Trace"),
        ("components/figures", "from . import base\nfrom components.figures.base import paper"),
        ("components/ui", "import streamlit\nfrom components.core import load_encoder"),
        ("pages", "import streamlit\nfrom components.figures import heatmaps\nfrom components.ui import frame"),
    ],
)
def test_an_import_that_is_allowed_is_let_through(folder: str, source: str) -> None:
    assert not any(violations(folder, name) for name in imports(source, folder.replace("/", ".")))
