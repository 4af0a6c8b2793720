"""One run of the app: the pages in lesson order, the sidebar they share, and the page that is asked for."""

import streamlit as st

from components.core.numerics.lanes import page_turn
from components.ui import sidebar
from components.ui.classroom import corner, texts
from components.ui.page import use_style
from components.ui.stage import carried, line, old_links, presenter, window


def draw() -> None:
    """Draw what the reader's browser shows, when it is this reader's turn."""
    with page_turn():
        _draw()


def _draw() -> None:
    pages = [
        st.Page(
            each.path,
            title=each.title,
            default=each is line.PAGES[0],
            visibility="hidden" if each is line.CLASS else "visible",
        )
        for each in line.PAGES
    ]
    page = st.navigation(pages, expanded=True)
    st.set_page_config(page_icon="assets/logo.png", layout="wide")
    st.logo("assets/wordmark.svg", size="large")
    use_style({section: len(listed) for section, listed in line.SECTIONS.items()})
    window.watch()
    old_links.follow()
    carried.carry(page.title)
    if presenter.shows_notes():
        presenter.draw_notes()
        corner.listen()
        texts.draw_for_teacher()
    else:
        presenter.use_style()
        with st.sidebar:
            sidebar.draw(
                asks_for_sentence=page.title in {each.title for each in line.READING},
                offers_lessons=page.title != line.PAGES[0].title,
            )
        corner.draw()
        page.run()
