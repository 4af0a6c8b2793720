"""One weight of the open head, calculated: from two vectors to what the layer hands on, with this reading's numbers."""

import html
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import streamlit as st

from components.core.attention.weight_derivation import WeightDerivation, derive_weight, project_heads
from components.core.model.interventions import HeadUniform
from components.figures.charts.bars import bars
from components.figures.charts.token_bars import token_bars
from components.ui import state
from components.ui.attention.interventions import is_off
from components.ui.attention.session import AttentionView
from components.ui.charts import show, show_tiles
from components.ui.page import palette, section
from components.ui.page import raw_markup as markup
from components.ui.wording import format_count, format_signed
from components.views.tiles import Labels

_ALL = "all at once"
# Tokens whose bars can be told apart; of more, the ones with the largest weights are drawn.
_MOST_BARS = 40
# Values that are mixed visibly.
_MOST_VALUES = 8
# The height of a vector, in pixels.
_STRIP = 22


def draw(studio: AttentionView) -> None:
    """The step that is picked, or all of them."""
    taken = derive_weight(studio.trace(), studio.layer, studio.head, studio.query, studio.key)
    section(
        f"How {studio.said(studio.query)} → {studio.said(studio.key)} gets its {taken.weight:.4f}",
        f"In {studio.head_name}, with the numbers of this reading. Pick other tokens above, or click a cell.",
    )
    steps: dict[str, Callable[[AttentionView, WeightDerivation], None]] = {
        "query and key": _vectors,
        "score": _score,
        "row of scores": _row_of_scores,
        "softmax": _softmax,
        "values": _mix,
        "heads joined": _join,
    }
    picked = _ask_for_step(list(steps))
    for name, step in steps.items():
        if picked in (name, _ALL):
            step(studio, taken)


def _ask_for_step(names: list[str]) -> str:
    """Ask for one of the steps, or all; a button and a key lead from one to the next."""

    def go(by: int) -> None:
        # From where it stands when the key is pressed: quick presses all count.
        current = st.session_state[state.Attention.CALCULATION_STEP]
        place = names.index(current) if current in names else -1
        st.session_state[state.Attention.CALCULATION_STEP] = names[max(0, min(len(names) - 1, place + by))]

    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        picked = str(
            st.segmented_control(
                "Step",
                [*names, _ALL],
                default=names[0],
                required=True,
                key=state.Attention.CALCULATION_STEP,
                bind=state.IN_URL,
            )
        )
        st.button("Back", shortcut="b", on_click=go, args=(-1,), disabled=picked in (names[0], _ALL))
        st.button("Next", shortcut="n", on_click=go, args=(1,), disabled=picked == names[-1])
    return picked


def _vectors(studio: AttentionView, taken: WeightDerivation) -> None:
    rows = (f"query of {studio.said(studio.query)}", f"key of {studio.said(studio.key)}", "products")
    matrix = np.stack([taken.query, taken.key, taken.products])
    size = format_count(len(taken.query), "number")
    _explain(
        1,
        f'Each token has, in this head, a <span class="es-q">query</span> of {size} (what it asks for) and a '
        f'<span class="es-k">key</span> of as many (what it answers to). They are multiplied number by number: where '
        "both have the same sign, the product speaks for looking.",
    )
    # One scale for query and key; products beyond it are drawn in full colour.
    limit = float(np.abs(matrix[:2]).max())
    _strips(matrix, rows, "query-key", f"{rows[0]}, {rows[1]} and their products, {size} each", limit)


def _score(studio: AttentionView, taken: WeightDerivation) -> None:
    size = len(taken.query)
    _explain(2, "The sum of the products, divided so that long vectors do not shout louder, is the score.")
    lines = [
        f"q · k = {format_signed(taken.dot, 4)} <span class='es-quiet'>(sum of {format_count(size, 'product')})</span>"
    ]
    divided = np.isclose(taken.scaling, size**-0.5)
    by = f"÷ √{size}" if divided else f"× {taken.scaling:.4f} <span class='es-quiet'>(as this model scales)</span>"
    lines.append(f"{format_signed(taken.dot, 4)} {by} = <b>{format_signed(taken.scaled, 4)}</b>")
    if taken.masked[taken.key_index]:
        lines.append("This token is masked: its score counts as −∞, whatever the vectors say.")
    elif _is_uniform(studio):
        lines.append("This head was made uniform: every score it may give counts as 0.")
    _formula(lines)


def _row_of_scores(studio: AttentionView, taken: WeightDerivation) -> None:
    query, key = _names(studio)
    seen = ~taken.masked
    if not seen[taken.key_index]:
        where = f"{key} is masked and has none."
    elif np.ptp(taken.scores[seen]) == 0:
        where = "All of them are equal." if seen.sum() > 1 else "There is only one."
    else:
        where = f"{key} has rank {1 + int((taken.scores > taken.score).sum())} of {int(seen.sum())}."
    _explain(3, f"The same for every token that {query} can look at: a row of scores. {where}")
    _bars(studio, taken, np.where(seen, taken.scores, np.nan), "score", "scores")


def _softmax(studio: AttentionView, taken: WeightDerivation) -> None:
    exponentials = taken.exponentials
    total, largest = float(exponentials.sum()), float(taken.scores.max())
    _explain(
        4,
        "Softmax makes weights of scores: e to the power of each, divided by the sum of all, so that the row sums to "
        "1. The row’s largest score is taken off first, which changes no weight and keeps the numbers small.",
    )
    if taken.masked[taken.key_index]:
        _formula([f"masked: 0 ÷ {total:.4f} = <b>0.0000</b>"])
    else:
        _formula(
            [
                f"e<sup>{format_signed(taken.score, 4)} − {_bracketed(largest)}</sup> = {exponentials[taken.key_index]:.4f}",
                f"{exponentials[taken.key_index]:.4f} ÷ {total:.4f} = <b>{taken.weight:.4f}</b> "
                "<span class='es-quiet'>(divided by the sum of the row’s exponentials)</span>",
            ]
        )
    _bars(studio, taken, taken.weights, "weight", "weights")


def _mix(studio: AttentionView, taken: WeightDerivation) -> None:
    query, _ = _names(studio)
    order = np.argsort(-taken.weights, kind="stable")[:_MOST_VALUES]
    shares = taken.weighted_values[order]
    whole = taken.weighted_values.sum(axis=0)
    off = is_off(studio.request.interventions, *studio.opened)
    rows = [f"{taken.weights[i]:.4f} · value of {studio.said(int(i))}" for i in order]
    vectors = list(shares)
    if len(taken.weights) > len(order):
        rows.append("all the others")
        vectors.append(whole - shares.sum(axis=0))
    rows.append("sum" if off else "sum: the head’s output")
    vectors.append(whole if off else taken.head_output)
    matrix = np.stack(vectors)
    _explain(
        5,
        f'Each token also has a <span class="es-o">value</span>, what it has to tell. {query} receives '
        "all of them, each as strongly as its weight says; their sum is this head’s output for it."
        + (" This head is switched off: what it hands on is 0 instead." if off else ""),
    )
    _strips(
        matrix, rows, "values", f"Values times weights and their sum, {format_count(matrix.shape[1], 'number')} each"
    )


def _join(studio: AttentionView, taken: WeightDerivation) -> None:
    heads, size = taken.joined.shape
    projection = studio.reading.encoder.output_projection(studio.layer)
    wide = heads * size
    query = _names(studio)[0]
    if projection is None:
        _explain(6, f"The {heads} heads’ outputs, {size} numbers each, are put side by side: {wide} numbers.")
        return
    added = project_heads(taken.joined, projection)
    lengths = np.linalg.norm(added, axis=1)
    output = added.sum(axis=0) + projection.bias
    _explain(
        6,
        f"The {heads} heads’ outputs, {size} numbers each, are put side by side and multiplied by one matrix of "
        f"{output.size} × {wide} (the output projection). That is the sum of what each head adds; this is how long, "
        f"for {query}, the vector is that each adds. The sum, with a bias, is a vector of length "
        f"{np.linalg.norm(output):.3f}; it is added to what entered the layer.",
    )
    names = [f"head {number + 1}" for number in range(heads)]
    show(
        bars(
            lengths.tolist(),
            names,
            palette().output,
            palette(),
            x_title="length of what the head adds",
            y_title="head",
            marked=studio.head,
        ),
        key="head-shares",
        alt=f"Length of the vector that each head of layer {studio.layer + 1} adds for {studio.said(studio.query)}",
        numbers=lambda: pd.DataFrame(added, index=names, columns=range(1, output.size + 1)),
    )


def _strips(matrix: np.ndarray, rows: Sequence[str], key: str, alt: str, limit: float | None = None) -> None:
    """Vectors as rows of cells, each under its name: red below zero, blue above."""
    show_tiles(
        matrix[:, None, :],
        Labels(("",), joint="", hint="Point at a cell to read its number. Red: below zero. Blue: above."),
        key=key,
        alt=f"{alt}: red below zero, blue above",
        numbers=lambda: pd.DataFrame(matrix, index=list(rows), columns=range(1, matrix.shape[1] + 1)),
        names=tuple(rows),
        limit=limit,
        decimals=4,
        tile_height=_STRIP,
        show_names=True,
    )


def _bars(studio: AttentionView, taken: WeightDerivation, values: np.ndarray, unit: str, key: str) -> None:
    """The row as bars, the key token's marked; of a long row the tokens with the largest weights, in their order."""
    most = np.argsort(-taken.weights, kind="stable")[: _MOST_BARS - 1]
    shown = np.unique(np.append(most, taken.key_index)) if len(values) > _MOST_BARS else np.arange(len(values))
    labels = studio.tokens.labels
    if len(shown) < len(values):
        markup(f'<p class="es-note">The {len(shown)} tokens with the largest weights, of {len(values)}.</p>')
    show(
        token_bars(
            values[shown],
            [labels[i] for i in shown],
            [int(i) + 1 for i in shown],
            int(np.flatnonzero(shown == taken.key_index)[0]),
            unit,
            palette(),
        ),
        key=key,
        alt=f"The {key} that {studio.said(studio.query)} gives in {studio.head_name}",
        numbers=lambda: pd.DataFrame(
            {"token": labels, "score": taken.scores, "exponential": taken.exponentials, "weight": taken.weights},
            index=pd.RangeIndex(1, len(labels) + 1, name="place"),
        ),
    )


def _explain(number: int, text: str) -> None:
    markup(f'<p class="es-lead es-calculation"><span class="es-number">{number}</span> {text}</p>')


def _formula(lines: list[str]) -> None:
    markup(f'<div class="es-formula">{"<br>".join(lines)}</div>')


def _bracketed(number: float) -> str:
    return f"({format_signed(number, 4)})" if number < 0 else f"{number:.4f}"


def _names(studio: AttentionView) -> tuple[str, str]:
    """The query and the key token as markup."""
    return html.escape(studio.said(studio.query)), html.escape(studio.said(studio.key))


def _is_uniform(studio: AttentionView) -> bool:
    return any(
        isinstance(change, HeadUniform) and (change.layer, change.head) == studio.opened
        for change in studio.request.interventions
    )
