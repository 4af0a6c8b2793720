"""`make serve` says in a sentence what keeps it from starting, and starts nothing."""

import socket
import sys
from collections.abc import Iterator

import pytest

from deploy import serve


@pytest.fixture(autouse=True)
def _starts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a replica was started")

    monkeypatch.setattr(serve, "Replicas", refuse)


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which somebody else listens."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_without_haproxy_it_names_the_package(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(serve, "find_haproxy", lambda: None)
    monkeypatch.setattr(sys, "argv", ["serve"])
    assert serve.main() == 1
    assert capsys.readouterr().err.endswith("sudo apt-get install haproxy\n")


def test_a_port_that_is_taken_is_named(
    taken: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(serve, "find_haproxy", lambda: "haproxy")
    monkeypatch.setattr(sys, "argv", ["serve", "--port", str(taken)])
    assert serve.main() == 1
    assert capsys.readouterr().err.startswith(f"Port {taken} is taken.")
