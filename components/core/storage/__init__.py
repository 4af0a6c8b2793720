"""Sentence vectors on disk."""
