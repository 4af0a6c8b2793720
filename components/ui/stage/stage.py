"""A page as a sequence of screens: the places that they share, and the frame of each."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import streamlit as st
from markupsafe import Markup
from streamlit.delta_generator import DeltaGenerator

from components.ui import state
from components.ui.classroom import texts
from components.ui.lesson import menu
from components.ui.page import Reading, markup, read_sentence, say_what_is_not_read
from components.ui.stage import bar, line, save_menu
from components.ui.stage.about import LONGEST_AT_THE_EDGE, about
from components.ui.stage.frame import Frame, SavedPicture, drawn_in, open_more
from components.ui.stage.line import ALL_SCREENS

# All screens under one another, for reading and printing, are no wider than what paper can show in readable type, and
# nothing in them scrolls in a place of its own.
_ALL_SCREENS_STYLE = """<style>@media screen {
.stMain .stMainBlockContainer { max-width: 68rem !important; }
.st-key-stage_body [class*="st-key-scroll_"] { max-height: none !important; overflow-y: visible !important; }
}</style>"""


class Stage:
    """The screens of one page. Made first on a page, it draws the bar; `run` draws the screen that is shown."""

    def __init__(self, title: str) -> None:
        """title: the page's title in the line of pages."""
        self.page = line.page_entry(title)
        self._text = ""  # what the screens are about
        self.screen = bar.draw(self.page)
        if self.shows_all:
            st.html(_ALL_SCREENS_STYLE)
        with st.container(key="stage_line", horizontal=True, vertical_alignment="center", gap="small"):
            self._line = st.container(width="stretch")
            lessons, self._asks, self._own_slot, self._more_slot, self._details_slot, self._save_slot = (
                st.container(width="content", key=f"stage_{name}", horizontal=True, gap="small")
                for name in ("lessons", "asks", "own", "more", "details", "save")
            )
        if self.page is line.PAGES[0]:
            with lessons:
                menu.offer()
        self._more: DeltaGenerator | None = None
        self._news = st.container(key="stage_news", gap=None)
        self._head = st.container(key="stage_head", gap=None)
        # Holds one thing, so that a title and what stands in its place replace each other at once.
        self._title = self._head.empty()
        self._controls = st.container(key="stage_controls", horizontal=True, vertical_alignment="bottom", gap="medium")
        self._body = st.container(key="stage_body")

    @property
    def shows_all(self) -> bool:
        """True if all screens are shown under one another."""
        return self.screen == ALL_SCREENS

    def shows(self, *screens: str) -> bool:
        """True if one of these screens is drawn."""
        return self.shows_all or self.screen in screens

    def read_sentence(self) -> Reading:
        """Return the current sentence, and say in the page's second line what is read. Errors end the page."""
        with self.in_place_of_title():
            reading = read_sentence()
        with self._body:
            say_what_is_not_read(reading)
        self.say_what_is_read(reading.tokens.text, reading.summary)
        return reading

    def say_what_is_read(self, text: str, summary: str) -> None:
        """Write the page's second line: a text, and what there is to say about it in a few words."""
        self.name_pictures(text)
        with self._line:
            markup(
                Markup(
                    '<p class="es-read"><span class="es-sentence" dir="auto">{}</span>'
                    ' <span class="es-count">{}</span></p>'
                ).format(text, summary)
            )

    @contextmanager
    def ask_what_is_read(self) -> Iterator[None]:
        """Draw the box for what the page reads into its second line, in place of a text."""
        with self._line:
            yield

    def name_pictures(self, text: str) -> None:
        """Say what the screens are about in the captions of saved pictures and on printed sheets."""
        self._text = text.striptags() if isinstance(text, Markup) else text

    @contextmanager
    def own_data(self) -> Iterator[None]:
        """Draw into the popover for what readers bring along. `close_own_data` closes it."""
        with self._own_slot, st.popover("Your own data", key=state.Stage.OWN_DATA, on_change="rerun"):
            yield

    @contextmanager
    def beside(self, screen: str) -> Iterator[DeltaGenerator | None]:
        """Draw a box as large as a picture: at its left on one screen, into the popover of own data elsewhere.

        Yields where the picture of that screen is to be drawn; None for its usual place.
        """
        if self.screen != screen:
            with self.own_data():
                yield None
            return
        with self._body:
            box, right = st.columns(2, gap="medium")
        with box:
            yield right

    @contextmanager
    def news(self) -> Iterator[None]:
        """Draw between the page's second line and the title: what became of what a reader brought along."""
        with self._news:
            yield

    @contextmanager
    def working(self, finding: str, lead: str = "") -> Iterator[None]:
        """Show another title while something that takes long is computed; if the page ends there, it stays."""
        with self._title:
            markup(Markup('<h1>{}</h1><p class="es-lead">{}</p>').format(finding, lead))
        with self._body:
            yield

    @contextmanager
    def in_place_of_title(self) -> Iterator[None]:
        """Draw where the title will be: an error that ends the page."""
        with self._title.container():
            yield

    @contextmanager
    def control(self, *screens: str) -> Iterator[None]:
        """Draw a control that several screens share: in sight on `screens`, behind the button of the others.

        All values that a screen depends on are asked for in every run, so that its address holds them.
        """
        if self.shows(*screens):
            with self._controls:
                yield
        else:
            with self.more():
                yield

    @contextmanager
    def more(self) -> Iterator[None]:
        """Draw controls that all screens of the page share into the popover of further controls."""
        if self._more is None:
            self._more = open_more(self._more_slot)
        with self._more:
            yield

    @contextmanager
    def above(self) -> Iterator[None]:
        """Draw above the picture, where errors about what was typed belong."""
        with self._controls:
            yield

    def run(self, screens: Mapping[str, Callable[[], None]]) -> None:
        """Draw the screen that is shown, or all of them. screens: each name of the page's line with what draws it."""
        if tuple(screens) != self.page.screens:
            raise ValueError(f"{self.page.title} has the screens {self.page.screens}, not {tuple(screens)}.")
        if not self.shows_all:
            frame = Frame(
                1,
                self._title,
                self._asks,
                self._controls,
                self._body,
                self._more_slot,
                self._details_slot,
                about=self._text,
                more=self._more,
            )
            with drawn_in(frame):
                screens[self.screen]()
            texts.offer(self.page, self._asks, self._news)
            self._draw_what_leaves(frame.saved)
            return
        saved = []
        # Each screen has a title of its own.
        self._title.empty()
        with self._body:
            for level, (name, draw) in zip([1] + [2] * len(screens), screens.items(), strict=False):
                with st.container(key=f"screen_{name.replace(' ', '_')}"):
                    frame = _stacked_frame(level, self._text)
                with drawn_in(frame):
                    draw()
                saved += frame.saved
        self._draw_what_leaves(saved)

    def _draw_what_leaves(self, pictures: Sequence[SavedPicture]) -> None:
        """Draw the Save menu, and write down what printed sheets say below."""
        save_menu.draw(self._save_slot, pictures, self._text)
        with self._head:
            markup(Markup('<p class="es-about" hidden>{}</p>').format(about(self._text, LONGEST_AT_THE_EDGE)))


def close_own_data() -> None:
    """Close the popover for what readers bring along, to have its result in sight; for callbacks."""
    st.session_state[state.Stage.OWN_DATA] = False


def _stacked_frame(level: int, about: str) -> Frame:
    """Return a frame below others: each of its slots where it is in the order of the page."""
    head = st.container(gap=None)
    asks = st.container()
    controls = st.container(horizontal=True, vertical_alignment="bottom", gap="medium")
    body = st.container()
    below = st.container()
    return Frame(level, head, asks, controls, body, controls, below, about=about, prints=True)
