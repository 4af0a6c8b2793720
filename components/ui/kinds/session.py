"""What the screens of the page share: the models, and the sentence of the reader."""

from dataclasses import dataclass
from functools import cache as once

import streamlit as st

from components.core.kinds.models import KindModels, Sentence, read_sentence
from components.ui import address, state
from components.ui.assets import ASSETS
from components.ui.caches import kinds
from components.ui.caches.requests import KindsRequest, KindsSentenceRequest
from components.ui.kinds.shipped import FOLDER, language_file
from components.ui.page import quoted, stop_on_error
from components.ui.pickers import pick_to_fill
from components.ui.stage.stage import Stage

_LONGEST_TEXT = 200  # characters
#: Sentences to begin with, all of the language.
EXAMPLES = (
    "the squatch drinks the tea because it is warm",
    "the cat eats the pizza because it is hungry",
    "the girl eats the melon because it is sweet",
    "the robot drinks the water because it is thirsty",
)


@dataclass(frozen=True)
class KindsReading:
    """The three models, and the sentence that they read."""

    request: KindsSentenceRequest

    @property
    def models(self) -> KindModels:
        """The models."""
        return kinds.models(self.request.models)

    @property
    def sentence(self) -> Sentence:
        """The words of the sentence."""
        return self.request.sentence

    @property
    def is_written(self) -> bool:
        """True if the grammar writes the sentence."""
        return self.sentence in self.models.language.sentences


@once
def shipped_models() -> KindsRequest:
    """Return the models that the page opens with."""
    return KindsRequest(ASSETS / FOLDER)


def ask(stage: Stage) -> str:
    """Ask for a sentence of the language, in the page's second line; offer examples."""
    opening = language_file().sentence
    with stage.ask_what_is_read():
        text: str = st.text_input(
            "Sentence of the language",
            opening,
            key=state.Kinds.SENTENCE,
            bind=state.IN_URL,
            persist_state="session",
            max_chars=_LONGEST_TEXT,
            width="stretch",
            label_visibility="collapsed",
        )
        address.hold(state.Kinds.SENTENCE, opening)
    with stage.more():
        pick_to_fill(
            "Or pick a sentence",
            EXAMPLES,
            "Pick a sentence",
            key=state.Kinds.EXAMPLE,
            fill=lambda picked: st.session_state.update({state.Kinds.SENTENCE: picked}),
        )
    return text


def read(stage: Stage, text: str) -> KindsReading:
    """Return the sentence and the models. If it cannot be read, say why and end the page."""
    models = shipped_models()
    with stage.in_place_of_title(), stop_on_error("This sentence cannot be read", _offer_example):
        sentence = read_sentence(kinds.models(models).language, text)
    stage.name_pictures(" ".join(sentence))
    return KindsReading(KindsSentenceRequest(models, sentence))


def _offer_example() -> None:
    st.button(
        "Read an example instead",
        on_click=lambda: st.session_state.update({state.Kinds.SENTENCE: language_file().sentence}),
    )


def said_beginning(words: Sentence) -> str:
    """Name the words before a place, for a sentence of our own."""
    return quoted(" ".join(words)) if words else "the beginning"


def pick_head(label: str, key: str, models: KindModels, first: tuple[int, int]) -> tuple[int, int]:
    """Ask for one head; return its layer and its number in the layer, counted from 0. first: the default, likewise."""
    heads = [(layer, head) for layer in range(models.layers) for head in range(models.heads)]
    options = [f"layer {layer + 1}, head {head + 1}" for layer, head in heads]
    picked = st.selectbox(
        label, options, index=heads.index(first), key=key, bind=state.IN_URL, persist_state="session", width=190
    )
    return heads[options.index(picked)]
