"""The screen “ladder”: techniques of retrieval measured on the corpus's questions, beside dense search."""
