"""The reader's own explanation: words that are clicked are hidden, one after the other, and the result is read again.

The address holds which: `hidden=3-1` are the fourth and the second word of the text, in the order of the clicks.
"""

import numpy as np
import streamlit as st
from jaxtyping import Float

from components.core.embeddings.token_contributions import WordContribution, word_contribution
from components.core.explanations.deletion import DeletionCurves, TestedExplanations, target_without
from components.core.explanations.rankings import Explanation
from components.ui import state
from components.ui.caches import explanations, models
from components.ui.caches.requests import HiddenRequest
from components.ui.explanations.subject import Subject
from components.ui.page import quoted
from components.ui.wording import format_count, format_signed, join_list
from components.views.words import ShadedPiece, words

_HINT = "Which words keep the number high? Click them, the most important first: the model reads the rest."
# More words than that are counted in a title, not named.
_NAMED = 2
# Results that look alike in print.
_ALIKE = 0.005


def hidden_words(subject: Subject) -> tuple[int, ...]:
    """Return the words that the reader has hidden, in the order of the clicks."""
    named = str(st.query_params.get(state.Explanations.HIDDEN, "")).split("-")
    known = {str(index): index for index in range(len(subject.tokens.words))}
    return tuple(dict.fromkeys(known[each] for each in named if each in known))


def forget() -> None:
    """Show all words: those that were hidden are of another text."""
    st.query_params.pop(state.Explanations.HIDDEN, None)


def read_without(subject: Subject, hidden: tuple[int, ...]) -> Float[np.ndarray, " K"]:
    """Return the result with none of these words hidden, with the first, with the first two, and so on."""
    encoder = models.encoder(subject.request.model)
    return np.array(
        [
            explanations.without(
                HiddenRequest(subject.request, frozenset(hidden[:count])),
                lambda count=count: target_without(encoder, subject.tokens, subject.target, hidden[:count]),  # type: ignore[misc]
            )
            for count in range(len(hidden) + 1)
        ]
    )


def draw_words(subject: Subject, shares: list[WordContribution], most: float, hidden: tuple[int, ...]) -> None:
    """Draw the text, each word as dark as its share, to be clicked."""
    text, reached = subject.tokens.text, 0
    pieces: list[ShadedPiece] = []
    for index, word in enumerate(shares):
        pieces.append(ShadedPiece(text[reached : word.start], None))
        pieces.append(ShadedPiece(text[word.start : word.end], index, word.share / most, format_signed(word.share)))
        reached = word.end
    pieces.append(ShadedPiece(text[reached:], None))

    def click(word: int | None) -> None:
        others = [each for each in hidden if each != word]
        now = [] if word is None else others if word in hidden else [*others, word]
        if now:
            st.query_params[state.Explanations.HIDDEN] = "-".join(map(str, now))
        else:
            forget()

    words(
        [piece for piece in pieces if piece.text],
        hidden,
        key="hide_words",
        alt="The words of the text: click one to hide it",
        hint=_HINT,
        on_click=click,
    )


def draw_untested(subject: Subject, hidden: tuple[int, ...]) -> None:
    """Draw the text to be clicked before any explanation has ranked its words."""
    draw_words(subject, [word_contribution(word, 0.0) for word in subject.tokens.words], 1.0, hidden)


def title(subject: Subject, hidden: tuple[int, ...], own: Float[np.ndarray, " K"]) -> str:
    """Return the title where the reader has hidden words: how far that moves the result."""
    names = [subject.tokens.words[index].text for index in hidden]
    named = join_list([quoted(name) for name in names]) if len(names) <= _NAMED else f"your {len(names)} words"
    return f"Without {named}, the {subject.number} goes from {_said(own[0])} to {_said(own[-1])}"


def finding(
    subject: Subject, tested: TestedExplanations, hidden: tuple[int, ...], own: Float[np.ndarray, " K"]
) -> tuple[str, str]:
    """Return title and lead where the reader has hidden words: how far they and the explanations move the result."""
    said, count = title(subject, hidden, own), len(hidden)
    reached = {name: _at(curves, count) for name, curves in tested.curves.items()}
    compared = {name: value for name, value in reached.items() if value is not None}
    if not compared or count == len(subject.tokens.words):
        return said, "With all words hidden every order ends at the same place." if compared else _NOT_COMPARED
    random = [value for each in tested.random if (value := _at(each, count)) is not None]
    higher = sum(value > own[-1] for value in random)
    chance = f"{higher} of {len(random)} random choices stay higher than yours"
    return said, f"{_compared(compared, float(own[-1]), count)}; {chance}."


_NOT_COMPARED = "In a text as long as this, explanations hide several words at once: hide more to compare."


def _compared(reached: dict[Explanation, float], own: float, count: int) -> str:
    """Compare the reader's words with as many of each explanation."""
    best = min(reached, key=lambda name: reached[name])
    ahead = sum(value < own - _ALIKE for value in reached.values())
    gets = f"with {format_count(count, 'word')} the best of them, {best.value}, gets to {_said(reached[best])}"
    if ahead:
        return f"{ahead} of {len(reached)} explanations {'does' if ahead == 1 else 'do'} better: {gets}"
    if own < reached[best] - _ALIKE:
        return f"You beat all {len(reached)} explanations: {gets}"
    return f"No explanation does better: {gets} too"


def _at(curves: DeletionCurves, count: int) -> float | None:
    """Return the result with the `count` most important words hidden; None if the curve leaves that number out."""
    (found,) = np.nonzero(curves.hidden == count)
    return float(curves.most_first[found[0]]) if len(found) else None


def _said(number: float) -> str:
    return format_signed(float(number), 2)
