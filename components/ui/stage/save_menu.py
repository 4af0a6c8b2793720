"""The Save menu of a screen: every picture on it as PNG or SVG, and the numbers behind it as CSV."""

from collections.abc import Sequence
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.ui import downloads
from components.ui.stage.about import LONGEST_BELOW, about
from components.ui.stage.frame import SavedPicture
from components.views.save_menu import Entry, save_menu


def draw(slot: DeltaGenerator, pictures: Sequence[SavedPicture], text: str) -> None:
    """Draw the menu, if there is anything to save. text: what the screen is about, such as the sentence."""
    if not pictures:
        return
    line = about(text, LONGEST_BELOW)
    with slot.popover("Save", width="content"):
        save_menu(
            [Entry(each.key, each.name, each.file, each.caption.rstrip("."), line) for each in pictures],
            key="save_menu",
        )
        with st.container(gap=None):
            for picture in pictures:
                downloads.offer(
                    f"Numbers of {picture.name} (CSV)",
                    partial(_csv, picture),
                    f"{picture.file}.csv",
                    key=f"numbers_{picture.key}",
                    type="tertiary",
                )


def _csv(picture: SavedPicture) -> bytes:
    """Gather the numbers of a picture; done only when its button is pressed."""
    return picture.numbers().to_csv().encode("utf-8")
