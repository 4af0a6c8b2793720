"""The app's folder for files is deleted, read-only or full while it runs: pages go on, and say what is not kept."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from components.core.retrieval.index.default_index import close_default_index
from components.core.storage import sqlite_file
from components.core.storage.vector_store import default_store
from components.ui.caches.libraries import libraries
from tests.support.retrieval_page import CRANES, DENSE, MENU, OPENING, hits, listed, own, problems
from tests.support.retrieval_page import visit as visit_retrieval
from tests.support.sentence_map_page import TWO_TOPICS, paste, shown
from tests.support.sentiment_page import own as own_labelled
from tests.support.sentiment_page import table_file
from tests.support.visit import Visit

Fault = Callable[[], None]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder for files of an app that just started."""

    def start() -> None:
        close_default_index()
        default_store.cache_clear()
        libraries.cache_clear()

    monkeypatch.setenv("ENCODERSCOPE_CACHE", str(tmp_path / "files"))
    start()
    yield tmp_path / "files"
    start()


def _after(setting: str, monkeypatch: pytest.MonkeyPatch) -> Fault:
    """A fault of SQLite itself: from then on each connection is opened with this setting."""
    connect = sqlite_file._connect

    def connect_then_set(file: Path, setup: str, patience: float) -> sqlite3.Connection:
        connection = connect(file, setup, patience)
        connection.execute(setting)
        return connection

    return lambda: monkeypatch.setattr(sqlite_file, "_connect", connect_then_set)


@pytest.fixture(params=["read-only", "full"])
def fault(request: pytest.FixtureRequest, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Fault:
    """Make the folder's files read-only, or its disk full."""
    # A file may have no fewer pages than it has: the next that it needs is one too many.
    settings = {"read-only": "PRAGMA query_only = 1", "full": "PRAGMA max_page_count = 1"}
    return _after(settings[request.param], monkeypatch)


_NOT_KEPT = "The vectors of the last texts are not kept on disk ("
_REASONS = ("attempt to write a readonly database", "database or disk is full")


def _texts(count: int, folder: Path) -> list[str]:
    """Texts that no other test encodes, more than fit into what the file has left in its pages."""
    return [f"Room {number} of {folder.parent.name} is free." for number in range(count)]


def _says_what_is_not_kept(opened: Visit) -> bool:
    return any(f"{_NOT_KEPT}{reason})" in opened.words for reason in _REASONS)


def test_sentences_are_mapped_though_their_vectors_cannot_be_kept(fault: Fault, folder: Path) -> None:
    opened = paste(f"The file of {folder.parent.name} has its tables.", *TWO_TOPICS)
    assert _NOT_KEPT not in opened.words
    fault()
    many = _texts(60, folder)
    opened.write("pasted", "\n".join(many))
    assert shown(opened) == many
    assert _says_what_is_not_kept(opened)


def test_classifiers_are_trained_though_vectors_cannot_be_kept(fault: Fault, folder: Path, umap_compiled: None) -> None:
    paste(f"The file of {folder.parent.name} has its tables.")
    fault()
    labelled = [(text, "night" if number % 2 else "day") for number, text in enumerate(_texts(80, folder))]
    opened = own_labelled(table_file(labelled), "topics.csv")
    assert "80 texts" in opened.words
    assert _says_what_is_not_kept(opened)


def test_documents_that_are_there_are_searched_and_no_more_can_be_added(fault: Fault) -> None:
    opened = own().upload("document_files", "menu.txt", MENU.encode())
    fault()
    opened.enter("question", "What can I eat?")
    assert [hit.text.strip() for hit in hits(opened, DENSE)] == [MENU]
    opened.upload("document_files", "birds.txt", f"{CRANES}\n\n".encode() * 500)
    assert listed(opened) == ["menu.txt"]
    (problem,) = problems(opened)
    assert problem.startswith("birds.txt: The documents of this tab cannot be kept")
    assert any(reason in problem for reason in _REASONS)
    assert [hit.text.strip() for hit in hits(opened, DENSE)] == [MENU]


def test_shipped_documents_are_searched_though_nothing_can_be_kept(fault: Fault) -> None:
    usual = hits(visit_retrieval(OPENING), DENSE)
    fault()
    assert hits(visit_retrieval(OPENING), DENSE) == usual


def test_in_a_folder_that_was_deleted_everything_is_made_anew(folder: Path) -> None:
    opened = own().upload("document_files", "menu.txt", MENU.encode())
    shutil.rmtree(folder)
    opened.enter("question", "What can I eat?")
    assert listed(opened) == []
    assert problems(opened) == ["“menu.txt” is not kept on this computer any more. Add it again."]
    opened.upload("document_files", "birds.txt", CRANES.encode())
    assert listed(opened) == ["birds.txt"]
    assert problems(opened) == []
    assert [hit.text.strip() for hit in hits(opened, DENSE)] == [CRANES]
    assert _NOT_KEPT not in opened.words
    assert (folder / "vectors.sqlite").is_file()


def test_without_any_folder_shipped_documents_are_searched_and_own_ones_refused_in_words(folder: Path) -> None:
    usual = hits(visit_retrieval(OPENING), DENSE)
    shutil.rmtree(folder)
    folder.write_text("This is no folder.")
    assert hits(visit_retrieval(OPENING), DENSE) == usual
    opened = own()
    assert opened.error == "Your documents cannot be searched"
    opened.upload("document_files", "birds.txt", CRANES.encode())
    opened.press("Use a shipped corpus").enter("question", OPENING)
    assert hits(opened, DENSE) == usual
