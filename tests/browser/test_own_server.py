"""A server of its own: first a cold link reaches it, then its language model is asked, and in the end it is killed."""

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import NewReader
from tests.browser.reader import Reader, Watch
from tests.browser.retrieval_steps import FERRY, OVEN, PAGE, QUESTION, ask, file, heading, listed, open_own, passages
from tests.browser.server import Server

SENTENCE = "Squatch eats pizza with friends"
HONEY = "Honey that has gone hard is set in warm water, and becomes clear again within the hour. "

SAID = [
    "Squatch carried forty flat stones up from the river bank [1]. ",
    "The moon is made of green cheese. ",
    "<img src=x onerror=window.hacked=1> ![](http://example.org/x.png)",
]


class Fake(ThreadingHTTPServer):
    """A language model that says SAID, its beginning at once and the rest when it may go on."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Speaking)
        self.prompts: list[str] = []
        self.may_go_on = threading.Event()


class _Speaking(BaseHTTPRequestHandler):
    server: Fake

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nothing is printed."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.prompts.append(body["messages"][-1]["content"])
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        for number, piece in enumerate(SAID):
            if number:
                self.server.may_go_on.wait(60)
            self._say({"content": piece})
        self._say({}, "stop")
        self.wfile.write(b"data: [DONE]\n\n")

    def _say(self, delta: dict[str, str], reason: str | None = None) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": reason}
        event = {"id": "1", "object": "chat.completion.chunk", "choices": [choice]}
        self.wfile.write(f"data: {json.dumps(event)}\n\n".encode())
        self.wfile.flush()


@pytest.fixture(scope="module")
def fake() -> Iterator[Fake]:
    with Fake() as listening:
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        yield listening
        listening.may_go_on.set()
        listening.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def own_server(fake: Fake, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that nobody has visited, for which a language model is switched on, and which may be killed."""
    made = Server(tmp_path_factory.mktemp("own"), warm=False)
    made.environment |= {
        "ENCODERSCOPE_LLM_URL": f"http://127.0.0.1:{fake.server_port}/v1",
        "ENCODERSCOPE_LLM_MODEL": "tiny_*model*",
    }
    with made.running():
        yield made
    assert "Traceback" not in made.log, made.log
    assert made.connections == []


def test_a_link_to_a_head_is_right_even_as_the_first_request_to_a_cold_server(
    own_server: Server, new_reader: NewReader
) -> None:
    reader = new_reader(own_server)
    reader.open("Attention", text=SENTENCE, layer=3, head=7, screen="one head")
    expect(reader.heading).to_have_text(re.compile("^Head 7 of layer 3: "))
    expect(reader.sentence).to_have_value(SENTENCE)
    expect(reader.main.locator(".es-sentence")).to_have_text(SENTENCE)
    expect(reader.page.get_by_role("dialog")).to_have_count(0)
    assert reader.parameters() == {"text": SENTENCE, "layer": "3", "head": "7", "screen": "one head"}


def test_a_generator_is_asked_its_answer_is_text_and_each_sentence_is_held_against_the_sources(
    fake: Fake, own_server: Server, new_reader: NewReader
) -> None:
    reader = new_reader(own_server)
    reader.open(PAGE, question=QUESTION, screen="the prompt", k=2)
    prompt = reader.main.get_by_test_id("stCode").inner_text()
    reader.main.get_by_role("button", name="Ask tiny_*model*", exact=True).click()
    # Its beginning is there before its end is known.
    expect(reader.main).to_contain_text(SAID[0].strip())
    expect(reader.main.get_by_role("button", name="Stop", exact=True)).to_be_visible()
    assert SAID[1].strip() not in reader.main.inner_text()
    fake.may_go_on.set()
    answer = reader.main.locator(".es-answer")
    expect(answer).to_have_text("".join(SAID))
    reader.settled()
    assert [" ".join(each.split()) for each in fake.prompts] == [" ".join(prompt.split())]
    assert reader.page.evaluate("window.hacked") is None
    assert reader.page.evaluate("document.querySelectorAll('[data-testid=stMain] img, [onerror]').length") == 0
    expect(answer.locator(".es-covered")).to_have_text([SAID[0].strip()])
    expect(answer.locator(".es-uncovered").first).to_have_text(SAID[1].strip())
    expect(heading(reader, "covered by a source")).to_contain_text(re.compile(r"^1 of [34] sentences is covered"))
    rows = reader.main.locator("table").filter(has_text="nearest in the sources").locator("tbody tr")
    expect(rows.nth(0)).to_contain_text(re.compile(rf"\[1\] {OVEN}.*by \[1\]"))
    expect(rows.nth(1)).to_contain_text("not covered")
    ask(reader, "Who has a clock?")
    expect(reader.main.locator(".es-changed")).to_contain_text(["This answers an earlier prompt"])


def test_a_server_killed_while_a_document_is_added_loses_nothing_that_was_there(
    own_server: Server, browser: Browser
) -> None:
    large = "\n\n".join(f"The {number}th crate holds {number * 7} jars. {HONEY * 4}" for number in range(160))
    context = browser.new_context()
    watch = Watch(context, own_server.origin)
    reader = Reader(context.new_page(), own_server.origin)
    reader.open(PAGE, corpus="Your own", question="When does the boat go?")
    give = reader.page.locator("input[type=file]")
    open_own(reader)
    give.first.set_input_files(file("ferry.txt", FERRY))
    expect(passages(reader)).to_contain_text([FERRY])
    reader.settled()
    open_own(reader)
    give.first.set_input_files(file("crates.txt", large))
    reader.main.get_by_text(re.compile(r"\d of 161 passages encoded")).wait_for()
    assert watch.problems == []
    own_server.kill()
    # That the server was away is no fault of the page.
    reader.page.goto("about:blank")
    watch.problems.clear()
    own_server.start()
    reader.page.go_back()
    expect(reader.heading).to_contain_text("Nearest of 161 passages: ferry.txt")
    expect(reader.main.locator(".es-note").filter(has_text="was interrupted before")).to_have_text(
        "Adding “crates.txt” was interrupted before; it is finished now."
    )
    expect(passages(reader).first).to_contain_text(FERRY)
    ask(reader, "How many jars does the 159th crate hold?")
    expect(passages(reader, "BM25").first).to_contain_text("The 159th crate holds 1113 jars")
    open_own(reader)
    expect(listed(reader)).to_have_count(2)
    context.close()
    assert watch.problems == []
