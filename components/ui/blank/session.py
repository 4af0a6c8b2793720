"""What the screens of the page share: the text with its blank, the word that is followed, and the pairs."""

from dataclasses import dataclass

import numpy as np
import streamlit as st
from markupsafe import Markup

from components.core import Encoder
from components.core.errors import ModelError, SentenceError
from components.core.lazy import cached_property
from components.core.model.masked_words import BlankText, MaskedWordHead, token_in_blank
from components.core.objective.pairs import FEWEST, MOST, Pair, read_pairs, written
from components.core.text.blanks import MOST_CHARACTERS
from components.ui import address, state
from components.ui.assets import read_toml
from components.ui.caches import masked_words
from components.ui.caches.requests import BlankLayersRequest, BlankRequest, PairsRequest
from components.ui.page import markup, stop_on_error
from components.ui.pickers import pick_option
from components.ui.stage.stage import Stage
from components.ui.wording import format_count, spell_number

BLANK, LAYERS, OBJECTIVE, STEP = "the blank", "layer by layer", "trained for", "one step"
#: The text that the page opens with.
OPENING = "the squatch eats the ___ because it is warm"
_LONGEST_WORD = 40


@dataclass(frozen=True, eq=False)
class Filling:
    """A text with blanks, one of which is looked at, and the word that is followed there."""

    request: BlankRequest
    encoder: Encoder
    head: MaskedWordHead
    read: BlankText
    blank: int  # counted from 0
    followed: int | None  # the token of the reader's own word

    @cached_property
    def probabilities(self) -> np.ndarray:
        """(V,) the probability of each token in the blank."""
        found: np.ndarray = masked_words.probabilities(self.request)[self.blank]
        return found

    @cached_property
    def by_layer(self) -> np.ndarray:
        """(L+1, V) the probability of each token in the blank, for all hidden states."""
        return masked_words.probabilities_by_layer(BlankLayersRequest(self.request, self.blank))

    def label(self, token: int) -> str:
        """A token of the vocabulary as people read it."""
        return self.encoder.vocabulary_labels[token] or f"row {token}, unused"

    def word(self, token: int) -> str:
        """A token without the mark of the space before it."""
        label = self.label(token)
        return label.lstrip("▁") or label

    @property
    def names_blank(self) -> str:
        """The blank, as a part of a sentence."""
        return f"blank {self.blank + 1}" if len(self.read.blanks) > 1 else "the blank"

    @property
    def alone(self) -> str:
        """What is to be said of several blanks; "" for one."""
        others = len(self.read.blanks) - 1
        if not others:
            return ""
        return f" Each blank is filled alone, while the other{'s stay' if others > 1 else ' stays'} hidden."


@dataclass(frozen=True)
class NoHead:
    """A model that cannot fill in a blank, and why."""

    encoder: Encoder
    reason: str


def ask() -> str:
    """Ask for the text; it is read when it is entered."""
    typed: str = st.text_input(
        "Text with a blank",
        OPENING,
        key=state.Blank.TEXT,
        bind=state.IN_URL,
        persist_state="session",
        max_chars=MOST_CHARACTERS,
        width="stretch",
        label_visibility="collapsed",
        placeholder="A sentence with ___ in place of a word",
    )
    address.hold(state.Blank.TEXT, OPENING)
    return typed


def read(stage: Stage, model: str, encoder: Encoder, text: str) -> Filling | NoHead:
    """Read the text, and ask for the blank and the word that are followed. A text that cannot be read ends the page."""
    try:
        head = masked_words.head(model)
    except ModelError as error:
        return NoHead(encoder, str(error))
    request = BlankRequest(model, text)
    with stage.in_place_of_title(), stop_on_error("This text cannot be filled in", _offer_example):
        found = masked_words.blanks(request)
    blank = 0
    if len(found.blanks) > 1:
        with stage.control(BLANK, LAYERS):
            options = [str(number) for number in range(1, len(found.blanks) + 1)]
            blank = int(pick_option("Blank", options, state.Blank.NUMBER)) - 1
    with stage.control(BLANK, LAYERS):
        word = _ask_for_word()
    followed = None
    if word:
        try:
            followed = token_in_blank(encoder, found, blank, word)
        except SentenceError as error:
            with stage.above():
                markup(Markup('<p class="es-problem">{}</p>').format(str(error)))
    return Filling(request, encoder, head, found, blank, followed)


def _ask_for_word() -> str:
    typed: str = st.text_input(
        "Your own word",
        key=state.Blank.WORD,
        bind=state.IN_URL,
        persist_state="session",
        max_chars=_LONGEST_WORD,
        width=220,
        placeholder="How likely is …",
    )
    return " ".join(typed.split())[:_LONGEST_WORD]


def _offer_example() -> None:
    st.button("Fill in an example instead", on_click=lambda: st.session_state.update({state.Blank.TEXT: OPENING}))


def shipped_pairs() -> tuple[Pair, ...]:
    """The pairs that the page opens with."""
    return tuple(Pair(entry["first"], entry["second"]) for entry in read_toml("objective")["pair"])


def ask_for_pairs(stage: Stage) -> str:
    """Ask for pairs of the reader's own."""
    opening = written(shipped_pairs())
    with stage.own_data():
        typed: str = st.text_area(
            f"{spell_number(FEWEST).capitalize()} to {spell_number(MOST)} pairs, one a line: a text | its partner",
            opening,
            key=state.Blank.PAIRS,
            bind=state.IN_URL,
            persist_state="session",
            height=230,
            width=560,
            help="Two columns that are copied out of a table can be pasted as they are.",
        )
    address.hold(state.Blank.PAIRS, opening)
    return typed


def read_batch(stage: Stage, model: str, encoder: Encoder, typed: str) -> PairsRequest:
    """Return the pairs. If they cannot be read, say why and end the page."""
    with stage.in_place_of_title(), stop_on_error("These pairs cannot be read", _offer_pairs):
        pairs = read_pairs(typed)
        for text in (text for pair in pairs for text in (pair.first, pair.second)):
            encoder.check_readable(text)
    if not stage.shows(BLANK, LAYERS):
        whose = "the shipped pairs" if pairs == shipped_pairs() else "your own pairs"
        stage.say_what_is_read(f"{format_count(len(pairs), 'pair')} of texts", f"{whose} · {encoder.short_name}")
    return PairsRequest(model, pairs)


def _offer_pairs() -> None:
    st.button(
        "Use the shipped pairs",
        on_click=lambda: st.session_state.update({state.Blank.PAIRS: written(shipped_pairs())}),
    )
