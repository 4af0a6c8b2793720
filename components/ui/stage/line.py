"""The one line that Back and Next walk: all pages in the order of the lesson, each with its screens."""

from dataclasses import dataclass
from pathlib import Path

#: The screen that shows all others of its page under one another, for reading and printing.
ALL_SCREENS = "all screens"


@dataclass(frozen=True)
class PageEntry:
    """One page of the app. The address holds a screen's name, so it never changes."""

    path: str
    title: str
    screens: tuple[str, ...]

    @property
    def address(self) -> str:
        """Where the browser finds the page, such as "/tokens"; the first page is at "/"."""
        return "/" if self is PAGES[0] else f"/{Path(self.path).stem}"


@dataclass(frozen=True)
class Stop:
    """One screen of one page."""

    page: PageEntry
    screen: str


#: The pages that read the sentence in the sidebar.
READING = (
    PageEntry("pages/encoder/overview.py", "Overview", ("the whole way", "one token's way")),
    PageEntry(
        "pages/encoder/tokens.py", "Tokens", ("the cut", "why it is cut so", "tokens per word", "the vocabulary")
    ),
    PageEntry(
        "pages/encoder/embeddings.py",
        "Embeddings",
        ("the sum", "one number", "into layer 1", "nearest words", "map of words"),
    ),
    PageEntry(
        "pages/encoder/positions.py",
        "Positions",
        ("every order", "learned", "sinusoidal", "how alike", "rotary"),
    ),
    PageEntry(
        "pages/encoder/attention.py",
        "Attention",
        (
            "all heads",
            "one head",
            "one weight",
            "who brought what",
            "find the head",
            "grammar",
            "change it",
            "each head off",
            "over heads",
        ),
    ),
    PageEntry(
        "pages/encoder/one_layer.py",
        "One layer",
        ("one token", "one number", "all layers", "a neuron", "switched off"),
    ),
)
#: The page that reads a little language of its own, from which the lesson goes on to a whole model.
BY_HAND = PageEntry("pages/encoder/by_hand.py", "By hand", ("every number", "it learns", "puzzles", "on paper"))
#: The pages that compare sentences of their own.
COMPARING = (
    PageEntry(
        "pages/encoder/word_order.py",
        "Word order",
        ("which is which", "what enters", "layer by layer", "head by head", "the proof", "all orders"),
    ),
    PageEntry(
        "pages/encoder/context.py",
        "Context",
        ("many vectors", "through the layers", "where it came from", "it and its noun", "pooling", "how often"),
    ),
)
#: The pages on which models learn.
LEARNING = (
    PageEntry(
        "pages/learning/train.py",
        "Train one",
        ("the language", "it learns", "watch it form", "its skills", "order or not", "take it apart"),
    ),
    PageEntry(
        "pages/learning/kinds.py",
        "Encoder, decoder, both",
        ("masks", "what each can know", "it writes on", "it translates", "what each is for", "train them"),
    ),
    PageEntry(
        "pages/learning/blank.py",
        "Fill in the blank",
        ("the blank", "layer by layer", "trained for", "one step"),
    ),
)
#: The pages that use sentence vectors.
APPLYING = (
    PageEntry(
        "pages/applications/sentence_map.py",
        "Sentence map",
        ("the selection", "compared", "groups", "how many", "four kinds", "its errors"),
    ),
    PageEntry(
        "pages/applications/retrieval.py",
        "Live retrieval",
        (
            "results",
            "why",
            "on the map",
            "the pipeline",
            "the prompt",
            "how good it is",
            "ladder",
            "failures",
            "passages",
            "two languages",
        ),
    ),
    PageEntry(
        "pages/applications/sentiment.py",
        "Sentiment",
        (
            "type and see",
            "boundary",
            "train",
            "how good",
            "how much data",
            "word order",
            "hard texts",
            "export",
        ),
    ),
    PageEntry("pages/applications/explanations.py", "Explanations", ("one text", "over many texts")),
)
#: The page of a teacher's room.
CLASS = PageEntry("pages/classroom/answers.py", "Your class", ("answers",))
#: The headings of the sidebar, each with its pages.
SECTIONS = {
    "How the encoder reads": (READING[0], BY_HAND, *READING[1:], *COMPARING),
    "How it learns": LEARNING,
    "What its vectors are good for": APPLYING,
}
#: The page of a class ends the line. It stands in the menu of the class, not among the others, which leave the sentence
#: little room in the sidebar.
PAGES = (*(page for pages in SECTIONS.values() for page in pages), CLASS)
STOPS = tuple(Stop(page, screen) for page in PAGES for screen in page.screens)


def page_entry(title: str) -> PageEntry:
    """Return the page with this title."""
    return next(page for page in PAGES if page.title == title)


def stop_before(page: PageEntry, screen: str) -> Stop | None:
    """Return the screen before this one, which may be the last of the page before; None at the start of the line."""
    first = page.screens[0] if screen == ALL_SCREENS else screen
    index = STOPS.index(Stop(page, first)) - 1
    return STOPS[index] if index >= 0 else None


def stop_after(page: PageEntry, screen: str) -> Stop | None:
    """Return the screen after this one, which may be the first of the page after; None at the end of the line."""
    last = page.screens[-1] if screen == ALL_SCREENS else screen
    index = STOPS.index(Stop(page, last)) + 1
    return STOPS[index] if index < len(STOPS) else None
