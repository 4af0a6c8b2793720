"""Predict, then reveal: a question that is asked before its screen shows the answer.

With “Ask me first” a screen asks first. The answer is computed from what is on screen; the guess stays in the session.
In a room, the class is asked in the reader's place, and its guesses stay in the room.

    asked = question.scale("orders", (text, mode), "How alike are the two sentence vectors?", 0, 1, cosine)
    if asked.hidden:
        return
    draw(..., guesses=asked.guesses)
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import streamlit as st

from components.core.classroom.guesses import NOBODY, Guesses
from components.core.classroom.questions import ClassQuestion, Kind, Map, Scale, Truth
from components.core.errors import RoomError, StoreError
from components.ui import state
from components.ui.classroom import asking, session
from components.ui.classroom.asking import ScreenQuestion
from components.ui.stage import frame

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Asked(Generic[Answer]):
    """What was answered. hidden: the question stands there, and the answer must not be drawn."""

    hidden: bool
    guesses: Guesses[Answer] = NOBODY


def scale(
    name: str,
    subject: Hashable,
    text: str,
    low: float,
    high: float,
    truth: float,
    *,
    decimals: int = 2,
    unit: str = "",
) -> Asked[float]:
    """Ask for a number between `low` and `high`.

    name: names the question; a screen has one. subject: what it is about; another subject is asked about anew.
    """

    def ask() -> float:
        step = 10.0**-decimals
        return float(
            st.slider(
                "Your guess",
                float(low),
                float(high),
                (low + high) / 2,
                step,
                format=f"%.{decimals}f{unit}",
                key=f"guess_{name}",
            )
        )

    def say(guess: float) -> str:
        difference = guess - truth
        if abs(difference) < 0.5 * 10.0**-decimals:
            return f"You guessed {guess:.{decimals}f}{unit}: exactly right."
        side = "too high" if difference > 0 else "too low"
        said, true = f"{guess:.{decimals}f}{unit}", f"{truth:.{4 if decimals else 0}f}{unit}"
        return f"You guessed {said}; it is {true}: {abs(difference):.{decimals}f} {side}."

    # A count is right or wrong; of a measure, a twentieth of the scale is near.
    reach = 0.05 * (high - low) if decimals else 0.0
    for_class = ScreenQuestion(
        name,
        subject,
        ClassQuestion(Kind.NUMBER, text, Scale(float(low), float(high), decimals, unit)),
        Truth(float(truth), reach=reach),
        lambda answer: answer,
        lambda guess: guess,
    )
    return _asked(for_class, ask, say)


def one_of(
    name: str,
    subject: Hashable,
    text: str,
    options: Sequence[str],
    truth: str,
    *,
    also_right: Sequence[str] = (),
) -> Asked[str]:
    """Ask for one of several options, such as the tokens of a sentence. also_right: options as good as the truth."""

    def ask() -> str | None:
        picked = st.pills("Your guess", options, key=f"guess_{name}")
        return None if picked is None else str(picked)

    def say(guess: str) -> str:
        if guess == truth or guess in also_right:
            return f"You guessed “{guess}”: right."
        return f"You guessed “{guess}”; it is “{truth}”."

    names = tuple(map(str, options))
    for_class = ScreenQuestion(
        name,
        subject,
        ClassQuestion(Kind.CHOICE, text, options=names),
        Truth(names.index(str(truth)), tuple(names.index(str(each)) for each in also_right if each != truth)),
        lambda index: options[int(index)],  # type: ignore[arg-type]
        lambda option: names.index(str(option)),
    )
    return _asked(for_class, ask, say)


def place(
    name: str,
    subject: Hashable,
    text: str,
    ask: Callable[[], tuple[float, float] | None],
    say: Callable[[tuple[float, float]], str],
    *,
    drawn: Map,
    truth: tuple[float, float],
    read: Callable[[tuple[float, float]], tuple[float, float]],
    write: Callable[[tuple[float, float]], tuple[float, float]],
) -> Asked[tuple[float, float]]:
    """Ask for a place in a picture. ask: draws the picture without the answer, and returns the place picked so far.

    say: says how far a guess is from the truth. drawn, truth: the picture and the truth in a box 1 wide and 1 high.
    read, write: turn a place in that box into one in the picture, and back.
    """
    for_class = ScreenQuestion(
        name,
        subject,
        ClassQuestion(Kind.PLACE, text, map=drawn),
        Truth(truth, reach=0.1),
        read,  # type: ignore[arg-type]
        write,
        picture=ask,  # type: ignore[arg-type]
    )
    return _asked(for_class, ask, say)


def _asked(
    for_class: ScreenQuestion,
    ask: Callable[[], Answer | None],
    say: Callable[[Answer], str],
) -> Asked[Answer]:
    """Ask unless the reader does not want to be asked, or has answered; say how the guess and the truth differ."""
    try:
        in_class = _asked_in_class(for_class, ask)
    except (RoomError, StoreError) as error:
        frame.heading("The room of your class cannot be read", str(error))
        return Asked(True)
    if in_class is not None:
        return in_class
    if not st.session_state.get(state.Stage.ASK_FIRST):
        return Asked(False)
    name, subject = for_class.name, for_class.subject
    own: dict[tuple[str, Hashable], Answer] = st.session_state.setdefault(state.Stage.GUESSES, {})
    if (name, subject) in own:
        guess = own[name, subject]
        frame.current().verdict = say(guess)
        return Asked(False, Guesses(guess))
    frame.heading(for_class.question.text, "Guess first. The answer is computed from what is on this screen.")
    with st.container(key=f"question_{name}"):
        guess_now = ask()

        def reveal() -> None:
            own[name, subject] = guess_now  # type: ignore[assignment]

        st.button("Reveal", type="primary", on_click=reveal, disabled=guess_now is None, key=f"reveal_{name}")
    return Asked(True)


def _asked_in_class(for_class: ScreenQuestion, ask: Callable[[], Answer | None]) -> Asked[Answer] | None:
    """Ask the class in whose room the reader is; None without a room, or if its class was not asked this."""
    room = session.hosted()
    if room is not None:
        guesses = asking.ask_class(room, for_class)
        return Asked(True) if guesses is None else Asked(False, guesses)
    followed = session.followed()
    if followed is not None and asking.is_asked(followed, for_class):
        shown = asking.answer_in_class(followed, for_class, ask)
        return Asked(True) if shown is None else Asked(False, shown)
    return None
