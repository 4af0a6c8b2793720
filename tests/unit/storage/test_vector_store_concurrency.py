"""Several threads and processes on one vector store: nothing is lost, also when one is killed."""

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from components.core.storage.sqlite_file import SqliteFile
from components.core.storage.vector_store import VectorStore
from tests.support.core_alone import CORE_ALONE
from tests.support.stored_vectors import WIDTH, assert_equal, assert_right, vectors_of


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "vectors.sqlite"


def test_eight_threads_keep_and_find_at_once_and_nothing_is_lost(file: Path) -> None:
    store = VectorStore(file)
    start = threading.Barrier(8)

    def keep_and_find(thread: int) -> None:
        mine = vectors_of(str(thread), 100)
        neighbours = vectors_of(str((thread + 1) % 8), 100)
        keys = list(mine)
        start.wait()
        for first in range(0, 100, 10):
            store.keep({key: mine[key] for key in keys[first : first + 10]})
            assert_equal(store.find(keys[: first + 10], WIDTH), {key: mine[key] for key in keys[: first + 10]})
            assert_right(store.find(list(neighbours), WIDTH), neighbours)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(keep_and_find, range(8)))
    everything = {key: row for thread in range(8) for key, row in vectors_of(str(thread), 100).items()}
    assert_equal(VectorStore(file).find(list(everything), WIDTH), everything)


def test_of_threads_that_all_meet_a_broken_file_one_sets_it_aside(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_bytes(b"no database" * 1000)
    set_aside, times = SqliteFile._set_aside, []

    def set_aside_slowly(broken: SqliteFile) -> None:
        times.append(1)
        time.sleep(0.1)  # for others to find the file as broken as it is
        set_aside(broken)

    monkeypatch.setattr(SqliteFile, "_set_aside", set_aside_slowly)
    store = VectorStore(file)
    everything = [vectors_of(str(thread), 10) for thread in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(store.keep, everything))
    assert len(times) == 1
    for each in everything:
        assert_equal(store.find(list(each), WIDTH), each)


_CHILD = (
    CORE_ALONE
    + """
from pathlib import Path
from components.core.storage import vector_store
from tests.support.stored_vectors import vectors_of

store = vector_store.VectorStore(Path(sys.argv[1]))


def say(what):
    print(what, flush=True)
    sys.stdin.readline()
"""
)


def child(source: str, *arguments: object) -> subprocess.Popen[str]:
    """Start another process with a store on the file that is its first argument."""
    command = [sys.executable, "-c", _CHILD + source, *map(str, arguments)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def read_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def answer(process: subprocess.Popen[str]) -> None:
    assert process.stdin
    process.stdin.write("\n")
    process.stdin.flush()


def test_two_processes_keep_and_find_at_once_and_nothing_is_lost(file: Path) -> None:
    source = """
mine = vectors_of(sys.argv[2], 200)
keys = list(mine)
say("ready")
for first in range(0, 200, 5):
    store.keep({key: mine[key] for key in keys[first : first + 5]})
    assert len(store.find(keys, 384)) == first + 5
"""
    names = ("one", "other")
    processes = [child(source, file, name) for name in names]
    assert [read_line(process) for process in processes] == ["ready", "ready"]
    for process in processes:
        answer(process)
    for process in processes:
        process.communicate()
    assert [process.returncode for process in processes] == [0, 0]
    for name in names:
        expected = vectors_of(name, 200)
        assert_equal(VectorStore(file).find(list(expected), WIDTH), expected)


def test_a_process_killed_in_the_middle_of_keeping_leaves_what_was_kept_before(file: Path) -> None:
    # More than SQLite holds in memory has been written to the file when it is killed.
    source = """
class Endless(dict):
    def items(self):
        yield from vectors_of("half", 3000).items()
        say("in the middle")


store.keep(vectors_of("before", 100))
store.keep(Endless())
"""
    killed = child(source, file)
    assert read_line(killed) == "in the middle"
    assert Path(f"{file}-wal").stat().st_size > 1_000_000
    killed.kill()
    killed.communicate()
    store = VectorStore(file)
    before, half = vectors_of("before", 100), vectors_of("half", 3000)
    assert_equal(store.find([*before, *half], WIDTH), before)
    store.keep(half)
    assert_equal(store.find([*before, *half], WIDTH), before | half)
    assert not Path(f"{file}.broken").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="limits the size of files as POSIX does")
def test_on_a_full_disk_what_fits_is_kept(file: Path) -> None:
    source = """
import resource

resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
for number in range(20):
    store.keep(vectors_of(str(number), 50))
    print(len(store.find(list(vectors_of("0", 50)), 384)))
"""
    said, _ = (process := child(source, file)).communicate()
    assert process.returncode == 0
    assert said.split() == ["50"] * 20
    kept = [len(VectorStore(file).find(list(vectors_of(str(number), 50)), WIDTH)) for number in range(20)]
    assert set(kept) == {0, 50}
