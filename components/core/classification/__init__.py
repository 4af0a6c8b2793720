"""Classifiers on top of a frozen encoder, and the methods before it to compare with."""
