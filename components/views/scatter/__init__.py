"""Many sentences as dots on a map, in two or three dimensions, to point at, pick and select with a lasso."""

from components.views.scatter.view import Group, Line, MapMarks, Marks, marks, scatter

__all__ = ["Group", "Line", "MapMarks", "Marks", "marks", "scatter"]
