"""Position encodings, and the effect of word order."""
