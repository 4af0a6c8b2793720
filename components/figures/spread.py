"""Names beside the ends of lines, moved apart so that none covers another."""

from collections.abc import Sequence

import numpy as np

_LINE = 1.35  # height of a line of text, as a multiple of its size
_AXIS = 90  # pixels of a figure's height that its axis and margins take


def room_of_name(span: float, size: float, height: float) -> float:
    """Return the part of a y axis that a line of text takes. span: of the axis. size, height: in pixels.

    >>> room_of_name(1.0, 20, 390)
    0.09
    """
    return span * _LINE * size / (height - _AXIS)


def spread(values: Sequence[float], gap: float) -> list[float]:
    """Move values apart until neighbours differ by at least `gap`; their order stays.

    >>> spread([0.0, 0.0, 9.0], gap=1.0)
    [-0.5, 0.5, 9.0]
    """
    order = np.argsort(values, kind="stable")
    moved = np.array(values, dtype=float)[order]
    for _ in range(50):
        gaps = gap - np.diff(moved)
        close = gaps > 1e-12
        if not close.any():
            break
        push = np.where(close, gaps / 2, 0)
        moved[:-1] -= push
        moved[1:] += push
    back = np.empty_like(moved)
    back[order] = moved
    return back.tolist()
