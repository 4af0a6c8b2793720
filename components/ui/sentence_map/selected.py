"""The screen that the page opens with: the map, and the selected sentences beside it."""

from dataclasses import dataclass

import streamlit as st

from components.ui.sentence_map import details, landing, summary
from components.ui.sentence_map.controls import BY_GROUP
from components.ui.sentence_map.maps import draw_map
from components.ui.sentence_map.session import SentenceMap
from components.ui.stage import frame
from components.ui.stage.question import Asked

# On a phone what is asked stands in one row, so that the map is in the first height of the window.
_ONE_ROW = """<style>@media screen and (max-width: 640px) {
.stMain .st-key-stage_controls { flex-wrap: nowrap; gap: 0.4rem; }
.stMain .st-key-stage_controls > * { flex: 2 1 0; width: auto !important; min-width: 0 !important; }
.stMain .st-key-stage_controls > :first-child { flex-grow: 3; }
}</style>"""


@dataclass
class SelectionScreen:
    """The selection, and the question that is asked before an added sentence is shown."""

    session: SentenceMap
    selected: tuple[int, ...]
    focus: int | None  # the sentence whose neighbours are shown
    colours: str
    asked: Asked[tuple[float, float]] | None = None  # set when the screen is drawn

    def draw(self) -> None:
        """Draw the screen."""
        self.asked = landing.ask(self.session, lambda: draw_map(self.session, self.colours))
        if self.asked.hidden:
            return
        frame.heading(summary.finding(self.session), summary.lead(self.session))
        st.html(_ONE_ROW)
        picture, beside = st.columns([5, 3], gap="medium")
        with picture:
            draw_map(self.session, self.colours)
        with beside, st.container(key="scroll_selection"):
            details.draw(self.session, self.selected, self.focus, grouped=self.colours == BY_GROUP)
