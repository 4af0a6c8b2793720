"""Putting a figure on the page: its description, its numbers as CSV, and its download format."""

from collections.abc import Callable

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from components.ui import state


def show(
    figure: go.Figure,
    *,
    key: str,
    alt: str,
    numbers: Callable[[], pd.DataFrame],
) -> None:
    """Draw a figure, with a camera that saves it and a button for its numbers.

    key: names the figure, its files and its widgets. alt: what it shows, for those who do not see it.
    """
    st.plotly_chart(
        figure,
        key=f"figure_{key}",
        alt=alt,
        config={
            "displaylogo": False,
            "displayModeBar": True,
            "modeBarButtons": [["toImage"]],
            "toImageButtonOptions": {
                "format": st.session_state.get(state.FIGURE_FORMAT, "PNG").lower(),
                "filename": f"encoderscope-{key}",
                "scale": 2,
            },
        },
    )
    numbers_button(numbers, key=key)


def numbers_button(numbers: Callable[[], pd.DataFrame], *, key: str) -> None:
    """A quiet button that saves the numbers of a figure; they are gathered only when it is pressed."""
    st.download_button(
        "Numbers (CSV)",
        lambda: numbers().to_csv().encode("utf-8"),
        file_name=f"encoderscope-{key}.csv",
        mime="text/csv",
        key=f"numbers_{key}",
        type="tertiary",
        on_click="ignore",
    )
