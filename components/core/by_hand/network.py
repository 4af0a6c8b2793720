"""A whole encoder in two dimensions: one layer of attention with a residual, no bias, no LayerNorm, tied output.

The formulas are those of scaled dot-product attention (Vaswani et al. 2017), small enough to be calculated by hand:

    x = word embedding + position      position p is (sin p, cos p)
    q, k, v = x Wq, x Wk, x Wv
    weights = softmax(q · k / √d)      d: dimensions of a head
    result = x + Σ weight · v
    probabilities = softmax(result · word embedding)

S tokens, V words, H heads. Two heads share the two dimensions: each has one.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from components.core.by_hand.language import Language
from components.core.model.attention import softmax


@dataclass(frozen=True)
class Switches:
    """What of the network is on."""

    positions: bool = True
    residual: bool = True
    scaled: bool = True  # scores are divided by √d
    two_heads: bool = False


@dataclass(frozen=True, eq=False)
class Network:
    """All numbers of the network: 2 (V + 1) + 12, which are 30 for eight words."""

    embeddings: Float[np.ndarray, "V1 2"]  # of V words, and of [MASK] last
    query: Float[np.ndarray, "2 2"]
    key: Float[np.ndarray, "2 2"]
    value: Float[np.ndarray, "2 2"]
    switches: Switches = Switches()


@dataclass(frozen=True, eq=False)
class Steps:
    """Every number on the way of one sentence, in the order of computation."""

    embeddings: Float[np.ndarray, "S 2"]
    positions: Float[np.ndarray, "S 2"]
    inputs: Float[np.ndarray, "S 2"]
    queries: Float[np.ndarray, "S 2"]
    keys: Float[np.ndarray, "S 2"]
    values: Float[np.ndarray, "S 2"]
    scores: Float[np.ndarray, "H S S"]
    weights: Float[np.ndarray, "H S S"]
    attended: Float[np.ndarray, "S 2"]
    results: Float[np.ndarray, "S 2"]
    likeness: Float[np.ndarray, "S V"]
    probabilities: Float[np.ndarray, "S V"]


def count_numbers(language: Language) -> int:
    """The numbers of a network for a language: two for each word and for [MASK], and three matrices of four.

    >>> count_numbers(Language(("a", "b", "c", "d", "e", "f", "g", "h"), ()))
    30
    """
    return 2 * (len(language.words) + 1) + 3 * 4


def position(count: int) -> Float[np.ndarray, "S 2"]:
    """The positions 0 to count − 1: (sin p, cos p), the first two dimensions of Vaswani et al. 2017.

    >>> position(2).round(2)
    array([[0.  , 1.  ],
           [0.84, 0.54]])
    """
    places = np.arange(count, dtype=float)
    return np.stack([np.sin(places), np.cos(places)], axis=1)


def run(network: Network, words: tuple[int, ...]) -> Steps:
    """Run the network on words by their numbers; V stands for [MASK].

    One word that is hidden, and two that may fill it. Without positions both tokens are as they are, and all matrices
    leave a vector unchanged, so [MASK] = (0, 1) scores 0 ÷ √2 with (1, 0) and 1 ÷ √2 with itself:

    >>> one = np.eye(2)
    >>> words = np.array([[1.0, 0.0], [0.0, 2.0], [0.0, 1.0]])
    >>> steps = run(Network(words, one, one, one, Switches(positions=False)), (0, 2))
    >>> steps.scores[0, 1].round(3), steps.weights[0, 1].round(3)
    (array([0.   , 0.707]), array([0.33, 0.67]))
    >>> steps.results[1].round(2), steps.likeness[1].round(2), steps.probabilities[1].round(2)
    (array([0.33, 1.67]), array([0.33, 3.34]), array([0.05, 0.95]))
    """
    switches = network.switches
    embeddings = network.embeddings[list(words)]
    positions = position(len(words)) * switches.positions
    inputs = embeddings + positions
    queries, keys, values = (inputs @ matrix for matrix in (network.query, network.key, network.value))
    heads = 2 if switches.two_heads else 1
    # (S, 2) → (H, S, d)
    by_head = [each.reshape(len(words), heads, 2 // heads).swapaxes(0, 1) for each in (queries, keys, values)]
    scores = by_head[0] @ by_head[1].swapaxes(1, 2)
    if switches.scaled:
        scores = scores / np.sqrt(2 / heads)
    weights = softmax(scores)
    attended = (weights @ by_head[2]).swapaxes(0, 1).reshape(len(words), 2)
    results = attended + inputs * switches.residual
    likeness = results @ network.embeddings[:-1].T
    return Steps(
        embeddings,
        positions,
        inputs,
        queries,
        keys,
        values,
        scores,
        weights,
        attended,
        results,
        likeness,
        softmax(likeness),
    )


def loss(network: Network, language: Language) -> float:
    """The mean of −ln p over a language's examples, in nats; p: the probability of the word that is hidden."""
    losses = []
    for sentence, word in language.examples:
        likeness = run(network, sentence.words).likeness[sentence.looks]
        # −ln softmax, also where a probability is too small for a number.
        losses.append(np.logaddexp.reduce(likeness) - likeness[word])
    return float(np.mean(losses))
