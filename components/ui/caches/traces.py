"""Everything that is kept between reruns, and how much of it.

Models are Streamlit resources: two first visitors wait for one load. The rest is kept in plain lru caches,
because Streamlit's would hash two different interventions without fields alike, and cache_data would hand
out writeable copies; what differs much in size is bounded in bytes, and what takes a while is computed once when a
whole class asks for it at once. Keys are the text, the model's name and the interventions, never an array; a text is
found again only by somebody who typed the same text.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from threading import Condition, Lock

import numpy as np
import streamlit as st
from cachetools import LRUCache, cached

from components.core import Encoder, Intervention, ModelError, Trace, load_encoder
from components.core.attention.ablation import InterventionEffect
from components.core.attention.head_roles import HeadRoles, head_roles
from components.core.attention.head_search import HeadSearch, search_heads
from components.core.attention.quantization import (
    QuantizedWeights,
    pool_by_magnitude,
    pool_by_maximum,
    quantize_weights,
)
from components.core.context import pronoun_similarity
from components.core.context.comparison import Comparison, compare
from components.core.context.occlusion import occlusion
from components.core.context.pronoun_heads import PronounHeads, pronoun_heads
from components.core.context.pronoun_similarity import PronounSimilarity, WinogradSentence
from components.core.context.word_occurrences import Usage, WordOccurrences, follow_word
from components.core.embeddings.pooling import with_padding
from components.core.model.attention import TokenSelection, combine_heads
from components.core.model.loading import BUNDLED_NAME
from components.core.numerics.similarity import normalise_rows
from components.core.positions.order_experiment import (
    AllOrders,
    OrderExperiment,
    compare_all_orders,
    run_order_experiment,
)
from components.core.tokens.tokens import Tokens, Word

_SMALL = 64
# In bytes: some 500 traces of 16 tokens, or 18 of 512. A class that types short sentences finds its own again.
_TRACES = 400_000_000
_COMPARISONS = 300_000_000
_USAGES = 100_000_000
_PACKED = 60_000_000
_EFFECTS = 200_000_000


@dataclass(frozen=True)
class TraceRequest:
    """What is to be read, by whom and how: what a trace is found again by."""

    model: str
    text: str
    second: str | None
    truncate: bool
    changes: tuple[Intervention, ...]

    @property
    def untouched(self) -> "TraceRequest":
        """The same without changes."""
        return replace(self, changes=())


def encoder(model: str) -> Encoder:
    """The encoder of that name. Raises ModelError."""
    failure = _failure(model)
    if failure:
        raise ModelError(failure)
    return _opened(model)


@st.cache_resource(max_entries=2, show_spinner="Opening the model …")
def _opened(model: str) -> Encoder:
    return load_encoder(model)


@st.cache_data(max_entries=8, ttl=30, show_spinner=False)
def _failure(model: str) -> str | None:
    """Why a model cannot be opened, remembered for a while: without a network each attempt may take long."""
    try:
        _opened(model)
    except ModelError as error:
        return str(error)
    return None


@lru_cache(maxsize=_SMALL)
def tokens(model: str, text: str, second: str | None = None) -> Tokens:
    """The tokens of a text or a pair, cut to what the model reads. Raises SentenceError.

    Always cut, so that a text far too long is tokenized once and not again with each rerun.
    """
    return encoder(model).tokenize(text, truncate=True, second=second)


@cached(LRUCache(_TRACES, getsizeof=lambda each: each.nbytes), condition=Condition())
def trace(
    model: str,
    text: str,
    interventions: tuple[Intervention, ...] = (),
    truncate: bool = False,
    second: str | None = None,
) -> Trace:
    """The trace of a sentence or a pair. Raises SentenceError."""
    return encoder(model).trace(text, interventions, truncate, second)


@lru_cache(maxsize=_SMALL)
def attention_thumbnails(model: str, text: str, truncate: bool, most: int) -> tuple[np.ndarray, int]:
    """(L, H, s, s) attention weights of all heads, s at most `most`, and the side of the blocks pooled."""
    return pool_by_maximum(trace(model, text, truncate=truncate).attention_weights(), most)


@cached(LRUCache(_SMALL), condition=Condition())
def roles(asked: TraceRequest) -> HeadRoles:
    """What each head mostly does."""
    read = trace_of(asked)
    return head_roles(read.attention_weights(), read.tokenized)


@cached(LRUCache(_PACKED, getsizeof=lambda each: each.steps.nbytes), condition=Condition())
def packed_heads(
    asked: TraceRequest, part: TokenSelection, picked: tuple[tuple[int, int], ...], most_bytes: int
) -> QuantizedWeights:
    """The attention of these (layer, head) pairs in a part of the picture, as bytes."""
    read = trace_of(asked)
    return quantize_weights(np.stack([part.of(read.attention_weights(*each)) for each in picked]), most_bytes)


@cached(LRUCache(_SMALL), condition=Condition())
def over_heads(asked: TraceRequest, way: str, layer: int | None) -> np.ndarray:
    """(S, S): the attention of all heads of a layer, or of all layers, as one picture. way: as for combined_heads."""
    square = combine_heads(trace_of(asked).attention_weights(layer), way)
    square.setflags(write=False)
    return square


@cached(LRUCache(_EFFECTS, getsizeof=lambda each: each.changed.nbytes + each.untouched.nbytes), condition=Condition())
def effect(asked: TraceRequest) -> InterventionEffect:
    """The sentence as it is read with the changes asked for, beside the same without them."""
    return InterventionEffect(trace_of(asked.untouched), trace_of(asked))


@cached(LRUCache(_SMALL), condition=Condition())
def effect_thumbnails(asked: TraceRequest, most: int) -> tuple[np.ndarray, int]:
    """(L · H, s, s) changes of attention, s at most `most`, and the side of the blocks pooled."""
    measured = effect(asked)
    layers = [
        pool_by_magnitude(measured.attention_difference(layer), most) for layer in range(measured.original.num_layers)
    ]
    return np.concatenate([pooled for pooled, _ in layers]), layers[0][1]


@cached(LRUCache(_SMALL), condition=Condition())
def head_search(asked: TraceRequest, query: int, key: int) -> HeadSearch:
    """What every head gives from one token to another, beside what it does anyway."""
    read = trace_of(asked)
    return search_heads(read.attention_weights(), read.tokenized, query, key)


@cached(LRUCache(_SMALL), condition=Condition())
def pronoun_test(model: str, forms: tuple[WinogradSentence, ...]) -> PronounHeads:
    """How much of its attention each head gives "it"'s nouns. Raises SentenceError."""
    return pronoun_heads(encoder(model), forms)


# Filled by whoever measures with a progress bar: a cache of the function would hide the bar's steps.
_single_heads: LRUCache[TraceRequest, np.ndarray] = LRUCache(_SMALL)
_single_heads_lock = Lock()


def single_heads(asked: TraceRequest) -> np.ndarray | None:
    """(L, H) cosines of the sentence vector without each head, if they were measured."""
    with _single_heads_lock:
        return _single_heads.get(asked)


def keep_single_heads(asked: TraceRequest, cosines: np.ndarray) -> None:
    """Keep what was measured for others who ask the same."""
    cosines.setflags(write=False)
    with _single_heads_lock:
        _single_heads[asked] = cosines


def trace_of(asked: TraceRequest) -> Trace:
    """The trace that was asked for."""
    return trace(asked.model, asked.text, asked.changes, asked.truncate, asked.second)


@lru_cache(maxsize=_SMALL)
def order_experiment(model: str, text: str) -> OrderExperiment:
    """The words of a text in every order. Raises SentenceError."""
    return run_order_experiment(encoder(model), text)


@lru_cache(maxsize=_SMALL)
def all_orders(model: str, text: str) -> AllOrders:
    """The first words of a text in all their orders. Raises SentenceError."""
    return compare_all_orders(encoder(model), text)


@cached(LRUCache(_COMPARISONS, getsizeof=lambda each: each.first.nbytes + each.second.nbytes), condition=Condition())
def comparison(
    model: str, first: str, second: str, changes: tuple[tuple[Intervention, ...], tuple[Intervention, ...]]
) -> Comparison:
    """Two texts, read with these changes, compared. Texts too long are cut. Raises SentenceError."""
    traces = [trace(model, text, change, truncate=True) for text, change in zip((first, second), changes, strict=True)]
    return compare(encoder(model), *traces)


@lru_cache(maxsize=_SMALL)
def difference_thumbnails(
    model: str,
    first: str,
    second: str,
    changes: tuple[tuple[Intervention, ...], tuple[Intervention, ...]],
    most: int,
) -> tuple[np.ndarray, int]:
    """(L, H, s, s) differences of attention between words, s at most `most`, and the side of the blocks pooled."""
    compared = comparison(model, first, second, changes)
    layers = [
        pool_by_magnitude(np.nan_to_num(compared.attention_difference(layer)), most)
        for layer in range(compared.first.num_layers)
    ]
    return np.stack([pooled for pooled, _ in layers]), layers[0][1]


@cached(LRUCache(_USAGES, getsizeof=lambda each: each.nbytes), condition=Condition())
def word_occurrences(model: str, word: str, sentences: tuple[Usage, ...]) -> WordOccurrences:
    """One word in several sentences. Raises SentenceError for a word with nothing in it."""
    return follow_word(encoder(model), word, sentences)


@lru_cache(maxsize=_SMALL)
def occlusion_distances(model: str, sentence: str, word: Word, others: tuple[Word, ...]) -> np.ndarray:
    """How far a word's context vector moves when each of the others is hidden."""
    return occlusion(encoder(model), tokens(model, sentence), word, others)


@lru_cache(maxsize=_SMALL)
def padded_means(model: str, sentence: str) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """A sentence's mean vector alone, with padding hidden and with padding seen."""
    return with_padding(encoder(model), tokens(model, sentence))


@lru_cache(maxsize=_SMALL)
def pronoun_similarities(model: str, forms: tuple[WinogradSentence, ...]) -> list[PronounSimilarity]:
    """How alike "it" and two nouns are, in several sentences. Raises SentenceError."""
    return pronoun_similarity.pronoun_similarities(encoder(model), forms)


@lru_cache(maxsize=2)
def unit_embedding_table(model: str) -> np.ndarray:
    """(V, E): the word embedding table with each row scaled to length 1, for nearest neighbours."""
    return normalise_rows(encoder(model).word_embedding_table)


def warm() -> None:
    """Do once, before the first visitor, what the first visitor would wait for."""
    from components.ui.context.pronouns import pronoun_pairs
    from components.ui.context.senses import shipped
    from components.ui.sidebar import DEFAULT_TEXT

    encoder(BUNDLED_NAME)
    trace(BUNDLED_NAME, DEFAULT_TEXT)
    for word, sentences in shipped().items():
        word_occurrences(BUNDLED_NAME, word, sentences)
    forms = tuple(form for pair in pronoun_pairs() for form in pair)
    pronoun_similarities(BUNDLED_NAME, forms)
    pronoun_test(BUNDLED_NAME, forms)
    unit_embedding_table(BUNDLED_NAME)
    _ = encoder(BUNDLED_NAME).vocabulary_labels
