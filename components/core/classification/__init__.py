"""Classifiers on top of a frozen encoder, beside those of the world before it."""
