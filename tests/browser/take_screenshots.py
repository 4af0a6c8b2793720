"""Take the README's screenshots anew: `python -m tests.browser.take_screenshots`."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from playwright.sync_api import Browser, Page, expect, sync_playwright

from components.core.classroom.rooms import Rooms
from components.core.classroom.sqlite_store import SqliteRooms
from components.ui.train_one.warming import opening_settings
from tests.browser import get_browser
from tests.browser.class_steps import open_room, pill
from tests.browser.reader import Reader
from tests.browser.server import Server
from tests.support.kept_training import keep_training
from tests.support.paths import ROOT
from tests.support.phones import Served

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
    "train": ("Train one", "light", {"screen": "watch it form"}),
    "kinds": ("Encoder, decoder, both", "dark", {"screen": "what each can know"}),
    "blank": ("Fill in the blank", "light", {"screen": "trained for"}),
    "sentence_map": ("Sentence map", "dark", {"find": "terrier", "find_by": "in the text"}),
    "retrieval": ("Live retrieval", "light", {"question": "How do I rescue a soup that is too salty?"}),
    "ladder": ("Live retrieval", "light", {"screen": "ladder"}),
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
        _trained_server(Path(directory)).running() as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=get_browser.find(), args=_FLAGS)
        for name, (title, theme, parameters) in _SHOTS.items():
            page = _new_page(browser, theme)
            Reader(page, server.origin).open(title, **parameters)
            page.screenshot(path=folder / f"{name}.png")
            page.close()
        _shoot_class(Reader(_new_page(browser, "light"), server.origin), server, folder / "class.png")
        browser.close()


def _trained_server(directory: Path) -> Server:
    """A server on which the tiny model that Train one opens with has learned its language."""
    keep_training(directory / "vectors" / "trainings", opening_settings("Kitchen"))
    return Server(directory)


def _new_page(browser: Browser, theme: Literal["light", "dark"]) -> Page:
    page = browser.new_page(viewport={"width": 1280, "height": 720}, color_scheme=theme)
    # The first visitors of a server that is still warming wait for it.
    page.set_default_timeout(_PATIENCE)
    return page


def _shoot_class(reader: Reader, server: Server, file: Path) -> None:
    """Ask a class of 24 phones how alike two orders of the words are, and once more; most of them change their mind."""
    reader.open("Positions", screen="every order")
    code = open_room(reader)
    reader.open("Positions", screen="every order", room=code, present="1")
    served = Served(Rooms(SqliteRooms(Path(server.environment["ENCODERSCOPE_CACHE"]) / "rooms.sqlite")), server.port)
    phones = [served.join(served.rooms.find(code, "")) for _ in range(24)]
    for each in phones:
        served.events(served.rooms.find(code, ""), each)
    for button, low, step in (("Ask the class", 0.1, 0.037), ("Ask again", 0.7, 0.012)):
        reader.press(button)
        room = served.rooms.find(code, "")
        for number, phone in enumerate(phones):
            assert served.answer(room, phone, round(low + step * number, 2)).status == 200
        expect(pill(reader)).to_contain_text("24 of 24 answered")
        reader.press("Show the answer")
    reader.page.screenshot(path=file)


if __name__ == "__main__":
    main()
