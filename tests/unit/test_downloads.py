"""A file that is made when a reader presses its button is there when the browser fetches it."""

import pytest
from streamlit.runtime import media_file_manager
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage

from components.ui import serving


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> MediaFileManager:
    """Where a server keeps what is downloaded; all is asked for by one session."""
    monkeypatch.setattr(media_file_manager, "_get_session_id", lambda: "a reader")
    return MediaFileManager(MemoryMediaFileStorage("/media"))


def made(files: MediaFileManager) -> str:
    """The id of a file that was made on a click."""
    waiting = files.add_deferred(lambda: b"numbers", "text/csv", "1.(0)", "numbers.csv")
    return files.execute_deferred(waiting).rpartition("/")[2].partition(".")[0]


def test_runs_of_other_sessions_leave_a_file_that_was_just_made(files: MediaFileManager) -> None:
    file = made(files)
    for _ in range(5):
        files.remove_orphaned_files()
    assert files._storage.get_file(f"{file}.csv").content == b"numbers"  # type: ignore[attr-defined]


def test_a_file_that_nobody_needs_is_deleted_in_the_end(
    files: MediaFileManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr(serving.time, "monotonic", lambda: now[0])
    file = made(files)
    for _ in range(3):
        files.remove_orphaned_files()
        now[0] += serving._SWEEP
    assert file not in files._file_metadata
