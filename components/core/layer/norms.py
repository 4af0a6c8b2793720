"""Who brought what in one layer's attention: the norms of the vectors that are summed, beside their weights.

Attention adds to token i the vectors α_ij · f(x_j) of all tokens j, f(x) = (x W_V + b_V) W_O: a large weight on a short
vector brings little. Kobayashi et al. 2020, "Attention is Not Only a Weight: Analyzing Transformers with Vector Norms",
measure ‖α_ij f(x_j)‖; Kobayashi et al. 2021, "Incorporating Residual and Normalization Layers into Analysis of Masked
Language Models", add the residual connection and the LayerNorm. Biases of the output projection and of the LayerNorm
have no token that brought them and are left out.

S tokens, D hidden size, H heads of d dimensions. Rows are queries, columns are keys.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from components.core.model.interventions import attention_change, layer_change
from components.core.model.layer_norm import LayerNorm
from components.core.model.opened_model import OpenedModel, layer_norm_of
from components.core.model.trace import Trace

#: The measures, from the weight alone to all of the layer's first half.
MEASURES = ("weight", "norm", "with residual", "whole block")


@dataclass(frozen=True, eq=False)
class Summands:
    """The vectors that attention sums up, and what is added to their sum.

    For a head that is off the vectors are zero; its weights stay.
    """

    weights: Float[np.ndarray, "H S S"]
    transformed: Float[np.ndarray, "H S D"]  # f of each head, for each key
    bias: Float[np.ndarray, " D"]  # of the output projection: no token brings it
    residual: Float[np.ndarray, "S D"] | None  # None if it is not known whether one is added

    def of_query(self, query: int) -> Float[np.ndarray, "S D"]:
        """Return what each key brings to one query, all heads together: their sum plus the bias is the output."""
        vectors: np.ndarray = np.einsum("hj,hjd->jd", self.weights[:, query], self.transformed)
        return vectors

    def of_itself(self) -> Float[np.ndarray, "S D"]:
        """Return what attention lets each token bring to itself."""
        vectors: np.ndarray = np.einsum("hii,hid->id", self.weights, self.transformed)
        return vectors

    def output(self) -> Float[np.ndarray, "S D"]:
        """Return what attention adds to each token, bias included."""
        sums: np.ndarray = (self.weights @ self.transformed).sum(axis=0) + self.bias
        return sums


@dataclass(frozen=True, eq=False)
class AttentionNorms:
    """What each key brings to each query under each measure; None where a measure cannot be had."""

    weight: Float[np.ndarray, "S S"]  # of one head, or the mean of all
    norm: Float[np.ndarray, "S S"] | None  # None if no linear layer joins the heads
    with_residual: Float[np.ndarray, "S S"] | None  # None for one head, and if the layer's parts are not known
    whole_block: Float[np.ndarray, "S S"] | None  # likewise

    @property
    def known(self) -> dict[str, Float[np.ndarray, "S S"]]:
        """The measures that can be had, by their names, in the order of MEASURES."""
        matrices = (self.weight, self.norm, self.with_residual, self.whole_block)
        return {name: each for name, each in zip(MEASURES, matrices, strict=True) if each is not None}

    @property
    def nbytes(self) -> int:
        """Bytes held by the matrices, shared ones counted once."""
        return sum({id(each): each.nbytes for each in self.known.values()}.values())


def summands(model: OpenedModel, trace: Trace, layer: int) -> Summands | None:
    """Return what the attention of a layer, counted from 0, sums up; None if no linear layer joins its heads."""
    projection = model.output_projection(layer)
    if projection is None:
        return None
    values = trace.values[layer].astype(np.float64)
    heads, tokens, size = values.shape
    gate = attention_change(trace.interventions, layer, heads, tokens).output_gate
    if gate is not None:
        values = values * gate
    rows_of_heads = projection.weight.T.reshape(heads, size, -1).astype(np.float64)
    transformed, bias = values @ rows_of_heads, projection.bias.astype(np.float64)
    residual = trace.hidden_states[layer].astype(np.float64)
    change = layer_change(trace.interventions, layer)
    if "attention" in change.off:
        transformed, bias = np.zeros_like(transformed), np.zeros_like(bias)
    if "attention" in change.residual_off:
        residual = np.zeros_like(residual)
    weights = trace.attention_weights(layer).astype(np.float64)
    return Summands(weights, transformed, bias, None if model.layer_parts(layer) is None else residual)


def attention_norms(model: OpenedModel, trace: Trace, layer: int, head: int | None = None) -> AttentionNorms:
    """Measure what each key brings to each query in a layer, or in one of its heads. Both are counted from 0.

    Where a model normalises first, nothing follows the sum: the whole block brings what attention and residual do.
    """
    found = summands(model, trace, layer)
    if found is None:
        weights = trace.attention_weights(layer, head).astype(np.float64)
        return AttentionNorms(weights if head is not None else weights.mean(axis=0), None, None, None)
    if head is not None:
        one = slice(head, head + 1)
        norm = norms_of_sums(found.weights[one], found.transformed[one])
        return AttentionNorms(found.weights[head], norm, None, None)
    weight, norm = found.weights.mean(axis=0), norms_of_sums(found.weights, found.transformed)
    if found.residual is None:
        return AttentionNorms(weight, norm, None, None)
    kept = found.of_itself() + found.residual
    with_residual = norm.copy()
    np.fill_diagonal(with_residual, np.linalg.norm(kept, axis=1))
    parts = model.layer_parts(layer)
    if parts is not None and parts.normalises_first:
        return AttentionNorms(weight, norm, with_residual, with_residual)
    layer_norm = None if parts is None else layer_norm_of(parts.attention_norm)
    if layer_norm is None:
        return AttentionNorms(weight, norm, with_residual, None)
    whole_block = norms_of_sums(found.weights, centred(found.transformed, layer_norm))
    np.fill_diagonal(whole_block, np.linalg.norm(centred(kept, layer_norm), axis=1))
    _, deviations = layer_norm.statistics(found.output() + found.residual)
    return AttentionNorms(weight, norm, with_residual, whole_block / deviations)


def norms_of_sums(weights: Float[np.ndarray, "H S S"], vectors: Float[np.ndarray, "H S D"]) -> Float[np.ndarray, "S S"]:
    """Return ‖Σ_h α_hij v_hj‖ for each query i and key j.

    Its square is Σ_hg α_hij α_gij (v_hj · v_gj). The products of a key's H vectors are few, while the S × S vectors of
    the sum would take 800 MB at 512 tokens of 384 dimensions.

    >>> norms_of_sums(np.array([[[0.5]], [[1.0]]]), np.array([[[6.0, 0.0]], [[0.0, 4.0]]]))
    array([[5.]])
    """
    of_keys = vectors.transpose(1, 0, 2)
    products = of_keys @ of_keys.transpose(0, 2, 1)
    given = np.ascontiguousarray(weights.transpose(2, 1, 0))
    squares = np.einsum("jih,jih->ij", given @ products, given)
    # Rounding may leave the square of nothing below 0.
    return np.sqrt(np.maximum(squares, 0))


def centred(vectors: Float[np.ndarray, "*batch D"], norm: LayerNorm) -> Float[np.ndarray, "*batch D"]:
    """Return the part of a LayerNorm that treats the summands of a vector apart: minus their mean, times the gain."""
    return (vectors - vectors.mean(axis=-1, keepdims=True)) * norm.gain
