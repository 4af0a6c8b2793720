"""What a reader types stays text and stays with this reader, and nothing reaches beyond this machine."""

import os
import re
import socket
import subprocess
import sys

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import NewReader
from tests.browser.reader import Reader, Watch
from tests.browser.server import Server
from tests.support.app_pages import FIRST, READING

SCRIPT = "<script>window.hacked=1</script><img src=x onerror=window.hacked=1>"


def test_a_script_is_shown_as_text_and_never_run(reader: Reader) -> None:
    reader.open(FIRST, text=SCRIPT)
    for title in READING:
        reader.go_to(title)
        expect(reader.main.locator(".es-sentence")).to_have_text(SCRIPT)
        expect(reader.sentence).to_have_value(SCRIPT)
        assert reader.page.evaluate("window.hacked") is None
        assert reader.page.evaluate("document.querySelectorAll('img[src=x], [onerror]').length") == 0
    reader.open("Tokens", text=SCRIPT, screen="the vocabulary")
    wanted = reader.main.get_by_role("textbox", name="Piece of text")
    wanted.fill(SCRIPT)
    wanted.press("Enter")
    expect(reader.heading).to_have_text(re.compile("^“<script>.+” is not a token of its own"))
    reader.open("Embeddings", text=SCRIPT, screen="map of words")
    words = reader.main.get_by_role("textbox", name="Words, separated by blanks")
    words.fill(f"<b>bold</b> pizza {SCRIPT.replace(' ', '')}")
    words.press("Enter")
    expect(reader.main.locator(".st-key-figure_word-map .textpoint").first).to_have_text("<b>bold</b>")
    reader.settled()
    assert reader.page.evaluate("window.hacked") is None


def test_two_readers_at_once_see_only_their_own_sentence(reader: Reader, new_reader: NewReader, server: Server) -> None:
    readers = [reader, new_reader(server)]
    sentences = ["Norm drinks tea", "The king rides a horse"]
    for each in readers:
        each.open(FIRST)
    for each, text in zip(readers, sentences, strict=True):
        each.sentence.fill(text)
    for each in readers:
        each.sentence.press("Control+Enter")
    for act in (Reader.settled, Reader.reload):
        for each, text, other in zip(readers, sentences, reversed(sentences), strict=True):
            expect(each.main.locator(".es-sentence")).to_have_text(text)
            act(each)
            expect(each.main.locator(".es-sentence")).to_have_text(text)
            expect(each.sentence).to_have_value(text)
            assert other not in each.page.content()
            assert each.parameters() == {"text": text}


def test_the_server_connects_to_nobody_even_when_a_stranger_knocks(server: Server) -> None:
    # Whatever else the tests here do is watched as well: see the fixture of the server.
    # A stranger's host name or origin makes Streamlit ask what its own address is.
    for host, origin in [("app.example", "http://app.example"), ("127.0.0.1", "http://elsewhere.example")]:
        with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
            connection.sendall(
                f"GET /_stcore/stream HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\nUpgrade: websocket\r\n"
                "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
            )
            assert re.match(rb"HTTP/1\.1 \d{3} ", connection.recv(64))
    assert server.connections == []


def test_a_connection_to_the_outside_would_have_been_seen(tmp_path_factory: pytest.TempPathFactory) -> None:
    watched = Server(tmp_path_factory.mktemp("watched"))
    attempts = """
import socket
for attempt in (
    lambda: socket.getaddrinfo("models.example", 443),
    lambda: socket.socket().connect(("127.0.0.1", 9)),
    lambda: socket.socket(type=socket.SOCK_DGRAM).connect(("192.0.2.1", 1)),
    lambda: socket.create_connection(("192.0.2.1", 443), timeout=0.1),
):
    try:
        attempt()
    except OSError:
        pass
"""
    subprocess.run([sys.executable, "-c", attempts], env=os.environ | watched.environment, check=True)
    assert watched.connections == [
        "socket.getaddrinfo models.example",
        "socket.getaddrinfo 192.0.2.1",
        "socket.connect 192.0.2.1",
    ]


def test_what_a_page_does_wrong_would_have_been_seen(browser: Browser, server: Server) -> None:
    context = browser.new_context()
    watch = Watch(context, server.origin)
    page = context.new_page()
    page.goto(f"{server.origin}/_stcore/health")
    assert watch.problems == []
    page.evaluate("fetch('http://127.0.0.1:9/elsewhere').catch(() => 0)")
    page.evaluate("fetch('/media/no-such-file')")
    page.evaluate("console.error('so it says')")
    with context.expect_event("weberror"):
        page.evaluate("void setTimeout(() => { throw new Error('so it broke'); })")
    context.close()
    for expected in (
        "request to the outside: http://127.0.0.1:9/elsewhere",
        f"({server.origin}/media/no-such-file)",
        "console: so it says",
        "error in the page: so it broke",
    ):
        assert any(expected in problem for problem in watch.problems), watch.problems
