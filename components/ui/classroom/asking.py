"""A screen's question, asked of a class: it is open on the phones until its answer is shown."""

import hashlib
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st
from markupsafe import Markup

from components.core.classroom.guesses import Guesses
from components.core.classroom.questions import Answer, ClassQuestion, Kind, Truth
from components.core.classroom.room import Entry, Room
from components.core.classroom.rooms import Asking, ClosedError
from components.core.classroom.tally import Tally, tally
from components.ui import state
from components.ui.classroom import session
from components.ui.classroom.rooms import rooms
from components.ui.page import markup
from components.ui.stage import frame
from components.ui.stage.about import LONGEST_AT_THE_EDGE
from components.ui.wording import format_count, shorten


@dataclass(frozen=True)
class ScreenQuestion:
    """What a screen asks, as phones get it, and how its pictures know the answers."""

    name: str
    subject: Hashable
    question: ClassQuestion
    truth: Truth
    read: Callable[[Answer], Any]  # an answer of a phone, as the screen's picture takes it
    write: Callable[[Any], Answer]  # and back
    picture: Callable[[], None] | None = None  # drawn while the answer is hidden

    @property
    def digest(self) -> str:
        """What names the question and its subject, also after the server was started again."""
        return hashlib.sha256(repr((self.name, self.subject)).encode()).hexdigest()[:32]


def ask_class(room: Room, asked: ScreenQuestion) -> Guesses[Any] | None:
    """Ask a class; returns its guesses once the answer is shown, and None while it is hidden."""
    index = room.find(asked.digest)
    entry = None if index is None else room.entries[index]
    if entry is None:
        unasked = asked.digest in st.session_state.get(state.Classroom.UNASKED, set())
        if unasked or not st.session_state.get(state.Stage.ASK_FIRST):
            _offer(room, asked, "Ask the class")
            return Guesses()
        _draw_unasked(room, asked)
        return None
    if not entry.is_revealed or entry.is_open:
        _draw_open(room, entry, asked)
        return None
    _offer(room, asked, "Ask again")
    return _revealed(room, entry, asked)


def is_asked(room: Room, asked: ScreenQuestion) -> bool:
    """True if the class of this room was asked this question."""
    return room.find(asked.digest) is not None


def answer_in_class(room: Room, asked: ScreenQuestion, ask: Callable[[], Any]) -> Guesses[Any] | None:
    """Ask one of the class who follows in the app; returns the guesses once the answer is shown.

    ask: draws the question and returns what is picked so far.
    """
    index = room.find(asked.digest)
    assert index is not None
    entry = room.entries[index]
    if entry.is_revealed and not entry.is_open:
        return _revealed(room, entry, asked)
    is_open = room.shown is entry and entry.is_open
    frame.heading(asked.question.text, "Your teacher asks." if is_open else "Your teacher shows the answer later.")
    with st.container(key=f"question_{asked.name}"):
        picked = ask()
        if is_open:
            st.button(
                "Send",
                type="primary",
                key=f"send_{asked.name}",
                disabled=picked is None,
                on_click=session.attempt,
                args=(lambda: _send(room, asked.write(picked)),),
            )
            mine = rooms().own_answer(room, session.device(room))
            if mine is not None:
                said = _said(entry, mine)
                markup(Markup("<p>Your answer: {}. You can change it until the answer is shown.</p>").format(said))
        _say_problem()
    return None


def _revealed(room: Room, entry: Entry, asked: ScreenQuestion) -> Guesses[Any]:
    """Say how the guesses and the truth differ, and return the guesses as the screen's picture takes them."""
    answers = rooms().answers(room, entry)
    frame.current().verdict = summary(entry, [tally(entry.question, entry.truth, each) for each in answers])
    return Guesses(rounds=answers).mapped(asked.read)


def _send(room: Room, answer: Answer) -> None:
    """Send the answer of this session."""
    number = room.open_round or 0
    kept = rooms().store.answer([rooms().check(room, session.device(room), number, answer)])
    if kept != [True]:
        raise ClosedError("This question is closed; your last answer counts.")


def _said(entry: Entry, answer: Answer) -> str:
    """Say an answer in words."""
    if entry.question.scale is not None and isinstance(answer, float | int):
        return entry.question.scale.said(answer)
    if entry.question.options and isinstance(answer, int):
        return f"“{entry.question.options[answer]}”"
    return "the place that you picked"


def summary(entry: Entry, tallies: list[Tally]) -> str:
    """Say in a sentence or two how a class's guesses and the truth differ."""
    question = entry.question
    if question.kind is Kind.TEXT:
        sent = sum(each.answered for each in tallies)
        return f"{format_count(sent, 'text')}, {len(entry.let_through) or 'none'} let through."
    first, *later = (_said_of_round(entry, each) for each in tallies)
    said = f"{first[0].upper()}{first[1:]}."
    for each in later:
        said += f" Asked again: {each}."
    truth, scale = entry.truth, question.scale
    if truth is not None and scale is not None and isinstance(truth.answer, float):
        said += f" It is {truth.answer:.{4 if scale.decimals else 0}f}{scale.unit}.".replace("-", "−")
    elif truth is not None and question.options and isinstance(truth.answer, int):
        right = sorted({truth.answer, *truth.also_right})
        said += f" It is {' or '.join(f'“{question.options[index]}”' for index in right)}."
    return said


def _said_of_round(entry: Entry, counted: Tally) -> str:
    """Say what was answered in one round."""
    if not counted.answered:
        return "nobody has answered"
    question, said = entry.question, format_count(counted.answered, "answer")
    if question.scale is not None and isinstance(counted.median, float):
        said += f", median {question.scale.said(counted.median)}"
    if question.options:
        most = max(counted.counts)
        named = [name for name, count in zip(question.options, counted.counts, strict=True) if count == most]
        said += f", most say “{named[0]}” ({most})" if len(named) == 1 else ""
    if entry.truth is None or counted.near is None:
        return said
    number, verb = counted.near or "none", "are" if counted.near > 1 else "is"
    near = "right"
    if question.kind is Kind.PLACE:
        near = "within a tenth of the map"
    elif question.scale is not None and entry.truth.reach:
        near = f"within {question.scale.said(entry.truth.reach)}"
    return f"{said}; {number} {verb} {near}"


def _draw_unasked(room: Room, asked: ScreenQuestion) -> None:
    frame.heading(asked.question.text, "Ask the class: the question then stands on every phone.")
    with st.container(key=f"question_{asked.name}"):
        _draw_choices(asked)
        with st.container(horizontal=True, gap="small"):
            _button(f"ask_{asked.name}", "Ask the class", partial(_ask, room, asked, _about()), primary=True)
            _button(f"show_{asked.name}", "Show the answer without asking", lambda: _show_unasked(asked))


def _draw_open(room: Room, entry: Entry, asked: ScreenQuestion) -> None:
    """Draw the question while answers come in: their number, not what they are."""
    is_open = entry.is_open and room.shown is entry
    frame.heading(
        asked.question.text,
        "Asked again. Answer on your phones." if len(entry.rounds) > 1 else "Answer on your phones.",
    )
    with st.container(key=f"question_{asked.name}"):
        _draw_choices(asked)
        if is_open:
            markup(
                Markup(
                    '<p class="es-counting"><b class="es-answered">…</b> of <b class="es-people">…</b> '
                    "have answered</p>"
                )
            )
        with st.container(horizontal=True, gap="small"):
            if is_open:
                _button(f"reveal_{asked.name}", "Show the answer", lambda: rooms().reveal(room), primary=True)
                _button(f"withdraw_{asked.name}", "Take it back", lambda: rooms().withdraw(room))
            else:
                # Another question was asked before this one's answer was shown.
                show = partial(rooms().reveal, room, asked.digest)
                _button(f"reveal_{asked.name}", "Show the answer", show)
                _button(f"ask_{asked.name}", "Ask again", partial(_ask, room, asked, _about()), primary=True)


def _draw_choices(asked: ScreenQuestion) -> None:
    """Draw what can be answered, for those who have no phone."""
    question = asked.question
    if asked.picture is not None:
        asked.picture()
    elif question.scale is not None:
        scale = question.scale
        markup(Markup('<p class="es-large">From {} to {}</p>').format(scale.said(scale.low), scale.said(scale.high)))
    else:
        chips = Markup("").join(Markup('<span class="es-chip">{}</span>').format(each) for each in question.options)
        markup(Markup('<p class="es-chips es-large" dir="auto">{}</p>').format(chips))


def _offer(room: Room, asked: ScreenQuestion, label: str) -> None:
    """Offer to ask, on a screen that shows its answer: it is hidden then."""
    with frame.current().asks, st.container(horizontal=True, gap="small"):
        _button(f"ask_{asked.name}", label, partial(_ask, room, asked, _about()))


def _button(key: str, label: str, act: Callable[[], object], primary: bool = False) -> None:
    st.button(label, key=key, on_click=session.attempt, args=(act,), type="primary" if primary else "secondary")
    if primary:
        _say_problem()


def _say_problem() -> None:
    problem = st.session_state.get(state.Classroom.PROBLEM)
    if problem:
        markup(Markup('<p class="es-problem">{}</p>').format(problem))


def _ask(room: Room, asked: ScreenQuestion, about: str) -> None:
    page, screen = st.session_state[state.Stage.PAGE], st.session_state[state.Stage.SCREEN]
    rooms().ask(room, Asking(asked.digest, page, screen, about, asked.question, asked.truth))


def _about() -> str:
    return shorten(frame.current().about, LONGEST_AT_THE_EDGE)


def _show_unasked(asked: ScreenQuestion) -> None:
    st.session_state.setdefault(state.Classroom.UNASKED, set()).add(asked.digest)
