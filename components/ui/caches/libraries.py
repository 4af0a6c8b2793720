"""The documents of all tabs, kept on disk until their tab is closed."""

from functools import cache as once

import streamlit as st

from components.core.retrieval.ingest.libraries import Libraries
from components.core.storage.vector_store import cache_directory


@once
def libraries() -> Libraries:
    """The documents of all tabs."""
    return Libraries(cache_directory() / "documents.sqlite")


# A resource of the session, since Streamlit then says when the session ends.
@st.cache_resource(scope="session", on_release=lambda owner: libraries().left(owner), show_spinner=False)
def claim(owner: str) -> str:
    """Keep an owner's documents for as long as this session lives."""
    return owner
