"""The first step of a weight: where query and key come from, each a token's vector times a learned matrix."""

import numpy as np
from markupsafe import Markup

from components.core.attention.weight_derivation import WeightDerivation
from components.core.model.layers import InputProjection
from components.ui.attention.calculation import explain, formula, strips
from components.ui.attention.session import AttentionView
from components.ui.wording import format_bracketed, format_count, format_signed

# Products of 32-bit numbers in another order differ by less.
_ROUNDING = 1e-3


def draw(view: AttentionView, derivation: WeightDerivation) -> None:
    """Draw one number of the query and one of the key as the sums that they are; say so where a model differs."""
    projections = _of_head(view, derivation)
    if projections is None:
        explain(
            1,
            "In this model query and key are not the product of the layer’s input with one matrix each: it normalises "
            "the input first, makes queries, keys and values with one matrix, or rotates them afterwards. This step is "
            "left out.",
        )
        return
    states = view.trace().hidden_states[view.layer]
    dimension = int(np.abs(derivation.products).argmax())
    vectors = states[view.query], states[view.key]
    columns = [projection.weight[dimension] for projection in projections]
    tokens = view.quoted(view.query), view.quoted(view.key)
    explain(
        1,
        Markup(
            "The {0} numbers x of a token that enter layer {1}, times a learned matrix of {0} × {2}, plus a learned "
            'bias: W_Q makes the <span class="es-q">query</span> of {3}, W_K the <span class="es-k">key</span> of {4}, '
            "{5} each. Below: dimension {6} of both, which counts most in q · k."
        ).format(
            len(vectors[0]), view.layer + 1, len(projections[0].bias), *tokens, _numbers(projections), dimension + 1
        ),
    )
    products = [vector * column for vector, column in zip(vectors, columns, strict=True)]
    matrix = np.stack([*vectors, *columns, *products])
    strips(
        matrix,
        [
            *(f"x of {token}" for token in tokens),
            *(f"column {dimension + 1} of W_{letter}" for letter in "QK"),
            *(f"x times W_{letter}, number by number" for letter in "QK"),
        ],
        "projection",
        "What enters the layer of query and key, a column of their matrices and the products, "
        f"{format_count(len(vectors[0]), 'number')} each",
        float(np.percentile(np.abs(matrix[:4]), 99)),
        side_by_side=True,
    )
    made = derivation.query[dimension], derivation.key[dimension]
    formula(
        [
            Markup("{} = Σ x · W<sub>{}</sub> + b = {} + {} = <b>{}</b>").format(
                letter.lower(),
                letter,
                format_signed(float(vector @ column)),
                format_bracketed(float(projection.bias[dimension])),
                format_signed(float(number)),
            )
            for letter, vector, column, projection, number in zip(
                "QK", vectors, columns, projections, made, strict=True
            )
        ]
    )


def _of_head(view: AttentionView, derivation: WeightDerivation) -> tuple[InputProjection, InputProjection] | None:
    """The matrices that make this head's queries and keys of the layer's input; None if none are known to do so."""
    projections = view.reading.encoder.input_projections(view.layer)
    if projections is None:
        return None
    states = view.trace().hidden_states[view.layer]
    query, key = (projection.of_head(view.head, len(derivation.joined)) for projection in projections)
    makes_both = _makes(query, states[view.query], derivation.query) and _makes(key, states[view.key], derivation.key)
    return (query, key) if makes_both else None


def _makes(projection: InputProjection, vector: np.ndarray, made: np.ndarray) -> bool:
    """True if the projection makes this query, or key, of the vector."""
    if projection.weight.shape != (len(made), len(vector)):
        return False
    return np.allclose(projection(vector), made, atol=_ROUNDING)


def _numbers(projections: tuple[InputProjection, InputProjection]) -> str:
    return format_count(len(projections[0].bias), "number")
