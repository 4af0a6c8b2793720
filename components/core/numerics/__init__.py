"""Arithmetic that every room uses: similarity, intervals, and computing in one thread."""
