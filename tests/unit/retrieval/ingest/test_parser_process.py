"""The process that parses a file: its crashes and limits become sentences, and it starts fast."""

import subprocess
import sys
from pathlib import Path

import pytest

from components.core.retrieval.ingest import parser_process, parser_worker
from tests.support.sample_files import refusal_of


def run_instead(monkeypatch: pytest.MonkeyPatch, folder: Path, code: str) -> None:
    """Make the worker run this code instead of importing pypdf, with a limit of 1 second of computing."""
    own = Path(parser_worker.__file__).read_text(encoding="utf-8")
    changed = own.replace("import pypdf\n", f"{code}\n").replace("MOST_SECONDS = 30", "MOST_SECONDS = 1")
    worker = folder / "worker.py"
    worker.write_text(changed, encoding="utf-8")
    monkeypatch.setattr(parser_process, "_WORKER", worker)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (
            "import os; os.abort()",
            "9 bytes cannot be read: it makes the reader of PDF files break off (code -6). Open it",
        ),
        ("bytes(2_000_000_000)", "takes more than 1.5 GB of memory. Split it"),
        ("[None for _ in iter(int, 1)]", "takes more than 30 seconds. Split it"),
        ("import time; time.sleep(600)", "takes more than 1 seconds. Split it"),
    ],
)
def test_a_file_that_crashes_its_reader_or_takes_too_much_of_anything_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: str, words: str
) -> None:
    run_instead(monkeypatch, tmp_path, code)
    if "sleep" in code:
        monkeypatch.setattr(parser_process, "MOST_PATIENCE", 1.0)
    assert words in refusal_of("a.pdf", b"%PDF-1.4\n")


def test_a_process_that_cannot_be_started_is_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    assert "1 more process could not be started (No such file or directory). Try again" in refusal_of("a.pdf", b"%PDF-")


def test_the_worker_imports_nothing_of_ours_and_no_parser_that_it_does_not_need() -> None:
    code = (
        "import io, runpy, sys; sys.argv[1:] = ['html']; sys.stdin = io.TextIOWrapper(io.BytesIO(b'<p>x'));"
        f"runpy.run_path({parser_worker.__file__!r}, run_name='__main__');"
        "print('', *sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True)
    answer, imported = done.stdout.split("\n")[0].split("} ")
    assert "x" in answer
    assert {"bs4", "lxml"} <= set(imported.split())
    assert not {"torch", "transformers", "streamlit", "numpy", "components", "pypdf", "docx"} & set(imported.split())
