"""The strip of a lesson under way: where it is, what is said here, and how to leave it or come back."""

import streamlit as st
from markupsafe import Markup

from components.ui import state
from components.ui.lesson.progress import LessonProgress, page_address
from components.ui.page import markup
from components.ui.stage.line import PageEntry


def draw(progress: LessonProgress, page: PageEntry, screen: str) -> None:
    """Draw the strip. page, screen: what is shown; elsewhere than at its stop, the lesson offers the way back."""
    stop = progress.stop
    at_stop = (page.title, screen) == (stop.page, stop.screen)
    where = Markup('<b>{}</b> <span class="es-quiet">{} of {}</span>').format(
        progress.lesson.name, progress.index + 1, len(progress.lesson.stops)
    )
    say = Markup('<p class="es-say">{}</p>').format(stop.say) if at_stop else ""
    ways = [] if at_stop else [_way(progress.address(), "Back to the lesson")]
    rest = {
        name: value for name, value in st.query_params.items() if name not in (state.Lesson.LESSON, state.Lesson.STOP)
    }
    ways.append(_way(page_address(page.title, rest | {state.Stage.SCREEN: screen}), "Leave the lesson"))
    with st.container(key="stage_lesson"):
        markup(
            Markup('<div class="es-lesson"><p>{} <span class="es-ways">{}</span></p>{}</div>').format(
                where, Markup(" ").join(ways), say
            )
        )
    if at_stop and stop.point:
        _outline(stop.point)


def _way(address: str | None, label: str) -> Markup:
    return Markup('<a class="es-go" target="_self" href="{}">{}</a>').format(address, label)


def _outline(name: str) -> None:
    """Outline the picture of this name. A lesson's reader has checked that it is a plain name."""
    st.html(
        f"<style>.st-key-{name}, .st-key-figure_{name}, .st-key-stage_{name} "
        "{ outline: 3px solid var(--es-word); outline-offset: 4px; border-radius: 4px; }</style>"
    )
