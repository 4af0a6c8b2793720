"""A class's phones: each kind of question, cut off and back, with keys alone, and for a screen reader."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from components.core.classroom.questions import ClassQuestion, Kind, Truth
from components.core.classroom.rooms import Asking, Rooms
from components.core.classroom.sqlite_store import SqliteRooms
from tests.browser.class_steps import PHONE
from tests.browser.conftest import GROUNDS, watched_context
from tests.browser.reader import Watch
from tests.browser.server import Server
from tests.support.phones import CHOICE, NUMBER, PLACE, SECRET, TEXT, Served

SCRIPT = "<img src=x onerror=window.hacked=1><script>window.hacked=1</script>"

NewPhone = Callable[[], Page]


@pytest.fixture
def served(server: Server) -> Served:
    """The rooms of the server that the tests share."""
    rooms = Rooms(SqliteRooms(Path(server.environment["ENCODERSCOPE_CACHE"]) / "rooms.sqlite"))
    return Served(rooms, server.port)


@pytest.fixture
def new_phone(browser: Browser, server: Server) -> Iterator[NewPhone]:
    """Give one more person a phone; it shows no error and reaches for nothing outside."""
    opened: list[tuple[BrowserContext, Watch]] = []

    def new() -> Page:
        opened.append(watched_context(browser, server, viewport=PHONE, has_touch=True, is_mobile=True))
        return opened[-1][0].new_page()

    yield new
    for context, _ in opened:
        assert context.cookies() == []
        context.close()
    assert [problem for _, watch in opened for problem in watch.problems if not _is_expected(problem)] == []


def _is_expected(problem: str) -> bool:
    """Whether a browser only says that its network is off, that a code was wrong, or an answer late."""
    return "ERR_INTERNET_DISCONNECTED" in problem or bool(re.search(r"status of 40[49] .+/class/\w+/", problem))


def enter(page: Page, served: Served, room: Any) -> Page:
    """Follow the QR code of a room."""
    page.goto(f"http://127.0.0.1:{served.port}/class/{room.code}?k={room.key}")
    expect(page.get_by_role("heading", level=1)).not_to_have_text(re.compile("^Joining"))
    return page


def send(page: Page) -> None:
    """Send what is chosen, and wait until the server has it."""
    page.get_by_role("button", name=re.compile("^(Send|Change my answer)$")).click()
    expect(page.locator("#note")).to_have_text(re.compile("^(Your answer:|Sent)"))


def wait_until(page: Page, expression: str) -> None:
    """Wait until this holds. wait_for_function() would run it inside the page, whose policy forbids that."""
    end = time.monotonic() + 90
    while not page.evaluate(expression):
        assert time.monotonic() < end, expression
        page.wait_for_timeout(40)


def violations(page: Page) -> list[Any]:
    """What axe finds on the page as it stands, in both themes."""
    found = []
    for theme, ground in GROUNDS.items():
        page.emulate_media(color_scheme=theme)
        expect(page.locator("body")).to_have_css("background-color", ground)
        for violation in Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]:
            found.append((theme, violation["id"], [node["html"][:200] for node in violation["nodes"]]))
    return found


def faults(page: Page) -> list[Any]:
    """What is too wide for a phone, too small to read or to hit, or not in order for axe."""
    small: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("body *")].filter((each) => {
          const box = each.getBoundingClientRect();
          const target = each.matches("button, textarea, .options label, input:not([type=radio])");
          const text = [...each.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
          return box.width > 1 && ((target && box.height < 44) || box.right > innerWidth
            || (text && parseFloat(getComputedStyle(each).fontSize) < 16));
        }).map((each) => each.outerHTML.slice(0, 100))"""
    )
    return small + violations(page)


def test_a_phone_joins_answers_a_number_changes_it_and_sees_it_beside_the_models(
    served: Served, new_phone: NewPhone
) -> None:
    room = served.open()
    page = enter(new_phone(), served, room)
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("You are in")
    expect(page).to_have_url(f"http://127.0.0.1:{served.port}/class/{room.code}")
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 1]
    assert faults(page) == []
    room = served.rooms.ask(room, NUMBER)
    expect(heading).to_have_text("How much?")
    expect(heading).to_be_focused()
    page.get_by_role("button", name="More").click()
    assert served.rooms.store.answers(room.code, 1) == {}
    send(page)
    expect(page.locator("#note")).to_have_text("Your answer: 0.51. You can change it until the answer is shown.")
    page.get_by_role("slider").press("Home")
    send(page)
    assert list(served.rooms.store.answers(room.code, 1).values()) == [0]
    assert faults(page) == []
    page.reload()
    expect(page.locator("#note")).to_have_text("Your answer: 0.00. You can change it until the answer is shown.")
    served.rooms.reveal(room)
    numbers = page.locator(".numbers")
    expect(numbers).to_have_text("0.00You0.8312The model0.00Middle of the class")
    expect(page.get_by_text("0 of 1 are near enough.")).to_be_visible()
    assert faults(page) == []
    room = served.rooms.ask(room, NUMBER)
    expect(page.get_by_text("Asked again: have you changed your mind? Before: 0.00.")).to_be_visible()
    expect(page.locator("#note")).to_have_text("")
    expect(page.locator(".value")).to_have_text("0.50")
    assert served.rooms.store.answers(room.code, 2) == {}


# Holds back what the server has already said on the phone's stream.
_SLOW_STREAM = """() => {
  addEventListener("offline", () => { window.wasOffline = true; });
  const fetched = window.fetch;
  const released = new Promise((resolve) => { window.release = resolve; });
  window.fetch = async (...asked) => {
    const answer = await fetched(...asked);
    if (String(asked[0]).includes("/events")) {
      window.opened = window.holds;
      if (window.holds) await released;
    }
    return answer;
  };
}"""


@pytest.mark.parametrize("changes", [False, True], ids=["first answer", "changed answer"])
def test_what_a_slow_stream_says_of_before_does_not_hide_an_answer_that_was_acknowledged_since(
    served: Served, new_phone: NewPhone, changes: bool
) -> None:
    room = served.open(NUMBER)
    page = new_phone()
    page.add_init_script(f"window.holds = {str(not changes).lower()}; ({_SLOW_STREAM})()")
    enter(page, served, room)
    if changes:
        page.get_by_role("slider").press("Home")
        send(page)
        page.evaluate("window.holds = true")
        page.context.set_offline(True)
        # A network that is back at once would not be missed, and the stream stay open.
        wait_until(page, "window.wasOffline")
        page.context.set_offline(False)
    wait_until(page, "window.opened")
    page.get_by_role("button", name="More").click()
    send(page)
    page.evaluate("window.release()")
    served.rooms.reveal(room)
    expect(page.locator(".numbers")).to_contain_text("0.01You" if changes else "0.51You")


def test_of_several_options_one_is_sent_with_keys_alone(served: Served, new_phone: NewPhone) -> None:
    room = served.open(CHOICE)
    page = enter(new_phone(), served, room)
    other = served.join(room)
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#note")).to_have_text("Choose one first.")
    assert faults(page) == []
    page.get_by_role("heading", level=1).focus()
    for key in ("Tab", "Space", "ArrowDown", "ArrowDown", "Tab", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#note")).to_have_text("Your answer: “c”. You can change it until the answer is shown.")
    assert list(served.rooms.store.answers(room.code, 1).values()) == [2]
    served.answer(room, other, 1)
    served.rooms.reveal(room)
    expect(page.get_by_text("You: “c”. The model: “b”.")).to_be_visible()
    expect(page.get_by_role("listitem")).to_have_text(["a0", "✓ b1", "c you1"])
    expect(page.get_by_text("1 of 2 is right.")).to_be_visible()
    assert faults(page) == []


def test_a_place_is_tapped_and_moved_with_arrows(served: Served, new_phone: NewPhone) -> None:
    room = served.open(PLACE)
    page = enter(new_phone(), served, room)
    board = page.get_by_role("application")
    box = board.bounding_box()
    assert box is not None
    # 1.12 wide, with a margin of 0.06 on each side.
    board.click(position={"x": box["width"] * 0.81 / 1.12, "y": box["height"] * 0.31 / 1.12})
    expect(page.locator(".heard")).to_have_text("Your ring: 75% across, 75% up, nearest to sport.")
    board.press("ArrowLeft")
    page.get_by_role("button", name="Down").click()
    expect(page.locator(".heard")).to_have_text("Your ring: 72% across, 72% up, nearest to sport.")
    send(page)
    (kept,) = served.rooms.store.answers(room.code, 1).values()
    assert kept == pytest.approx((0.72, 0.72), abs=0.01)
    assert faults(page) == []
    served.rooms.reveal(room)
    shown = page.get_by_role("img", name="Where it landed: nearest to food. Your guess: nearest to sport")
    expect(shown).to_be_visible()
    expect(page.locator(".marks")).to_have_text("Where it landedYouMiddle of the class")
    assert faults(page) == []


def test_a_text_is_counted_and_scripts_in_it_are_text(served: Served, new_phone: NewPhone) -> None:
    room = served.open(TEXT)
    page = enter(new_phone(), served, room)
    box = page.get_by_role("textbox", name="Your text")
    box.fill("x" * 201)
    expect(page.locator("#left")).to_have_text("201 of 200 characters")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#note")).to_have_text("This text has 201 characters; at most 200 can be sent. Shorten it.")
    assert box.input_value() == "x" * 201
    box.fill(SCRIPT)
    send(page)
    assert faults(page) == []
    served.rooms.reveal(room)
    expect(page.get_by_text(f"Your answer: “{SCRIPT}”.")).to_be_visible()
    nasty = ClassQuestion(Kind.CHOICE, SCRIPT, options=(SCRIPT, "b"))
    room = served.rooms.ask(room, Asking("nasty", "tokens", "cut", SCRIPT, nasty, Truth(0)))
    expect(page.get_by_role("heading", level=1)).to_have_text(SCRIPT)
    page.get_by_role("radio", name=SCRIPT).check()
    send(page)
    served.rooms.reveal(room)
    expect(page.get_by_role("listitem").first).to_have_text(f"✓ {SCRIPT} you1")
    assert page.evaluate("window.hacked") is None
    assert page.locator("main img, main script").count() == 0


def test_an_answer_given_while_cut_off_is_sent_when_the_network_is_back(served: Served, new_phone: NewPhone) -> None:
    room = served.open(NUMBER)
    page = enter(new_phone(), served, room)
    page.context.set_offline(True)
    page.get_by_role("button", name="Less").click()
    page.get_by_role("button", name="Send").click()
    status = page.locator("#status")
    expect(status).to_have_text("No connection. Your answer is sent as soon as it is back.")
    expect(page.locator(".value")).to_have_text("0.49")
    assert served.rooms.store.answers(room.code, 1) == {}
    page.context.set_offline(False)
    expect(page.locator("#note")).to_have_text(re.compile(r"^Your answer: 0\.49\."))
    expect(status).to_have_text("")
    assert list(served.rooms.store.answers(room.code, 1).values()) == [0.49]
    page.context.set_offline(True)
    expect(status).to_have_text("Connecting again …")
    served.rooms.reveal(room)
    page.context.set_offline(False)
    expect(page.locator(".numbers")).to_contain_text("0.49You0.8312The model")
    expect(status).to_have_text("")


def test_an_answer_that_comes_after_the_reveal_is_said_to_be_late(served: Served, new_phone: NewPhone) -> None:
    room = served.open(NUMBER)
    page = enter(new_phone(), served, room)
    page.context.set_offline(True)
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#status")).to_have_text(re.compile("^No connection"))
    served.rooms.reveal(room)
    page.context.set_offline(False)
    expect(page.get_by_text("Your answer was not here before the question was closed.")).to_be_visible()
    assert served.rooms.store.answers(room.code, 1) == {}


def test_a_code_is_typed_a_wrong_one_is_said_to_be_wrong_and_a_room_ends(served: Served, new_phone: NewPhone) -> None:
    room, other = served.open(), served.open()
    page, others = new_phone(), enter(new_phone(), served, other)
    page.goto(f"http://127.0.0.1:{served.port}/class")
    box = page.get_by_role("textbox", name="Enter the code on the screen")
    box.fill("kx")
    box.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("A code has four letters.")
    box.fill("bbbb")
    box.press("Enter")
    expect(page.get_by_role("alert")).to_have_text(re.compile("^There is no room with this code"))
    assert faults(page) == []
    box.fill(room.code.lower())
    box.press("Enter")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("You are in")
    served.rooms.ask(other, CHOICE)
    expect(others.get_by_role("heading", level=1)).to_have_text("Which?")
    expect(heading).to_have_text("You are in")
    served.rooms.end(room)
    expect(heading).to_have_text("This room has ended")
    expect(page.get_by_text("Everything in it is deleted.")).to_be_visible()
    assert page.evaluate("sessionStorage.length") == 0
    assert faults(page) == []
    page.get_by_role("button", name="Join another room").click()
    expect(box).to_be_visible()
    expect(others.get_by_role("heading", level=1)).to_have_text("Which?")


def test_a_phone_that_slept_through_the_end_learns_of_it_and_one_that_was_forgotten_joins_anew(
    served: Served, new_phone: NewPhone
) -> None:
    room = served.open(NUMBER)
    page = enter(new_phone(), served, room)
    place = f"encoderscope-device-{room.code}"
    page.evaluate("(place) => sessionStorage.setItem(place, '0'.repeat(32))", place)
    page.reload()
    send(page)
    page.goto("about:blank")
    served.rooms.end(room)
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("This room has ended")


def test_the_host_is_nobody_a_phone_knows(served: Served, new_phone: NewPhone) -> None:
    room = served.open(NUMBER)
    page = enter(new_phone(), served, room)
    kept = page.evaluate("document.documentElement.outerHTML + JSON.stringify(sessionStorage)")
    for secret in (SECRET, room.host, room.key, "0.8312"):
        assert secret not in kept
