"""Python side of the by-hand view: it takes a language, a sentence and the numbers, and returns changed numbers."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import streamlit as st

from components.core.by_hand.language import MASK, Language, Sentence
from components.figures.palette import DARK, LIGHT, Palette
from components.views import picture

_HERE = Path(__file__).parent
_SCRIPTS = ("network", "code", "terms", "written", "puzzles", "plane", "numbers", "training", "by_hand")
_mount = st.components.v2.component(
    "encoderscope_by_hand",
    html="""
    <div class="view hand">
      <div class="stage">
        <div class="drawing">
          <div class="layers" role="group" aria-label="Arrows in the plane"></div>
          <svg class="picture"></svg>
        </div>
        <div class="panels"></div>
        <div class="training"></div>
      </div>
      <div class="foot">
        <p class="told"></p>
        <p class="readout"></p>
        <div class="switches" role="group" aria-label="Parts of the network"></div>
        <a class="next es-go" target="_self" hidden>Next puzzle</a>
        <button class="slopes" type="button" aria-pressed="false" hidden>Show the gradient</button>
        <button class="hint" type="button" aria-expanded="false" hidden>Hint</button>
        <button class="undo" type="button">Undo</button>
        <button class="reset" type="button">Reset</button>
      </div>
      <div class="live" aria-live="polite"></div>
    </div>
    """,
    css=picture.CSS + (_HERE / "by_hand.css").read_text(encoding="utf-8"),
    js=picture.JS
    + "".join(
        path.read_text(encoding="utf-8")
        for path in (_HERE.parent / "paths" / "labels.js", *(_HERE / f"{name}.js" for name in _SCRIPTS))
    ),
)


@dataclass(frozen=True)
class Exercise:
    """The numbers that a reader holds, and what they are for."""

    place: str  # names the exercise; another one begins with numbers of its own
    numbers: str  # as core/by_hand/code.py writes them; "": those that nobody has trained
    opening: str  # the numbers that Reset brings back
    goal: Mapping[str, Any] | None = None  # of a puzzle
    hint: str = ""
    following: str = ""  # the address of the puzzle after this one


@dataclass(frozen=True)
class Way:
    """A link to the same step in a whole model."""

    href: str
    says: str


def by_hand(
    language: Language,
    sentence: Sentence,
    exercise: Exercise,
    ways: Mapping[str, Way],
    echo: int,
    on_change: Callable[[str, str, int], None],
    *,
    mode: Literal["numbers", "training"],
    key: str,
    alt: str,
    file: str,
) -> None:
    """Draw the network on a sentence; the reader changes its numbers, or has it trained.

    ways: step → link. on_change: called before the page runs again, when the reader has let go of changed numbers, with
    the exercise's place, the numbers and the number of this message; echo: the last such number that was heard.
    """
    goal = dict(exercise.goal) if exercise.goal else None
    if goal and "alike" in goal:
        goal["alike"] = goal["alike"] | {"words": [language.words.index(word) for word in goal["alike"]["words"]]}
    data = {
        "words": list(language.words),
        "mask_name": MASK,
        "sentences": [list(words) for words in language.sentences],
        "sentence": list(sentence.words),
        "looks": sentence.looks,
        "floor": [language.floor(ordered=True), language.floor(ordered=False)],
        "place": exercise.place,
        "code": exercise.numbers,
        "opening": exercise.opening,
        "goal": goal,
        "hint": exercise.hint,
        "following": exercise.following,
        "ways": {step: asdict(way) for step, way in ways.items()},
        "mode": mode,
        "echo": echo,
        "colours": {"light": _colours(LIGHT), "dark": _colours(DARK)},
        "alt": alt,
        "file": file,
    }

    def changed() -> None:
        message = st.session_state[key].changed
        if isinstance(message, dict):
            on_change(str(message.get("place")), str(message.get("code")), int(message.get("number") or 0))

    _mount(key=key, data=data, on_changed_change=changed)


def _colours(palette: Palette) -> dict[str, str]:
    roles = ("ink", "quiet", "line", "query", "key", "value", "word", "position")
    return {role: getattr(palette, role) for role in roles}
