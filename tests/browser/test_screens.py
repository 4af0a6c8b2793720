"""Every screen of every page fits its window: the whole picture in sight, and text that can be read.

One tab goes from screen to screen and from one size of its window to the next, as a reader's does: to load a page anew
takes a browser longer than all that is looked at here.
"""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from playwright.sync_api import Page, TimeoutError, ViewportSize, expect

from tests.browser.class_steps import LAPTOP, PHONE, give_room, open_room, pill, secret_of
from tests.browser.reader import Reader, Watch
from tests.browser.server import Server
from tests.support.app_pages import SCREENS

PROJECTOR: ViewportSize = {"width": 1920, "height": 1080}
SENTENCE = "The pizza came out of the oven and it tasted good!"

#: The smallest text of a picture, in pixels, by window and by whether the reader presents.
SMALLEST = {(1280, False): 14, (1920, False): 14, (1280, True): 18, (1920, True): 24}

# What canvases write, and how large: the pen knows, the page does not.
_RECORD = """() => {
  const draw = CanvasRenderingContext2D.prototype.fillText;
  window.written = [];
  CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
    const size = parseFloat(this.font.match(/([\\d.]+)px/)?.[1] ?? "0");
    window.written.push({ text: String(text), size, canvas: this.canvas });
    return draw.call(this, text, ...place);
  };
}"""

# Pictures outside the window, and text in them that is too small.
_FAULTS = """(smallest) => {
  const faults = [];
  const body = document.querySelector(".st-key-stage_body") ?? document.createElement("div"); // nothing to show yet
  const title = document.querySelector(".st-key-stage_head h1");
  if (!title || title.getBoundingClientRect().top < 0) faults.push("the title is out of sight");
  const pictures = [];
  for (const each of body.querySelectorAll('[data-testid="stPlotlyChart"]')) pictures.push(each);
  for (const host of body.querySelectorAll('[data-testid="stBidiComponentIsolated"]')) {
    const picture = host.shadowRoot?.querySelector(".picture");
    if (picture) pictures.push(picture);
  }
  for (const each of pictures) {
    const box = each.getBoundingClientRect();
    const keyed = each.closest('[class*="st-key-"]')?.className.match(/st-key-\\S+/)?.[0];
    const name = each.getAttribute("aria-label") ?? keyed;
    if (box.height < 60) faults.push(`${name} has a height of ${Math.round(box.height)}`);
    if (box.bottom > innerHeight + 1 || box.right > innerWidth + 1 || box.top < 0) {
      faults.push(`${name} reaches from ${Math.round(box.top)} to ${Math.round(box.bottom)} of ${innerHeight}`);
    }
    const root = each.getRootNode();
    const texts = each.matches("svg") ? each.querySelectorAll("text") : each.querySelectorAll?.("svg text") ?? [];
    for (const text of texts) {
      const size = parseFloat(getComputedStyle(text).fontSize);
      if (text.textContent.trim() && text.getBoundingClientRect().width > 0 && size < smallest - 0.3) {
        faults.push(`${name} writes “${text.textContent.slice(0, 20)}” in ${size} px`);
        break;
      }
    }
    const written = "output, button, span, td, th, input[type=text], label, p, a";
    for (const text of root instanceof ShadowRoot ? root.querySelectorAll(written) : []) {
      const size = parseFloat(getComputedStyle(text).fontSize);
      const says = text.matches("input") ? text.value : text.textContent;
      if (says.trim() && text.getBoundingClientRect().width > 0 && size < smallest - 0.3) {
        faults.push(`${name} says “${says.slice(0, 20)}” in ${size} px`);
        break;
      }
    }
  }
  const tooSmall = ({ size, text, canvas }) => canvas.isConnected && text.trim() && size < smallest - 0.3;
  const small = window.written.filter(tooSmall);
  if (small.length) faults.push(`a canvas writes “${small[0].text.slice(0, 20)}” in ${small[0].size} px`);
  const kinds = [
    "Selectbox", "TextInput", "NumberInput", "Slider", "ButtonGroup", "Checkbox", "MultiSelect", "TextArea",
  ].map((kind) => `.st${kind}`);
  const controls = document.querySelectorAll(`.st-key-stage_controls :is(${kinds})`);
  if (controls.length > 3) faults.push(`${controls.length} controls stand above the picture`);
  return faults;
}"""


# What a presenter would have to scroll for.
_BEYOND = """() => {
  const main = document.querySelector('[data-testid="stMain"]');
  return main.scrollHeight - main.clientHeight;
}"""

# What of the screen lies under the corner with the room: of its pictures, and of all else after scrolling to its end.
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
  const main = document.querySelector('[data-testid="stMain"]');
  for (const chart of main.querySelectorAll('[data-testid="stPlotlyChart"]')) look(chart, "figure");
  for (const view of main.querySelectorAll('[data-testid="stBidiComponentIsolated"]')) {
    if (view === host) continue;
    for (const each of view.shadowRoot.querySelectorAll(`${written}, canvas, .picture`)) look(each, each.tagName);
  }
  main.scrollTop = main.scrollHeight;
  for (const each of main.querySelectorAll(written)) look(each, each.tagName);
  main.scrollTop = 0;
  return faults;
}"""

_HEIGHT = "document.querySelector('.stMainBlockContainer').scrollHeight"
# A teacher's phone has one row more, which asks the class, and room to scroll to the end from under the corner.
_OF_A_TEACHER = 96

_LOOKS, _A_MOMENT = 10, 300  # milliseconds


def _faults(reader: Reader, size: ViewportSize, presents: bool) -> list[str]:
    found: Any = reader.page.evaluate(_FAULTS, SMALLEST[size["width"], presents])
    for _ in range(_LOOKS):
        if not found:
            break
        # Plotly draws text for another size a moment after it has drawn the picture; what stays is a fault.
        reader.page.wait_for_timeout(_A_MOMENT)
        found = reader.page.evaluate(_FAULTS, SMALLEST[size["width"], presents])
    beyond = reader.page.evaluate(_BEYOND)
    if presents and size is LAPTOP and beyond > 0:
        found.append(f"{beyond} pixels are out of sight")
    return [f"{size['width']}{' presenting' if presents else ''}: {fault}" for fault in found]


def _under_the_corner(reader: Reader) -> list[str]:
    """What stays under the corner after a moment: a picture is fitted to the page after it is drawn."""
    try:
        reader.page.wait_for_function(f"() => !({_UNDER})().length", timeout=5_000)
    except TimeoutError:
        return [f"under the corner: {each}" for each in reader.page.evaluate(_UNDER)]
    return []


def _faults_at(reader: Reader, size: ViewportSize, presents: bool) -> list[str]:
    """What of the screen does not fit a window of this size."""
    if reader.page.viewport_size != size:
        _forget_what_was_written(reader)
        reader.page.set_viewport_size(size)
        reader.settled()
    found = []
    if beyond := reader.beyond():
        found.append(f"{size['width']}: {beyond} pixels lie beside the window")
    if size is LAPTOP and pill(reader).count():
        found += _under_the_corner(reader)
    if size is not PHONE:
        return found + _faults(reader, size, presents)
    height = reader.page.evaluate(_HEIGHT)
    highest = 2 * PHONE["height"] + (_OF_A_TEACHER if pill(reader).count() else 0)
    return found + ([f"on a phone it is {height} pixels high"] if height > highest else [])


def _forget_what_was_written(reader: Reader) -> None:
    reader.page.evaluate("window.written.length = 0")


def faults_of_screens(
    reader: Reader, title: str, sizes: Sequence[ViewportSize], go_on: Callable[[str], None], presents: bool = False
) -> dict[str, list[str]]:
    """Screen → what of it does not fit windows of these sizes. go_on: from a screen to the next, which it names."""
    faults = {}
    reader.page.evaluate(_RECORD)
    for number, screen in enumerate(SCREENS[title]):
        if number:
            _forget_what_was_written(reader)
            go_on(screen)
        # There and back, so that the window has each screen's first size already.
        there_and_back = sizes if number % 2 == 0 else sizes[::-1]
        if found := [fault for size in there_and_back for fault in _faults_at(reader, size, presents)]:
            faults[screen] = found
    return faults


@pytest.fixture(scope="package")
def room(desk: tuple[Page, Watch], server: Server) -> tuple[str, str]:
    """A class, opened once for each process of tests: its code and the secret of the tab that opened it."""
    teacher = Reader(desk[0], server.origin)
    teacher.open("Tokens")
    code = open_room(teacher)
    return code, secret_of(teacher, code)


# A teacher has a room open: its corner lies above every page, and may cover nothing.
@pytest.mark.parametrize("title", SCREENS)
def test_every_screen_shows_its_whole_picture_in_text_that_can_be_read_and_on_a_phone_is_at_most_two_heights(
    room: tuple[str, str], reader: Reader, title: str
) -> None:
    reader.page.set_viewport_size(LAPTOP)
    give_room(reader, *room)
    reader.open(title, text=SENTENCE, room=room[0])
    expect(pill(reader)).to_contain_text(f"{room[0]} 0 in")
    assert faults_of_screens(reader, title, (PHONE, LAPTOP), lambda screen: reader.pick("Screen", screen)) == {}


@pytest.mark.parametrize("title", SCREENS)
def test_every_screen_that_is_presented_shows_its_whole_picture_in_text_that_the_back_row_can_read(
    reader: Reader, title: str
) -> None:
    # The other theme has other colours and marks, which must fit as well.
    reader.page.emulate_media(color_scheme="dark")
    reader.page.set_viewport_size(LAPTOP)
    reader.open(title, text=SENTENCE, present=1)
    sizes = (PROJECTOR, LAPTOP)
    assert faults_of_screens(reader, title, sizes, lambda screen: reader.press_key("PageDown", screen), True) == {}


def test_nothing_of_a_screen_that_is_presented_lies_under_the_corner(room: tuple[str, str], reader: Reader) -> None:
    reader.page.set_viewport_size(LAPTOP)
    give_room(reader, *room)
    faults = {}
    for title in SCREENS:
        reader.open(title, text=SENTENCE, room=room[0], present=1)
        for number, screen in enumerate(SCREENS[title]):
            if number:
                reader.press_key("PageDown", screen)
            expect(pill(reader)).to_contain_text(f"{room[0]} 0 in")
            if found := _under_the_corner(reader):
                faults[title, screen] = found
    assert faults == {}
