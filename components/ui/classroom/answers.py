"""What a class has answered in its room: each question with its truth, its rounds and their answers."""

import pandas as pd
import streamlit as st
from markupsafe import Markup

from components.core.classroom.questions import Answer, Kind
from components.core.classroom.room import Entry
from components.core.classroom.tally import tally
from components.figures.charts.class_answers import class_answers
from components.ui import downloads, state
from components.ui.charts import show
from components.ui.classroom import asking, menu, session
from components.ui.classroom.rooms import rooms
from components.ui.page import markup, palette
from components.ui.stage import frame
from components.ui.stage.stage import Stage
from components.ui.wording import format_count

# What a text begins with that a spreadsheet would run; an apostrophe before it makes it a text.
_FORMULA = ("=", "+", "-", "@")


def say_which_room(stage: Stage) -> None:
    """Write the page's second line: which room is open."""
    room = session.hosted()
    if room is not None:
        stage.say_what_is_read(f"Room {room.code}", session.join_address().removeprefix("http://"))


def draw() -> None:
    """Draw every question of the room, or offer to open one."""
    room = session.hosted()
    if room is None:
        frame.heading(
            "A class answers from its phones",
            "Open a room: phones join by a QR code, without names or accounts. Screens with a question then ask the "
            "class, and its guesses are drawn where the answer appears. The room is deleted when you end it, or three "
            "hours after its last use.",
        )
        st.button(
            "Open a room", type="primary", key=state.Classroom.OPEN, on_click=session.attempt, args=(session.open_room,)
        )
        return
    answered = [(entry, rooms().answers(room, entry)) for entry in room.entries]
    shown = [(entry, answers) for entry, answers in answered if entry.is_revealed]
    if shown:
        frame.heading(
            f"{format_count(len(shown), 'question')} asked in room {room.code}",
            "Save them before you end the room: then all of it is deleted, on the phones too.",
        )
    elif answered:
        frame.heading(
            f"In room {room.code}, a question waits for its answer",
            "It stands here once its answer was shown.",
        )
    else:
        frame.heading(
            f"Room {room.code} is open; nothing was asked yet",
            "Go to a screen that has a question, such as Tokens, Positions or Attention, and ask the class.",
        )
    with frame.controls():
        downloads.offer(
            "Answers (CSV)",
            lambda: _table(answered).to_csv(index=False).encode("utf-8"),
            f"class-{room.code}.csv",
            disabled=not answered,
        )
        menu.offer_end("end_room")
    for number, (entry, answers) in enumerate(shown, 1):
        _draw_entry(number, entry, answers)


def _draw_entry(number: int, entry: Entry, answers: tuple[tuple[Answer, ...], ...]) -> None:
    tallies = [tally(entry.question, entry.truth, each) for each in answers]
    frame.part(f"{number}. {entry.question.text}", f"{entry.page}: {entry.screen}. {asking.summary(entry, tallies)}")
    if entry.question.kind is Kind.TEXT:
        # What the teacher has declined stands in the file alone.
        texts = (Markup('<li dir="auto">{}</li>').format(each) for each in entry.let_through)
        markup(Markup('<ul class="es-list">{}</ul>').format(Markup("").join(texts)))
        return
    show(
        class_answers(entry.question, entry.truth, answers, palette()),
        key=f"class-answers-{number}",
        alt=asking.summary(entry, tallies),
        numbers=lambda: _table([(entry, answers)]),
    )


def _table(answered: list[tuple[Entry, tuple[tuple[Answer, ...], ...]]]) -> pd.DataFrame:
    """Return a row for each answer."""
    rows = [
        {
            "page": entry.page,
            "screen": entry.screen,
            "text": entry.about,
            "question": entry.question.text,
            "round": number,
            "answer": _said(entry, answer),
            "truth": "" if entry.truth is None or not entry.is_revealed else _said(entry, entry.truth.answer),
            "right or near": entry.truth.is_near(answer) if entry.truth is not None and entry.is_revealed else None,
        }
        for entry, rounds in answered
        for number, answers in enumerate(rounds, 1)
        for answer in answers
    ]
    return pd.DataFrame(rows)


def _said(entry: Entry, answer: Answer) -> str | float:
    if entry.question.options and isinstance(answer, int):
        return entry.question.options[answer]
    if isinstance(answer, tuple):
        return f"{answer[0]:.3f} {answer[1]:.3f}"
    if isinstance(answer, str) and answer.startswith(_FORMULA):
        return f"'{answer}"
    return answer
