"""Opened models."""

from weakref import WeakValueDictionary

import streamlit as st

from components.core import Encoder, ModelError, load_encoder
from components.core.numerics.lanes import let_others
from components.ui.caches import trainings


def encoder(model: str) -> Encoder:
    """Return the encoder of that name. Raises ModelError."""
    # A page asks some fifty times, and Streamlit's caches take a fifth of a millisecond each time.
    kept = _kept.get(model)
    if kept is not None:
        return kept
    # Opening takes seconds, and others may wait for it.
    let_others()
    failure = _failure(model)
    if failure:
        raise ModelError(failure)
    _kept[model] = _open(model)
    return _kept[model]


def _open(model: str) -> Encoder:
    return _opened(model) if trainings.directory_of(model) is None else _opened_after_training(model)


#: The encoders that Streamlit keeps opened, for as long as it does.
_kept: WeakValueDictionary[str, Encoder] = WeakValueDictionary()


# Streamlit's resources, since they show that a model is being opened. Two first visitors wait for one load.
@st.cache_resource(max_entries=2, show_spinner="Opening the model …")
def _opened(model: str) -> Encoder:
    return load_encoder(model)


# A trained model takes some 100 kB; in a class there may be many.
@st.cache_resource(max_entries=32, show_spinner="Opening the model …")
def _opened_after_training(model: str) -> Encoder:
    return load_encoder(model, trainings.directory_of(model))


@st.cache_data(max_entries=8, ttl=30, show_spinner=False)
def _failure(model: str) -> str | None:
    """Why a model cannot be opened, remembered for 30 s: without a network each attempt may take long."""
    try:
        _open(model)
    except ModelError as error:
        return str(error)
    return None
