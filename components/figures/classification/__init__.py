"""Figures of classifiers: answers, training, learning curves, calibration, the boundary."""
