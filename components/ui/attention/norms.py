"""Norms instead of weights: what each token really brings to each other in a layer, or in one of its heads."""

import numpy as np
import pandas as pd
import streamlit as st
from jaxtyping import Float
from markupsafe import Markup

from components.core.attention.quantization import pool_by_maximum
from components.core.layer.norm_shares import KINDS, shares, shares_by_kind
from components.core.layer.norms import MEASURES, AttentionNorms
from components.figures.charts.kind_shares import kind_shares
from components.figures.heatmaps.attention import share_heatmap
from components.ui import state
from components.ui.attention.calculation import formula
from components.ui.attention.session import AttentionView
from components.ui.attention.usual_shares import Usual, usual_shares
from components.ui.caches import attention
from components.ui.caches.requests import NormsRequest
from components.ui.charts import show
from components.ui.page import markup, palette
from components.ui.pickers import pick_option
from components.ui.stage import frame
from components.ui.tables import table
from components.ui.wording import join_list

# The most tokens whose cells can be told apart.
_READABLE = 128
_LEADS = {
    "weight": "Rows show where tokens look, not yet what comes from there: pick “norm”.",
    "norm": "The norm is the length of what comes from a token: weight times value, through the output projection.",
    "with residual": "A token’s own vector is added to what attention brings: the diagonal grows.",
    "whole block": "The block ends with LayerNorm, which takes the mean off each vector and scales its dimensions.",
}
_NORMALISES_FIRST = "This model normalises before attention: its block ends with the sum, so both measures agree."


def draw(view: AttentionView) -> None:
    """Ask for a measure, and draw the shares that it gives each token beside the averages of all measures."""
    with frame.more():
        alone = st.toggle(
            f"Head {view.head + 1} alone",
            key=state.Attention.ONE_HEAD,
            bind=state.IN_URL,
            persist_state="session",
            help="One head has a weight and a norm. Residual and LayerNorm belong to all heads of a layer together.",
        )
    found = attention.norms(NormsRequest(view.request, view.layer, view.head if alone else None))
    with frame.controls():
        measure = pick_option("Measure", list(found.known), state.Attention.MEASURE)
    usual = None if alone else usual_shares(view.reading.model, view.reading.encoder, view.layer)
    shared = {name: shares(brought) for name, brought in found.known.items()}
    by_kind = np.stack([shares_by_kind(each, view.tokens.special) for each in shared.values()])
    frame.heading(finding(view, found, measure, by_kind, alone), f"{_lead(view, measure)}{_usually(usual, measure)}")
    left, right = st.columns([5, 4], gap="medium")
    with left:
        _draw_cells(view, measure, shared)
        if len(view.part.rows) < len(view.tokens.labels) or len(view.part.columns) < len(view.tokens.labels):
            frame.note("This screen shows all tokens: it is about what each of them brings.")
    with right:
        _draw_kinds(view, measure, by_kind, list(shared), usual)
        _say_what_is_missing(found, alone)
    with frame.details():
        _explain(view, found, shared, by_kind, alone, usual)


def finding(
    view: AttentionView, found: AttentionNorms, measure: str, by_kind: Float[np.ndarray, "M K"], alone: bool
) -> str:
    """The title: what the special tokens get and bring, or what a token brings itself."""
    where = f"head {view.head + 1} of layer {view.layer + 1}" if alone else f"layer {view.layer + 1}"
    if not found.known[measure].any():
        return f"In {where}, nothing is added: all that would add is off"
    of = dict(zip(found.known, by_kind.tolist(), strict=True))
    special, itself, _ = of[measure]
    marks = list(dict.fromkeys(np.array(view.tokens.labels)[view.tokens.special].tolist()))
    names, verb = join_list(marks), "s" if len(marks) == 1 else ""
    also = f"; {names} bring{verb} {special:.0%}" if marks else ""
    if measure == "with residual":
        return f"With the residual, a token in {where} brings itself {itself:.0%}{also}"
    if measure == "whole block":
        return f"Through the whole block of {where}, a token brings itself {itself:.0%}{also}"
    looked = of["weight"]
    if not marks:
        gets = f"In {where}, a token gives itself {looked[1]:.0%} of its attention"
        return gets if measure == "weight" else f"{gets} and brings itself {itself:.0%} of what that adds"
    gets = f"In {where}, {names} get{verb} {looked[0]:.0%} of the attention"
    if measure == "weight":
        return gets
    return f"{gets} {'but' if special < looked[0] else 'and'} bring{verb} {special:.0%} of what it adds"


def _lead(view: AttentionView, measure: str) -> str:
    parts = view.reading.encoder.layer_parts(view.layer)
    first = measure == MEASURES[-1] and parts is not None and parts.normalises_first
    return _NORMALISES_FIRST if first else _LEADS[measure]


def _usually(usual: Usual | None, measure: str) -> str:
    """Say what special tokens get and bring on average over the shipped sentences."""
    if usual is None or measure not in usual.intervals:
        return ""
    got, brought = (usual.intervals[name][0].value for name in (MEASURES[0], measure))
    gets = f" Over {usual.count} shipped sentences, special tokens get {got:.0%} of this layer’s attention"
    return f"{gets}." if measure == MEASURES[0] else f"{gets} and bring {brought:.0%}."


def _draw_cells(view: AttentionView, measure: str, shared: dict[str, np.ndarray]) -> None:
    """Draw the shares of the picked measure as cells."""
    labels = view.tokens.labels
    seen, step = pool_by_maximum(shared[measure].astype(np.float32), _READABLE)
    # The residual makes the diagonal large: with and without it, two measures have one scale.
    pair = MEASURES[:2] if measure in MEASURES[:2] else MEASURES[2:]
    highest = max(float(shared[name].max()) for name in pair if name in shared)
    show(
        share_heatmap(seen, labels[::step], palette(), max(highest, 0.1), step),
        key="who-brought-what",
        alt=f"Share that each token brings to each other in layer {view.layer + 1}, measured by {measure}: rows get, "
        "columns bring",
        numbers=lambda: pd.DataFrame(shared[measure], index=list(labels), columns=list(labels)),
    )
    if step > 1:
        frame.note(f"Each cell is the largest of {step} × {step}; the CSV contains every share.")


def _draw_kinds(view: AttentionView, measure: str, by_kind: np.ndarray, names: list[str], usual: Usual | None) -> None:
    """Draw whose the shares are under each measure."""
    thin = f"<br>thin: {usual.count} shipped sentences, 95% intervals" if usual else ""
    show(
        kind_shares(
            by_kind,
            names,
            KINDS,
            palette(),
            f"average over the {int((~view.tokens.special).sum())} typed tokens{thin}",
            picked=names.index(measure),
            usual=[usual.intervals[name] for name in names if name in usual.intervals] if usual else (),
        ),
        key="whose-shares",
        alt=f"Shares of {join_list(KINDS)} in layer {view.layer + 1} under each measure",
        numbers=lambda: _numbers(by_kind, names, usual),
    )


def _numbers(by_kind: np.ndarray, names: list[str], usual: Usual | None) -> pd.DataFrame:
    """The shares of this sentence and, where they were measured, of the shipped ones with their intervals."""
    frames = {"this sentence": pd.DataFrame(by_kind, index=names, columns=list(KINDS))}
    if usual:
        for end in ("value", "low", "high"):
            rows = [[getattr(each, end) for each in usual.intervals[name]] for name in names]
            heading = "mean" if end == "value" else f"{end} end"
            frames[f"{usual.count} sentences, {heading}"] = pd.DataFrame(rows, index=names, columns=list(KINDS))
    return pd.concat(frames, names=["of", "measure"])


def _say_what_is_missing(found: AttentionNorms, alone: bool) -> None:
    missing = [name for name in MEASURES if name not in found.known]
    if missing and not alone:
        frame.note(f"Left out: {join_list(missing)}, since this model’s layers have parts that are not known.")


def _explain(
    view: AttentionView,
    found: AttentionNorms,
    shared: dict[str, np.ndarray],
    by_kind: np.ndarray,
    alone: bool,
    usual: Usual | None,
) -> None:
    at = view.query, view.key
    frame.note(
        f"What {view.quoted(view.key)} brings to {view.quoted(view.query)} in {'one head' if alone else 'all heads'}, "
        "and its share of the row:"
    )
    formula([_line(name, found.known[name][at], shared[name][at], alone, at[0] == at[1]) for name in shared])
    if usual:
        rows = [
            (name, kind, f"{by_kind[row, i]:.1%}", f"{each.value:.1%}", f"{each.low:.1%} to {each.high:.1%}")
            for row, name in enumerate(shared)
            for i, (kind, each) in enumerate(zip(KINDS, usual.intervals[name], strict=True))
        ]
        table(
            ("measure", "from", "this sentence", f"{usual.count} sentences", "95% interval"),
            rows,
            f"Mean over {usual.count} shipped sentences, read without changes; bootstrap over sentences.",
            prose=(1,),
        )
    frame.note(
        "A share is a length divided by the sum of the lengths in its row; the vectors themselves may cancel. Biases "
        "of the output projection and of LayerNorm come from no token and are left out. A head that is off brings "
        "nothing, though its weight counts in the mean."
    )
    markup(
        Markup(
            '<p class="es-note">Kobayashi et al. 2020, “Attention is Not Only a Weight: Analyzing Transformers with '
            "Vector Norms”; 2021, “Incorporating Residual and Normalization Layers into Analysis of Masked Language "
            "Models”.</p>"
        )
    )


def _line(name: str, brought: float, share: float, alone: bool, itself: bool) -> Markup:
    """One measure of the picked pair: what is measured, the number, and its share."""
    every = Markup("α f(x)") if alone else Markup("Σ<sub>heads</sub> α f(x)")
    residual = " + x" if itself else ""
    measured = {
        "weight": Markup("α") if alone else Markup("mean of α"),
        "norm": Markup("‖{}‖").format(every),
        "with residual": Markup("‖{}{}‖").format(every, residual),
        "whole block": Markup("‖LN({}{})‖").format(every, residual),
    }[name]
    return Markup('{} = <b>{:.4f}</b> <span class="es-quiet">({}: {:.1%} of the row)</span>').format(
        measured, float(brought), name, float(share)
    )
