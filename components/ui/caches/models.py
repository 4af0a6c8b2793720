"""Opened models and what is derived from their weights alone."""

import numpy as np
import streamlit as st

from components.core import Encoder, ModelError, load_encoder
from components.core.numerics.similarity import normalise_rows
from components.ui.caches.memo import memoized


def encoder(model: str) -> Encoder:
    """Return the encoder of that name. Raises ModelError."""
    failure = _failure(model)
    if failure:
        raise ModelError(failure)
    return _opened(model)


# Streamlit's resources, since they show that a model is being opened. Two first visitors wait for one load.
@st.cache_resource(max_entries=2, show_spinner="Opening the model …")
def _opened(model: str) -> Encoder:
    return load_encoder(model)


@st.cache_data(max_entries=8, ttl=30, show_spinner=False)
def _failure(model: str) -> str | None:
    """Why a model cannot be opened, remembered for 30 s: without a network each attempt may take long."""
    try:
        _opened(model)
    except ModelError as error:
        return str(error)
    return None


@memoized(2)
def unit_embedding_table(model: str) -> np.ndarray:
    """(V, E): the word embedding table with each row scaled to length 1, for nearest neighbours."""
    return normalise_rows(encoder(model).word_embedding_table)
