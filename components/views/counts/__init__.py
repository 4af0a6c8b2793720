"""A table of counts whose cells can be clicked: what a classifier took for what, labels in groups."""

from components.views.counts.view import Side, counts_table

__all__ = ["Side", "counts_table"]
