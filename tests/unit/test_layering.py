"""Who may import whom: core computes, figures draw, pages use both; no circles."""

import ast
import graphlib
from pathlib import Path

import pytest

from tests.support.paths import ROOT
from tests.support.source_code import import_graph, imports, sources

_DRAWING = ("streamlit", "plotly")
_RUNNING = ("torch", "transformers", "sentence_transformers", "tokenizers")
_OUR_UPPER_LAYERS = ("components.views", "components.ui", "pages", "app", "tests")

#: What the files of a folder may not import.
FORBIDDEN: dict[str, tuple[str, ...]] = {
    "components/core": (*_DRAWING, "components.figures", *_OUR_UPPER_LAYERS),
    "components/figures": ("streamlit", *_RUNNING, *_OUR_UPPER_LAYERS),
    "components/views": ("pages", "app", "tests"),
    "components/ui": ("pages", "app", "tests"),
    "pages": ("pages", "app", "tests"),
    "tests": ("pages",),
    ".": ("pages", "tests"),
}

#: Of `components`, what the files of a folder may import; nothing else.
ALLOWED_COMPONENTS = {
    "components/core": ("components.core",),
    "components/figures": ("components.core", "components.figures"),
}


def _within(name: str, packages: tuple[str, ...]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def violations(folder: str, name: str) -> bool:
    """Whether the files of a folder may not import this name."""
    if _within(name, FORBIDDEN[folder]):
        return True
    allowed = ALLOWED_COMPONENTS.get(folder)
    return allowed is not None and _within(name, ("components",)) and not _within(name, allowed)


#: The rooms of core in the order of the lesson: a room imports only those before it.
ROOMS = (
    "numerics",
    "text",
    "tokens",
    "model",
    "embeddings",
    "positions",
    "attention",
    "layer",
    "context",
    "mapping",
    "storage",
    "retrieval",
    "classification",
    "explanations",
    "by_hand",
    "objective",
    "classroom",
    "lessons",
    "languages",
    "training",
    "kinds",
)
#: The rooms of core/retrieval, likewise.
RETRIEVAL_ROOMS = ("documents", "ingest", "search", "index", "evaluation", "generation")


def later_rooms(graph: dict[str, set[str]], package: str, rooms: tuple[str, ...]) -> list[str]:
    """The imports by which a room of a package uses one that comes after it."""

    def room(module: str) -> int | None:
        parts = module.removeprefix(f"{package}.").split(".")
        return rooms.index(parts[0]) if module.startswith(f"{package}.") and parts[0] in rooms else None

    return [
        f"{module} imports {target}"
        for module, targets in graph.items()
        for target in targets
        if (own := room(module)) is not None and (other := room(target)) is not None and other > own
    ]


@pytest.mark.parametrize("folder", FORBIDDEN)
def test_no_file_imports_what_its_folder_may_not(folder: str) -> None:
    found = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sources(folder)
        for name in imports(path.read_text(encoding="utf-8"), ".".join(path.relative_to(ROOT).parts[:-1]))
        if violations(folder, name)
    ]
    assert found == []


def test_core_and_the_tests_themselves_are_among_the_files_looked_at() -> None:
    assert ROOT / "components/core/model/encoder.py" in set(sources("components/core"))
    assert Path(__file__).resolve() in set(sources("tests"))


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


def test_no_files_import_each_other_in_a_circle() -> None:
    try:
        graphlib.TopologicalSorter(import_graph()).prepare()
    except graphlib.CycleError as error:
        pytest.fail(" imports ".join(reversed(error.args[1])))


def test_the_graph_holds_the_imports_that_stand_in_functions_and_those_of_packages() -> None:
    graph = import_graph()
    assert "components.core.model.encoder" in graph["components.core"]
    assert "components.core" in graph["components.ui.caches.models"]
    assert "components.ui.site" in graph["app"]


@pytest.mark.parametrize(
    ("package", "rooms"), [("components.core", ROOMS), ("components.core.retrieval", RETRIEVAL_ROOMS)]
)
def test_a_room_of_core_imports_only_rooms_before_it(package: str, rooms: tuple[str, ...]) -> None:
    folder = ROOT / package.replace(".", "/")
    named = {each.stem for each in folder.iterdir() if each.is_dir() and (each / "__init__.py").exists()}
    assert named <= set(rooms)
    assert later_rooms(import_graph(), package, rooms) == []


def test_a_room_that_imports_a_later_one_is_found() -> None:
    graph = {"core.first.file": {"core.second.file"}, "core.second.file": {"core.errors", "core.second.other"}}
    assert later_rooms(graph, "core", ("first", "second")) == ["core.first.file imports core.second.file"]


def test_a_page_reads_in_one_screen_of_code() -> None:
    long = {path.name: count for path in sources("pages") if (count := len(path.read_text("utf-8").splitlines())) > 80}
    assert long == {}


def escaped_by_hand(source: str) -> list[str]:
    """The places where a source escapes text itself, or puts a value into markup without escaping it."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = {alias.name for alias in node.names} | {getattr(node, "module", "") or ""}
            found += [f"{node.lineno}: import html"] if "html" in names else []
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "Markup":
            found += [f"{node.lineno}: Markup(f…)" for each in node.args if isinstance(each, ast.JoinedStr)]
    return found


@pytest.mark.parametrize("folder", ["components/ui", "components/views", "pages"])
def test_text_is_escaped_by_its_type_and_nowhere_by_hand(folder: str) -> None:
    found = {path.name: places for path in sources(folder) if (places := escaped_by_hand(path.read_text("utf-8")))}
    assert found == {}


@pytest.mark.parametrize("source", ["import html", "from html import escape", 'Markup(f"<b>{text}</b>")'])
def test_what_is_escaped_by_hand_or_not_at_all_is_found(source: str) -> None:
    assert escaped_by_hand(source)
