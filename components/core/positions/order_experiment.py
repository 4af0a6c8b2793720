"""Experiments on word order: the same words, in every order, with positions on, off and shuffled."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from components.core.model.encoder import Encoder
from components.core.model.interventions import PositionsOff, PositionsReordered
from components.core.numerics.similarity import cosine_similarity
from components.core.positions.permutations import shuffle_positions, word_orders
from components.core.text.rewording import movable_words

# Of a longer text the first words are used: every order costs a pass through the model.
MOST_WORDS = 40
_MARGIN = 8
# Four words have 24 orders: as many as a matrix can show.
_WORDS_IN_ALL_ORDERS = 4


@dataclass(frozen=True, eq=False)
class OrderExperiment:
    """N word orders of one sentence and their cosines with the original's vector, with positions on and off.

    With N = 1, a single word or one word repeated, there is nothing to compare.
    """

    sentences: tuple[str, ...]  # N, the original first
    complete: bool  # True if these are all orders
    words: int  # number of the sentence's first words that were used
    cosines: dict[str, Float[np.ndarray, " N"]]  # keys "on", "off"


@dataclass(frozen=True, eq=False)
class ShuffledOrders:
    """The same N word orders, read with shuffled positions."""

    cosines: Float[np.ndarray, " N"]
    alone: float  # cosine of the original with and without its positions shuffled


def run_order_experiment(
    encoder: Encoder, text: str, seed: int = 0, most: int = 24, sampled: int = 10
) -> OrderExperiment:
    """Encode the orders of the words with positions on and off.

    All orders if there are at most `most`; else `sampled`, since each order costs two passes through the model. Each
    condition compares with the original order under the same condition, so its first cosine is 1. Words beyond
    MOST_WORDS, or beyond what encode() reads, are omitted: a truncated order would not hold the same words. Raises
    SentenceError.
    """
    words, between = movable_words(text)
    words = words[:MOST_WORDS]
    # Some tokenizers need a token more or less in another order; the margin leaves room for that.
    limit = min(encoder.encode_limit, encoder.trace_limit) - _MARGIN
    while len(words) > 1 and encoder.tokenize(between.join(words), truncate=True).total_tokens > limit:
        words.pop()
    orders = word_orders(words, most + 1, seed)
    complete = len(orders) <= most
    if not complete:
        orders = word_orders(words, sampled, seed)
    sentences = tuple(between.join(words[i] for i in order) for order in orders)
    if len(sentences) == 1:
        return OrderExperiment(sentences, complete, len(words), {})
    vectors = {"on": encoder.encode(sentences), "off": encoder.encode(sentences, [PositionsOff()])}
    return OrderExperiment(
        sentences=sentences,
        complete=complete,
        words=len(words),
        cosines={name: cosine_similarity(v, v[:1])[:, 0] for name, v in vectors.items()},
    )


def shuffle_orders(encoder: Encoder, sentences: tuple[str, ...], seed: int = 0) -> ShuffledOrders:
    """Encode orders of the same words, the original first, with shuffled positions.

    The positions of the typed tokens are permuted, in the same way for all orders with the same number of tokens.
    """
    vectors = _with_shuffled_positions(encoder, sentences, seed)
    alone = cosine_similarity(encoder.encode(sentences[:1]), vectors[:1])
    return ShuffledOrders(cosine_similarity(vectors, vectors[:1])[:, 0], float(alone[0, 0]))


@dataclass(frozen=True, eq=False)
class AllOrders:
    """All N orders of the same words, and the cosines of their sentence vectors."""

    words: tuple[str, ...]
    between: str  # what stands between two words
    orders: tuple[tuple[int, ...], ...]  # N; the first is the original
    with_positions: Float[np.ndarray, "N N"]
    without_positions: Float[np.ndarray, "N N"]

    @property
    def sentences(self) -> tuple[str, ...]:
        """The N texts."""
        return tuple(self.between.join(self.words[i] for i in order) for order in self.orders)

    @property
    def furthest(self) -> int:
        """The order whose sentence vector is furthest from the original's."""
        return int(self.with_positions[0].argmin())


def compare_all_orders(encoder: Encoder, text: str) -> AllOrders:
    """Encode every order of a text's first four words, with positions on and off. Raises SentenceError."""
    every, between = movable_words(text)
    words = tuple(every[:_WORDS_IN_ALL_ORDERS])
    orders = tuple(word_orders(words, most=24))
    sentences = [between.join(words[i] for i in order) for order in orders]
    on, off = (cosine_similarity(encoder.encode(sentences, changes)) for changes in ([], [PositionsOff()]))
    return AllOrders(words, between, orders, on, off)


def _with_shuffled_positions(encoder: Encoder, sentences: tuple[str, ...], seed: int) -> Float[np.ndarray, "N D"]:
    """Encode sentences with shuffled positions, those with equal numbers of tokens together."""
    tokens = [encoder.tokenize(sentence) for sentence in sentences]
    groups: dict[int, list[int]] = {}
    for i, each in enumerate(tokens):
        groups.setdefault(len(each.tokens), []).append(i)
    vectors = np.empty((len(sentences), encoder.vector_size), dtype=np.float32)
    for members in groups.values():
        order = shuffle_positions(tokens[members[0]].special.tolist(), seed)
        vectors[members] = encoder.encode([sentences[i] for i in members], [PositionsReordered(order)])
    return vectors
