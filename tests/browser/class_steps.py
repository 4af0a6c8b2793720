"""What a class and its teacher do in browsers."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import BrowserContext, Locator, ViewportSize, expect

from tests.browser.reader import Reader

LAPTOP: ViewportSize = {"width": 1280, "height": 720}
PHONE: ViewportSize = {"width": 390, "height": 844}
TEXT = "Squatch eats pizza"
OFFERED = "Open a room"
_SECRET = "encoderscope-room-"


class Phone:
    """A phone in the class."""

    def __init__(self, context: BrowserContext, origin: str, code: str) -> None:
        self.context = context
        self.page = context.new_page()
        self.page.goto(f"{origin}/class/{code}")

    def answer(self, answer: Any) -> None:
        """Answer the question: a part of the slider's way, the index of an option, a place of the map, or a text."""
        if isinstance(answer, tuple):
            box = self.page.locator("svg.map").bounding_box()
            assert box is not None
            self.page.locator("svg.map").click(position={"x": box["width"] * answer[0], "y": box["height"] * answer[1]})
        elif isinstance(answer, str):
            self.page.get_by_role("textbox").fill(answer)
        elif isinstance(answer, int):
            self.page.get_by_role("radio").nth(answer).check()
        else:
            slider = self.page.locator("input[type=range]")
            slider.evaluate(
                """(slider, part) => {
                  slider.value = Number(slider.min) + part * (slider.max - slider.min);
                  slider.dispatchEvent(new Event("input"));
                }""",
                answer,
            )
        self.page.get_by_role("button", name="Send").click()

    def expect_question(self, text: str) -> None:
        expect(self.page.get_by_text(text)).to_be_visible()


#: What a test may do: let so many phones join the room of this code.
JoinClass = Callable[[str, int], list[Phone]]


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


def give_room(reader: Reader, code: str, secret: str) -> None:
    """Have the reader's tab be the one that opened a room, before it loads the app."""
    reader.page.goto(f"{reader.origin}/_stcore/health")
    reader.page.evaluate("([name, secret]) => sessionStorage.setItem(name, secret)", [f"{_SECRET}{code}", secret])


def secret_of(reader: Reader, code: str) -> str:
    """The secret of the room that the reader's tab has opened."""
    return str(reader.page.evaluate("(name) => sessionStorage.getItem(name)", f"{_SECRET}{code}"))


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
    if len(rounds) > 1:
        expect(reader.main.locator(".es-verdict")).to_contain_text("Asked again: ")
