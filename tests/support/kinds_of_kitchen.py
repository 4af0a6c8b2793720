"""The three shipped models, opened once a process."""

from functools import cache as once

from components.core.kinds.models import KindModels, open_kinds
from components.ui.assets import ASSETS
from components.ui.kinds.shipped import FOLDER


@once
def kitchen() -> KindModels:
    """An encoder, a decoder and an encoder–decoder of Kitchen."""
    return open_kinds(ASSETS / FOLDER)


def words(sentence: str) -> tuple[str, ...]:
    """The words of a sentence."""
    return tuple(sentence.split())


#: Sentences of Kitchen.
TEA = words("the squatch drinks the tea because it is warm")
PIZZA = words("the cat eats the pizza because it is hungry")
