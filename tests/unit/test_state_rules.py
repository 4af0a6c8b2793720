"""What is kept between reruns stands where one looks for it: caches in ui/caches, names of values in ui/state.py."""

import ast
from pathlib import Path

import pytest

from tests.support.paths import ROOT
from tests.support.source_code import sources

CACHES = ROOT / "components/ui/caches"
# Shipped files, each read once by its name.
ASSETS = ROOT / "components/ui/assets.py"
NAMES = ROOT / "components/ui/state.py"
SHOWN = [path for folder in ("components/ui", "pages") for path in sources(folder)]

#: Streamlit's functions that ask for something and keep the answer under a key.
ASKING = {
    "button", "checkbox", "file_uploader", "multiselect", "number_input", "pills", "radio", "segmented_control",
    "select_slider", "selectbox", "slider", "text_area", "text_input", "toggle", "pick_to_fill",
}  # fmt: skip


def caches_in(source: str) -> list[str]:
    """The caches that a source makes: of several arguments, or kept for all sessions."""
    tree = ast.parse(source)
    found = [
        f"{node.lineno}: {name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute | ast.Name)
        and (name := ast.unparse(node)) in ("lru_cache", "functools.lru_cache", "st.cache_data", "st.cache_resource")
    ]
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "cachetools":
            found.append(f"{node.lineno}: cachetools")
        # functools.cache is for what is read once in a process, and so only for functions without arguments.
        elif isinstance(node, ast.FunctionDef) and node.args.args:
            found += [f"{node.lineno}: {node.name}" for each in node.decorator_list if ast.unparse(each) in _ENDLESS]
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            made = ast.unparse(node.value)
            found += [f"{node.lineno}: {made}"] if made.startswith(("Memo(", "Memo[")) else []
    return found


_ENDLESS = ("cache", "once", "functools.cache")


def keys_in(source: str) -> list[str]:
    """The names of session values that a source writes as strings."""
    found = []
    for node in ast.walk(ast.parse(source)):
        key: ast.expr | None = None
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "st.session_state":
            key = node.slice
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called.startswith("st.session_state.") and node.args:
                key = node.args[0]
            elif called.rpartition(".")[2] in ASKING:
                key = next((each.value for each in node.keywords if each.arg == "key"), None)
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            found.append(f"{key.lineno}: {key.value}")
    return found


@pytest.mark.parametrize(
    "path", [path for path in SHOWN if CACHES not in path.parents and path != ASSETS], ids=lambda path: path.stem
)
def test_no_file_outside_the_caches_holds_one(path: Path) -> None:
    assert caches_in(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", [path for path in SHOWN if path != NAMES], ids=lambda path: path.stem)
def test_no_file_but_state_names_a_session_value(path: Path) -> None:
    assert keys_in(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "from functools import lru_cache\n@lru_cache(maxsize=4)\ndef f(): ...",
        "@st.cache_data(max_entries=2)\ndef f(): ...",
        "from cachetools import LRUCache",
        "@cache\ndef f(model): ...",
        "_kept = Memo[int](4)",
        "_kept: Memo = Memo(4)",
    ],
)
def test_a_cache_is_found_however_it_is_made(source: str) -> None:
    assert caches_in(source)


@pytest.mark.parametrize(
    "source",
    [
        "@cache\ndef stylesheet(): ...",
        "class A:\n    memo: Memo = field(default_factory=Memo)",
        "found = memo.get(1, f)",
    ],
)
def test_what_is_read_once_and_what_a_page_keeps_for_itself_are_no_such_caches(source: str) -> None:
    assert caches_in(source) == []


@pytest.mark.parametrize(
    "source",
    [
        "st.session_state['text']",
        "st.session_state.get('text')",
        "st.session_state.pop('text', None)",
        "st.button('Go', key='go')",
        "pick_to_fill('Pairs', pairs, key='pair')",
        "column.toggle('All', key='all')",
    ],
)
def test_a_name_that_is_written_as_a_string_is_found(source: str) -> None:
    assert keys_in(source)


@pytest.mark.parametrize("path", SHOWN, ids=lambda path: path.stem)
def test_a_download_never_runs_the_page_again_and_so_never_loses_its_content(path: Path) -> None:
    calls = [
        {each.arg: ast.unparse(each.value) for each in node.keywords}
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("download_button")
    ]
    assert [each.get("on_click") for each in calls] == ["'ignore'"] * len(calls)


def test_no_two_values_share_a_name() -> None:
    tree = ast.parse(NAMES.read_text(encoding="utf-8"))
    values = [
        str(each.value.value)
        for page in tree.body
        if isinstance(page, ast.ClassDef)
        for each in page.body
        if isinstance(each, ast.AnnAssign) and isinstance(each.value, ast.Constant)
    ]
    assert len(values) > 100
    assert sorted(set(values)) == sorted(values)
