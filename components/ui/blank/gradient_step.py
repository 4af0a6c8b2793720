"""One step: the weights of the last layer move against the gradient, on a copy, and the matrix moves with them."""

import numpy as np
import pandas as pd
import streamlit as st

from components.core.errors import EncoderscopeError
from components.core.objective.one_step import GradientStep
from components.ui import state
from components.ui.blank.trained_for import NEAREST, matrix, numbers
from components.ui.caches import objective
from components.ui.caches.requests import PairsRequest, StepRequest
from components.ui.charts import show
from components.ui.page import palette
from components.ui.stage import frame
from components.ui.wording import format_signed, join_list

_RATES = ("0.001", "0.003", "0.01", "0.03", "0.1", "0.3")
_FIRST = "0.01"
# Cells that are marked on each side.
_NAMED = 3


def pick_learning_rate() -> float:
    """Ask for the learning rate."""
    picked = st.selectbox(
        "Learning rate",
        _RATES,
        index=_RATES.index(_FIRST),
        key=state.Blank.LEARNING_RATE,
        bind=state.IN_URL,
        persist_state="session",
        width=130,
    )
    return float(picked)


def draw(request: PairsRequest | None, unit: str, learning_rate: float) -> None:
    """Draw the batch before and after one step of gradient descent."""
    assert request is not None  # the page reads it where this screen is shown
    try:
        step = objective.step(StepRequest(request, learning_rate))
    except EncoderscopeError as error:
        frame.heading("No step can be taken with this model", str(error))
        return
    up, down = _moved_most(step)
    frame.heading(_finding(step, learning_rate), _lead(step, learning_rate, up, down))
    colours = palette()
    left, right = st.columns(2, gap="medium")
    with left:
        frame.part(f"Before: loss {step.before.loss:.3f}", NEAREST)
        show(
            matrix(step.before, unit, colours),
            key="pairs-before",
            alt=f"The batch before the step, as {unit}: loss {step.before.loss:.3f}",
            numbers=lambda: numbers(step.before),
        )
    with right:
        frame.part(f"After: loss {step.after.loss:.3f}", "↑ and ↓ mark the cosines that have moved most.")
        show(
            matrix(step.after, unit, colours, dict.fromkeys(up, "↑") | dict.fromkeys(down, "↓")),
            key="pairs-after",
            alt=f"The batch after the step, as {unit}: loss {step.after.loss:.3f}. {_named(step, up, down)}",
            numbers=lambda: _numbers(step),
        )
    with frame.details():
        frame.note(
            "The gradient says for each weight how the loss would change with it. Stochastic gradient descent (Robbins "
            "& Monro 1951) takes learning rate × gradient off each weight; here the gradient's length is "
            f"{step.gradient_length:.2f}. Training is some hundred thousand such steps, each on another batch, through "
            "all layers. Dropout is off."
        )
        frame.note(
            "A step that is too long jumps over the valley, and the loss rises; one that is too short hardly moves."
        )


def _moved_most(step: GradientStep) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Return the cells whose cosine has risen most, and those whose cosine has fallen most."""
    order = np.argsort(step.moved, axis=None, kind="stable")
    count = len(step.moved)

    def cells(flat: np.ndarray, sign: int) -> list[tuple[int, int]]:
        found = [(int(each) // count, int(each) % count) for each in flat]
        return [cell for cell in found if sign * step.moved[cell] > 0][:_NAMED]

    return cells(order[::-1], 1), cells(order, -1)


def _finding(step: GradientStep, learning_rate: float) -> str:
    before, after = step.before.loss, step.after.loss
    if after < before:
        return f"One step takes the loss from {before:.2f} to {after:.2f}"
    if after > before:
        return f"This step is too long: the loss rises from {before:.2f} to {after:.2f}"
    return f"At a learning rate of {learning_rate:g}, the loss stays {before:.2f}"


def _lead(step: GradientStep, learning_rate: float, up: list[tuple[int, int]], down: list[tuple[int, int]]) -> str:
    return (
        f"On a copy of the last layer, each of {step.weights:,} weights moves by −{learning_rate:g} × its gradient; "
        f"the model itself stays as it is. {_named(step, up, down)}"
    )


def _named(step: GradientStep, up: list[tuple[int, int]], down: list[tuple[int, int]]) -> str:
    parts = [
        f"that {verb} most: {join_list([_cell(step, cell) for cell in cells[:2]])}"
        for verb, cells in (("rose", up), ("fell", down))
        if cells
    ]
    return f"The cosines {'; '.join(parts)}." if parts else "No cosine moved."


def _cell(step: GradientStep, cell: tuple[int, int]) -> str:
    row, column = cell
    name = f"pair {row + 1} itself" if row == column else f"{row + 1} with {column + 1}"
    return f"{name} ({'+' if step.moved[cell] > 0 else ''}{format_signed(float(step.moved[cell]), 3)})"


def _numbers(step: GradientStep) -> pd.DataFrame:
    return numbers(step.after).assign(**{"cosine before": step.before.cosines.ravel(), "moved": step.moved.ravel()})
