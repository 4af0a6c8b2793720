"""Everything that is kept between reruns, and how much of it.

Models are Streamlit resources: two first visitors wait for one load. The rest is kept in plain lru caches,
because Streamlit's would hash two different interventions without fields alike, and cache_data would hand
out writeable copies; what differs much in size is bounded in bytes. Keys are the text, the model's name and
the interventions, never an array; a text is found again only by somebody who typed the same text.
"""

from functools import lru_cache
from threading import Lock

import numpy as np
import streamlit as st
from cachetools import LRUCache, cached

from components.core import Encoder, Intervention, ModelError, Trace, load_encoder
from components.core.attention import pooled_by_magnitude, pooled_by_maximum
from components.core.comparison import Comparison, compare
from components.core.models import BUNDLED_NAME
from components.core.order_experiment import AllOrders, OrderExperiment, compare_all_orders, run_order_experiment
from components.core.pooling import with_padding
from components.core.pronouns import Form, Likeness, likenesses
from components.core.similarity import unit_rows
from components.core.sources import leave_one_out
from components.core.tokens import Tokens, Word
from components.core.usages import Usage, Usages, follow_word

_SMALL = 64
# In bytes: some 500 traces of 16 tokens, or 18 of 512. A class that types short sentences finds its own again.
_TRACES = 400_000_000
_COMPARISONS = 300_000_000
_USAGES = 100_000_000


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
def tokens(model: str, text: str) -> Tokens:
    """The text's tokens, cut to what the model reads. Raises SentenceError.

    Always cut, so that a text far too long is tokenized once and not again with each rerun.
    """
    return encoder(model).tokenize(text, cut=True)


@cached(LRUCache(_TRACES, getsizeof=lambda each: each.nbytes), lock=Lock())
def trace(model: str, text: str, interventions: tuple[Intervention, ...] = (), cut: bool = False) -> Trace:
    """One sentence's trace. Raises SentenceError."""
    return encoder(model).trace(text, interventions, cut)


@lru_cache(maxsize=_SMALL)
def attention_thumbnails(model: str, text: str, cut: bool, most: int) -> tuple[np.ndarray, int]:
    """(L, H, s, s) attention weights of all heads, s at most `most`, and the side of the blocks pooled."""
    return pooled_by_maximum(trace(model, text, cut=cut).attention_weights(), most)


@lru_cache(maxsize=_SMALL)
def order_experiment(model: str, text: str) -> OrderExperiment:
    """The words of a text in every order. Raises SentenceError."""
    return run_order_experiment(encoder(model), text)


@lru_cache(maxsize=_SMALL)
def all_orders(model: str, text: str) -> AllOrders:
    """The first words of a text in all their orders. Raises SentenceError."""
    return compare_all_orders(encoder(model), text)


@cached(LRUCache(_COMPARISONS, getsizeof=lambda each: each.first.nbytes + each.second.nbytes), lock=Lock())
def comparison(
    model: str, first: str, second: str, changes: tuple[tuple[Intervention, ...], tuple[Intervention, ...]]
) -> Comparison:
    """Two texts, read with these changes, compared. Texts too long are cut. Raises SentenceError."""
    traces = [trace(model, text, change, cut=True) for text, change in zip((first, second), changes, strict=True)]
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
        pooled_by_magnitude(np.nan_to_num(compared.attention_difference(layer)), most)
        for layer in range(compared.first.num_layers)
    ]
    return np.stack([pooled for pooled, _ in layers]), layers[0][1]


@cached(LRUCache(_USAGES, getsizeof=lambda each: each.nbytes), lock=Lock())
def usages(model: str, word: str, sentences: tuple[Usage, ...]) -> Usages:
    """One word in several sentences. Raises SentenceError for a word with nothing in it."""
    return follow_word(encoder(model), word, sentences)


@lru_cache(maxsize=_SMALL)
def left_out(model: str, sentence: str, word: Word, others: tuple[Word, ...]) -> np.ndarray:
    """How far a word's context vector moves when each of the others is hidden."""
    return leave_one_out(encoder(model), tokens(model, sentence), word, others)


@lru_cache(maxsize=_SMALL)
def padded_means(model: str, sentence: str) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """A sentence's mean vector alone, with padding hidden and with padding seen."""
    return with_padding(encoder(model), tokens(model, sentence))


@lru_cache(maxsize=_SMALL)
def pronouns(model: str, forms: tuple[Form, ...]) -> list[Likeness]:
    """How alike "it" and two nouns are, in several sentences. Raises SentenceError."""
    return likenesses(encoder(model), forms)


@lru_cache(maxsize=2)
def unit_embedding_table(model: str) -> np.ndarray:
    """(V, E): the word embedding table with each row scaled to length 1, for nearest neighbours."""
    return unit_rows(encoder(model).word_embedding_table)


def warm() -> None:
    """Do once, before the first visitor, what the first visitor would wait for."""
    from components.ui.pronouns import pronoun_pairs
    from components.ui.senses import shipped
    from components.ui.sidebar import DEFAULT_TEXT

    encoder(BUNDLED_NAME)
    trace(BUNDLED_NAME, DEFAULT_TEXT)
    for word, sentences in shipped().items():
        usages(BUNDLED_NAME, word, sentences)
    pronouns(BUNDLED_NAME, tuple(form for pair in pronoun_pairs() for form in pair))
    unit_embedding_table(BUNDLED_NAME)
    _ = encoder(BUNDLED_NAME).vocabulary_labels
