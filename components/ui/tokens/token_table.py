"""All tokens of the sentence as a table."""

import pandas as pd
import streamlit as st

from components.core.tokens.tokens import Tokens
from components.ui.stage import frame


def draw(tokens: Tokens) -> None:
    """Draw one row per token: its id, its word, and the text that it stands for."""
    frame.note("All tokens. Select cells to copy them, or save the table with the button above its right corner.")
    st.dataframe(
        pd.DataFrame(
            {
                "token": tokens.labels,
                "id": tokens.token_ids,
                "word": [None if word is None else word + 1 for word in tokens.word_ids],
                "text": [tokens.text[start:end] for start, end in tokens.offsets],
                "from": [start for start, _ in tokens.offsets],
                "to": [end for _, end in tokens.offsets],
                "special": tokens.special,
                "unknown": tokens.unknown,
            },
            index=pd.RangeIndex(1, len(tokens.tokens) + 1, name="position"),
        ),
        height=min(38 + 35 * len(tokens.tokens), 320),
    )
