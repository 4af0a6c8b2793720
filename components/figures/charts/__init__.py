"""Bars, curves and points."""
