"""The sidebar that every page shares: the sentence, the model, and how screens are shown."""

import streamlit as st
from markupsafe import Markup

from components.core.errors import ModelError, SentenceError
from components.core.model.loading import BUNDLED_NAME, short_name
from components.core.text.rewording import reverse_words
from components.ui import state, trained_models
from components.ui.caches import models, traces, trainings
from components.ui.caches.requests import TextRequest
from components.ui.classroom import menu as class_menu
from components.ui.examples import DEFAULT_TEXT, EXAMPLES
from components.ui.lesson import menu
from components.ui.page import markup
from components.ui.pickers import pick_to_fill


def draw(asks_for_sentence: bool, offers_lessons: bool) -> None:
    """Ask for the sentence and the model; their values live in the session and in the address bar.

    asks_for_sentence: True if the page reads the sentence that pages share; other pages keep it for later.
    offers_lessons: False on the page that offers them itself.
    """
    if asks_for_sentence:
        _ask_for_sentence()
    st.selectbox("Model", trained_models.on_offer(), key=state.Shared.MODEL, bind=state.IN_URL, format_func=_short)
    if asks_for_sentence:
        _count()
    st.toggle(
        "Ask me first",
        key=state.Stage.ASK_FIRST,
        bind=state.IN_URL,
        persist_state="session",
        help="A screen with a question asks it before it shows the answer.",
    )
    with st.container(horizontal=True, gap="small"):
        if offers_lessons:
            menu.offer()
        markup(Markup('<a class="es-toggle" target="_self" href="?present=1">Presenter mode (P)</a>'))
    class_menu.draw()


def _ask_for_sentence() -> None:
    st.text_area(
        "Sentence", DEFAULT_TEXT, key=state.Shared.TEXT, bind=state.IN_URL, persist_state="session", height=110
    )
    with st.container(horizontal=True, gap="small"):
        # Leaving the text area also submits it; the button shows a newcomer where to press.
        st.button("Encode")
        st.button("Reverse the words", width="stretch", on_click=_reverse)
    pick_to_fill(
        "Or pick an example",
        EXAMPLES,
        "Pick an example",
        key=state.Shared.EXAMPLE,
        fill=lambda name: st.session_state.update({state.Shared.TEXT: EXAMPLES[name]}),
        label_visibility="collapsed",
    )


def _count() -> None:
    """Show the number of tokens of the sentence and the model's limit."""
    text, model = st.session_state[state.Shared.TEXT], st.session_state[state.Shared.MODEL]
    try:
        encoder = models.encoder(model)
        total = traces.tokens(TextRequest(model, text)).total_tokens
    except (SentenceError, ModelError):
        return  # the page shows the error
    st.caption(f"{total:,} of {encoder.trace_limit} tokens")
    if total > encoder.trace_limit:
        st.toggle(f"Read the first {encoder.trace_limit} tokens", key=state.Shared.TRUNCATE, bind=state.IN_URL)


def _reverse() -> None:
    st.session_state[state.Shared.TEXT] = reverse_words(st.session_state[state.Shared.TEXT])


def _short(model: str) -> str:
    if model == BUNDLED_NAME:
        return f"{model} (bundled)"
    # The address holds what the list shows, and only the whole name leads to a model that was trained here.
    return model if trainings.is_trained_here(model) else short_name(model)
