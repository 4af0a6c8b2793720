"""Predict, then reveal: a question that is asked before its screen shows the answer.

With “Ask me first” a screen asks first. The answer is computed from what is on screen; the guess stays in the session.

    asked = question.scale("orders", (text, mode), "How alike are the two sentence vectors?", 0, 1, cosine)
    if asked.hidden:
        return
    draw(..., guess=asked.guess)
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import streamlit as st

from components.core.classroom.guesses import NOBODY, Guesses
from components.ui import state
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

    return _asked(name, subject, text, ask, say)


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

    return _asked(name, subject, text, ask, say)


def place(
    name: str,
    subject: Hashable,
    text: str,
    ask: Callable[[], tuple[float, float] | None],
    say: Callable[[tuple[float, float]], str],
) -> Asked[tuple[float, float]]:
    """Ask for a place in a picture. ask: draws the picture without the answer, and returns the place picked so far.

    say: says how far a guess is from the truth.
    """
    return _asked(name, subject, text, ask, say)


def _asked(
    name: str,
    subject: Hashable,
    text: str,
    ask: Callable[[], Answer | None],
    say: Callable[[Answer], str],
) -> Asked[Answer]:
    """Ask unless the reader does not want to be asked, or has answered; say how the guess and the truth differ."""
    if not st.session_state.get(state.Stage.ASK_FIRST):
        return Asked(False)
    guesses: dict[tuple[str, Hashable], Answer] = st.session_state.setdefault(state.Stage.GUESSES, {})
    if (name, subject) in guesses:
        guess = guesses[name, subject]
        frame.current().verdict = say(guess)
        return Asked(False, Guesses(guess))
    frame.heading(text, "Guess first. The answer is computed from what is on this screen.")
    with st.container(key=f"question_{name}"):
        guess_now = ask()

        def reveal() -> None:
            guesses[name, subject] = guess_now  # type: ignore[assignment]

        st.button("Reveal", type="primary", on_click=reveal, disabled=guess_now is None, key=f"reveal_{name}")
    return Asked(True)
