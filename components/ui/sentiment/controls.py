"""What the page asks: the text to be judged, how the network is made, and which classifier is meant."""

import html

import streamlit as st

from components.core.classification.classifiers import ClassifierMethod
from components.core.classification.mlp import DEFAULT_SETTINGS, MlpSettings
from components.core.errors import EncoderscopeError
from components.ui import state
from components.ui.caches import models, traces
from components.ui.caches.requests import TextRequest
from components.ui.page import markup
from components.ui.pickers import pick_option, pick_to_fill
from components.ui.sentiment.texts import is_shipped, shipped_reviews

#: What the page opens with: a text and its words in another order.
FIRST_TEXT, FIRST_REORDERED = (
    "Not bad, actually good.",
    "Not good, actually bad.",
)
MOST_EPOCHS = 300
_MOST_CHARACTERS = 2_000
_RATES = (0.0003, 0.001, 0.003, 0.01, 0.03)


def ask_for_text(model: str) -> str:
    """Ask for the text that is judged as it is typed. Returns "" where there is none that can be read."""
    return _ask("Type a text", state.Sentiment.REVIEW, FIRST_TEXT, model)


def ask_for_reordered(model: str) -> str:
    """Ask for a second text, to be judged beside the first."""
    return _ask("Its words in another order", state.Sentiment.REORDERED, FIRST_REORDERED, model)


def _ask(label: str, key: str, opening: str, model: str) -> str:
    text: str = st.text_input(
        label,
        opening,
        key=key,
        bind=state.IN_URL,
        persist_state="session",
        max_chars=_MOST_CHARACTERS,
        live=True,
        width="stretch",
    )
    text = " ".join(text.split())
    if not text:
        return ""
    try:
        tokens = traces.tokens(TextRequest(model, text)).total_tokens
    except EncoderscopeError as error:
        markup(f'<p class="es-problem">{html.escape(str(error))}</p>')
        return ""
    limit = models.encoder(model).encode_limit
    if tokens > limit:
        markup(
            f'<p class="es-note">“{label}”: {tokens:,} tokens; the encoder reads the first {limit:,}, word counts all '
            "of it.</p>"
        )
    return text


def offer_examples() -> None:
    """Offer the texts of the hard set."""
    if not is_shipped():
        return
    found = shipped_reviews()
    offered = {
        f"{kind}: {found.texts.sentences[place]}": found.texts.sentences[place]
        for kind, places in found.challenge_sets
        for place in places
    }
    pick_to_fill(
        "Try a hard one",
        offered,
        "Pick a text",
        key=state.Sentiment.HARD_TEXT,
        fill=lambda name: st.session_state.update({state.Sentiment.REVIEW: offered[name]}),
        width=260,
    )


def pick_network() -> MlpSettings:
    """Ask how the network is made and trained."""
    with st.popover("Network", width="content"):
        hidden = st.slider(
            "Hidden units",
            1,
            128,
            DEFAULT_SETTINGS.hidden,
            key=state.Sentiment.HIDDEN_UNITS,
            bind=state.IN_URL,
            persist_state="session",
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
            help="How often all texts are learned from. Many make it sure of itself rather than right.",
        )
        rate = st.select_slider(
            "Learning rate",
            _RATES,
            DEFAULT_SETTINGS.learning_rate,
            key=state.Sentiment.LEARNING_RATE,
            bind=state.IN_URL,
            persist_state="session",
            help="How far a step moves the weights.",
        )
        seed = st.number_input(
            "Seed",
            0,
            9_999,
            DEFAULT_SETTINGS.seed,
            key=state.Sentiment.NETWORK_SEED,
            bind=state.IN_URL,
            persist_state="session",
            help="Decides the first weights. The same texts, settings and seed always train the same network.",
        )
    return MlpSettings(int(hidden), int(epochs), float(rate), DEFAULT_SETTINGS.weight_decay, int(seed))


def pick_classifier() -> ClassifierMethod:
    """Ask for one of the classifiers."""
    return ClassifierMethod(
        pick_option("Classifier", [method.value for method in ClassifierMethod], state.Sentiment.CLASSIFIER)
    )
