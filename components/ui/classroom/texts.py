"""Texts that a class types: shown after the teacher lets them through, and run on the page with one click."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import streamlit as st
from markupsafe import Markup
from streamlit.delta_generator import DeltaGenerator

from components.core.classroom.questions import ClassQuestion, Kind
from components.core.classroom.room import Entry, Room
from components.core.classroom.rooms import Asking
from components.ui import state
from components.ui.classroom import session
from components.ui.classroom.rooms import rooms
from components.ui.page import markup
from components.ui.stage.line import READING, PageEntry
from components.ui.wording import format_count, plain_label, shorten

# Texts that are listed; of more, the first are decided first.
_MOST_LISTED, _MOST_SHOWN = 20, 12
_LONGEST_ON_BUTTON = 60


@dataclass(frozen=True)
class _Box:
    """Where a page reads a text, and what a class may be asked to type for it."""

    key: str
    task: str


#: Title of a page → its box. By hand has a language of its own, Context several sentences; on Sentence map a text is
#: added by a key of the keyboard.
BOXES: Final = {
    **{page.title: _Box(state.Shared.TEXT, "Type a sentence that we should look into") for page in READING},
    "Word order": _Box(state.WordOrder.FIRST, "Type a sentence whose words mean something else in another order"),
    "Fill in the blank": _Box(state.Blank.TEXT, "Type a sentence in which ___ stands for a word that is hard to guess"),
    "Encoder, decoder, both": _Box(
        state.Kinds.SENTENCE, "Type a sentence of the language in which one word can be known from both sides alone"
    ),
    "Live retrieval": _Box(state.Retrieval.QUESTION, "Type a question that the search should answer"),
    "Sentiment": _Box(state.Sentiment.REVIEW, "Type a text that fools the classifier"),
    "Explanations": _Box(state.Explanations.TEXT, "Type a text in which one word decides"),
}


def offer(page: PageEntry, asks: DeltaGenerator, news: DeltaGenerator) -> None:
    """Offer to ask for texts, and show those that were let through. asks, news: places on the page."""
    room, box = session.hosted(), BOXES.get(page.title)
    if room is None or box is None:
        return
    found = [entry for entry in room.entries if entry.page == page.title and entry.question.kind is Kind.TEXT]
    entry = found[-1] if found else None
    waiting = _waiting(room, entry)
    with asks, st.popover(f"{format_count(len(waiting), 'text')} waiting" if waiting else "Texts", key="class_texts"):
        _draw_menu(room, page, box, entry, waiting)
    if entry is not None and entry.let_through:
        with news, st.container(key="class_shown", horizontal=True, gap="small"):
            for text in entry.let_through[-_MOST_SHOWN:]:
                label = shorten(text, _LONGEST_ON_BUTTON)
                st.button(plain_label(label), key=f"run_{text}", on_click=_run, args=(box.key, text), help="Run it")


def _waiting(room: Room, entry: Entry | None) -> list[str]:
    if entry is None:
        return []
    sent = [answer for answers in rooms().answers(room, entry) for answer in answers]
    waiting = rooms().waiting_texts(entry, sent)
    # What comes in stands below what was there, or it would move the buttons in the moment in which one is pressed.
    seen: dict[str, int] = st.session_state.setdefault(state.Classroom.SEEN_TEXTS, {})
    for text in waiting:
        seen.setdefault(text, len(seen))
    return sorted(waiting, key=seen.__getitem__)


def _draw_menu(room: Room, page: PageEntry, box: _Box, entry: Entry | None, waiting: list[str]) -> None:
    """Draw what is asked, and how much waits: that is for the teacher alone, unless it is asked for here."""
    is_open = entry is not None and entry.is_open and room.shown is entry
    if entry is not None and is_open:
        markup(
            Markup("<p>The class is asked: “{}” What comes in waits until you let it through.</p>").format(
                entry.question.text
            )
        )
        st.button(
            "Take no more",
            key=state.Classroom.CLOSE_TEXTS,
            on_click=session.attempt,
            args=(lambda: rooms().reveal(room),),
        )
    else:
        task = st.text_input("What is the class to type?", box.task, max_chars=200, key=f"class_task_{page.title}")
        st.button(
            "Ask for texts",
            key=state.Classroom.ASK_FOR_TEXTS,
            disabled=not task.strip(),
            on_click=session.attempt,
            args=(lambda: rooms().ask(room, _asking(page, task.strip())),),
        )
    if entry is None or not waiting:
        return
    if st.toggle("Read them on this screen", key=state.Classroom.READS_HERE, persist_state="session"):
        _draw_waiting(room, entry, waiting)
    else:
        markup(Markup("<p>Press N for your notes, where you alone read them.</p>"))


def draw_for_teacher() -> None:
    """Draw the texts that wait in the room of this tab, where the class does not see them: in the speaker's notes."""
    room = session.hosted()
    found = [each for each in room.entries if each.question.kind is Kind.TEXT] if room else []
    if room is None or not found:
        return
    entry = found[-1]
    waiting = _waiting(room, entry)
    with st.container(key="class_waiting"):
        number = format_count(len(waiting), "text") if waiting else "No text"
        markup(Markup("<h2>{} waiting</h2><p>“{}”</p>").format(number, entry.question.text))
        _draw_waiting(room, entry, waiting)


def _draw_waiting(room: Room, entry: Entry, waiting: list[str]) -> None:
    """Draw the texts that wait, each with what can be decided of it."""
    for index, text in enumerate(waiting[:_MOST_LISTED]):
        with st.container(horizontal=True, gap="small", vertical_alignment="center", key=f"waiting_{index}"):
            markup(Markup('<p dir="auto">{}</p>').format(text))
            for label, let_through in (("Let through", True), ("Decline", False)):
                st.button(
                    label,
                    key=f"{label}_{text}",
                    on_click=session.attempt,
                    args=(_deciding(room, entry.subject, text, let_through),),
                )
    if len(waiting) > _MOST_LISTED:
        markup(Markup("<p>{} more.</p>").format(len(waiting) - _MOST_LISTED))


def _asking(page: PageEntry, task: str) -> Asking:
    question = ClassQuestion(Kind.TEXT, task)
    screen = str(st.session_state[state.Stage.SCREEN])
    return Asking(f"texts {page.title} {task}", page.title, screen, "", question, None)


def _deciding(room: Room, subject: str, text: str, let_through: bool) -> Callable[[], object]:
    return lambda: rooms().decide(room, subject, text, let_through)


def _run(key: str, text: str) -> None:
    st.session_state[key] = text
