"""The server's time for running a page again."""

from collections.abc import Iterator
from pathlib import Path

from streamlit.testing.v1 import AppTest

from components.core.text.rewording import reverse_words
from tests.benchmarks.core import text_of
from tests.benchmarks.measure import Measurement, median_ms

_ROOT = Path(__file__).parents[2]


def measure() -> Iterator[Measurement]:
    """Each page at 16 and 128 tokens, with everything cached that a visitor would find cached."""
    for tokens in (16, 128):
        app = AppTest.from_file(str(_ROOT / "app.py"), default_timeout=120).run()
        app.text_area[0].set_value(text_of(tokens)).run()
        for page in sorted((_ROOT / "pages").glob("*/*.py")):
            app.switch_page(str(page.relative_to(_ROOT))).run()
            if page.stem == "word_order":
                app.text_area(key="first").set_value(text_of(tokens)).run()
                app.text_area(key="second").set_value(reverse_words(text_of(tokens))).run()
            yield Measurement(f"rerun of {page.stem}, {tokens} tokens", median_ms(app.run, rounds=7), "ms")
