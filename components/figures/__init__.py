"""Figures: arrays and labels in, Plotly figure out."""
