"""A search in the vocabulary of the model."""

import streamlit as st
from markupsafe import Markup

from components.core import Encoder, SentenceError
from components.core.text.spelling import fold
from components.core.tokens.tokens import Tokens
from components.ui import state
from components.ui.page import markup, quoted
from components.ui.stage import frame
from components.ui.wording import format_count, shorten

_MATCHES = 48


def draw(encoder: Encoder, tokens: Tokens) -> None:
    """Ask for a piece of text; show whether it is a token, its pieces if not, and the tokens that contain it."""
    with frame.controls():
        typed = st.text_input(
            "Piece of text",
            placeholder="a word of the sentence",
            key=state.Tokens.VOCABULARY_SEARCH,
            bind=state.IN_URL,
            persist_state="session",
            max_chars=100,
            width=320,
        )
    wanted = typed.strip() or max((word.text for word in tokens.words), key=len)[:100]
    found = _containing(encoder, wanted)
    is_token = any(fold(label) in (fold(wanted), f"▁{fold(wanted)}") for label, _ in found)
    name = quoted(shorten(wanted, 40))
    pieces = [] if is_token else _pieces(encoder, wanted)
    finding = f"{name} is a token of its own" if is_token else f"{name} is not a token of its own"
    if len(pieces) > 1:
        finding += f": it takes {len(pieces)} pieces"
    frame.heading(finding, _lead(name, len(found)))
    if pieces:
        _draw_chips(pieces)
        searched = wanted if found else pieces[0][0].removeprefix("##")
        found = found or _containing(encoder, searched)
        found = [each for each in found if each not in pieces]
    if pieces and found:
        frame.note(f"The shortest tokens that contain {quoted(shorten(searched, 40))}:")
    _draw_chips(found[:_MATCHES])
    with frame.details():
        frame.note(
            f"The vocabulary has {len(encoder.vocabulary):,} tokens. The number under each is its place in the list. "
            "The search does not tell capitals from small letters."
        )


def _containing(encoder: Encoder, text: str) -> list[tuple[str, int]]:
    """Return the tokens that contain a text, each with its number, the shortest first."""
    needle = fold(text)
    labels = encoder.vocabulary_labels
    found = [(labels[i], i) for i, spelling in enumerate(encoder.vocabulary_spellings) if needle in spelling]
    return sorted(found, key=lambda entry: (len(entry[0]), entry[0]))


def _lead(name: str, count: int) -> str:
    if not count:
        return f"No token of the vocabulary contains {name}."
    contained = f"{format_count(count, 'token')} of the vocabulary contain{'s' if count == 1 else ''} {name}"
    return contained + (f"; here are the {_MATCHES} shortest." if count > _MATCHES else ".")


def _pieces(encoder: Encoder, wanted: str) -> list[tuple[str, int]]:
    """Return the tokens that the text is cut into, each with its number."""
    try:
        read = encoder.tokenize(wanted, truncate=True)
    except SentenceError:
        return []
    typed = [index for index, special in enumerate(read.special) if not special]
    return [(read.labels[index], int(read.token_ids[index])) for index in typed]


def _draw_chips(tokens: list[tuple[str, int]]) -> None:
    chips = [Markup('<span class="es-chip">{}<small>{}</small></span>').format(label, i) for label, i in tokens]
    markup(Markup('<div class="es-chips">{}</div>').format(Markup("").join(chips)))
