"""The languages that are shipped, and the one that the reader holds."""

from functools import cache as once
from typing import Final

from components.core.languages.language import ToyLanguage
from components.core.languages.skills import LanguageFile, Skill, read_language_file
from components.ui.assets import ASSETS

#: In the order in which they are offered.
_FILES: Final = ("kitchen", "who_sees_whom", "agreement")
OWN_NAME: Final = "Your language"


@once
def shipped() -> dict[str, LanguageFile]:
    """Name → language, the one that the page opens with first."""
    texts = [(ASSETS / "languages" / f"{name}.toml").read_text(encoding="utf-8") for name in _FILES]
    return {file.name: file for file in map(read_language_file, texts)}


def opening() -> LanguageFile:
    """The language that the page opens with."""
    return next(iter(shipped().values()))


def file_of(grammar: str) -> LanguageFile | None:
    """Return the shipped language of a grammar; None for a reader's own."""
    return next((file for file in shipped().values() if file.grammar == grammar.strip()), None)


def name_of(grammar: str) -> str:
    """Return what a language is called on the page."""
    file = file_of(grammar)
    return OWN_NAME if file is None else file.name


def skills_of(grammar: str) -> tuple[Skill, ...]:
    """Return the skills that a model of a language may be tested for: all, since grammars are mostly changed ones."""
    file = file_of(grammar)
    return file.skills if file else tuple(skill for each in shipped().values() for skill in each.skills)


def blank_of(grammar: str, language: ToyLanguage) -> str:
    """Return a sentence with one word hidden: the shipped one, or the longest of the language."""
    file = file_of(grammar)
    if file is not None:
        return file.blank
    longest = max(language.sentences, key=len)
    # Where the most is left open, there is most to see.
    places = range(len(longest))
    at = max(places, key=lambda place: len(language.hidden_word((*longest[:place], None, *longest[place + 1 :]))))
    return " ".join("___" if place == at else word for place, word in enumerate(longest))
