"""The bar above the screens of a page: which one is shown, and the ways back and on."""

from collections.abc import Mapping
from typing import Literal
from urllib.parse import parse_qs

import streamlit as st
from markupsafe import Markup
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import get_script_run_ctx

from components.ui import state
from components.ui.lesson import progress, strip
from components.ui.lesson.progress import LessonProgress
from components.ui.page import markup
from components.ui.stage import line
from components.ui.stage.line import ALL_SCREENS, Stop


def draw(page: line.PageEntry) -> str:
    """Draw the bar and, below it, the lesson that is under way; return the screen that is shown."""
    with st.container(key="stage_bar", horizontal=True, vertical_alignment="center", gap="small"):
        screen = _pick_screen(page)
        steps = {
            "back": st.container(key="stage_back", width="content"),
            "next": st.container(key="stage_next", width="content"),
        }
    lesson = progress.current()
    if lesson is not None:
        strip.draw(lesson, page, screen)
    _draw_steps(steps, page, screen, lesson)
    _say_where(page, screen)
    return screen


def show_screen(name: str) -> None:
    """Show another screen of the page; for callbacks."""
    st.session_state[state.Stage.SCREEN] = name


def _pick_screen(page: line.PageEntry) -> str:
    """Ask which screen is shown."""
    screens = [*page.screens, ALL_SCREENS]
    left = st.session_state.get(state.Stage.PAGE)
    asked = _screen_asked_for(page) if left not in (None, page.title) else None
    if asked in screens:
        st.session_state[state.Stage.SCREEN] = asked
    elif st.session_state.get(state.Stage.SCREEN) not in screens:
        # The name of another page's screen.
        st.session_state.pop(state.Stage.SCREEN, None)
    st.session_state[state.Stage.PAGE] = page.title
    picked = st.segmented_control(
        "Screen",
        screens,
        default=page.screens[0],
        required=True,
        key=state.Stage.SCREEN,
        bind=state.IN_URL,
        label_visibility="collapsed",
        width="stretch",
    )
    # An empty name in the address picks nothing.
    return str(picked) if picked in screens else page.screens[0]


def _screen_asked_for(page: line.PageEntry) -> str | None:
    """Return the screen that the address names, after a way from one page to another; give it back to the address.

    Streamlit drops a parameter of the address that is bound to a widget of the page that is left, also where the
    address of the next page has it. In a lesson, the stop says which screen it was.
    """
    context = get_script_run_ctx()
    if context is None:
        return None
    named = parse_qs(context.query_string).get(state.Stage.SCREEN, [])
    lesson = progress.current()
    if not named and lesson is not None and lesson.stop.page == page.title:
        named = [lesson.stop.screen]
    if not named:
        return None
    with context.session_state.query_params() as parameters:
        parameters.set_corrected_value(state.Stage.SCREEN, named[-1], "string_value")
        parameters.set_initial_query_params_from_current()
    return named[-1]


def _draw_steps(
    slots: Mapping[str, DeltaGenerator], page: line.PageEntry, screen: str, lesson: LessonProgress | None
) -> None:
    """Draw the ways back and on: along the lesson that is under way, else along the line of all screens."""
    if lesson is not None:
        for (direction, slot), step in zip(slots.items(), (-1, 1), strict=True):
            address = lesson.address(step)
            if address is not None:
                with slot:
                    label = "Back" if direction == "back" else "Next"
                    markup(Markup('<a class="es-go es-move" target="_self" href="{}">{}</a>').format(address, label))
        return
    stops = {"back": line.stop_before(page, screen), "next": line.stop_after(page, screen)}
    for direction, stop in stops.items():
        if stop is not None:
            with slots[direction]:
                _draw_step(direction, stop, page)


def _draw_step(direction: str, stop: Stop, page: line.PageEntry) -> None:
    """Draw the way to another screen: a button within the page, a link to another page."""
    back = direction == "back"
    icon = f":material/arrow_{'back' if back else 'forward'}:"
    side: Literal["left", "right"] = "left" if back else "right"
    if stop.page is page:
        st.button(
            "Back" if back else "Next",
            key=f"go_{direction}",
            on_click=show_screen,
            args=(stop.screen,),
            help=stop.screen.capitalize(),
            icon=icon,
            icon_position=side,
            type="tertiary",
        )
    else:
        st.page_link(
            stop.page.path,
            label="Back" if back else f"Next: {stop.page.title}",
            help=f"{stop.page.title}: {stop.screen}",
            icon=icon,
            icon_position=side,
            query_params={state.Stage.SCREEN: stop.screen},
        )


def _say_where(page: line.PageEntry, screen: str) -> None:
    """Write in the sidebar, under the page's name, which of its screens is shown."""
    where = screen
    if screen != ALL_SCREENS:
        where = f"{page.screens.index(screen) + 1} of {len(page.screens)} · {screen}"
    st.html(f'<style>[data-testid="stSidebarNavItems"] a[aria-current="page"]::after {{ content: "{where}"; }}</style>')
