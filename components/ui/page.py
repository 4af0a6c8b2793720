"""What every page reads and writes: the sentence and the model, errors with a remedy, and text as markup."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache as once

import streamlit as st
from markupsafe import Markup

from components.core import Encoder, EncoderscopeError, Trace
from components.core.model.loading import BUNDLED_NAME
from components.core.tokens.tokens import Tokens, check_whole
from components.figures.palette import DARK, GROUPS, LIGHT, Palette
from components.ui import state
from components.ui.assets import ASSETS
from components.ui.caches import models, traces
from components.ui.caches.requests import TextRequest, TraceRequest
from components.ui.examples import DEFAULT_TEXT
from components.ui.wording import shorten


@dataclass(frozen=True)
class Reading:
    """The sentence of this session, and who reads it."""

    text: str
    model: str
    truncate: bool
    encoder: Encoder
    tokens: Tokens

    @property
    def summary(self) -> str:
        """The number of tokens that are read, the model's limit, and its name."""
        return f"{len(self.tokens.tokens)} of {self.encoder.trace_limit} tokens · {self.encoder.short_name}"

    @property
    def request(self) -> TraceRequest:
        """The cache key of the sentence's trace."""
        return TraceRequest(self.model, self.text)

    def trace(self) -> Trace:
        """Return the trace of the sentence."""
        return traces.trace(self.request)


def read_sentence() -> Reading:
    """Return the current sentence and its encoder. If one of them cannot be read, show the reason and end the page."""
    text = st.session_state[state.Shared.TEXT]
    truncate = bool(st.session_state.get(state.Shared.TRUNCATE, False))
    model, encoder = read_model()
    with stop_on_error("This sentence cannot be read", _offer_example):
        tokens = traces.tokens(TextRequest(model, text))
    if not truncate:
        with stop_on_error("This sentence is too long", _offer_truncation):
            check_whole(tokens, encoder.trace_limit, encoder.short_name)
    return Reading(text, model, truncate, encoder, tokens)


def read_model() -> tuple[str, Encoder]:
    """Return the current model's name and its encoder. If it cannot be opened, show the reason and end the page."""
    model = st.session_state[state.Shared.MODEL]
    with stop_on_error("The model cannot be opened", _offer_bundled_model):
        return model, models.encoder(model)


@contextmanager
def stop_on_error(what_happened: str, offer_remedy: Callable[[], None]) -> Iterator[None]:
    """Show an error that is written for the reader, and end the page there.

    what_happened: the title over the error's own message. offer_remedy: draws what the reader can press next.
    """
    try:
        yield
    except EncoderscopeError as error:
        markup(Markup('<h1 class="es-error">{}</h1><p class="es-lead">{}</p>').format(what_happened, str(error)))
        offer_remedy()
        st.stop()


def _offer_truncation() -> None:
    _offer("Read its beginning", {state.Shared.TRUNCATE: True})


def _offer_example() -> None:
    _offer("Read an example instead", {state.Shared.TEXT: DEFAULT_TEXT})


def _offer_bundled_model() -> None:
    _offer("Use the bundled model", {state.Shared.MODEL: BUNDLED_NAME})


def _offer(label: str, values: dict[str, object]) -> None:
    """Draw a button that sets widget values; on a phone the sidebar, which has these widgets, is out of sight."""
    st.button(label, on_click=lambda: st.session_state.update(values))


def palette() -> Palette:
    """The colours of the theme the reader's browser shows."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def use_style(sections: Mapping[str, int]) -> None:
    """Put the app's own styles on the page.

    sections: heading → number of pages, in the order of the navigation. The headings are drawn by the style sheet:
    Streamlit's own stand where a list may only hold items, which screen readers stumble over.
    """
    place, headings = 1, ""
    for section, pages in sections.items():
        headings += f'[data-testid="stSidebarNavItems"] > li:nth-child({place})::before {{ content: "{section}"; }}\n'
        place += pages
    st.html(f"<style>{_stylesheet()}\n{headings}</style>")


def markup(*parts: str) -> None:
    """Put HTML of our own on the page: Markup as it is, any other text escaped.

    Build Markup with its `format` and `join`, which escape what they put in; an f-string escapes nothing.
    """
    st.html(Markup('<div class="es-page">{}</div>').format(Markup("").join(parts)))


# Letters of scripts that are written from right to left, and marks that give a direction.
_TURNING = {"R", "AL", "AN", "LRE", "RLE", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"}
_ISOLATING = re.compile("[\u2066-\u2069]")


def isolate(text: str) -> str:
    """Keep a text that has a direction of its own from turning the sentence around it; other texts stay as they are.

    >>> isolate("oven"), isolate("פיצה") == "\u2068פיצה\u2069", isolate("a\u202eb") == "\u2068a\u202eb\u2069"
    ('oven', True, True)
    """
    if any(unicodedata.bidirectional(letter) in _TURNING for letter in text):
        # A text that ends an isolation would end ours.
        return f"\u2068{_ISOLATING.sub('', text)}\u2069"
    return text


def quoted(text: str) -> str:
    """Return a reader's text in quotation marks, for a sentence of our own."""
    return f"“{isolate(text)}”"


def say_what_is_not_read(reading: Reading) -> None:
    """Say how much of a text is left out of what the page shows, or of what a search compares."""
    encoder, tokens = reading.encoder, reading.tokens
    read = len(tokens.tokens)
    if tokens.unread_text:
        markup(
            Markup('<p class="es-note">Only the first {:,} of {:,} tokens are read. The rest begins: “{}”</p>').format(
                read, tokens.total_tokens, shorten(tokens.unread_text.strip(), 80)
            )
        )
    if read > encoder.encode_limit:
        markup(
            Markup(
                '<p class="es-note">For search and comparison this model is set to read {} tokens; '
                "the pictures here show all {}.</p>"
            ).format(encoder.encode_limit, read)
        )


@once
def _stylesheet() -> str:
    """The style sheet, with the colours of roles and groups for both themes: the browser picks by its colour scheme."""
    light, dark = asdict(LIGHT), asdict(DARK)
    roles = "".join(
        f"--es-{role.replace('_', '-')}: light-dark({light[role]}, {dark[role]});"
        for role in light
        if isinstance(light[role], str)
    )
    groups = "".join(f".es-sense-{number} {{ color: var(--es-{role}); }}\n" for number, role in enumerate(GROUPS))
    sheets = "".join((ASSETS / name).read_text(encoding="utf-8") for name in ("style.css", "print.css"))
    return f".stApp {{{roles}}}\n{groups}{sheets}"
