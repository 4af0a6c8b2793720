"""Live retrieval as a class uses it: asked letter by letter, explained, mapped, prompted, scored; its server killed."""

import json
import re
import threading
import tomllib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, TimeoutError, expect

from components.ui.stage.line import page_entry
from tests.browser.conftest import NewReader
from tests.browser.reader import BEYOND, Reader, Watch
from tests.browser.server import Server
from tests.support.paths import ROOT
from tests.support.reference import Opened

PAGE = "Live retrieval"
SCREENS = page_entry("Live retrieval").screens
EVERYDAY = tomllib.loads((ROOT / "assets/corpora/everyday.toml").read_text(encoding="utf-8"))
TEXTS = [section["text"] for document in EVERYDAY["document"] for section in document["section"]]
COUNT = len(TEXTS)
QUESTION = "What did Beatrix build?"
OVEN = "To build his pizza oven, Squatch carried forty flat stones up from the river bank"

FERRY = "Dogs travel for nothing. The ferry to Brindle Isle leaves at half past six. Tickets are sold on board."
HONEY = "Honey that has gone hard is set in warm water, and becomes clear again within the hour. "
GARDEN = "# Garden rules\n\nThe greenhouse is locked at nine.\n\n## Bees\n\nMr Pomfret keeps eleven hives."


def column(reader: Reader, method: str) -> Locator:
    """The passages that one ranking brings back."""
    named = reader.page.get_by_role("heading", level=2, name=method, exact=True)
    return reader.main.get_by_test_id("stColumn").filter(has=named)


def passages(reader: Reader, method: str = "Dense") -> Locator:
    """What one ranking brings back, best first."""
    return column(reader, method).locator(".es-passage")


def ask(reader: Reader, question: str) -> None:
    """Put a question in the place of the one that is there, as typing does: nothing is pressed afterwards."""
    reader.box("Question").fill(question)
    reader.expect_parameter("question", question)
    reader.settled()


def press_keys(reader: Reader, keys: str) -> None:
    """Type letter by letter into what has the focus."""
    for each in keys:
        reader.page.keyboard.press("Space" if each == " " else each)


def heading(reader: Reader, says: str) -> Locator:
    """The first heading that says this among other things."""
    return reader.main.get_by_role("heading").filter(has_text=says).first


def look(reader: Reader, at: str, says: str) -> None:
    """Pick one of the page's screens, and wait until the heading of what it shows is there."""
    reader.pick("Screen", at)
    expect(heading(reader, says)).to_be_visible()
    reader.settled()


def numbers_in(text: str) -> list[float]:
    """All numbers with decimals, in order."""
    return [float(each.replace("−", "-")) for each in re.findall(r"[+−-]?\d+\.\d+", text)]


def file(name: str, content: str | bytes) -> Any:
    """A file as it is handed over."""
    return {
        "name": name,
        "mimeType": "application/octet-stream",
        "buffer": content.encode() if isinstance(content, str) else content,
    }


def open_own(reader: Reader) -> None:
    """Open the place where documents are handed over."""
    reader.press("Your own data")


def listed(reader: Reader) -> Locator:
    """A button for each document that is there."""
    return reader.page.get_by_role("button", name="Remove", exact=True)


# ---------------------------------------------------------------- asking


def test_results_follow_each_letter_and_a_guess_comes_before_they_are_shown(reader: Reader, bundled: Opened) -> None:
    reader.open(PAGE)
    opened_with = reader.heading.inner_text()
    box = reader.box("Question")
    box.click()
    reader.page.keyboard.press("ControlOrMeta+a")
    press_keys(reader, "What did B")
    reader.expect_parameter("question", "What did B")
    expect(reader.heading).not_to_have_text(opened_with)
    expect(passages(reader).first).not_to_contain_text(OVEN)
    press_keys(reader, QUESTION.removeprefix("What did B"))
    reader.expect_parameter("question", QUESTION)
    expect(passages(reader).first).to_contain_text(OVEN)
    expect(box).to_have_value(QUESTION)
    expect(box).to_be_focused()
    (passage,) = [" ".join(each.split()) for each in TEXTS if OVEN in " ".join(each.split())]
    vectors = bundled.sentence_model.encode([QUESTION, passage], normalize_embeddings=True)
    expect(passages(reader).first.locator(".es-score")).to_have_text(f"{vectors[0] @ vectors[1]:.4f}")
    expect(reader.heading).to_contain_text(f"at a cosine of {vectors[0] @ vectors[1]:.2f}")
    # Before the class has guessed nothing of it is to be seen, whatever is asked.
    reader.page.get_by_role("switch", name="Ask me first").check(force=True)
    for wanted in (QUESTION, "How do I repair a bicycle?"):
        ask(reader, wanted)
        expect(reader.heading).to_contain_text("From which document comes the passage that is nearest in meaning?")
        expect(reader.main.locator(".es-passage")).to_have_count(0)
        reader.main.get_by_role("radio", name="Cooking", exact=True).click(force=True)
        reader.press("Reveal")
        expect(reader.main.locator(".es-passage").first).to_be_visible()
        expect(reader.main.locator(".es-verdict")).to_contain_text("You guessed “Cooking”")
    # What was asked before can be asked again.
    reader.press("More settings")
    again = reader.page.get_by_role("combobox", name="Asked before")
    reader.settled()
    again.click()
    expect(reader.page.get_by_role("option").first).to_have_text(QUESTION)
    expect(reader.page.get_by_role("option", name="What did B", exact=True)).to_have_count(0)
    reader.page.get_by_role("option").first.click()
    expect(box).to_have_value(QUESTION)
    reader.expect_parameter("question", QUESTION)


def test_a_link_restores_question_corpus_k_chunks_and_view_in_another_tab(reader: Reader) -> None:
    reader.open(PAGE, chunks_by="sentences", chunk_sentences=1)
    reader.press("More settings")
    reader.pick("Search in", "Lecture notes")
    # Another corpus brings its own first question; one that is typed before it comes would be replaced by it.
    expect(reader.box("Question")).to_have_value("How does the model know word order?")
    reader.settled()
    reader.page.keyboard.press("Escape")
    ask(reader, "What is a token?")
    reader.press("More settings")
    slider = reader.page.get_by_role("slider", name="Passages (k)")
    for count in (4, 3):
        slider.press("ArrowLeft")
        reader.expect_parameter("k", count)
        expect(passages(reader)).to_have_count(count)
    reader.settled()
    reader.page.keyboard.press("Escape")
    expected = passages(reader).all_inner_texts()
    look(reader, "why", "cells sum to")
    reader.expect_parameter("screen", "why")
    reader.expect_parameter("question", "What is a token?")
    title, found = reader.heading.inner_text(), heading(reader, "cells sum to").inner_text()
    other = Reader(reader.page.context.new_page(), reader.origin)
    other.page.goto(reader.page.evaluate("location.href"))
    other.settled()
    expect(other.heading).to_have_text(title)
    expect(other.box("Question")).to_have_value("What is a token?")
    expect(other.page.get_by_role("radio", name="why", exact=True)).to_be_checked()
    expect(heading(other, "cells sum to")).to_have_text(found)
    look(other, "results", "Dense")
    expect(passages(other)).to_have_count(3)
    assert passages(other).all_inner_texts() == expected
    other.press("More settings")
    for name in ("Lecture notes", "sentences"):
        expect(other.page.get_by_role("radio", name=name, exact=True)).to_be_checked()
    other.page.close()


# ---------------------------------------------------------------- own documents


def test_own_documents_are_found_outlive_a_reload_and_are_seen_by_nobody_else(
    reader: Reader, new_reader: NewReader, server: Server
) -> None:
    reader.open(PAGE, corpus="Your own")
    expect(reader.heading).to_have_text("Add a document, then ask a question")
    open_own(reader)
    broken = file("broken.pdf", b"%PDF-1.7\nnothing follows")
    reader.page.locator("input[type=file]").first.set_input_files(
        [file("ferry.txt", FERRY), broken, file("g.md", GARDEN)]
    )
    # What became of them is in sight: the place where they were handed over has closed.
    expect(reader.main.locator(".es-problem")).to_contain_text("broken.pdf: ")
    expect(reader.main.locator(".es-note").filter(has_text="Added “ferry.txt”: ")).to_be_visible()
    expect(reader.page.locator("input[type=file]")).to_have_count(0)
    ask(reader, "When does the boat go?")
    first = passages(reader).first
    expect(first).to_contain_text("ferry.txt")
    expect(first.locator("mark")).to_have_text("The ferry to Brindle Isle leaves at half past six.")
    reader.reload()
    expect(first.locator("mark")).to_have_text("The ferry to Brindle Isle leaves at half past six.")
    count = passages(reader).count()
    assert count > 1
    # Neither another browser nor another tab of this one finds them, even if it knows the address.
    address = reader.page.evaluate("location.href")
    others = [new_reader(server), Reader(reader.page.context.new_page(), reader.origin)]
    for other in others:
        other.page.goto(address)
        other.settled()
        expect(other.heading).to_have_text("Add a document, then ask a question")
        open_own(other)
        expect(other.page.locator("input[type=file]").first).to_be_attached()
        expect(listed(other)).to_have_count(0)
        assert not re.search("Brindle|ferry|Pomfret", other.page.content())
    open_own(reader)
    expect(listed(reader)).to_have_count(2)
    listed(reader).first.click()
    expect(listed(reader)).to_have_count(1)
    reader.page.keyboard.press("Escape")
    reader.settled()
    expect(reader.main).not_to_contain_text("Brindle")
    expect(passages(reader)).to_have_count(count - 1)
    expect(first).to_contain_text("g.md")
    others[1].page.close()


# ---------------------------------------------------------------- why, and where


def test_the_reason_for_a_rank_sums_to_its_score_and_two_are_told_apart(reader: Reader) -> None:
    reader.open(PAGE, question=QUESTION)
    scores = [float(each) for each in passages(reader).locator(".es-score").all_inner_texts()]
    column(reader, "Dense").get_by_role("button", name="Why rank 1?").click()
    expect(heading(reader, f"cells sum to {scores[0]:.4f}")).to_be_visible()
    reader.settled()
    reader.press("Details")
    total, cosine = reader.page.locator(".es-formula b").all_inner_texts()
    assert total == cosine == f"{scores[0]:.4f}"
    shares = reader.page.locator("table").filter(has_text="words of the question").locator("tbody tr").all_inner_texts()
    assert float(f"{numbers_in(shares[-1])[0]:.3f}") == pytest.approx(scores[0], abs=6e-4)
    reader.page.keyboard.press("Escape")
    cells = np.array(reader.plot("score-grid")[0]["z"], dtype=float)
    assert cells.sum() == pytest.approx(scores[0], abs=1e-3)
    reader.press("More settings")
    against = reader.page.get_by_role("combobox", name="Compared with")
    reader.take(against, "2 ", reader.page.get_by_role("option", name=re.compile("^2 ")))
    difference = heading(reader, "nearer to the question than")
    expect(difference).to_be_visible()
    assert numbers_in(difference.inner_text()) == [pytest.approx(scores[0] - scores[1], abs=1.1e-4)]


def test_another_question_moves_the_star_and_no_dot_and_a_dot_opens_its_passage(reader: Reader) -> None:
    reader.open(PAGE, question=QUESTION, screen="on the map")
    dots = reader.map(f"Map of {COUNT} passages by UMAP")
    dots.expect_drawn(COUNT, selected=0, added=1)
    reader.settled()
    before, star = dots.places(COUNT), dots.place(COUNT)
    ask(reader, "How do I repair a bicycle?")
    reader.page.wait_for_function(
        "([stage, star, x]) => stage.placeOf(star)[0] !== x", arg=[dots.stage.element_handle(), COUNT, star[0]]
    )
    dots.expect_drawn(COUNT, selected=0, added=1)
    np.testing.assert_array_equal(dots.places(COUNT), before)
    opened = reader.main.locator(".es-passage")
    dots.click(40)
    dots.expect_drawn(COUNT, selected=1, added=1)
    expect(opened.locator(".es-text")).to_have_text(" ".join(TEXTS[40].split()))
    # The same by keys alone.
    dots.stage.focus()
    dots.stage.press("Escape")
    expect(opened).to_have_count(0)
    dots.expect_drawn(COUNT, selected=0, added=1)
    reader.settled()
    dots.stage.press("ArrowRight")
    # From the star, where the middle of the map happens to be nearest to it, on to a passage.
    dots.stage.press("ArrowRight")
    read = dots.readout.inner_text()
    dots.stage.press("Enter")
    dots.expect_drawn(COUNT, selected=1, added=1)
    expect(opened.locator(".es-text")).to_contain_text(read.split(": ", 1)[1][:60])


# ---------------------------------------------------------------- the prompt, and what answers it


def test_the_prompt_holds_the_sources_in_the_readers_own_words(reader: Reader) -> None:
    reader.open(PAGE, question=QUESTION, screen="the prompt", k=2)
    prompt = reader.main.get_by_test_id("stCode")
    expect(prompt).to_contain_text(f"Question: {QUESTION}")
    for expected in ("[1] Squatch's adventures, 11", OVEN, "[2] "):
        expect(prompt).to_contain_text(expected)
    expect(prompt).not_to_contain_text("[3] ")
    prompt.hover()
    expect(prompt.get_by_role("button", name=re.compile("Copy"))).to_be_visible()
    expect(reader.main.get_by_role("heading", name="No language model is switched on")).to_be_visible()
    reader.press("Template")
    words = reader.box("Text around the sources and the question")
    words.fill("Sing of it.\n{sources}\nSung: {question}")
    reader.page.get_by_role("button", name="Apply").click()
    expect(prompt).to_contain_text("Sing of it.")
    expect(prompt).to_contain_text(f"Sung: {QUESTION}")
    expect(prompt).to_contain_text(OVEN)
    words.fill("{question}")
    reader.page.get_by_role("button", name="Apply").click()
    expect(reader.main.locator(".es-problem")).to_contain_text("{sources}")
    reader.page.get_by_role("button", name="Reset the template").first.click()
    expect(prompt).to_contain_text("Answer the question from the sources below")


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
def other_server(fake: Fake, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for which a language model is switched on, and which may be killed."""
    made = Server(tmp_path_factory.mktemp("other"), warm=False)
    made.environment |= {
        "ENCODERSCOPE_LLM_URL": f"http://127.0.0.1:{fake.server_port}/v1",
        "ENCODERSCOPE_LLM_MODEL": "tiny_*model*",
    }
    with made.running():
        yield made
    assert "Traceback" not in made.log, made.log
    assert made.connections == []


@pytest.mark.xdist_group("other_server")
def test_a_generator_is_asked_its_answer_is_text_and_each_sentence_is_held_against_the_sources(
    fake: Fake, other_server: Server, new_reader: NewReader
) -> None:
    reader = new_reader(other_server)
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


# ---------------------------------------------------------------- how good it is


def test_a_failure_opens_with_what_came_instead_and_a_lesson_with_one_click(reader: Reader) -> None:
    reader.open(PAGE, screen="failures")
    failure = reader.main.locator(".st-key-failures, [class*='st-key-failure_']").first
    instead = reader.main.locator(".es-count").filter(has_text="; first is ").first.inner_text().split("; first is ")[1]
    button = failure.get_by_role("button")
    question = button.inner_text()
    button.click()
    expect(reader.box("Question")).to_have_value(question)
    reader.expect_parameter("question", question)
    expect(reader.page.get_by_role("radio", name="results", exact=True)).to_be_checked()
    expect(passages(reader).first).to_contain_text(instead)
    lesson = reader.main.get_by_role("combobox", name="Where it goes wrong")
    reader.settled()
    reader.take(lesson, "No word", reader.page.get_by_role("option", name="No word in common"))
    expect(reader.box("Question")).to_have_value("How do I rescue a soup that is too salty?")
    expect(reader.main.locator(".es-lead").filter(has_text="No word in common.")).to_contain_text("briny broth")
    expect(passages(reader).first).to_contain_text("An overly briny broth")
    expect(passages(reader, "BM25").filter(has_text="overly briny broth")).to_have_count(0)


# ---------------------------------------------------------------- whatever happens


def test_no_part_of_the_page_scrolls_sideways_on_a_phone(reader: Reader) -> None:
    reader.open(PAGE, question=QUESTION)
    reader.page.set_viewport_size({"width": 390, "height": 844})
    too_wide = {}
    for at in SCREENS:
        reader.pick("Screen", at)
        expect(reader.page.get_by_role("radio", name=at, exact=True)).to_be_checked()
        reader.settled()
        try:
            reader.expect_no_sideways()
        except TimeoutError:
            too_wide[at] = reader.page.evaluate(BEYOND)
    assert too_wide == {}


@pytest.mark.xdist_group("other_server")
def test_a_server_killed_while_a_document_is_added_loses_nothing_that_was_there(
    other_server: Server, browser: Browser
) -> None:
    large = "\n\n".join(f"The {number}th crate holds {number * 7} jars. {HONEY * 4}" for number in range(160))
    context = browser.new_context()
    watch = Watch(context, other_server.origin)
    reader = Reader(context.new_page(), other_server.origin)
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
    other_server.kill()
    # That the server was away is no fault of the page.
    reader.page.goto("about:blank")
    watch.problems.clear()
    other_server.start()
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
