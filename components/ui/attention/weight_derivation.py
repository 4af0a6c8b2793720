"""The calculation of one attention weight, step by step, with the numbers of this sentence."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import streamlit as st
from markupsafe import Markup

from components.core.attention.weight_derivation import WeightDerivation, derive_weight, project_heads
from components.core.model.interventions import HeadUniform
from components.figures.charts.bars import bars
from components.figures.charts.token_bars import token_bars
from components.ui import state
from components.ui.attention import projection_step
from components.ui.attention.calculation import explain, formula, strips
from components.ui.attention.interventions import is_off
from components.ui.attention.session import AttentionView
from components.ui.charts import show
from components.ui.page import markup, palette
from components.ui.stage import frame
from components.ui.wording import format_bracketed, format_count, format_signed

_ALL = "all at once"
# The most tokens whose bars can be told apart; of more, those with the largest weights are drawn.
_MOST_BARS = 40
# The most values that are drawn one by one.
_MOST_VALUES = 5


def draw(view: AttentionView) -> None:
    """Draw the picked step, or all of them."""
    derivation = derive_weight(view.trace(), view.layer, view.head, view.query, view.key)
    off = is_off(view.request.interventions, *view.opened)
    frame.heading(
        f"How {view.quoted(view.query)} → {view.quoted(view.key)} gets its {derivation.weight:.4f}",
        f"In {view.head_name}, with the numbers of this sentence, step by step."
        + (" The head is off: what it computes is replaced by 0." if off else ""),
    )
    steps: dict[str, Callable[[AttentionView, WeightDerivation], None]] = {
        "x to q and k": projection_step.draw,
        "query and key": _vectors,
        "score": _score,
        "row of scores": _row_of_scores,
        "softmax": _softmax,
        "values": _mix,
        "heads joined": _join,
    }
    picked = _pick_step([*steps, _ALL])
    for name, step in steps.items():
        if picked in (name, _ALL):
            step(view, derivation)


def _pick_step(steps: Sequence[str]) -> str:
    """Ask for a step by its name, or by walking from one to the next."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        picked = str(
            st.segmented_control(
                "Step",
                steps,
                default=steps[0],
                required=True,
                key=state.Attention.CALCULATION_STEP,
                bind=state.IN_URL,
                persist_state="session",
                label_visibility="collapsed",
                width="content",
            )
        )
        at = steps.index(picked)
        for label, arrow, to in (("Previous step", "back", at - 1), ("Next step", "forward", at + 1)):
            st.button(
                label,
                icon=f":material/arrow_{arrow}:",
                help=label,
                key=f"step_{arrow}",
                on_click=_show_step,
                args=(steps[to % len(steps)],),
                disabled=not 0 <= to < len(steps),
            )
    return picked


def _show_step(step: str) -> None:
    st.session_state[state.Attention.CALCULATION_STEP] = step


def _vectors(view: AttentionView, derivation: WeightDerivation) -> None:
    rows = (f"query of {view.quoted(view.query)}", f"key of {view.quoted(view.key)}", "products")
    matrix = np.stack([derivation.query, derivation.key, derivation.products])
    size = format_count(len(derivation.query), "number")
    explain(
        2,
        Markup(
            'In this head each token has a <span class="es-q">query</span> (what it looks for) and a '
            '<span class="es-k">key</span> (what it can be found by), {} each. They are multiplied number by number: '
            "where both have the same sign, the product raises the score."
        ).format(size),
    )
    # One scale for query and key; larger products are drawn in full colour.
    limit = float(np.abs(matrix[:2]).max())
    strips(matrix, rows, "query-key", f"{rows[0]}, {rows[1]} and their products, {size} each", limit)


def _score(view: AttentionView, derivation: WeightDerivation) -> None:
    size = len(derivation.query)
    divided = np.isclose(derivation.scaling, size**-0.5)
    by_what = "divided by √d so that scores do not grow with the number of dimensions" if divided else "times a factor"
    explain(3, f"The score is the sum of the products, {by_what}.")
    lines: list[str] = [
        Markup('q · k = {} <span class="es-quiet">(sum of {})</span>').format(
            format_signed(derivation.dot, 4), format_count(size, "product")
        )
    ]
    by = Markup("÷ √{}").format(size)
    if not divided:
        by = Markup('× {:.4f} <span class="es-quiet">(this model’s factor)</span>').format(derivation.scaling)
    scaled = Markup("{} {} = <b>{}</b>")
    lines.append(scaled.format(format_signed(derivation.dot, 4), by, format_signed(derivation.scaled, 4)))
    if derivation.masked[derivation.key_index]:
        lines.append("This token is masked: its score counts as −∞, whatever its vectors are.")
    elif _is_uniform(view):
        lines.append("This head is made uniform: each of its scores counts as 0.")
    formula(lines)


def _row_of_scores(view: AttentionView, derivation: WeightDerivation) -> None:
    query, key = _names(view)
    seen = ~derivation.masked
    if not seen[derivation.key_index]:
        where = f"{key} is masked and has none."
    elif np.ptp(derivation.scores[seen]) == 0:
        where = "All of them are equal." if seen.sum() > 1 else "There is only one."
    else:
        where = f"{key} has rank {1 + int((derivation.scores > derivation.score).sum())} of {int(seen.sum())}."
    explain(4, Markup("The same for every token that {} can attend to: a row of scores. {}").format(query, where))
    _bars(view, derivation, np.where(seen, derivation.scores, np.nan), "score", "scores")


def _softmax(view: AttentionView, derivation: WeightDerivation) -> None:
    exponentials = derivation.exponentials
    total, largest = float(exponentials.sum()), float(derivation.scores.max())
    explain(
        5,
        "Softmax turns scores into weights: e to the power of each score, divided by the sum of all, so that the row "
        "sums to 1. The largest score of the row is subtracted first, which changes no weight and keeps the numbers "
        "small.",
    )
    if derivation.masked[derivation.key_index]:
        formula([Markup("masked: 0 ÷ {:.4f} = <b>0.0000</b>").format(total)])
    else:
        formula(
            [
                Markup("e<sup>{} − {}</sup> = {:.4f}").format(
                    format_signed(derivation.score, 4), format_bracketed(largest), exponentials[derivation.key_index]
                ),
                Markup(
                    '{:.4f} ÷ {:.4f} = <b>{:.4f}</b> <span class="es-quiet">(divided by the sum of the row’s '
                    "exponentials)</span>"
                ).format(exponentials[derivation.key_index], total, derivation.weight),
            ]
        )
    _bars(view, derivation, derivation.weights, "weight", "weights")


def _mix(view: AttentionView, derivation: WeightDerivation) -> None:
    query, _ = _names(view)
    order = np.argsort(-derivation.weights, kind="stable")[:_MOST_VALUES]
    shares = derivation.weighted_values[order]
    whole = derivation.weighted_values.sum(axis=0)
    off = is_off(view.request.interventions, *view.opened)
    rows = [f"{derivation.weights[i]:.4f} · value of {view.quoted(int(i))}" for i in order]
    vectors = list(shares)
    if len(derivation.weights) > len(order):
        rows.append("all the others")
        vectors.append(whole - shares.sum(axis=0))
    rows.append("sum" if off else "sum: the head’s output")
    vectors.append(whole if off else derivation.head_output)
    matrix = np.stack(vectors)
    explain(
        6,
        Markup(
            'Each token also has a <span class="es-o">value</span>, the information it passes on. {} receives the '
            "values of all tokens, each multiplied by its weight; their sum is this head’s output for it.{}"
        ).format(query, " This head is switched off: its output is replaced by 0." if off else ""),
    )
    strips(
        matrix, rows, "values", f"Values times weights and their sum, {format_count(matrix.shape[1], 'number')} each"
    )


def _join(view: AttentionView, derivation: WeightDerivation) -> None:
    heads, size = derivation.joined.shape
    projection = view.reading.encoder.output_projection(view.layer)
    wide = heads * size
    query = _names(view)[0]
    if projection is None:
        explain(7, f"The outputs of the {heads} heads, {size} numbers each, are joined: {wide} numbers.")
        return
    added = project_heads(derivation.joined, projection)
    lengths = np.linalg.norm(added, axis=1)
    output = added.sum(axis=0) + projection.bias
    explain(
        7,
        Markup(
            "The outputs of the {} heads, {} numbers each, are joined and multiplied by one {} × {} matrix (the output "
            "projection). The result is a sum of one vector per head; the bars show their lengths for {}. The sum "
            "plus a bias has length {:.3f}; it is added to the layer’s input."
        ).format(heads, size, output.size, wide, query, np.linalg.norm(output)),
    )
    names = [f"head {number + 1}" for number in range(heads)]
    show(
        bars(
            lengths.tolist(),
            names,
            palette().output,
            palette(),
            x_title="length of the vector that the head adds",
            y_title="head",
            marked=view.head,
        ),
        key="head-shares",
        alt=f"Length of the vector that each head of layer {view.layer + 1} adds for {view.quoted(view.query)}",
        numbers=lambda: pd.DataFrame(added, index=names, columns=range(1, output.size + 1)),
    )


def _bars(view: AttentionView, derivation: WeightDerivation, values: np.ndarray, unit: str, key: str) -> None:
    """Draw the row as bars with the key token marked; of a long row only the tokens with the largest weights."""
    most = np.argsort(-derivation.weights, kind="stable")[: _MOST_BARS - 1]
    shown = np.unique(np.append(most, derivation.key_index)) if len(values) > _MOST_BARS else np.arange(len(values))
    labels = view.tokens.labels
    if len(shown) < len(values):
        markup(
            Markup('<p class="es-note">Shown: the {} tokens with the largest weights, of {}.</p>').format(
                len(shown), len(values)
            )
        )
    show(
        token_bars(
            values[shown],
            [labels[i] for i in shown],
            [int(i) + 1 for i in shown],
            int(np.flatnonzero(shown == derivation.key_index)[0]),
            unit,
            palette(),
        ),
        key=key,
        alt=f"The {key} that {view.quoted(view.query)} gives in {view.head_name}",
        numbers=lambda: pd.DataFrame(
            {
                "token": labels,
                "score": derivation.scores,
                "exponential": derivation.exponentials,
                "weight": derivation.weights,
            },
            index=pd.RangeIndex(1, len(labels) + 1, name="token number"),
        ),
    )


def _names(view: AttentionView) -> tuple[str, str]:
    """The query and the key token in quotes."""
    return view.quoted(view.query), view.quoted(view.key)


def _is_uniform(view: AttentionView) -> bool:
    return any(
        isinstance(change, HeadUniform) and (change.layer, change.head) == view.opened
        for change in view.request.interventions
    )
