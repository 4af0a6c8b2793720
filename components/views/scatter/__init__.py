"""Many sentences as dots on a map, in two or three dimensions, to point at, pick and fence in."""

from components.views.scatter.view import Group, Line, Marks, Placed, marks, scatter

__all__ = ["Group", "Line", "Marks", "Placed", "marks", "scatter"]
