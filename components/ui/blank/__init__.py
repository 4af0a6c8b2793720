"""The Fill in the blank page: what a model puts where a word is missing, and what it was trained for."""
