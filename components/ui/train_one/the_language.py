"""The screen on which a language is read and changed: its sentences, its words, and what can be known at best."""

import streamlit as st
from markupsafe import Markup
from streamlit.delta_generator import DeltaGenerator

from components.core.errors import GrammarError
from components.core.languages.language import ToyLanguage
from components.ui.page import markup
from components.ui.stage import frame
from components.ui.train_one import languages
from components.ui.wording import format_count

# Sentences of a language that are listed.
_LISTED = 9


def draw(grammar: str, read: ToyLanguage | GrammarError, place: DeltaGenerator | None) -> None:
    """Draw the sentences, the vocabulary and the floors of a language, or what is wrong with its grammar."""
    if isinstance(read, GrammarError):
        frame.heading("This grammar cannot be read", str(read))
        return
    floor, bag = read.floor(), read.floor(ordered=False)
    assert floor is not None
    file = languages.file_of(grammar)
    frame.heading(
        f"{languages.name_of(grammar)}: {_count(read)}, and no model can lose less than {floor.nats:.3f} nats",
        file.about if file else "Change a rule: sentences, words and the floor follow at once.",
    )
    with place if place is not None else st.container():
        markup(
            Markup('<p class="es-lead">{}</p><ul class="es-toy">{}</ul>').format(
                f"{format_count(len(read.words), 'word')}; sentences of up to {read.longest} words, such as",
                Markup("").join(Markup("<li>{}</li>").format(" ".join(each)) for each in _some(read)),
            ),
            Markup('<p class="es-lead">{}</p>').format(
                _floors(floor.nats, floor.error, bag.nats if bag else None, read)
            ),
        )
    with frame.details():
        frame.note(
            "The floor is the mean over all sentences and places of −Σ p ln p, where p are the grammar’s probabilities "
            "of the hidden word (Shannon 1948). It is counted, not estimated."
            if read.whole
            else f"This grammar writes {read.ways:,} sentences; up to 20,000 are counted. Of more, 200 drawn ones are "
            "measured: what may be hidden in each is still exact, and the floor has a standard error."
        )
        frame.note(", ".join(read.words))


def _count(language: ToyLanguage) -> str:
    return f"{format_count(len(language.sentences) if language.whole else language.ways, 'sentence')}"


def _some(language: ToyLanguage) -> list[tuple[str, ...]]:
    """Some sentences, spread over all."""
    sentences = list(language.sentences)
    count = min(_LISTED, len(sentences))
    return [sentences[(2 * number + 1) * len(sentences) // (2 * count)] for number in range(count)]


def _floors(floor: float, error: float, bag: float | None, language: ToyLanguage) -> str:
    said = f"With one word hidden, {floor:.3f} nats are the least mean loss that is possible"
    if error:
        return f"{said} (± {error:.3f}: of {language.ways:,} sentences 200 are drawn)."
    if bag is None or bag - floor < 0.0005:
        return f"{said}: what stays open is which of several words it is. The order of the words decides nothing here."
    return f"{said}. Without the order of the words it is {bag:.3f}: the order is worth {bag - floor:.3f}."
