"""What a person does with Live retrieval, and what is then looked at."""

from typing import Any

from playwright.sync_api import Locator

from tests.browser.reader import Reader

PAGE = "Live retrieval"
QUESTION = "What did Beatrix build?"
OVEN = "To build his pizza oven, Squatch carried forty flat stones up from the river bank"
FERRY = "Dogs travel for nothing. The ferry to Brindle Isle leaves at half past six. Tickets are sold on board."


def column(reader: Reader, method: str) -> Locator:
    """The passages that one ranking brings back."""
    named = reader.page.get_by_role("heading", level=2, name=method, exact=True)
    return reader.main.get_by_test_id("stColumn").filter(has=named)


def passages(reader: Reader, method: str = "Dense") -> Locator:
    """What one ranking brings back, best first."""
    return column(reader, method).locator(".es-passage")


def ask(reader: Reader, question: str) -> None:
    """Put a question in the place of the one that is there, as typing does: nothing is pressed afterwards."""
    reader.box("Question").fill(question)
    reader.expect_parameter("question", question)
    reader.settled()


def heading(reader: Reader, says: str) -> Locator:
    """The first heading that says this among other things."""
    return reader.main.get_by_role("heading").filter(has_text=says).first


def file(name: str, content: str | bytes) -> Any:
    """A file as it is handed over."""
    return {
        "name": name,
        "mimeType": "application/octet-stream",
        "buffer": content.encode() if isinstance(content, str) else content,
    }


def open_own(reader: Reader) -> None:
    """Open the place where documents are handed over."""
    reader.press("Your own data")


def listed(reader: Reader) -> Locator:
    """A button for each document that is there."""
    return reader.page.get_by_role("button", name="Remove", exact=True)
