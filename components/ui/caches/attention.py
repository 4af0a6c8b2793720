"""Values that the Attention page derives from traces."""

from collections.abc import Callable

import numpy as np

from components.core.attention.ablation import InterventionEffect
from components.core.attention.head_roles import HeadRoles, head_roles
from components.core.attention.head_search import HeadSearch, opening_head, search_heads
from components.core.attention.quantization import QuantizedWeights, pool_by_magnitude, quantize_weights
from components.core.context.pronoun_heads import PronounHeads, pronoun_heads
from components.core.context.relation_heads import RelationHeads, leads
from components.core.context.relation_heads import relation_heads as measure_relation_heads
from components.core.layer.norms import AttentionNorms, attention_norms
from components.core.model.attention import combine_heads
from components.core.model.opened_model import read_only
from components.core.numerics.bootstrap import Interval
from components.ui.caches.memo import Memo, memoized
from components.ui.caches.models import encoder
from components.ui.caches.requests import (
    CombinedHeadsRequest,
    HeadSearchRequest,
    LeadsRequest,
    NormSharesRequest,
    NormsRequest,
    PronounRequest,
    QuantizationRequest,
    RelationsRequest,
    ThumbnailRequest,
    TraceRequest,
)
from components.ui.caches.traces import trace

_COUNT = 64
# The most tokens of which all links are compared, in all heads, before a page opens.
_READ_CLOSELY = 128
_QUANTIZED_BYTES = 40_000_000
_EFFECT_BYTES = 80_000_000
# About 5,000 layers of 16 tokens, or 5 of 512.
_NORMS_BYTES = 42_000_000


@memoized(_COUNT)
def roles(request: TraceRequest) -> HeadRoles:
    """Measure which pattern each head follows."""
    traced = trace(request)
    return head_roles(traced.attention_weights(), traced.tokenized)


@memoized(_COUNT)
def first_head(request: TraceRequest) -> tuple[int, int]:
    """Return the (layer, head) that a sentence opens with, from 0; a usual one for a long text."""
    traced = trace(request)
    usual = min(4, traced.num_layers) - 1, min(2, traced.num_heads) - 1
    if traced.num_tokens > _READ_CLOSELY:
        return usual
    return opening_head(traced.attention_weights(), traced.tokenized) or usual


@memoized(_QUANTIZED_BYTES, size_of=lambda quantized: quantized.steps.nbytes)
def quantized_heads(request: QuantizationRequest) -> QuantizedWeights:
    """Quantize the attention weights of some heads for the browser."""
    weights = trace(request.trace).attention_weights
    return quantize_weights(
        np.stack([request.selection.of(weights(*head)) for head in request.heads]), request.max_bytes
    )


@memoized(_COUNT)
def combined_heads(request: CombinedHeadsRequest) -> np.ndarray:
    """(S, S): the attention of many heads as one picture."""
    square = combine_heads(trace(request.trace).attention_weights(request.layer), request.method)
    square.setflags(write=False)
    return square


@memoized(_NORMS_BYTES, size_of=lambda norms: norms.nbytes)
def norms(request: NormsRequest) -> AttentionNorms:
    """Measure what each token brings to each other in a layer or a head: the lengths of the vectors it adds."""
    measured = attention_norms(encoder(request.trace.model), trace(request.trace), request.layer, request.head)
    for matrix in measured.known.values():
        read_only(matrix)
    return measured


#: Request -> (N, L, M, K) shares of N texts.
_norm_shares = Memo[np.ndarray](_COUNT)


def has_norm_shares(request: NormSharesRequest) -> bool:
    """True if the shares over these texts are kept."""
    return request in _norm_shares


def norm_shares(request: NormSharesRequest, measure: Callable[[], np.ndarray]) -> np.ndarray:
    """(N, L, M, K): whose the shares are, text by text. measure: called if they are not kept, as for single_heads."""
    return _norm_shares.get(request, lambda: read_only(measure()))


@memoized(_EFFECT_BYTES, size_of=lambda effect: effect.changed.nbytes + effect.original.nbytes)
def effect(request: TraceRequest) -> InterventionEffect:
    """The sentence as it is read with the interventions, beside the same without them."""
    return InterventionEffect(trace(request.original), trace(request))


@memoized(_COUNT)
def effect_thumbnails(request: ThumbnailRequest) -> tuple[np.ndarray, int]:
    """(L · H, s, s) changes of attention, and the side of the square blocks that were pooled."""
    measured = effect(request.of)
    layers = [
        pool_by_magnitude(measured.attention_difference(layer), request.max_side)
        for layer in range(measured.original.num_layers)
    ]
    return np.concatenate([pooled for pooled, _ in layers]), layers[0][1]


@memoized(_COUNT)
def head_search(request: HeadSearchRequest) -> HeadSearch:
    """Measure the attention every head gives from one token to another, beside its usual level."""
    traced = trace(request.trace)
    return search_heads(traced.attention_weights(), traced.tokenized, request.query, request.key)


@memoized(_COUNT)
def pronoun_test(request: PronounRequest) -> PronounHeads:
    """Measure the attention that "it" gives each of two nouns, in every head. Raises SentenceError."""
    return pronoun_heads(encoder(request.model), request.sentences)


@memoized(_COUNT)
def relation_heads(request: RelationsRequest) -> dict[str, RelationHeads]:
    """Measure every head on marked relations between words. Raises SentenceError."""
    return measure_relation_heads(encoder(request.model), request.sentences)


@memoized(_COUNT)
def relation_leads(request: LeadsRequest) -> dict[str, Interval]:
    """Return how far a head is ahead of the best distance in each relation. Raises SentenceError."""
    return leads(relation_heads(request.relations), request.layer, request.head)


#: Trace request -> (L, H) cosines of the sentence vector without each head.
_single_heads = Memo[np.ndarray](_COUNT)


def has_single_heads(request: TraceRequest) -> bool:
    """True if the effect of each single head is kept."""
    return request in _single_heads


def single_heads(request: TraceRequest, measure: Callable[[], np.ndarray]) -> np.ndarray:
    """(L, H) cosines of the sentence vector without each head.

    measure: called if they are not kept. It is the caller's, which shows how far it is.
    """

    def measure_once() -> np.ndarray:
        cosines = measure()
        cosines.setflags(write=False)
        return cosines

    return _single_heads.get(request, measure_once)
