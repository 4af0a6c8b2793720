"""Everything that is kept between reruns, and how much of it.

Models are Streamlit resources: two first visitors wait for one load. Traces are kept in plain lru caches,
because Streamlit's would hash two different interventions without fields alike, and cache_data would hand
out writeable copies. Keys are the text, the model's name and the interventions, never an array; a text is
found again only by somebody who typed the same text.
"""

from functools import lru_cache

import numpy as np
import streamlit as st

from components.core import Encoder, Intervention, ModelError, Trace, load_encoder
from components.core.attention import pooled_by_maximum
from components.core.models import BUNDLED_NAME
from components.core.order_experiment import OrderExperiment, run_order_experiment
from components.core.similarity import unit_rows
from components.core.tokens import Tokens

# A trace of 512 tokens takes 22 MB, one of 16 tokens less than 1 MB.
_TRACES = 16
_SMALL = 64


def encoder(model: str) -> Encoder:
    """The encoder of that name. Raises ModelError."""
    failure = _failure(model)
    if failure:
        raise ModelError(failure)
    return _opened(model)


@st.cache_resource(max_entries=2, show_spinner="Opening the model …")
def _opened(model: str) -> Encoder:
    return load_encoder(model)


@st.cache_data(max_entries=8, ttl=30, show_spinner=False)
def _failure(model: str) -> str | None:
    """Why a model cannot be opened, remembered for a while: without a network each attempt may take long."""
    try:
        _opened(model)
    except ModelError as error:
        return str(error)
    return None


@lru_cache(maxsize=_SMALL)
def tokens(model: str, text: str) -> Tokens:
    """The text's tokens, cut to what the model reads. Raises SentenceError.

    Always cut, so that a text far too long is tokenized once and not again with each rerun.
    """
    return encoder(model).tokenize(text, cut=True)


@lru_cache(maxsize=_TRACES)
def trace(model: str, text: str, interventions: tuple[Intervention, ...] = (), cut: bool = False) -> Trace:
    """One sentence's trace. Raises SentenceError."""
    return encoder(model).trace(text, interventions, cut)


@lru_cache(maxsize=_TRACES)
def attention_thumbnails(model: str, text: str, cut: bool, most: int) -> tuple[np.ndarray, int]:
    """(L, H, s, s) attention weights of all heads, s at most `most`, and the side of the blocks pooled."""
    return pooled_by_maximum(trace(model, text, cut=cut).attention_weights(), most)


@lru_cache(maxsize=_SMALL)
def order_experiment(model: str, text: str) -> OrderExperiment:
    """The words of a text in every order. Raises SentenceError."""
    return run_order_experiment(encoder(model), text)


@lru_cache(maxsize=2)
def unit_embedding_table(model: str) -> np.ndarray:
    """(V, E): the word embedding table with each row scaled to length 1, for nearest neighbours."""
    return unit_rows(encoder(model).word_embedding_table)


def warm() -> None:
    """Do once, before the first visitor, what the first visitor would wait for."""
    from components.ui.sidebar import DEFAULT_TEXT

    encoder(BUNDLED_NAME)
    trace(BUNDLED_NAME, DEFAULT_TEXT)
    unit_embedding_table(BUNDLED_NAME)
    _ = encoder(BUNDLED_NAME).vocabulary_labels
