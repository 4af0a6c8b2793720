"""A session of the load benchmark sees what a reader sees, and counts as an error what a reader would call one."""

import asyncio
import re
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from components.ui.stage import line
from tests.benchmarks.readers import PAGES, Reader
from tests.benchmarks.sentences import Sentences
from tests.benchmarks.served_app import ServedApp, served_app
from tests.benchmarks.websocket_session import Session
from tests.browser.server import Server

#: A sentence → its tokens, special ones left out. What is the same on a page the server sends but once.
_CUT = {
    "A dog eats a xylophone.": ["a", "dog", "eats", "a", "x", "##yl", "##ophone", "."],
    "A zebra juggles.": ["a", "zebra", "jug", "##gles", "."],
}
_CHIP = re.compile(r'<span class="es-chip[^"]*">([^<]+)<small>')

_FAILING = """
import streamlit as st

typed = st.text_input("Sentence", key="text")
st.text("x" * 20_000)
if typed == "raise":
    raise ValueError("no such sentence")
if typed == "say":
    st.error("Something broke")
if typed == "again" and not st.session_state.get("done"):
    st.session_state["done"] = True
    st.rerun()
if typed == "wait":
    import time
    time.sleep(1)
st.text(f"typed: {typed}")
"""


def in_a_loop(act: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run this to its end, in a thread of its own: Playwright keeps a loop in the one of the tests."""
    with ThreadPoolExecutor(1) as threads:
        threads.submit(lambda: asyncio.run(act())).result()


def html_of(session: Session) -> str:
    return "\n".join(element.html.body for element in session.elements if element.HasField("html"))


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedApp]:
    """A server of a page that fails in as many ways as one can ask it to."""
    script = tmp_path_factory.mktemp("failing") / "page.py"
    script.write_text(_FAILING, encoding="utf-8")
    with served_app(script) as app:
        yield app


def test_a_session_gets_the_tokens_of_the_sentence_that_it_types(server: Server) -> None:
    async def read() -> None:
        session = Session(server.origin, "/tokens")
        assert (await session.open()).problem is None
        for text, tokens in _CUT.items():
            assert (await session.type("text", text)).problem is None
            assert session.text_in("text") == text
            assert _CHIP.findall(html_of(session)) == ["[CLS]", *tokens, "[SEP]"]
        await session.close()

    in_a_loop(read)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.title)
def test_every_page_that_reads_takes_the_sentence_of_its_reader(server: Server, page: line.PageEntry) -> None:
    async def read() -> None:
        reader = Reader(server.origin, page, Sentences(seed=7))
        assert (await reader.open()).problem is None
        before = {element.SerializeToString() for element in reader.session.elements}
        assert (await reader.type()).problem is None
        new = [each for each in reader.session.elements if each.SerializeToString() not in before]
        beginning = reader.typed[:25]  # some pages shorten what they say is read
        assert any(beginning in element.SerializeToString().decode("utf-8", errors="ignore") for element in new)
        await reader.leave()

    in_a_loop(read)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("raise", "This app has encountered an error."),
        ("say", "Something broke"),
        ("again", None),
        ("wait", "A run did not finish within 0.5 s."),
    ],
)
def test_a_page_that_fails_counts_as_an_error(failing: ServedApp, text: str, problem: str | None) -> None:
    async def read() -> None:
        session = Session(failing.origin, "/")
        assert (await session.open()).problem is None
        # A busy machine gets its time, but for the run that does not end.
        patience, session.patience = session.patience, 0.5 if text == "wait" else session.patience
        run = await session.type("text", text)
        session.patience = patience
        if problem is None:
            assert run.problem is None
            assert session.elements[-1].text.body == f"typed: {text}"
        else:
            assert (run.problem or "").startswith(problem)
        # The next run is one of its own, whatever has become of this one.
        assert (await session.type("text", "fine")).problem is None
        assert session.elements[-1].text.body == "typed: fine"
        await session.close()

    in_a_loop(read)


def test_a_server_that_is_gone_counts_as_an_error() -> None:
    async def read() -> None:
        run = await Session("http://127.0.0.1:9", "/").open()
        assert (run.problem or "").startswith("The connection was lost")

    in_a_loop(read)
