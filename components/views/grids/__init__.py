"""Tables of numbers by row and column, under one another on one scale, of which a cell can be clicked."""

from components.views.grids.view import Grid, Shade, grids

__all__ = ["Grid", "Shade", "grids"]
