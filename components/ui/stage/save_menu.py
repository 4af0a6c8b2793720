"""The Save menu of a screen: every picture on it as PNG or SVG, and the numbers behind it as CSV."""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.ui import state
from components.ui.stage.frame import SavedPicture


def draw(slot: DeltaGenerator, pictures: Sequence[SavedPicture]) -> None:
    """Draw the menu, if there is anything to save."""
    if not pictures:
        return
    with slot.popover("Save", width="content"):
        for picture in pictures:
            st.download_button(
                f"Numbers of {picture.name} (CSV)",
                lambda picture=picture: picture.numbers().to_csv().encode("utf-8"),
                file_name=f"{picture.file}.csv",
                mime="text/csv",
                key=f"numbers_{picture.key}",
                type="tertiary",
                on_click="ignore",
            )
    _ = state
