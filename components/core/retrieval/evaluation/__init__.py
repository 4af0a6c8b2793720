"""Evaluation: search methods compared on questions with known answers."""
