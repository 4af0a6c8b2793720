"""Vectors of tokens, and how they become vectors of sentences."""
