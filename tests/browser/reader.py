"""What a person does with the app in a browser, and a record of everything the browser complained of.

Streamlit changes a page in its own time. Every step here therefore ends with `settled()`, which waits for what
can be seen in the page; nothing waits for a length of time.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import numpy as np
from playwright.sync_api import BrowserContext, ConsoleMessage, Download, Locator, Page, TimeoutError, WebSocket, expect

from components.ui.stage import line
from tests.support.app_pages import PAGES, address

# Between matrices of one picture, in pixels.
GAP = 4

# The script has run for the size of type in this window, nothing on the page is left from the run before, and every
# picture is drawn.
_SETTLED = """() => {
  const app = document.querySelector('[data-testid="stApp"]');
  if (app?.dataset.testScriptState !== "notRunning" || app.dataset.testConnectionState !== "CONNECTED") return false;
  if (document.querySelector('[data-stale="true"], [data-testid="stSkeleton"]')) return false;
  const root = document.documentElement;
  const scale = parseFloat(getComputedStyle(root).fontSize) / 16;
  if (root.dataset.textScale && Math.abs(scale - root.dataset.textScale) > 0.03) return false;
  const main = document.querySelector('[data-testid="stMain"]');
  if (!main.querySelector("h1")) return false;
  const charts = [...main.querySelectorAll('[data-testid="stPlotlyChart"]')];
  if (!charts.every((each) => each.querySelector(".js-plotly-plot .main-svg .xaxislayer-above"))) return false;
  const views = [...main.querySelectorAll('[data-testid="stBidiComponentIsolated"]')];
  const ready = ".picture[aria-label], .marks, .tab-key, .stage-window, .save-menu, .corner";
  return views.every((each) => each.shadowRoot?.querySelector(ready));
}"""

_STAYS_SETTLED = f"""() => {{
  if (!({_SETTLED})()) {{ window.settledSince = undefined; return false; }}
  window.settledSince ??= performance.now();
  return performance.now() - window.settledSince >= 150;
}}"""

#: By how much the page, and its main part, are wider than what is seen of them.
BEYOND = """() => {
  const main = document.querySelector('[data-testid="stMain"]');
  return [document.documentElement.scrollWidth - window.innerWidth, main.scrollWidth - main.clientWidth];
}"""

# Milliseconds between two looks. Looking at each frame would have the browser draw 60 of them a second.
_PAUSE = 40

# Pictures are fitted to the page a moment after they are drawn.
_A_MOMENT = 5_000
_OPENINGS = 10


class Watch:
    """Everything that a browser context did which it should not have done."""

    def __init__(self, context: BrowserContext, origin: str) -> None:
        self.origin = origin
        self.problems: list[str] = []
        context.on("request", lambda request: self._requested(request.url))
        context.on("console", self._said)
        context.on("weberror", lambda error: self._broke(str(error.error)))
        context.on("page", lambda page: page.on("websocket", self._connected))
        # Streamlit asks at these two addresses whether it runs below a path, before it finds that it does not.
        paths = "|".join(re.escape(address(title)) for title in PAGES)
        self._probe = re.compile(rf"{re.escape(origin)}({paths})/_stcore/(health|host-config)")

    def _broke(self, error: str) -> None:
        # A film that is paused: Plotly takes back its promise to end, for which nobody waits.
        if error != "undefined":
            self.problems.append(f"error in the page: {error}")

    def _requested(self, url: str) -> None:
        if not url.startswith((f"{self.origin}/", f"blob:{self.origin}/", "data:")):
            self.problems.append(f"request to the outside: {url}")

    def _connected(self, socket: WebSocket) -> None:
        if not socket.url.startswith(f"{self.origin}/".replace("http", "ws", 1)):
            self.problems.append(f"websocket to the outside: {socket.url}")

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not self._probe.fullmatch(message.location["url"]):
            self.problems.append(f"console: {message.text} ({message.location['url']})")


class Reader:
    """One person before one page of the app."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page = page
        self.origin = origin
        self.main = page.get_by_test_id("stMain")
        self.sidebar = page.get_by_test_id("stSidebar")
        self.heading = self.main.get_by_role("heading", level=1)
        self.sentence = self.box("Sentence")
        self.cannot_read = self.main.locator("h1.es-error")

    # ------------------------------------------------------------------ going somewhere
    def open(self, title: str, **parameters: str | int) -> None:
        """Enter an address by hand: a cold link to a page."""
        query = f"?{urlencode(parameters)}" if parameters else ""
        self.page.goto(f"{self.origin}{address(title)}{query}")
        self.settled()

    def reload(self) -> None:
        """Load the same address again."""
        self.page.reload()
        self.settled()

    def go_to(self, title: str) -> None:
        """Pick a page in the sidebar, unless it is the one that is open."""
        if self.page.title() == title:
            return
        if title == line.CLASS.title:
            self._go_to_class()
        else:
            self._follow(self.sidebar.get_by_role("link", name=title, exact=True), title)

    def _go_to_class(self) -> None:
        """Follow the link to the class's page: that of the room, or, without one, that in the menu."""
        link = self.page.get_by_role("link", name=re.compile("^(Room [A-Z]{4}: answers|What a class can do here)$"))
        menu = self.sidebar.get_by_role("button", name="Your class", exact=True)
        expect(link.or_(menu).first).to_be_visible()
        if menu.is_visible():
            menu.click()
        self._follow(link, line.CLASS.title)

    def follow_next(self, title: str) -> None:
        """Follow the link of the last screen to the next page, which is this one."""
        self._follow(self.main.get_by_role("link", name=re.compile("^Next: ")), title)

    def press_key(self, key: str, screen: str | None) -> None:
        """Press a key of the stage, and wait until the address names a screen; None: the first of a page."""
        self.page.keyboard.press(key)
        self.expect_parameter("screen", screen)
        self.settled()

    def back(self) -> None:
        """Go back in the browser's history."""
        self.page.go_back()
        self.settled()

    def _follow(self, link: Locator, title: str) -> None:
        # The page that is left may still stand there, settled, when the next one's title is up.
        self.heading.evaluate("(heading) => { heading.dataset.left = 'yes'; }")
        link.click()
        expect(self.page).to_have_title(title)
        expect(self.main.locator("h1[data-left]")).to_have_count(0)
        self.settled()

    def settled(self) -> None:
        """Wait until the page has become what it is going to be, and stays so: a rerun may only be about to begin."""
        self.page.evaluate("window.settledSince = undefined")
        self.page.wait_for_function(_STAYS_SETTLED, polling=_PAUSE)

    # ------------------------------------------------------------------ doing something
    def type(self, text: str) -> None:
        """Type the sentence that pages share and hand it over with Ctrl and Enter."""
        self.write("Sentence", text, "text")

    def box(self, label: str) -> Locator:
        """The box for text with this label."""
        return self.page.get_by_role("textbox", name=label, exact=True)

    def write(self, label: str, text: str, parameter: str) -> None:
        """Type a text into a box, hand it over with Ctrl and Enter, and wait until the address has it."""
        self.box(label).fill(text)
        self.box(label).press("Control+Enter")
        self.expect_parameter(parameter, text)
        self.settled()

    def pick(self, group: str, option: str | int) -> None:
        """Pick one of a row of buttons, such as layer 2."""
        radio = self.page.get_by_role("radiogroup", name=group).get_by_role("radio", name=str(option), exact=True)
        # check() would want it to be checked in the moment after the click, which a busy page may miss.
        if not radio.is_checked():
            radio.click(force=True)
        expect(radio).to_be_checked()
        self.settled()

    def choose(self, label: str, place: int) -> None:
        """Choose a token of the sentence by its place, counted from 1."""
        box = self.main.get_by_role("combobox", name=label)
        # Of a long list only what is in sight exists; typing the number brings it there.
        self.take(box, f"{place} ", self.page.get_by_role("option", name=re.compile(rf"^{place} ")))
        expect(box).to_have_value(re.compile(rf"^{place} "))
        self.settled()

    def take(self, box: Locator, typed: str, option: Locator) -> None:
        """Open the list of a box, type into the box to narrow the list, and click one option.

        The list closes when the page under it moves, as it may a moment after it is drawn; then it is opened again.
        """
        for _ in range(_OPENINGS):
            box.click()
            box.fill(typed)
            try:
                option.click(timeout=_A_MOMENT)
            except TimeoutError:
                continue
            return
        raise AssertionError(f"Of {box} {option} could not be clicked")

    def open_save_menu(self) -> None:
        """Open the menu that saves what the screen shows."""
        self.main.get_by_role("button", name="Save", exact=True).click()
        numbers, pictures = (
            self.page.get_by_role("button", name=re.compile(name))
            for name in (r"^Numbers of .+ \(CSV\)$", "^Save .+ as PNG$")
        )
        # The rows with formats come a moment after the menu, those with numbers while the page is still running.
        expect(pictures.first).to_be_visible()
        expect(numbers.first).to_be_visible()
        self.settled()
        expect(pictures).to_have_count(numbers.count())

    def save(self, picture: str, kind: str) -> Download:
        """Save a picture of the screen as "PNG" or "SVG", or its numbers as "CSV", by the open menu."""
        name = f"Numbers of {picture} (CSV)" if kind == "CSV" else f"Save {picture} as {kind}"
        return self.saved(self.page.get_by_role("button", name=name, exact=True).click)

    def saved(self, act: Callable[[], None]) -> Download:
        """What is downloaded when this is done."""
        with self.page.expect_download() as download:
            act()
        return download.value

    # ------------------------------------------------------------------ looking
    def parameters(self) -> dict[str, str]:
        """What the address bar says after the question mark."""
        # page.url lags behind history.pushState.
        query = urlsplit(self.page.evaluate("location.href")).query
        return {name: values[-1] for name, values in parse_qs(query, keep_blank_values=True).items()}

    def expect_parameter(self, name: str, value: str | int | None) -> None:
        """Wait until the address bar has this value; None: until it has none of this name."""
        self.page.wait_for_function(
            "([name, value]) => new URLSearchParams(location.search).get(name) === value",
            arg=[name, None if value is None else str(value)],
            polling=_PAUSE,
        )

    def expect_no_sideways(self) -> None:
        """Wait until neither the page nor its main part can be scrolled sideways."""
        self.page.wait_for_function(f"() => Math.max(...({BEYOND})()) <= 0", timeout=_A_MOMENT)

    def beyond(self) -> list[int]:
        """By how many pixels the page, and its main part, stay wider than what is seen of them; empty if none is."""
        try:
            self.expect_no_sideways()
        except TimeoutError:
            found: list[int] = self.page.evaluate(BEYOND)
            return found
        return []

    def picture(self, alt: str | re.Pattern[str]) -> "Picture":
        """The picture of matrices with this description."""
        return Picture(self.page, self.main.locator(".view").filter(has=self.page.get_by_role("img", name=alt)))

    def heads(self, alt: str | re.Pattern[str]) -> "HeadsPicture":
        """The picture of attention, of many heads or of one, with this description."""
        return HeadsPicture(self.page, self.main.locator(".view").filter(has=self.page.get_by_role("img", name=alt)))

    def map(self, alt: str | re.Pattern[str]) -> "MapPicture":
        """The map with this description."""
        return MapPicture(self.page, self.main.locator(".view").filter(has=self.page.get_by_role("img", name=alt)))

    def select(self, label: str, option: str) -> None:
        """Choose from a box of the page by the option's own words."""
        box = self.main.get_by_role("combobox", name=label, exact=True)
        if box.input_value() != option:
            self.take(box, option, self.page.get_by_role("option", name=option, exact=True))
        expect(box).to_have_value(option)
        self.settled()

    def open_head(self, layer: int, head: int) -> None:
        """Open a head of the Attention page, both counted from 1."""
        self.select("Layer", str(layer))
        self.select("Head", str(head))

    def press(self, label: str) -> None:
        """Press a button of the page."""
        self.main.get_by_role("button", name=label, exact=True).click()
        self.settled()

    def expect_drawn(self, figure: str, expected: np.ndarray) -> None:
        """Wait until a Plotly figure draws these numbers: the cells of a heatmap, or the places of points along x."""
        self.page.wait_for_function(
            """([figure, expected]) => {
              const plot = document.querySelector(`.st-key-figure_${figure} .js-plotly-plot`);
              const {x, z} = plot?._fullData?.[0] ?? {};
              const drawn = z ? Array.from(z).flatMap((row) => Array.from(row)) : Array.from(x ?? []);
              return drawn.length === expected.length && drawn.every((n, i) => Math.abs(n - expected[i]) < 1e-5);
            }""",
            arg=[figure, expected.ravel().tolist()],
        )

    def plot(self, figure: str) -> Any:
        """The traces of a Plotly figure, as Plotly itself holds them, typed arrays as lists."""
        return self.main.locator(f".st-key-figure_{figure} .js-plotly-plot").evaluate(
            """(plot) => JSON.parse(JSON.stringify(plot._fullData.map(
                 ({x, y, z, name, text, type}) => ({x, y, z, name, text, type})),
               (_, value) => ArrayBuffer.isView(value) ? Array.from(value) : value))"""
        )


class Picture:
    """A grid of matrices on a canvas, and the line under it that reads a cell out."""

    def __init__(self, page: Page, root: Locator) -> None:
        self.page = page
        self.root = root
        self.stage = root.locator(".stage")
        self.readout = root.get_by_role("status")

    def click_tile(self, number: int, *, of: int, columns: int) -> None:
        """Click into the middle of one matrix, counted from 0."""
        tile = self._tile(number, of, columns)
        self.stage.click(position={"x": tile.x + tile.width / 2, "y": tile.y + tile.height / 2})

    def point_at(self, number: int, row: int, column: int, *, of: int, columns: int, size: tuple[int, int]) -> None:
        """Point at the middle of one cell of one matrix, all counted from 0. size: its rows and columns."""
        tile = self._tile(number, of, columns)
        x = tile.x + tile.width * (column + 0.5) / size[1]
        y = tile.y + tile.height * (row + 0.5) / size[0]
        self.stage.hover(position={"x": x, "y": y})

    def brightness(self, number: int, *, of: int, columns: int, size: tuple[int, int]) -> np.ndarray:
        """How bright each cell of one matrix is drawn, from 0 to 255, read from its middle."""
        tile = self._tile(number, of, columns)
        rows, across = size
        x = tile.x + tile.width * (np.arange(across) + 0.5) / across
        y = tile.y + tile.height * (np.arange(rows) + 0.5) / rows
        seen = self.root.locator("canvas.picture").evaluate(
            """(canvas, [xs, ys]) => {
              const pen = canvas.getContext("2d");
              const scale = canvas.width / canvas.clientWidth;
              return ys.map((y) => xs.map((x) => [...pen.getImageData(x * scale, y * scale, 1, 1).data.slice(0, 3)]));
            }""",
            [x.tolist(), y.tolist()],
        )
        return np.array(seen, dtype=float) @ np.array([0.299, 0.587, 0.114])

    def _tile(self, number: int, of: int, columns: int) -> "Tile":
        """Where a matrix without a name lies on the stage, as tiles.js lays them out: gaps of 4."""
        box = self.stage.bounding_box()
        assert box is not None
        rows = -(-of // columns)
        width = (box["width"] - GAP * (columns - 1)) / columns
        height = (box["height"] + GAP) / rows - GAP
        x = number % columns * (width + GAP)
        y = number // columns * (height + GAP)
        return Tile(x, y, width, height)


class HeadsPicture(Picture):
    """Attention of many heads, or of one, on a canvas; the view itself says where it has drawn what."""

    def cell(self, number: int, row: int, column: int, size: tuple[int, int]) -> tuple[float, float]:
        """The middle of one cell of one matrix, all counted from 0. size: its rows and columns."""
        # A picture that is about to be drawn anew still stands where it stood.
        expect(self.stage).to_have_attribute("data-box", re.compile(rf'"cells":\[{size[0]},{size[1]}\]'))
        box = json.loads(self.stage.get_attribute("data-box") or "")
        x = box["left"] + number % box["across"] * box["step"]["x"]
        y = box["top"] + box["named"] + number // box["across"] * box["step"]["y"]
        return x + box["tileWidth"] * (column + 0.5) / size[1], y + box["tileHeight"] * (row + 0.5) / size[0]

    def hover_cell(self, number: int, row: int, column: int, size: tuple[int, int]) -> None:
        """Point at one cell."""
        x, y = self.cell(number, row, column, size)
        self.stage.hover(position={"x": x, "y": y})

    def click_cell(self, number: int, row: int, column: int, size: tuple[int, int]) -> None:
        """Click one cell."""
        x, y = self.cell(number, row, column, size)
        self.stage.click(position={"x": x, "y": y})

    def outlined(self, places: list[tuple[float, float]]) -> list[bool]:
        """Whether something is drawn over the picture within 5 pixels of each of these places."""
        found: list[bool] = self.root.locator("canvas.overlay").evaluate(
            """(canvas, places) => {
              const pen = canvas.getContext("2d");
              const scale = canvas.width / canvas.clientWidth;
              return places.map(([x, y]) => pen
                .getImageData((x - 5) * scale, (y - 5) * scale, 10 * scale, 10 * scale)
                .data.some((part, i) => i % 4 === 3 && part > 0));
            }""",
            places,
        )
        return found

    def expect_outlined(self, places: list[tuple[float, float]], others: list[tuple[float, float]]) -> None:
        """Wait until all of the first places are marked and none of the others."""
        for _ in range(100):
            if all(self.outlined(places)) and not any(self.outlined(others)):
                return
            self.page.wait_for_timeout(20)
        raise AssertionError((self.outlined(places), self.outlined(others)))


class MapPicture(Picture):
    """Sentences as dots; the view itself says where it has drawn which."""

    def __init__(self, page: Page, root: Locator) -> None:
        super().__init__(page, root)
        self.tip = root.locator(".tip")

    def place(self, dot: int) -> tuple[float, float]:
        """Where a dot stands on the stage, in pixels."""
        x, y = self.stage.evaluate("(stage, dot) => stage.placeOf(dot)", dot)
        return x, y

    def places(self, dots: int) -> np.ndarray:
        """(N, 2): where the first N dots stand on the stage, in pixels."""
        script = "(stage, dots) => Array.from({length: dots}, (_, dot) => stage.placeOf(dot))"
        return np.array(self.stage.evaluate(script, dots))

    def hover(self, dot: int) -> None:
        """Point at a dot."""
        x, y = self.place(dot)
        self.stage.hover(position={"x": x, "y": y})

    def click(self, dot: int, **how: Any) -> None:
        """Click a dot."""
        x, y = self.place(dot)
        self.stage.click(position={"x": x, "y": y}, **how)

    def drag(self, corners: list[tuple[float, float]]) -> None:
        """Drag from the first of these places of the stage over the others."""
        self.stage.scroll_into_view_if_needed()
        box = self.stage.bounding_box()
        assert box is not None
        for number, (x, y) in enumerate(corners):
            self.page.mouse.move(box["x"] + x, box["y"] + y, steps=4)
            if number == 0:
                self.page.mouse.down()
        self.page.mouse.up()

    def expect_drawn(self, dots: int, selected: int, added: int = 0) -> None:
        """Wait until so many dots are drawn."""
        expect(self.stage).to_have_attribute("data-drawn", f"{dots} dots, {selected} selected, {added} added")


@dataclass(frozen=True)
class Tile:
    """A rectangle on a stage, in pixels."""

    x: float
    y: float
    width: float
    height: float
