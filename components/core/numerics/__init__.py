"""Arithmetic that every room uses: similarity, bootstrap intervals, the device, computation in a single thread."""
