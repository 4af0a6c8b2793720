"""A text box that is read while the reader types."""

from typing import Any

import streamlit as st
from markupsafe import Markup

from components.core.errors import EncoderscopeError
from components.ui import state
from components.ui.caches import models, traces
from components.ui.caches.requests import TextRequest
from components.ui.page import markup

_MOST_CHARACTERS = 2_000


def live_text_box(
    label: str, key: str, model: str, *, value: str = "", placeholder: str = "", truncation_note: str, **look: Any
) -> str:
    """Ask for a text, and return it after each letter; "" if there is none, or none that the model can read.

    Runs of blanks become one blank. A text that cannot be read is answered below the box. truncation_note: shown for a
    text with more tokens than the model encodes; {tokens} and {limit} in it stand for both numbers.
    look: further arguments of the box.
    """
    typed: str = st.text_input(
        label,
        value,
        key=key,
        placeholder=placeholder or None,
        bind=state.IN_URL,
        persist_state="session",
        max_chars=_MOST_CHARACTERS,
        live=True,
        width="stretch",
        **look,
    )
    text = " ".join(typed.split())
    if not text:
        return ""
    try:
        tokens = traces.tokens(TextRequest(model, text)).total_tokens
    except EncoderscopeError as error:
        markup(Markup('<p class="es-problem">{}</p>').format(str(error)))
        return ""
    limit = models.encoder(model).encode_limit
    if tokens > limit:
        note = truncation_note.format(tokens=f"{tokens:,}", limit=f"{limit:,}")
        markup(Markup('<p class="es-note">{}</p>').format(note))
    return text
