"""A class in browsers: a teacher before a projector, and phones that answer."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, ViewportSize, expect

from tests.browser.reader import Reader, Watch
from tests.browser.server import Server
from tests.browser.test_accessibility import violations
from tests.support.app_pages import SCREENS

LAPTOP: ViewportSize = {"width": 1280, "height": 720}
PHONE: ViewportSize = {"width": 390, "height": 844}
TEXT = "Squatch eats pizza"
OFFERED = "Open a room"

# What of the screen lies under the corner with the room.
_UNDER = """() => {
  const host = [...document.querySelectorAll('[data-testid="stBidiComponentIsolated"]')]
    .find((each) => each.shadowRoot?.querySelector(".corner"));
  const pill = host.shadowRoot.querySelector(".pill").getBoundingClientRect();
  const faults = [];
  const look = (element, name) => {
    const box = element.getBoundingClientRect();
    const isSeen = element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    if (!isSeen || !box.width || !box.height) return;
    if (element.closest('[class*="st-key-scroll_"]')) return; // can be scrolled from under it
    const apart = box.right <= pill.left || box.left >= pill.right || box.bottom <= pill.top || box.top >= pill.bottom;
    if (!apart) faults.push(`${name} “${(element.textContent || element.tagName).trim().slice(0, 40)}”`);
  };
  const written = "button, a, input, output, p, h1, h2, h3, label, [role=slider], svg text, table";
  const body = document.querySelector('[data-testid="stMain"]');
  for (const each of body.querySelectorAll(written)) look(each, each.tagName);
  for (const view of body.querySelectorAll('[data-testid="stBidiComponentIsolated"]')) {
    if (view === host) continue;
    const drawn = view.shadowRoot.querySelectorAll(`${written}, canvas, .picture`);
    for (const each of drawn) look(each, each.tagName);
  }
  return faults;
}"""


class Phone:
    """A phone in the class."""

    def __init__(self, context: BrowserContext, server: Server, code: str) -> None:
        self.context = context
        self.page = context.new_page()
        self.page.goto(f"{server.origin}/class/{code}")

    def answer(self, answer: Any) -> None:
        """Answer the question that stands there: a number, the index of an option, or a place of the map."""
        if isinstance(answer, tuple):
            box = self.page.locator("svg.map").bounding_box()
            assert box is not None
            self.page.locator("svg.map").click(position={"x": box["width"] * answer[0], "y": box["height"] * answer[1]})
        elif isinstance(answer, int):
            self.page.get_by_role("radio").nth(answer).check()
        else:
            slider = self.page.locator("input[type=range]")
            slider.evaluate("(e, v) => { e.value = v; e.dispatchEvent(new Event('input')); }", answer)
        self.page.get_by_role("button", name="Send").click()

    def expect_question(self, text: str) -> None:
        expect(self.page.get_by_text(text)).to_be_visible()


@pytest.fixture
def phones(browser: Browser, server: Server) -> Iterator[Any]:
    """Give phones to a class: room code and number → phones."""
    contexts: list[tuple[BrowserContext, Watch]] = []

    def join(code: str, count: int = 1) -> list[Phone]:
        joined = []
        for _ in range(count):
            context = browser.new_context(viewport=PHONE, has_touch=True)
            context.set_default_timeout(90_000)
            contexts.append((context, Watch(context, server.origin)))
            joined.append(Phone(context, server, code))
        return joined

    yield join
    for context, _ in contexts:
        context.close()
    # A phone without a network says so to its own console.
    assert [each for _, watch in contexts for each in watch.problems if "ERR_INTERNET_DISCONNECTED" not in each] == []


def pill(reader: Reader) -> Locator:
    return reader.page.locator(".pill")


def open_room(reader: Reader) -> str:
    """Open a room from the sidebar, close the large QR code, and return the code."""
    reader.sidebar.get_by_role("button", name="Your class").click()
    reader.page.get_by_role("button", name=OFFERED, exact=True).last.click()
    expect(reader.page.locator(".large")).to_be_visible()
    code = reader.page.locator(".large .code").inner_text()
    reader.expect_parameter("room", code)
    reader.settled()
    reader.page.keyboard.press("Escape")
    expect(reader.page.locator(".large")).to_be_hidden()
    return code


def ask_and_show(reader: Reader, phones: list[Phone], *rounds: list[Any]) -> None:
    """Ask the class round by round, and show the answer each time."""
    question = reader.heading.inner_text()
    for number, answers in enumerate(rounds):
        reader.press("Ask again" if number else "Ask the class")
        expect(reader.heading).to_have_text(question)
        for count, (phone, each) in enumerate(zip(phones, answers, strict=True), 1):
            phone.expect_question(question)
            phone.answer(each)
            # It comes without a press.
            expect(pill(reader)).to_contain_text(f"{count} of {len(phones)} answered")
            expect(reader.main.locator(".es-answered")).to_have_text(str(count))
        reader.press("Show the answer")
        expect(reader.main.locator(".es-verdict")).to_contain_text(f"{len(phones)} answers")
        for phone in phones:
            expect(phone.page.locator("#send")).to_have_count(0)
    expect(reader.main.locator(".es-verdict")).to_contain_text("Asked again: ")


def test_a_class_of_three_answers_a_number_a_choice_and_a_place_twice_each(reader: Reader, phones: Any) -> None:
    reader.page.set_viewport_size(LAPTOP)
    reader.open("Positions", text=TEXT)
    code = open_room(reader)
    joined = phones(code, 3)
    expect(pill(reader)).to_contain_text("3 in")
    ask_and_show(reader, joined, [0.62, 0.9, 0.3], [0.8, 0.9, 0.95])
    assert reader.page.evaluate(_UNDER) == []
    reader.go_to("Attention")
    reader.pick("Screen", "one head")
    ask_and_show(reader, joined, [0, 1, 0], [1, 1, 1])
    reader.go_to("Sentence map")
    ask_and_show(reader, joined, [(0.2, 0.3), (0.5, 0.5), (0.8, 0.7)], [(0.4, 0.4), (0.5, 0.5), (0.6, 0.6)])
    reader.go_to("Your class")
    expect(reader.heading).to_have_text(f"3 questions asked in room {code}")


def test_the_answer_of_a_phone_that_was_cut_off_arrives_when_it_is_back(reader: Reader, phones: Any) -> None:
    reader.open("Tokens", text=TEXT)
    cut, other = phones(open_room(reader), 2)
    expect(pill(reader)).to_contain_text("2 in")
    cut.context.set_offline(True)
    reader.press("Ask the class")
    question = reader.heading.inner_text()
    other.expect_question(question)
    other.answer(2.0)
    expect(pill(reader)).to_contain_text("1 of ")
    cut.context.set_offline(False)
    cut.expect_question(question)
    cut.context.set_offline(True)
    cut.answer(3.0)
    cut.context.set_offline(False)
    expect(pill(reader)).to_contain_text("2 of 2 answered")
    reader.press("Show the answer")
    expect(reader.main.locator(".es-verdict")).to_contain_text("2 answers")


def test_the_qr_code_fills_the_screen_and_stands_in_the_corner_of_every_page(reader: Reader) -> None:
    reader.page.set_viewport_size(LAPTOP)
    reader.open("Tokens", text=TEXT)
    reader.sidebar.get_by_role("button", name="Your class").click()
    reader.page.get_by_role("button", name=OFFERED, exact=True).last.click()
    large, close = reader.page.locator(".large"), reader.page.locator(".large .close")
    expect(large).to_be_visible()
    expect(close).to_be_focused()
    box, code = large.locator(".qr svg").bounding_box(), large.locator(".code").inner_text()
    assert box is not None
    assert box["height"] > 0.6 * LAPTOP["height"]
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= LAPTOP["height"]
    assert re.fullmatch("[BCDFGHJKMNPQRSTWXYZ]{4}", code)
    reader.settled()
    expect(large).to_be_visible()
    reader.page.keyboard.press("Escape")
    expect(large).to_be_hidden()
    expect(pill(reader)).to_be_focused()
    for title in SCREENS:
        reader.go_to(title)
        expect(pill(reader)).to_contain_text(code)
        expect(large).to_be_hidden()
    pill(reader).click()
    expect(large).to_be_visible()
    close.click()
    expect(large).to_be_hidden()
    reader.heading.click()
    reader.page.keyboard.press("p")
    reader.expect_parameter("present", "1")
    reader.settled()
    expect(pill(reader)).to_contain_text(code)


def test_a_teacher_who_reloads_keeps_the_room_and_another_tab_with_the_address_does_not_get_it(
    reader: Reader, new_reader: Any, server: Server
) -> None:
    reader.open("Tokens", text=TEXT)
    code = open_room(reader)
    reader.press("Ask the class")
    reader.reload()
    expect(reader.main.get_by_role("button", name="Show the answer")).to_be_visible()
    expect(pill(reader)).to_contain_text(code)
    reader.press("Show the answer")
    expect(reader.main.locator(".es-verdict")).to_contain_text("Nobody has answered")
    other = new_reader(server)
    other.open("Tokens", text=TEXT, room=code)
    expect(other.sidebar.get_by_role("button", name=f"Leave room {code}")).to_be_visible()
    expect(other.main.get_by_role("button", name=re.compile("Ask"))).to_have_count(0)


def test_axe_finds_no_violation_while_a_class_is_asked_and_answered_nor_in_the_large_qr_code(
    reader: Reader, phones: Any
) -> None:
    reader.open("Positions", text=TEXT)
    (phone,) = phones(open_room(reader))
    expect(pill(reader)).to_contain_text("1 in")
    found = [("unasked", *each) for each in violations(reader)]
    reader.press("Ask the class")
    found += [("asked", *each) for each in violations(reader)]
    phone.answer(0.5)
    expect(pill(reader)).to_contain_text("1 of 1 answered")
    reader.press("Show the answer")
    found += [("shown", *each) for each in violations(reader)]
    pill(reader).click()
    found += [("large", *each) for each in violations(reader)]
    reader.page.keyboard.press("Escape")
    reader.go_to("Your class")
    found += [("the page", *each) for each in violations(reader)]
    assert found == []


@pytest.mark.parametrize("presents", [False, True], ids=["", "presented"])
def test_nothing_of_a_screen_lies_under_the_corner(reader: Reader, presents: bool) -> None:
    reader.page.set_viewport_size(LAPTOP)
    reader.open("Overview", text=TEXT)
    code = open_room(reader)
    expect(pill(reader)).to_contain_text("0 in")
    faults = {}
    for title in SCREENS:
        reader.open(title, text=TEXT, room=code, **({"present": 1} if presents else {}))
        for number, screen in enumerate(SCREENS[title]):
            if number:
                reader.press_key("PageDown", screen)
            expect(pill(reader)).to_contain_text(f"{code} 0 in")
            if found := reader.page.evaluate(_UNDER):
                faults[title, screen] = found
    assert faults == {}


def test_on_a_phone_the_teachers_page_does_not_scroll_sideways(reader: Reader) -> None:
    reader.open("Positions", text=TEXT)
    open_room(reader)
    reader.page.set_viewport_size(PHONE)
    reader.settled()
    reader.expect_no_sideways()
    reader.press("Ask the class")
    reader.expect_no_sideways()
    pill(reader).click()
    reader.expect_no_sideways()
    reader.page.keyboard.press("Escape")
    reader.press("Show the answer")
    reader.expect_no_sideways()
