"""The first step of a weight: where the query comes from, as a product of the token's vector with a learned matrix."""

import numpy as np
from markupsafe import Markup

from components.core.attention.weight_derivation import WeightDerivation
from components.core.model.layers import InputProjection
from components.ui.attention.calculation import explain, formula, strips
from components.ui.attention.session import AttentionView
from components.ui.wording import format_count, format_signed

# Products of 32-bit numbers in another order differ by less.
_ROUNDING = 1e-3


def draw(view: AttentionView, derivation: WeightDerivation) -> None:
    """Draw one number of the query as the sum of products that it is; say so where the model is built otherwise."""
    projections = view.reading.encoder.input_projections(view.layer)
    vector = view.trace().hidden_states[view.layer, view.query]
    heads, size = derivation.joined.shape
    query = projections[0].of_head(view.head, heads) if projections else None
    if query is None or not _makes(query, vector, derivation.query):
        explain(
            1,
            "In this model the query is not the product of the layer’s input with one matrix: it normalises the input "
            "first, makes queries, keys and values with one matrix, or rotates them afterwards. This step is left out.",
        )
        return
    dimension = int(np.abs(derivation.products).argmax())
    weights = query.weight[dimension]
    explain(
        1,
        Markup(
            "The {} numbers x of {} that enter layer {} are multiplied with a learned matrix of {} × {}, and a learned "
            'bias is added: that is the <span class="es-q">query</span>, {}. The <span class="es-k">key</span> of {} '
            "is made the same way, with another matrix. Below: dimension {} of the query."
        ).format(
            len(vector),
            view.quoted(view.query),
            view.layer + 1,
            len(vector),
            size,
            format_count(size, "number"),
            view.quoted(view.key),
            dimension + 1,
        ),
    )
    products = vector * weights
    matrix = np.stack([vector, weights, products])
    strips(
        matrix,
        (f"x: {view.quoted(view.query)} as it enters the layer", f"row {dimension + 1} of W_Q", "products"),
        "projection",
        f"What enters the layer, one row of the query matrix and their products, {len(vector)} numbers each",
        float(np.percentile(np.abs(matrix[:2]), 99)),
    )
    formula(
        [
            Markup("Σ x · W<sub>Q</sub> + b = {} + {} = <b>{}</b>").format(
                format_signed(float(products.sum())),
                _bracketed(float(query.bias[dimension])),
                format_signed(float(derivation.query[dimension])),
            )
        ]
    )


def _makes(projection: InputProjection, vector: np.ndarray, made: np.ndarray) -> bool:
    """True if the projection makes this query, or key, of the vector."""
    return projection.weight.shape[1] == len(vector) and np.allclose(projection(vector), made, atol=_ROUNDING)


def _bracketed(number: float) -> str:
    return f"({format_signed(number)})" if number < 0 else format_signed(number)
