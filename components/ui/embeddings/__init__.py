"""The parts of the Embeddings page: what is added up, one number of it, nearest tokens, and a map of words."""
