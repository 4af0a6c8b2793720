"""One number of one token on its way through a layer: both sums, both LayerNorms and one neuron, written out."""

import math

import numpy as np
import pandas as pd
import streamlit as st
from markupsafe import Markup

from components.core.layer.one_neuron import NeuronDerivation
from components.core.layer.one_number import NumberDerivation, derive_number
from components.ui import formulas
from components.ui.one_layer import neuron_grid
from components.ui.one_layer.session import LayerView
from components.ui.page import markup
from components.ui.stage import frame
from components.ui.stage.window import text_scale
from components.ui.wording import format_bracketed, format_signed

# Products of a neuron that are written out.
_MOST_PRODUCTS = 3
_HEIGHT = 40  # of the picture below the formulas


def draw(view: LayerView, dimension: int, neuron: int) -> None:
    """Write how one number comes to be, and list all products of the neuron on demand."""
    derivation = derive_number(view.steps, view.parts, view.token, dimension, neuron)
    # Formulas in large type leave no room for a picture, and the screen of a neuron has the same one.
    has_picture = text_scale() <= 1
    frame.heading(
        f"In layer {view.layer + 1}, dimension {dimension + 1} of {view.name} goes from "
        f"{format_signed(derivation.came_in, 3)} to {format_signed(derivation.out, 3)}",
        "A residual connection, a LayerNorm, a neuron, and both again."
        + (" Click another neuron below." if has_picture else ""),
    )
    lines = [_attention(derivation), *_normalised(derivation, view), _neuron(derivation.neuron, neuron)]
    lines += [_network(derivation, neuron, view), _end(derivation, view)]
    markup(Markup('<div class="es-formula es-many">{}</div>').format(Markup("").join(lines)))
    if has_picture:
        neuron_grid.draw(
            derivation.brought,
            neuron,
            key="neurons-bring",
            alt=f"What each of {view.parts.hidden_width:,} neurons of layer {view.layer + 1} brings to dimension "
            f"{dimension + 1} of {view.reading.tokens.labels[view.token]}",
            hint=f"What each neuron brings to dimension {dimension + 1}. {_strongest(derivation)} Click one to follow "
            "it.",
            column=f"brings to dimension {dimension + 1}",
            height=_HEIGHT,
        )
    with frame.details():
        frame.note(
            f"All {len(derivation.neuron.inputs)} products that neuron {neuron + 1} adds up, and what each of the "
            f"{len(derivation.brought):,} neurons brings to dimension {dimension + 1}."
        )
        left, right = st.columns(2)
        inner = derivation.neuron
        products = {"input": inner.inputs, "weight": inner.weights, "product": inner.products}
        _list(left, products, "dimension")
        _list(right, {"neuron's value": derivation.hidden_all, "brings": derivation.brought}, "neuron")


def _strongest(derivation: NumberDerivation) -> str:
    strongest = int(np.abs(derivation.brought).argmax())
    return f"Most: neuron {strongest + 1}, {format_signed(float(derivation.brought[strongest]), 2)}."


def _list(place: st.delta_generator.DeltaGenerator, columns: dict[str, np.ndarray], counted: str) -> None:
    index = pd.RangeIndex(1, len(next(iter(columns.values()))) + 1, name=counted)
    formats = {name: st.column_config.NumberColumn(format="%.6f") for name in columns}
    place.dataframe(pd.DataFrame(columns, index=index), column_config=formats, height=320)


def _attention(derivation: NumberDerivation) -> Markup:
    return formulas.line(
        Markup('{} + <span class="es-k">{}</span> = <b>{}</b>').format(
            format_signed(derivation.came_in),
            format_bracketed(derivation.attention),
            format_signed(derivation.attention_sum),
        ),
        "What comes in + what attention brings: the residual keeps the old number in the sum.",
    )


def _normalised(derivation: NumberDerivation, view: LayerView) -> list[Markup]:
    norm = derivation.first_norm
    if norm is None:
        return []
    end = "the network reads this" if view.parts.normalises_first else "half way, read by the network"
    formula = Markup("{} <b>{}</b>").format(formulas.layer_norm(norm), format_signed(norm.result))
    return [formulas.line(formula, f"LayerNorm: (sum − {formulas.LAYER_NORM}; {end}.")]


def _neuron(derivation: NeuronDerivation, neuron: int) -> Markup:
    """Write how a neuron gets its value: a sum of products, and its activation."""
    products = derivation.products
    largest = np.argsort(-np.abs(products))[:_MOST_PRODUCTS]
    terms = [
        Markup("{} · {}").format(format_bracketed(derivation.inputs[each]), format_bracketed(derivation.weights[each]))
        for each in largest
    ]
    rest = derivation.before - float(products[largest].sum()) - derivation.bias
    added = Markup(" + ").join(terms)
    summed = Markup("{} + {} + {} = <b>{}</b>").format(
        added, format_bracketed(rest), format_bracketed(derivation.bias), format_signed(derivation.before)
    )
    others = len(products) - len(largest)
    says = (
        f"Neuron {neuron + 1} adds up {len(products)} products of a number and its weight: the {len(largest)} largest, "
        f"the other {others} together, and its bias."
    )
    return formulas.line(summed, says) + _activation(derivation)


def _activation(derivation: NeuronDerivation) -> Markup:
    before, activated = derivation.before, derivation.activated
    # Hendrycks and Gimpel 2016, "Gaussian Error Linear Units": x · Φ(x), the exact form.
    share = 0.5 * (1 + math.erf(before / math.sqrt(2)))
    if math.isclose(before * share, activated, abs_tol=1e-6):
        formula = Markup("{} · {:.4f} =").format(format_signed(before), share)
        says = "GELU lets a number through by its share Φ, from 0 for very negative ones to 1 for large ones."
    else:
        formula = Markup("{} →").format(format_signed(before))
        says = "The activation function of this model makes another number of it."
    if derivation.gate is not None:
        formula = Markup("{} {} · {} =").format(formula, format_signed(activated), format_bracketed(derivation.gate))
        says += " Then it is multiplied by the neuron’s gate, a second sum of products."
    value = Markup('{} <b class="es-w">{}</b>').format(formula, format_signed(derivation.hidden))
    return formulas.line(value, says)


def _network(derivation: NumberDerivation, neuron: int, view: LayerView) -> Markup:
    mine = float(derivation.brought[neuron])
    rest = derivation.network - mine - derivation.network_bias
    return formulas.line(
        Markup('<span class="es-w">{}</span> + {} + {} = <b>{}</b>').format(
            format_signed(mine),
            format_bracketed(rest),
            format_bracketed(derivation.network_bias),
            format_signed(derivation.network),
        ),
        f"What the network adds: neuron {neuron + 1} times its weight for this dimension, the other "
        f"{view.parts.hidden_width - 1:,} neurons together, and a bias.",
    )


def _end(derivation: NumberDerivation, view: LayerView) -> Markup:
    summed = Markup("{} + {} =").format(format_signed(derivation.halfway), format_bracketed(derivation.network))
    says = "Half way + network"
    if derivation.last_norm is not None:
        norm = formulas.layer_norm(derivation.last_norm)
        summed = Markup("{} {}; {}").format(summed, format_signed(derivation.network_sum), norm)
        says += ", and LayerNorm again"
    formula = Markup('{} <b class="es-o">{}</b>').format(summed, format_signed(derivation.out))
    return formulas.line(formula, f"{says}: {view.goes_on}.")
