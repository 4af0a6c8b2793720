"""The widgets of the page: texts to classify, settings of the network, and the choice of a classifier."""

from typing import Any

import streamlit as st

from components.core.classification.classifiers import ClassifierMethod
from components.core.classification.mlp import DEFAULT_SETTINGS, MlpSettings
from components.ui import state
from components.ui.live_text import live_text_box
from components.ui.pickers import pick_to_fill
from components.ui.sentiment.texts import is_shipped, shipped_reviews

#: The page opens with this text and its words in another order.
FIRST_TEXT, FIRST_REORDERED = (
    "Not bad, actually good.",
    "Not good, actually bad.",
)
MOST_EPOCHS = 300
_RATES = (0.0003, 0.001, 0.003, 0.01, 0.03)


def ask_for_text(model: str) -> str:
    """Ask for the text to classify, and return it as it is typed; "" if there is none that the model can read."""
    return _ask("Type a text", state.Sentiment.REVIEW, FIRST_TEXT, model, label_visibility="collapsed")


def ask_for_reordered(model: str) -> str:
    """Ask for a second text, to compare with the first."""
    return _ask("Its words in another order", state.Sentiment.REORDERED, FIRST_REORDERED, model)


def _ask(label: str, key: str, value: str, model: str, **look: Any) -> str:
    note = f"“{label}”: {{tokens}} tokens; the encoder reads the first {{limit}}, word counts include all of them."
    return live_text_box(label, key, model, value=value, truncation_note=note, **look)


def offer_examples() -> None:
    """Offer the texts of the hard set as examples."""
    if not is_shipped():
        return
    dataset = shipped_reviews()
    offered = {
        f"{kind}: {dataset.texts.sentences[index]}": dataset.texts.sentences[index]
        for kind, indices in dataset.challenge_sets
        for index in indices
    }
    pick_to_fill(
        "Try a hard text",
        offered,
        "Choose a text",
        key=state.Sentiment.HARD_TEXT,
        fill=lambda name: st.session_state.update({state.Sentiment.REVIEW: offered[name]}),
        width=240,
    )


def pick_network() -> tuple[int, int, float]:
    """Ask for the size of the network and for its training: hidden units, epochs, learning rate."""
    hidden = st.slider(
        "Hidden units",
        1,
        128,
        DEFAULT_SETTINGS.hidden,
        key=state.Sentiment.HIDDEN_UNITS,
        bind=state.IN_URL,
        persist_state="session",
        width=220,
        help="Numbers between the sentence vector and the classes.",
    )
    epochs = st.slider(
        "Epochs",
        1,
        MOST_EPOCHS,
        DEFAULT_SETTINGS.epochs,
        key=state.Sentiment.EPOCHS,
        bind=state.IN_URL,
        persist_state="session",
        width=220,
        help="How many times the network sees all training texts. With too many it becomes overconfident.",
    )
    rate = st.select_slider(
        "Learning rate",
        _RATES,
        DEFAULT_SETTINGS.learning_rate,
        key=state.Sentiment.LEARNING_RATE,
        bind=state.IN_URL,
        persist_state="session",
        width=220,
        help="The size of each step of the weights.",
    )
    return int(hidden), int(epochs), float(rate)


def pick_seed() -> int:
    """Ask for the seed of the network."""
    return int(
        st.number_input(
            "Seed of the network",
            0,
            9_999,
            DEFAULT_SETTINGS.seed,
            key=state.Sentiment.NETWORK_SEED,
            bind=state.IN_URL,
            persist_state="session",
            help="Sets the first weights. The same texts, settings and seed always give the same network.",
        )
    )


def network_settings(picked: tuple[int, int, float], seed: int) -> MlpSettings:
    """The settings that were picked."""
    hidden, epochs, rate = picked
    return MlpSettings(hidden, epochs, rate, DEFAULT_SETTINGS.weight_decay, seed)


def pick_classifier() -> ClassifierMethod:
    """Ask for one of the classifiers."""
    return ClassifierMethod(
        st.selectbox(
            "Classifier",
            [method.value for method in ClassifierMethod],
            key=state.Sentiment.CLASSIFIER,
            bind=state.IN_URL,
            persist_state="session",
            width=240,
        )
    )
