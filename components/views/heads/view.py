"""Python side of the heads view: it takes weights and returns the head or the cell that is clicked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from components.core.attention.quantization import QuantizedWeights
from components.core.classroom.guesses import NOBODY, Guesses
from components.core.classroom.strips import brief_counts, last_share
from components.figures.palette import DARK, LIGHT
from components.views import picture

_HERE = Path(__file__).parent
_mount = st.components.v2.component(
    "encoderscope_heads",
    html=picture.frame_html('<canvas class="picture"></canvas><canvas class="overlay" aria-hidden="true"></canvas>'),
    css=picture.CSS + (_HERE / "heads.css").read_text(encoding="utf-8"),
    js=picture.JS
    + (_HERE / "layout.js").read_text(encoding="utf-8")
    + (_HERE / "paint.js").read_text(encoding="utf-8")
    + (_HERE / "heads.js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True)
class Axes:
    """The tokens of the rows (queries) and the columns (keys), as indices into the text."""

    tokens: tuple[str, ...]  # labels of all S tokens
    rows: tuple[int, ...]
    columns: tuple[int, ...]


@dataclass(frozen=True)
class Caption:
    """The description of one head."""

    layer: int  # counted from 0
    head: int
    role: str  # the pattern it follows most
    strength: float  # how strongly, from 0 to 1
    off: bool = False  # its output is set to zero


def head_thumbnails(
    weights: QuantizedWeights,
    axes: Axes,
    captions: Sequence[Caption],
    *,
    key: str,
    alt: str,
    file: str,
    channel: str,
    across: int | None,
    hint: str,
    opened: tuple[int, int] | None = None,
    does: str = "open it",
    on_open: Callable[[int, int], None],
) -> None:
    """Draw the thumbnails of N heads.

    across: the number of thumbnails in a row, with layers and heads numbered along the edges; None for as many as fit,
    each with its name. channel: pictures on one channel mark the same cell, and the head that `head_matrix` shows there
    is framed. opened: the head that is framed where no `head_matrix` stands beside it. does: what a click does.
    on_open: called with the layer and head of a clicked thumbnail, counted from 0, before the page runs again.
    """

    def clicked() -> None:
        picked = st.session_state[key].opened
        if picked is not None:
            on_open(*(int(number) for number in picked))

    data = _payload(weights, axes, captions, alt, file, channel, hint) | {
        "across": across,
        "labelled": False,
        "does": does,
        "open": opened,
    }
    _mount(key=key, data=picture.pack_payload(data, weights.data), on_opened_change=clicked)


def head_matrix(
    weights: QuantizedWeights,
    axes: Axes,
    caption: Caption,
    *,
    marked: tuple[int, int],
    guesses: Guesses[tuple[int, int]] = NOBODY,
    key: str,
    alt: str,
    file: str,
    channel: str,
    hint: str,
    on_pick: Callable[[int, int], None],
) -> None:
    """Draw one head large, with its tokens along the edges. weights: of one head.

    marked: indices of a query and a key token in the text; their cell is framed. guesses: of such a cell, framed in
    another way; how many of a class guessed it stands in it, as far as it has room. on_pick: called with the indices of
    the query and the key token of a clicked cell, before the page runs again.
    """

    def picked() -> None:
        cell = st.session_state[key].picked
        if cell is not None:
            on_pick(*(int(index) for index in cell))

    data = _payload(weights, axes, [caption], alt, file, channel, hint)
    data |= {"across": 1, "labelled": True, "marked": marked, "guessed": guessed_cells(guesses)}
    data["guess"] = {"light": LIGHT.word, "dark": DARK.word}
    data["paper"] = {"light": LIGHT.paper, "dark": DARK.paper}
    _mount(key=key, data=picture.pack_payload(data, weights.data), on_picked_change=picked)


def guessed_cells(guesses: Guesses[tuple[int, int]]) -> list[dict[str, Any]]:
    """Return each guessed cell, how thick its frame is, and the lines that may stand in it, the widest first.

    >>> guessed_cells(Guesses((2, 1)))
    [{'cell': (2, 1), 'width': 3, 'says': []}]
    >>> guessed_cells(Guesses(rounds=(((2, 1), (2, 3)), ((2, 1),))))[0]
    {'cell': (2, 1), 'width': 5.0, 'says': [['1 → 1'], ['1', '1'], ['1']]}
    """
    cells: dict[tuple[int, int], dict[str, Any]] = {}
    for cell in dict.fromkeys(cell for each in guesses.rounds for cell in each):
        counts = [str(count[cell]) for count in guesses.counts()]
        says = [[brief_counts(guesses, cell)], *([counts] if len(counts) > 1 else []), [counts[-1]]]
        cells[cell] = {"cell": cell, "width": 1 + 4 * last_share(guesses, cell), "says": says}
    if guesses.own is not None:
        cells[guesses.own] = {"says": []} | cells.get(guesses.own, {}) | {"cell": guesses.own, "width": 3}
    return [{"cell": each["cell"], "width": each["width"], "says": each["says"]} for each in cells.values()]


def _payload(
    weights: QuantizedWeights,
    axes: Axes,
    captions: Sequence[Caption],
    alt: str,
    file: str,
    channel: str,
    hint: str,
) -> dict[str, Any]:
    _, height, width = weights.steps.shape
    return {
        "decimals": weights.decimals,
        "block": weights.block,
        "height": height,
        "width": width,
        "tokens": axes.tokens,
        "rows": axes.rows,
        "columns": axes.columns,
        "heads": [[caption.layer, caption.head] for caption in captions],
        "says": [f"{caption.role} {caption.strength:.2f}" for caption in captions],
        "off": [caption.off for caption in captions],
        "strengths": [round(caption.strength, 3) for caption in captions],
        "ramps": {"light": LIGHT.sequential, "dark": DARK.sequential},
        "accent": {"light": LIGHT.query, "dark": DARK.query},
        "alt": alt,
        "file": file,
        "channel": channel,
        "hint": hint,
    }
