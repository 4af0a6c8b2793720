"""One number of one token on its way through a layer: both sums, both LayerNorms and one neuron, written out."""

import math

import numpy as np
import pandas as pd
import streamlit as st
from markupsafe import Markup

from components.core.layer.one_number import NormalisedNumber, NumberDerivation, derive_number
from components.ui.one_layer.session import LayerView
from components.ui.page import markup
from components.ui.stage import frame
from components.ui.wording import format_signed

# Products of a neuron that are written out.
_MOST_PRODUCTS = 3


def draw(view: LayerView, dimension: int, neuron: int) -> None:
    """Write how one number comes to be, and list all products of the neuron on demand."""
    derivation = derive_number(view.steps, view.parts, view.token, dimension, neuron)
    frame.heading(
        f"Dimension {dimension + 1} of {view.name} comes into layer {view.layer + 1} as "
        f"{format_signed(derivation.came_in, 3)} and leaves it as {format_signed(derivation.out, 3)}",
        "The numbers of this sentence, step by step. Pick another token, dimension or neuron.",
    )
    lines = [_attention(derivation), *_normalised(derivation, view), _neuron(derivation, neuron)]
    lines += [_network(derivation, neuron, view), _end(derivation, view)]
    markup(Markup('<div class="es-formula es-large">{}</div>').format(Markup("").join(lines)))
    with frame.details():
        frame.note(
            f"All {len(derivation.inputs)} products that neuron {neuron + 1} adds up, and what each of the "
            f"{len(derivation.brought):,} neurons brings to dimension {dimension + 1}."
        )
        left, right = st.columns(2)
        products = {"input": derivation.inputs, "weight": derivation.weights, "product": derivation.products}
        _list(left, products, "dimension")
        _list(right, {"neuron's value": derivation.hidden_all, "brings": derivation.brought}, "neuron")


def _list(place: st.delta_generator.DeltaGenerator, columns: dict[str, np.ndarray], counted: str) -> None:
    index = pd.RangeIndex(1, len(next(iter(columns.values()))) + 1, name=counted)
    formats = {name: st.column_config.NumberColumn(format="%.6f") for name in columns}
    place.dataframe(pd.DataFrame(columns, index=index), column_config=formats, height=320)


def _attention(derivation: NumberDerivation) -> Markup:
    return _line(
        Markup('{} + <span class="es-k">{}</span> = <b>{}</b>').format(
            _signed(derivation.came_in), _bracketed(derivation.attention), _signed(derivation.attention_sum)
        ),
        "What comes in + what attention brings: the residual keeps the old number in the sum.",
    )


def _normalised(derivation: NumberDerivation, view: LayerView) -> list[Markup]:
    norm = derivation.first_norm
    if norm is None:
        return []
    end = "the network reads this" if view.parts.normalises_first else "this is half way, and the network reads it"
    return [_line(_norm_formula(norm), f"LayerNorm: {_WHAT_LAYER_NORM_DOES}; {end}.")]


_WHAT_LAYER_NORM_DOES = "(sum − mean of this token’s numbers) / their standard deviation · learned gain + learned bias"


def _norm_formula(norm: NormalisedNumber) -> Markup:
    return Markup("({} − {}) / {:.4f} · {} + {} = <b>{}</b>").format(
        _signed(norm.number),
        _bracketed(norm.mean),
        norm.deviation,
        _bracketed(norm.gain),
        _bracketed(norm.bias),
        _signed(norm.result),
    )


def _neuron(derivation: NumberDerivation, neuron: int) -> Markup:
    """Write how a neuron gets its value: a sum of products, and its activation."""
    products = derivation.products
    largest = np.argsort(-np.abs(products))[:_MOST_PRODUCTS]
    terms = [
        Markup("{} · {}").format(_bracketed(derivation.inputs[each]), _bracketed(derivation.weights[each]))
        for each in largest
    ]
    rest = derivation.before - float(products[largest].sum()) - derivation.neuron_bias
    added = Markup(" + ").join(terms)
    summed = Markup("{} + {} + {} = <b>{}</b>").format(
        added, _bracketed(rest), _bracketed(derivation.neuron_bias), _signed(derivation.before)
    )
    others = len(products) - len(largest)
    says = (
        f"Neuron {neuron + 1} adds up {len(products)} products of a number and its weight: the {len(largest)} largest, "
        f"the other {others} together, and its bias."
    )
    return _line(summed, says) + _activation(derivation)


def _activation(derivation: NumberDerivation) -> Markup:
    before, activated = derivation.before, derivation.activated
    # Hendrycks and Gimpel 2016, "Gaussian Error Linear Units": x · Φ(x), the exact form.
    share = 0.5 * (1 + math.erf(before / math.sqrt(2)))
    if math.isclose(before * share, activated, abs_tol=1e-6):
        formula = Markup("{} · {:.4f} = {}").format(_signed(before), share, _signed(activated))
        says = "GELU lets a number through by its share Φ, from 0 for very negative ones to 1 for large ones."
    else:
        formula = Markup("{} → {}").format(_signed(before), _signed(activated))
        says = "The activation function of this model makes another number of it."
    if derivation.gate is None:
        return _line(_strong_end(formula), says)
    gated = Markup("{} · {} = <b>{}</b>").format(formula, _bracketed(derivation.gate), _signed(derivation.hidden))
    return _line(gated, f"{says} Then it is multiplied by the neuron’s gate, a second sum of products.")


def _strong_end(formula: Markup) -> Markup:
    """Make the result of a formula bold."""
    head, _, result = formula.rpartition(" ")
    return Markup('{} <b class="es-w">{}</b>').format(Markup(head), Markup(result))


def _network(derivation: NumberDerivation, neuron: int, view: LayerView) -> Markup:
    mine = float(derivation.brought[neuron])
    rest = derivation.network - mine - derivation.network_bias
    return _line(
        Markup('<span class="es-w">{}</span> + {} + {} = <b>{}</b>').format(
            _signed(mine), _bracketed(rest), _bracketed(derivation.network_bias), _signed(derivation.network)
        ),
        f"What the network adds: neuron {neuron + 1} times its weight for this dimension, the other "
        f"{view.parts.hidden_width - 1:,} neurons together, and a bias.",
    )


def _end(derivation: NumberDerivation, view: LayerView) -> Markup:
    summed = Markup("{} + {} = {}").format(
        _signed(derivation.halfway), _bracketed(derivation.network), _signed(derivation.network_sum)
    )
    if derivation.last_norm is None:
        return _line(_strong_end(summed), f"Half way + network: {view.goes_on}.")
    return _line(
        Markup("{}; {}").format(summed, _norm_formula(derivation.last_norm)),
        f"Half way + network, and LayerNorm again: {view.goes_on}.",
    )


def _line(formula: Markup, says: str) -> Markup:
    return Markup('<p class="es-line">{}<small>{}</small></p>').format(formula, says)


def _signed(number: float) -> str:
    return format_signed(float(number), 4)


def _bracketed(number: float) -> str:
    """Print a number, a negative one in brackets, since a sign stands before it."""
    printed = _signed(number)
    return f"({printed})" if number < 0 else printed
