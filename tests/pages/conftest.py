"""What visits share, as the sessions of one server do: neither the packages nor the scripts change meanwhile."""

import functools
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.testing.v1 import app_test, local_script_runner
from streamlit.testing.v1.local_script_runner import LocalScriptRunner

from components.core.mapping import projection
from tests.support.tiny_models import save_like_bundled

_until_it_says_so = local_script_runner.require_widgets_deltas


@pytest.fixture(scope="session", autouse=True)
def _looked_up_once() -> Iterator[None]:
    """A server looks once for components in the installed packages and compiles a script once; AppTest, each time."""
    found = functools.cache(manifest_scanner.scan_component_manifests)
    scripts = ScriptCache()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", found)
        patch.setattr(app_test, "ScriptCache", lambda: scripts)
        patch.setattr(local_script_runner, "ScriptCache", lambda: scripts)
        patch.setattr(local_script_runner, "require_widgets_deltas", _until_it_has_ended)
        yield


def _until_it_has_ended(runner: LocalScriptRunner, timeout: float) -> None:
    """Wait for a script asleep: AppTest asks a thousand times a second, at the cost of the script that it waits for."""
    assert runner._script_thread is not None
    runner._script_thread.join(timeout)
    _until_it_says_so(runner, timeout)


@pytest.fixture(autouse=True)
def _main_module_is_left_alone() -> Iterator[None]:
    """Put back Python's main module, in whose place a visit puts the app: a new process would begin by running it."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


@pytest.fixture(scope="session")
def umap_compiled() -> None:
    """What umap-learn compiles at its first fit, so that no page waits for it."""
    projection.warm()


@pytest.fixture(scope="session")
def quick_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model that reads the tokens that the bundled one reads."""
    return save_like_bundled(tmp_path_factory.mktemp("models") / "quick")


@pytest.fixture
def quick(quick_directory: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What opens a page with that model: for tests of texts, in which the numbers do not matter."""
    monkeypatch.setenv("ENCODERSCOPE_MODELS", str(quick_directory))
    return {"model": quick_directory.name}


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> dict[str, Callable[[], bytes]]:
    """The files that visited pages offer: name → content, gathered when it is asked for."""
    files: dict[str, Callable[[], bytes]] = {}

    def keep(name: str) -> None:
        kept = getattr(MediaFileManager, name)

        def add(self: Any, content: Any, *given: Any, **named: Any) -> Any:
            files[named["file_name"]] = content if callable(content) else lambda: content
            return kept(self, content, *given, **named)

        monkeypatch.setattr(MediaFileManager, name, add)

    keep("add")
    keep("add_deferred")
    return files
