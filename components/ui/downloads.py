"""Buttons that save a file, which is made when its button is pressed."""

from collections.abc import Callable
from typing import Literal

import streamlit as st

_MIME = {".csv": "text/csv", ".zip": "application/zip", ".safetensors": "application/octet-stream"}


def offer(
    label: str,
    content: Callable[[], bytes],
    file_name: str,
    *,
    key: str | None = None,
    type: Literal["primary", "secondary", "tertiary"] = "secondary",
    disabled: bool = False,
) -> None:
    """Draw a button that saves a file. The content is made outside of any session, so it may not ask for one.

    The page does not run again: its next run would take the content back while the browser still asks for it.
    """
    st.download_button(
        label,
        content,
        file_name=file_name,
        mime=_MIME[file_name[file_name.rindex(".") :]],
        key=key,
        type=type,
        disabled=disabled,
        on_click="ignore",
    )
