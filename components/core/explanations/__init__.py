"""Explanations of one number of a text by its words, and the test of what they claim."""
