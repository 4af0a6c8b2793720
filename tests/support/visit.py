"""One session of the app without a browser: what AppTest shows of a page, in the words of a reader."""

import base64
import html
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from streamlit.testing.v1 import AppTest

from tests.support.app_pages import ALL_SCREENS, PAGES
from tests.support.paths import ROOT


class Visit:
    """A reader's visit: one session, on one page at a time."""

    def __init__(self, title: str, **parameters: str) -> None:
        """Open a page by its title, with these parameters in the address.

        All its screens are shown under one another, unless the parameter `screen` names one; "" leaves the address
        without a screen.
        """
        self._screen = parameters.pop("screen", ALL_SCREENS)
        self.app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        for name, value in parameters.items():
            self.app.query_params[name] = value
        self.go_to(title)

    def go_to(self, title: str) -> "Visit":
        """Go to another page."""
        if self._screen:
            self.app.query_params["screen"] = self._screen
        return self._ran(self.app.switch_page(PAGES[title]))

    def type(self, text: str) -> "Visit":
        """Type another sentence."""
        return self.write("text", text)

    def write(self, key: str, text: str) -> "Visit":
        """Write a text into one of the page's boxes."""
        return self._ran(self.app.text_area(key=key).set_value(text))

    def choose(self, key: str, value: Any) -> "Visit":
        """Choose from a selectbox."""
        return self._ran(self.app.selectbox(key=key).set_value(value))

    def pick(self, key: str, option: str) -> "Visit":
        """Pick one of a row of buttons."""
        return self._ran(self.app.button_group(key=key).select(option))

    def enter(self, key: str, text: str) -> "Visit":
        """Write into a box of one line and leave it."""
        return self._ran(self.app.text_input(key=key).set_value(text))

    def slide(self, key: str, value: float) -> "Visit":
        """Move a slider."""
        return self._ran(self.app.slider(key=key).set_value(value))

    def upload(self, key: str, name: str, content: bytes) -> "Visit":
        """Hand over a file."""
        return self._ran(self._uploader(key).set_value((name, content, "application/octet-stream")))

    def upload_all(self, key: str, files: Mapping[str, bytes]) -> "Visit":
        """Hand over several files at once, each by its name."""
        given = [(name, content, "application/octet-stream") for name, content in files.items()]
        return self._ran(self._uploader(key).set_value(given))

    def _uploader(self, key: str) -> Any:
        """The uploader of this key, or the one that has taken its place since files were handed over."""
        return next(each for each in self.app.file_uploader if f"{each.key}_".startswith(f"{key}_"))

    def choose_all(self, key: str, values: Sequence[str]) -> "Visit":
        """Choose several from a list."""
        return self._ran(self.app.multiselect(key=key).set_value(list(values)))

    def put(self, key: str, value: Any) -> "Visit":
        """Put a value into the session, as our own views do after a click, which cannot be made here."""
        self.app.session_state[key] = value
        return self._ran(self.app)

    def press(self, label: str) -> "Visit":
        """Press a button."""
        return self._ran(next(button for button in self.app.button if button.label == label).click())

    def press_key(self, key: str) -> "Visit":
        """Press a button that shares its label with others."""
        return self._ran(self.app.button(key=key).click())

    def _ran(self, change: Any) -> "Visit":
        change.run()
        assert not self.app.exception, [each.message for each in self.app.exception]
        return self

    @property
    def typed(self) -> str:
        """What the box for the sentence holds."""
        return str(self.app.text_area(key="text").value)

    @property
    def markup(self) -> str:
        """The HTML of our own on the page."""
        return "\n".join(element.proto.body for element in self.app.get("html"))

    @property
    def words(self) -> str:
        """What of that can be read, tags left out."""
        return html.unescape(re.sub(r"<[^>]*>", "", self.markup))

    @property
    def headings(self) -> list[str]:
        """The texts of all headings of the first order."""
        return [html.unescape(found) for found in re.findall(r"<h1[^>]*>(.*?)</h1>", self.markup, re.DOTALL)]

    @property
    def error(self) -> str | None:
        """The title of the error that ended the page, or None if the page was drawn to its end."""
        found = re.search(r'<h1 class="es-error">(.*?)</h1>', self.markup, re.DOTALL)
        return html.unescape(found[1]) if found else None

    def table(self, caption: str) -> list[list[str]]:
        """The cells of the table whose caption begins so, row by row, without its head."""
        tables = re.findall(r"<table.*?<caption>(.*?)</caption>.*?<tbody>(.*?)</tbody>", self.markup, re.DOTALL)
        body = next(body for said, body in tables if html.unescape(said).startswith(caption))
        rows = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
        return [[html.unescape(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)] for row in rows]

    def figure(self, key: str) -> dict[str, Any]:
        """The Plotly figure of this name, as it is sent to the browser."""
        charts = [each.proto for each in self.app.get("plotly_chart")]
        found = next(chart for chart in charts if chart.id.endswith(f"-figure_{key}"))
        figure: dict[str, Any] = json.loads(found.spec)
        return figure

    def sent(self, key: str) -> Any:
        """What is sent as JSON to one of our own parts of the page."""
        return json.loads(self._mounted(key).json)

    def view(self, key: str) -> tuple[dict[str, Any], bytes]:
        """The description and the values of one of our own pictures, as they are sent to the browser."""
        payload: bytes = self._mounted(key).bytes
        length = int.from_bytes(payload[:4], "little")
        return json.loads(payload[4 : 4 + length]), payload[4 + length :]

    def _mounted(self, key: str) -> Any:
        return next(each.proto for each in self.app.get("bidi_component") if each.proto.id.endswith(f"-{key}"))

    def weights(self, key: str) -> tuple[np.ndarray, int]:
        """Attention weights as one of our pictures shows them, (N, M, K), and how many decimals they are rounded to."""
        described, values = self.view(key)
        decimals = described.get("decimals", 4)
        numbers = np.frombuffer(values, dtype="<u2" if decimals == 4 else np.uint8)
        height, width = (described.get(side) or len(described[of]) for side, of in SIDES.items())
        return numbers.reshape(-1, height, width) / 10**decimals, decimals


#: Where a picture says how many rows and columns it has, or else which tokens they stand for.
SIDES = {"height": "rows", "width": "columns"}


def array(sent: Any) -> np.ndarray:
    """Numbers as Plotly sends them: a list, or bytes in base 64 with their type and shape."""
    if not isinstance(sent, dict):
        return np.array(sent)
    numbers = np.frombuffer(base64.b64decode(sent["bdata"]), dtype=sent["dtype"])
    shape = [int(side) for side in str(sent.get("shape", numbers.size)).split(",")]
    return numbers.reshape(shape)
