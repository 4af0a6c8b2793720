"""What the page By hand opens with, and its puzzles, from assets/by_hand.toml."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache as once
from typing import Any, Final

from components.core.by_hand.language import Language, Sentence, read_language, read_sentence
from components.ui.assets import read_toml

_FILE: Final = "by_hand"


@dataclass(frozen=True)
class Puzzle:
    """Numbers to begin with, and what is asked of them."""

    name: str
    task: str
    hint: str
    language: Language
    sentence: Sentence
    numbers: str  # as core/by_hand/code.py writes them
    goal: Mapping[str, Any]


def opening_language() -> str:
    """The language that the page opens with, one sentence a line."""
    return str(read_toml(_FILE)["language"]).strip()


def opening_sentence() -> str:
    """The sentence that the page opens with."""
    return str(read_toml(_FILE)["sentence"])


def trained_numbers() -> str:
    """The numbers that the page opens with: what training finds for the opening language."""
    return str(read_toml(_FILE)["numbers"])


@once
def puzzles() -> dict[str, Puzzle]:
    """Name → puzzle, in order."""
    found = {}
    for entry in read_toml(_FILE)["puzzle"]:
        language = read_language(entry.get("language", opening_language()))
        sentence = read_sentence(language, entry["sentence"])
        looks = entry.get("looks", sentence.looks)
        found[entry["name"]] = Puzzle(
            entry["name"],
            entry["task"],
            entry["hint"],
            language,
            Sentence(sentence.words, looks),
            entry["numbers"],
            entry["goal"],
        )
    return found
