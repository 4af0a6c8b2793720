"""Vectors on disk: found as they were kept, by several at once, and never a wrong one or an error, whatever happens."""

import logging
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from pathlib import Path

import numpy as np
import pytest

from components.core.storage import sqlite_file as sqlite_file_module
from components.core.storage import vector_store as vector_store_module
from components.core.storage.sqlite_file import SqliteFile
from components.core.storage.vector_store import VectorStore, default_store, vector_key
from tests.support.paths import ROOT

WIDTH = 384

Vectors = dict[bytes, np.ndarray]


def vectors_of(name: str, count: int, width: int = WIDTH) -> Vectors:
    """As many vectors under keys of their own, the same for the same name."""
    rows = np.random.default_rng(list(name.encode())).normal(size=(count, width)).astype(np.float32)
    return {vector_key(name, "", str(number)): row for number, row in enumerate(rows)}


def assert_equal(found: Vectors, expected: Vectors) -> None:
    assert set(found) == set(expected)
    assert_right(found, expected)


def assert_right(found: Vectors, expected: Vectors) -> None:
    """What was found is what was kept, to the last bit, though it may not be all."""
    for key, vector in found.items():
        np.testing.assert_array_equal(vector, expected[key])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "vectors.sqlite"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The hour that the store believes it is, to be changed."""
    hour = [500_000]
    monkeypatch.setattr(vector_store_module, "_hour", lambda: hour[0])
    return hour


# Keys


def test_a_key_is_a_digest_of_the_model_the_reading_and_the_sentence() -> None:
    # Parts that only moved to their neighbour make another key.
    parts = [("a", "b", "c"), ("ab", "", "c"), ("a", "bc", ""), ("", "ab", "c"), ("a", "b", "\0c"), ("a", "", "bc")]
    keys = {vector_key(*each) for each in [*parts, *parts]}
    assert len(keys) == len(parts)
    assert {len(key) for key in keys} == {32}


def test_half_of_a_surrogate_pair_has_a_key_of_its_own() -> None:
    assert len({vector_key("a", "b", text) for text in ("\ud83c", "\udf55", "?", "🍕")}) == 4


# Finding and keeping


@pytest.mark.parametrize("count", [1, 499, 500, 501, 1201])
def test_what_was_kept_is_found_to_the_last_bit_and_nothing_else(file: Path, count: int) -> None:
    kept = vectors_of("kept", count)
    VectorStore(file).keep(kept)
    asked = [*vectors_of("other", count), *kept, *kept]
    assert_equal(VectorStore(file).find(asked, WIDTH), kept)


def test_no_query_names_more_keys_than_older_builds_of_sqlite_take(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = sqlite_file_module._opened

    def opened_as_an_older_one(file: Path, setup: str, patience: float) -> sqlite3.Connection:
        connection = opened(file, setup, patience)
        connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 999)
        return connection

    monkeypatch.setattr(sqlite_file_module, "_opened", opened_as_an_older_one)
    store, kept = VectorStore(file), vectors_of("kept", 1201)
    store.keep(kept)
    assert_equal(store.find(list(kept), WIDTH), kept)


def test_vectors_found_are_float32_of_that_width_and_read_only(file: Path) -> None:
    store = VectorStore(file)
    store.keep({b"key": np.arange(6, dtype=np.float64)[::2]})
    found = store.find([b"key"], 3)[b"key"]
    assert (found.dtype, found.tolist(), found.flags.writeable) == (np.float32, [0, 2, 4], False)


def test_a_store_without_a_file_has_nothing_and_makes_its_folders(tmp_path: Path) -> None:
    store = VectorStore(tmp_path / "new" / "folder" / "vectors.sqlite")
    assert store.find([b"key"], 3) == {}
    assert store.find([], 3) == {}
    store.keep({b"key": np.ones(3)})
    assert set(store.find([b"key"], 3)) == {b"key"}


def test_a_vector_of_another_width_is_as_good_as_none_until_it_is_kept_anew(file: Path) -> None:
    store = VectorStore(file)
    store.keep({b"key": np.ones(4)})
    assert [store.find([b"key"], width) for width in (3, 5, 16)] == [{}, {}, {}]
    store.keep({b"key": np.ones(3)})
    assert store.find([b"key"], 3)[b"key"].tolist() == [1, 1, 1]


def test_a_file_deleted_while_the_app_runs_is_begun_anew(file: Path) -> None:
    store = VectorStore(file)
    kept = vectors_of("kept", 5)
    store.keep(kept)
    file.unlink()
    assert store.find(list(kept), WIDTH) == {}
    store.keep(kept)
    assert_equal(store.find(list(kept), WIDTH), kept)


# The bound


def _filled(file: Path) -> int:
    return sum(each.stat().st_size for each in file.parent.iterdir())


def test_a_full_store_drops_what_was_used_least_recently(file: Path, clock: list[int]) -> None:
    store = VectorStore(file, most_bytes=1_000_000)
    old, found_since, new = vectors_of("old", 150), vectors_of("found since", 150), vectors_of("new", 250)
    store.keep(found_since | old)
    clock[0] += 1
    store.find(list(found_since), WIDTH)
    clock[0] += 1
    store.keep(new)  # 550 vectors of 1,536 bytes, and half as much for each as half a page is left empty
    everything = old | found_since | new
    left = store.find(list(everything), WIDTH)
    assert_right(left, everything)
    assert set(found_since | new) <= set(left)
    assert 0 < len(set(left) & set(old)) < len(old)


def test_within_an_hour_what_was_kept_first_is_dropped_first(file: Path, clock: list[int]) -> None:
    store = VectorStore(file, most_bytes=500_000)
    batches = [vectors_of(str(number), 50) for number in range(10)]
    for batch in batches:
        store.keep(batch)
    left = [len(store.find(list(batch), WIDTH)) for batch in batches]
    assert left == sorted(left)
    assert (left[0], left[-1]) == (0, 50)


def test_the_file_stays_within_its_bound_however_much_is_kept(file: Path) -> None:
    store = VectorStore(file, most_bytes=500_000)
    for number in range(40):
        store.keep(vectors_of(str(number), 20))
        # Beyond it by no more than was kept at once, with its index.
        assert _filled(file) < 500_000 + 80_000
    assert _filled(file) > 300_000


def test_a_bound_below_that_of_an_empty_file_keeps_nothing_and_does_not_hang(file: Path) -> None:
    store = VectorStore(file, most_bytes=100)
    store.keep(vectors_of("kept", 5))
    assert store.find(list(vectors_of("kept", 5)), WIDTH) == {}


def test_finding_writes_once_an_hour(file: Path, monkeypatch: pytest.MonkeyPatch, clock: list[int]) -> None:
    statements: list[str] = []
    opened = sqlite_file_module._opened

    def opened_and_listened_to(file: Path, setup: str, patience: float) -> sqlite3.Connection:
        connection = opened(file, setup, patience)
        connection.set_trace_callback(statements.append)
        return connection

    store, kept = VectorStore(file), vectors_of("kept", 20)
    store.keep(kept)
    monkeypatch.setattr(sqlite_file_module, "_opened", opened_and_listened_to)
    written = []
    for hours in (0, 1, 0):
        clock[0] += hours
        store.find(list(kept), WIDTH)
        written.append(sum(each.startswith("UPDATE") for each in statements))
        statements.clear()
    assert written == [0, 20, 0]


# Files that are none


@pytest.mark.parametrize(
    "content",
    [b"This is no database, and never was.\n" * 400, b"SQLite format 3\0" + bytes(5000), b"\0" * 4096],
)
def test_a_file_that_is_no_database_is_set_aside_and_begun_anew(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    kept = vectors_of("kept", 5)
    store = VectorStore(file)
    assert store.find(list(kept), WIDTH) == {}
    store.keep(kept)
    assert_equal(store.find(list(kept), WIDTH), kept)
    assert Path(f"{file}.broken").read_bytes() == content


def test_a_file_that_is_no_database_is_no_hindrance_to_what_is_kept_first(file: Path) -> None:
    file.write_bytes(b"no database" * 1000)
    kept = vectors_of("kept", 5)
    VectorStore(file).keep(kept)
    assert_equal(VectorStore(file).find(list(kept), WIDTH), kept)


def test_a_database_with_other_tables_is_set_aside_whole(file: Path) -> None:
    with sqlite3.connect(file) as other:
        other.execute("CREATE TABLE vectors (mine TEXT)")
        other.execute("INSERT INTO vectors VALUES ('dear to somebody')")
    other.close()
    kept = vectors_of("kept", 5)
    VectorStore(file).keep(kept)
    assert_equal(VectorStore(file).find(list(kept), WIDTH), kept)
    aside = sqlite3.connect(f"{file}.broken")
    assert aside.execute("SELECT mine FROM vectors").fetchall() == [("dear to somebody",)]
    aside.close()


def test_a_new_file_is_not_continued_with_the_rest_of_a_broken_one(file: Path) -> None:
    file.write_bytes(b"no database" * 1000)
    rest = Path(f"{file}-wal")
    rest.write_bytes(b"of the broken one" * 1000)
    kept = vectors_of("kept", 5)
    store = VectorStore(file)
    store.keep(kept)
    assert_equal(store.find(list(kept), WIDTH), kept)
    assert not rest.exists()


def test_a_file_damaged_while_another_process_has_it_open_is_begun_anew(file: Path) -> None:
    kept = vectors_of("kept", 300)
    store = VectorStore(file)
    store.keep(kept)
    other = sqlite3.connect(file)
    with other:
        other.execute("DELETE FROM vectors WHERE rowid = 1")
    assert Path(f"{file}-wal").stat().st_size > 0  # what it wrote, and what a new file must not be continued with
    with file.open("r+b") as damaged:
        damaged.seek(20_000)
        damaged.write(bytes(400_000))
    assert_right(store.find(list(kept), WIDTH), kept)
    store.keep(kept)
    assert_equal(store.find(list(kept), WIDTH), kept)
    other.close()
    assert_equal(store.find(list(kept), WIDTH), kept)


@pytest.mark.parametrize("place", range(1, 20))
def test_a_damaged_page_loses_vectors_and_never_gives_a_wrong_one(file: Path, place: int) -> None:
    kept = vectors_of("kept", 300)
    VectorStore(file).keep(kept)
    content = bytearray(file.read_bytes())
    start = len(content) * place // 20
    content[start : start + 4096] = np.random.default_rng(place).bytes(4096)
    file.write_bytes(content)
    store = VectorStore(file)
    found = store.find(list(kept), WIDTH)
    assert_right(found, kept)
    assert len(found) < len(kept)
    store.keep(kept)
    assert_equal(store.find(list(kept), WIDTH), kept)


def test_a_file_cut_short_loses_vectors_and_is_mended(file: Path) -> None:
    kept = vectors_of("kept", 300)
    VectorStore(file).keep(kept)
    file.write_bytes(file.read_bytes()[:300_000])
    store = VectorStore(file)
    assert_right(store.find(list(kept), WIDTH), kept)
    store.keep(kept)
    assert_equal(store.find(list(kept), WIDTH), kept)


def test_a_flipped_bit_in_a_vector_is_noticed(file: Path) -> None:
    kept = vectors_of("kept", 30)
    VectorStore(file).keep(kept)
    key, vector = list(kept.items())[17]
    content = bytearray(file.read_bytes())
    content[content.index(vector.tobytes()) + 700] ^= 1
    file.write_bytes(content)
    assert_equal(VectorStore(file).find(list(kept), WIDTH), {each: kept[each] for each in kept if each != key})


@pytest.mark.parametrize(
    "change",
    [
        "vector = CAST(substr(vector, 1, 1535) || X'FF' AS TEXT)",  # no UTF-8
        "vector = 17",
        "vector = X''",
        "checksum = 'none'",
        # Another's vector, with the checksum that it had there.
        "(vector, checksum) = (SELECT vector, checksum FROM vectors WHERE rowid = 3)",
    ],
)
def test_a_row_that_makes_no_sense_is_passed_over_and_mended(file: Path, change: str) -> None:
    kept = vectors_of("kept", 10)
    store = VectorStore(file)
    store.keep(kept)
    with sqlite3.connect(file) as damaging:
        damaging.execute(f"UPDATE vectors SET {change} WHERE rowid = 5")
    damaging.close()
    assert_equal(store.find(list(kept), WIDTH), {key: row for key, row in kept.items() if key != list(kept)[4]})
    store.keep(kept)
    assert_equal(store.find(list(kept), WIDTH), kept)


def test_a_message_that_quotes_damaged_text_is_as_good_as_any(file: Path) -> None:
    VectorStore(file).keep(vectors_of("kept", 5))
    content = file.read_bytes()
    # The table's name in its own definition, which SQLite quotes when it complains of it.
    file.write_bytes(content.replace(b"vectors", b"v\xc3\x28tors"))
    kept = vectors_of("kept", 5)
    store = VectorStore(file)
    store.keep(kept)
    assert_equal(store.find(list(kept), WIDTH), kept)


# Places where nothing can be kept


def test_a_place_where_no_file_can_be_keeps_nothing_and_says_so_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way")
    store = VectorStore(tmp_path / "file" / "vectors.sqlite")
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            store.keep({b"key": np.ones(3)})
            assert store.find([b"key"], 3) == {}
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert str(tmp_path / "file" / "vectors.sqlite") in caplog.text


def test_a_folder_in_the_files_place_keeps_nothing(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    file.mkdir()
    store = VectorStore(file)
    store.keep({b"key": np.ones(3)})
    assert store.find([b"key"], 3) == {}
    assert len(caplog.records) == 1


def test_a_broken_file_that_cannot_be_set_aside_keeps_nothing(file: Path) -> None:
    file.write_bytes(b"no database" * 1000)
    Path(f"{file}.broken").mkdir()
    store = VectorStore(file)
    store.keep({b"key": np.ones(3)})
    assert store.find([b"key"], 3) == {}


def test_a_store_that_can_only_be_read_is_read(
    file: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, clock: list[int]
) -> None:
    kept = vectors_of("kept", 5)
    VectorStore(file).keep(kept)
    opened = sqlite_file_module._opened

    def opened_for_reading(*arguments: object) -> sqlite3.Connection:
        connection = opened(*arguments)  # type: ignore[arg-type]
        connection.execute("PRAGMA query_only = 1")
        return connection

    monkeypatch.setattr(sqlite_file_module, "_opened", opened_for_reading)
    clock[0] += 1
    store = VectorStore(file)
    assert_equal(store.find(list(kept), WIDTH), kept)
    assert not caplog.records
    store.keep(vectors_of("more", 5))
    assert "readonly" in caplog.text
    assert not Path(f"{file}.broken").exists()


@pytest.fixture
def other_process(file: Path) -> Iterator[sqlite3.Connection]:
    """A connection of somebody else, who is about to take the file for himself."""
    kept = VectorStore(file)
    kept.keep(vectors_of("kept", 5))
    connection = sqlite3.connect(file, isolation_level=None)
    yield connection
    connection.close()


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the store was ready to wait each time: in truth it waits no time at all."""
    waited: list[float] = []
    opened = sqlite_file_module._opened

    def opened_at_once(file: Path, setup: str, patience: float) -> sqlite3.Connection:
        waited.append(patience)
        return opened(file, setup, 0)

    monkeypatch.setattr(sqlite_file_module, "_opened", opened_at_once)
    return waited


def test_a_locked_store_is_waited_for_once_and_used_again_when_it_is_free(
    file: Path, other_process: sqlite3.Connection, patience: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_file_module, "_PATIENCE", 0.3)
    store, kept = VectorStore(file), vectors_of("kept", 5)
    other_process.execute("PRAGMA locking_mode = EXCLUSIVE")
    other_process.execute("BEGIN EXCLUSIVE")
    store.keep(vectors_of("more", 5))
    assert store.find(list(kept), WIDTH) == {}
    store.keep(vectors_of("more", 5))
    other_process.close()
    assert_equal(store.find(list(kept), WIDTH), kept)
    store.keep(vectors_of("more", 5))
    long, short = sqlite_file_module._PATIENCE, sqlite_file_module._IMPATIENCE
    # Within each patience it is tried again and again.
    assert [each for each, _ in groupby(patience)] == [long, short, long]
    assert not Path(f"{file}.broken").exists()


def test_while_another_process_writes_what_was_kept_is_found(
    file: Path, other_process: sqlite3.Connection, patience: list[float], clock: list[int]
) -> None:
    store, kept = VectorStore(file), vectors_of("kept", 5)
    other_process.execute("BEGIN IMMEDIATE")
    other_process.execute("DELETE FROM vectors")
    clock[0] += 1
    assert_equal(store.find(list(kept), WIDTH), kept)
    other_process.execute("ROLLBACK")


# Several at once


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


# The module alone, without what the rest of core imports.
_CHILD = f"""
import sys, types
from pathlib import Path
import numpy as np

sys.path.insert(0, {str(ROOT)!r})
core = sys.modules["components.core"] = types.ModuleType("components.core")
core.__path__ = [{str(ROOT / "components" / "core")!r}]
from components.core.storage import vector_store
store = vector_store.VectorStore(Path(sys.argv[1]))


def vectors_of(name, count, width={WIDTH}):
    rows = np.random.default_rng(list(name.encode())).normal(size=(count, width)).astype(np.float32)
    return {{vector_store.vector_key(name, "", str(number)): row for number, row in enumerate(rows)}}


def say(what):
    print(what, flush=True)
    sys.stdin.readline()
"""


def child(source: str, *arguments: object) -> subprocess.Popen[str]:
    """Another process with a store of its own on the file that is its first argument."""
    command = [sys.executable, "-c", _CHILD + source, *map(str, arguments)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def heard(process: subprocess.Popen[str]) -> str:
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
    assert [heard(process) for process in processes] == ["ready", "ready"]
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
    assert heard(killed) == "in the middle"
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
from tests.support.paths import ROOT

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


# The store of the app


@pytest.fixture
def _no_store_yet() -> Iterator[None]:
    default_store.cache_clear()
    yield
    default_store.cache_clear()


@pytest.mark.usefixtures("_no_store_yet")
def test_the_app_keeps_its_vectors_in_the_folder_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENCODERSCOPE_CACHE", str(tmp_path / "here"))
    default_store().keep({b"key": np.ones(3)})
    assert [each.name for each in (tmp_path / "here").iterdir()] == ["vectors.sqlite"]
    assert default_store() is default_store()


@pytest.mark.usefixtures("_no_store_yet")
@pytest.mark.parametrize("environment", [None, ""])
def test_without_such_a_folder_they_lie_in_the_users_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environment: str | None
) -> None:
    if environment is None:
        monkeypatch.delenv("ENCODERSCOPE_CACHE", raising=False)
    else:
        monkeypatch.setenv("ENCODERSCOPE_CACHE", environment)
    monkeypatch.setattr(vector_store_module.platformdirs, "user_cache_dir", lambda app: str(tmp_path / app))
    default_store().keep({b"key": np.ones(3)})
    assert (tmp_path / "encoderscope" / "vectors.sqlite").is_file()
