"""Take the README's screenshots anew: `python -m tests.browser.take_screenshots`."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from playwright.sync_api import sync_playwright

from tests.browser import get_browser
from tests.browser.reader import Reader
from tests.browser.server import Server
from tests.support.paths import ROOT

_PATIENCE = 180_000
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
_IT = {"text": "The pizza came out of the oven and it tasted good!", "layer": "4", "head": "2"}
# File → page, theme, and what the address asks for.
_SHOTS: dict[str, tuple[str, Literal["light", "dark"], dict[str, str]]] = {
    "overview": ("Overview", "light", {}),
    "by_hand": ("By hand", "light", {}),
    "positions": ("Positions", "light", {"positions": "off"}),
    "attention": ("Attention", "dark", {**_IT, "screen": "one head"}),
    "heads": ("Attention", "light", {**_IT, "present": "1"}),
    "neuron": ("One layer", "light", {"text": _IT["text"], "layer": "6", "screen": "a neuron"}),
    "context": ("Context", "light", {"screen": "through the layers"}),
    "sentence_map": ("Sentence map", "dark", {"find": "terrier", "find_by": "in the text"}),
    "retrieval": ("Live retrieval", "light", {"question": "How do I rescue a soup that is too salty?"}),
    "score": ("Live retrieval", "dark", {"screen": "why"}),
    "sentiment": ("Sentiment", "light", {}),
    "learning_curves": ("Sentiment", "dark", {"screen": "how much data"}),
    "explanations": ("Explanations", "light", {"screen": "over many texts"}),
}


def main() -> None:
    """Start the app and write a picture of each page."""
    folder = ROOT / "assets" / "readme"
    folder.mkdir(exist_ok=True)
    with (
        TemporaryDirectory() as directory,
        Server(Path(directory)).running() as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=get_browser.find(), args=_FLAGS)
        for name, (title, theme, parameters) in _SHOTS.items():
            page = browser.new_page(viewport={"width": 1280, "height": 720}, color_scheme=theme)
            # The first visitors of a server that is still warming wait for it.
            page.set_default_timeout(_PATIENCE)
            Reader(page, server.origin).open(title, **parameters)
            page.screenshot(path=folder / f"{name}.png")
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
