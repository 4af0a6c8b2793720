"""Context."""

from components.ui.frame import next_page, read_model, title

read_model()
title("Step 4 of 6 · Context-aware embeddings", "A page that is being written here", "…")
next_page("pages/encoder/overview.py", "back")
