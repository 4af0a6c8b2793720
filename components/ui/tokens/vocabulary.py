"""A search in the vocabulary of the model."""

import streamlit as st
from markupsafe import Markup

from components.core import Encoder
from components.ui import state
from components.ui.page import markup, section
from components.ui.wording import format_count

_MATCHES = 60


def draw(encoder: Encoder) -> None:
    """Ask for a piece of text and show the tokens that contain it, the shortest first."""
    section("Search the vocabulary", "Is a word one token, or is it put together from several? Type it here.")
    typed = st.text_input("Piece of text", placeholder="pizza", key=state.Tokens.VOCABULARY_SEARCH, max_chars=100)
    wanted = typed.strip()
    if not wanted:
        return
    needle = wanted.lower()
    found = [(label, i) for i, label in enumerate(encoder.vocabulary_labels) if needle in label.lower()]
    found.sort(key=lambda entry: (len(entry[0]), entry[0]))
    is_token = any(label.lower() in (needle, f"▁{needle}") for label, _ in found)
    markup(
        Markup('<p class="es-note">“{}” {}; {} it{}.</p>').format(
            wanted,
            "is a token of its own" if is_token else "is not a token of its own",
            f"{format_count(len(found), 'token')} contain{'s' if len(found) == 1 else ''}",
            f". Shown: the {_MATCHES} shortest" if len(found) > _MATCHES else "",
        ),
        Markup('<div class="es-chips">{}</div>').format(
            Markup("").join(
                Markup('<span class="es-chip">{}<small>{}</small></span>').format(label, number)
                for label, number in found[:_MATCHES]
            )
        ),
    )
