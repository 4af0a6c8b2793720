"""Models that were trained in this app, and which of them a tab reads with."""

import streamlit as st

from components.core.errors import ModelError
from components.core.model.loading import models_on_offer
from components.ui import state
from components.ui.caches import trainings


def on_offer() -> tuple[str, ...]:
    """The models that this tab may choose: those of the operator, and those that it has opened after a training.

    A link may name a trained model too, as long as it is kept.
    """
    opened: list[str] = st.session_state.get(state.Shared.TRAINED, [])
    named = st.query_params.get(state.Shared.MODEL, "") or st.session_state.get(state.Shared.MODEL, "")
    linked = [named] if _is_kept(named) else []
    return tuple(dict.fromkeys([*models_on_offer(), *opened, *linked]))


def open_here(model: str, sentence: str) -> None:
    """Have this tab read with a trained model, and begin with a sentence that it knows; for callbacks."""
    offer(model)
    st.session_state.update({state.Shared.MODEL: model, state.Shared.TEXT: sentence})


def offer(model: str) -> None:
    """Have this tab list a model among those that it may choose, if it was trained here."""
    opened: list[str] = st.session_state.setdefault(state.Shared.TRAINED, [])
    if trainings.is_trained_here(model) and model not in opened:
        opened.append(model)


def is_open(model: str) -> bool:
    """True if this tab reads with a model."""
    return bool(st.session_state.get(state.Shared.MODEL) == model)


def _is_kept(model: str) -> bool:
    try:
        return trainings.directory_of(model) is not None
    except ModelError:
        return False
