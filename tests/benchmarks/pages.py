"""The server's time for running a screen again, and the bytes that it sends for it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from components.ui.stage import line
from tests.benchmarks.core import text_of
from tests.benchmarks.measure import Measurement, median_ms

_ROOT = Path(__file__).parents[2]


def measure() -> Iterator[Measurement]:
    """Each screen at 16 and 128 tokens, with everything cached that a visitor would find cached."""
    for tokens in (16, 128):
        app = AppTest.from_file(str(_ROOT / "app.py"), default_timeout=120).run()
        app.text_area(key="text").set_value(text_of(tokens)).run()
        for stop in line.STOPS:
            app.query_params["screen"] = stop.screen
            app.switch_page(stop.page.path).run()
            # Within a page the session says which screen is shown.
            app.segmented_control(key="screen").set_value(stop.screen).run()
            if app.exception or app.segmented_control(key="screen").value != stop.screen:
                raise RuntimeError(f"{stop.page.title}: {stop.screen} did not open")
            name = f"{stop.page.title}: {stop.screen}, {tokens} tokens"
            yield Measurement(f"rerun of {name}", median_ms(app.run, rounds=5), "ms")
            yield Measurement(f"size of {name}", _bytes_of(app._tree) / 1_000, "kB")


def _bytes_of(node: Any) -> int:
    """The bytes of all elements of a page or of a part of it, as they are sent."""
    children = getattr(node, "children", None)
    if children is not None:
        return sum(_bytes_of(child) for child in children.values())
    proto = getattr(node, "proto", None)
    return 0 if proto is None else int(proto.ByteSize())
