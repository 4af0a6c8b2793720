"""Why a classifier says what it says of a text: what each word brings to the odds of one class against another.

Of a linear classifier this is exact: log(p / p′) = x · (w − w′) + b − b′ is a sum over what it reads of the text, and
each number it reads is a sum over words. Of a network it is tried out: the text is read again without the word.

S tokens, W words, F features, D dimensions. Classes are given as places in the classifier's own.
"""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csr_array

from components.core.classification.classifiers import (
    CONTEXTUAL,
    BagOfWords,
    Classifier,
    ClassifierMethod,
    LinearClassifier,
)
from components.core.embeddings.token_contributions import (
    WordContribution,
    are_alike,
    divide_unit_vector,
    token_contributions,
    tokens_encoded,
    word_contribution,
    word_contributions,
)
from components.core.errors import ModelError
from components.core.model.encoder import Encoder
from components.core.numerics.similarity import normalise_rows
from components.core.tokens.tokens import Tokens

# Readings of a text that run at once: of each, the context vectors of every layer are in memory.
_AT_ONCE: Final = 16


@dataclass(frozen=True, eq=False)
class Attribution:
    """The log-odds of a class, divided among the words of a text."""

    words: tuple[WordContribution, ...]  # in order of the text, special tokens included where the method reads them
    offset: float  # what the log-odds are before anything is read
    log_odds: float  # natural; the words' shares and the offset sum to it but for rounding
    unknown: tuple[str, ...]  # words, each once, in lower case, that no text learned from had: their share is 0


@dataclass(frozen=True, eq=False)
class OcclusionEffects:
    """How the log-odds of a class change by each word of a text. They sum to nothing: words act together."""

    words: tuple[
        WordContribution, ...
    ]  # in order of the text; a share is the log-odds with all words less those without it
    log_odds: float  # natural; with all words


def attribute(encoder: Encoder, classifier: Classifier, text: str, favoured: int, other: int) -> Attribution:
    """Divide log(p of `favoured` / p of `other`) among the words of a text.

    Of a text whose averaged word embedding is zero nothing is read, and no word has a share. Raises SentenceError for
    a text with nothing to read, or longer than its tokens can be told apart; ModelError for a model whose sentence
    vector is no weighted sum of token vectors; ValueError for a network, whose log-odds are no sum.
    """
    learned = classifier.parameters
    if not isinstance(learned, LinearClassifier):
        raise ValueError(f"The log-odds of a {type(learned).__name__} are no sum over words.")
    encoder.check_readable(text)
    weights = learned.weights[favoured] - learned.weights[other]
    unknown: tuple[str, ...] = ()
    if classifier.bag is not None:
        features = classifier.bag.features([text])
        words, unknown = _of_counted_words(classifier.bag, text, csr_array(features), weights)
    elif classifier.method is ClassifierMethod.STATIC:
        features = normalise_rows(encoder.static_means([text]))
        words = _of_averaged_words(encoder, text, weights) if features.any() else ()
    else:
        (found,) = token_contributions(encoder, [text])
        features = found.unit[None]
        words = word_contributions(found.tokens, found.parts @ weights)
    logits = learned.logits(features)[0]
    return Attribution(
        words,
        offset=float(learned.bias[favoured] - learned.bias[other]),
        log_odds=float(logits[favoured] - logits[other]),
        unknown=unknown,
    )


def occlusion_effects(
    encoder: Encoder, classifier: Classifier, text: str, favoured: int, other: int
) -> OcclusionEffects:
    """How log(p of `favoured` / p of `other`) changes when a text is read without one of its words, for each of them.

    Each word is hidden in turn, in all layers and heads and where tokens are pooled, as padding is; the others keep
    their positions. Takes W + 1 readings of the text. Raises SentenceError as attribute(); ModelError for a model that
    encodes something else than the text's own tokens; ValueError for a classifier that reads no sentence vectors.
    """
    if classifier.method not in CONTEXTUAL:
        raise ValueError(f"{classifier.method} reads no sentence vectors.")
    tokens = tokens_encoded(encoder, text)
    visible = np.ones((1 + len(tokens.words), len(tokens.tokens)), dtype=bool)
    for row, word in zip(visible[1:], tokens.words, strict=True):
        row[list(word.token_indices)] = False
    vectors = normalise_rows(_read(encoder, tokens, visible))
    if not are_alike(vectors[:1], encoder.encode([text])):
        raise ModelError(
            f"Words cannot be hidden from {encoder.short_name} one by one: its sentence vector is not that of the "
            "text's own tokens alone. A prompt may be read before the text, or a long text be cut in another way. "
            "Choose a model without a prompt, or a shorter text."
        )
    logits = classifier.parameters.logits(vectors).astype(np.float64)
    log_odds = logits[:, favoured] - logits[:, other]
    changes = log_odds[0] - log_odds[1:]
    return OcclusionEffects(
        tuple(
            word_contribution(tokens, word, float(change)) for word, change in zip(tokens.words, changes, strict=True)
        ),
        log_odds=float(log_odds[0]),
    )


def _of_counted_words(
    bag: BagOfWords, text: str, features: csr_array, weights: np.ndarray
) -> tuple[tuple[WordContribution, ...], tuple[str, ...]]:
    """Each occurrence of a word with its part of what the word brings, and the words that are no feature.

    features: (1, F) sparse. weights: (F,).
    """
    # Words are found in lower case and shown as they are typed. "İ" becomes two characters in lower case.
    lowered = [each.lower() for each in text]
    origins = np.repeat(np.arange(len(text)), [len(each) for each in lowered])
    found = list(re.finditer(bag.vectorizer.token_pattern, bag.vectorizer.build_preprocessor()(text)))
    counts = Counter(match[0] for match in found)
    products = dict(zip(features.indices.tolist(), features.data * weights[features.indices], strict=True))
    words = []
    for match in found:
        start, end = int(origins[match.start()]), int(origins[match.end() - 1]) + 1
        share = products.get(bag.vocabulary.get(match[0], -1), 0.0) / counts[match[0]]
        words.append(WordContribution(text[start:end], start, end, float(share), special=False))
    return tuple(words), tuple(word for word in counts if word not in bag.vocabulary)


def _of_averaged_words(encoder: Encoder, text: str, weights: np.ndarray) -> tuple[WordContribution, ...]:
    """Each word with what its tokens' rows of the embedding table bring. weights: (D,)."""
    tokens = tokens_encoded(encoder, text)
    typed = np.flatnonzero(~tokens.special)
    brought = np.zeros(len(tokens.tokens))
    rows = encoder.word_embedding_table[tokens.token_ids[typed]]
    brought[typed] = divide_unit_vector(rows, np.full(len(rows), 1 / len(rows))) @ weights
    return tuple(word for word in word_contributions(tokens, brought) if not word.special)


def _read(encoder: Encoder, tokens: Tokens, visible: np.ndarray) -> np.ndarray:
    """The sentence vectors of one text read B times, each time with other tokens visible. (B, S) to (B, D)."""
    ids = np.tile(tokens.token_ids, (len(visible), 1))
    vectors = []
    for start in range(0, len(visible), _AT_ONCE):
        at = slice(start, start + _AT_ONCE)
        vectors.append(encoder.pooled(encoder.context_vectors(ids[at], visible[at])[:, -1], visible[at]))
    return np.concatenate(vectors)
