"""The settings of one technique of retrieval, wherever it is picked."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from components.core.retrieval.search.ways.catalogue import Technique
from components.ui import state


def ask(technique: Technique, key_of: Callable[[str, str], str]) -> dict[str, Any]:
    """Ask for each setting of a technique. key_of: the name of its widget, of the technique's name and the field."""
    return {
        each.field: st.select_slider(
            f"{technique.name}: {each.label}",
            each.choices,
            each.first,
            key=key_of(technique.name, each.field),
            bind=state.IN_URL,
            persist_state="session",
        )
        for each in technique.parameters
    }
