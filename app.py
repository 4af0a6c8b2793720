"""Encoderscope: the pages in lesson order, and the sidebar they share."""

import streamlit as st

from components.ui import sidebar
from components.ui.page import use_style

reading = [
    st.Page("pages/encoder/overview.py", title="Overview", default=True),
    st.Page("pages/encoder/tokens.py", title="Tokens"),
    st.Page("pages/encoder/embeddings.py", title="Embeddings"),
    st.Page("pages/encoder/positions.py", title="Positions"),
    st.Page("pages/encoder/attention.py", title="Attention"),
]
# These ask for sentences of their own, to compare them.
comparing = [
    st.Page("pages/encoder/word_order.py", title="Word order"),
    st.Page("pages/encoder/context.py", title="Context"),
]
applying = [
    st.Page("pages/applications/sentence_map.py", title="Sentence map"),
    st.Page("pages/applications/retrieval.py", title="Live retrieval"),
    st.Page("pages/applications/sentiment.py", title="Sentiment"),
]
sections = {"How the encoder reads": reading + comparing, "What its vectors are good for": applying}
page = st.navigation([each for pages in sections.values() for each in pages])
st.set_page_config(page_icon="assets/logo.png", layout="wide")
st.logo("assets/wordmark.svg", size="large")
use_style({section: len(pages) for section, pages in sections.items()})
with st.sidebar:
    sidebar.draw(asks_for_sentence=page in reading)
page.run()
