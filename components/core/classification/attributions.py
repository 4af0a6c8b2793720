"""Attribution: the contribution of each word to a classifier's log-odds of one class against another.

For a linear classifier it is exact: log(p / p′) = x · (w − w′) + b − b′ is a sum over features, and each feature is a
sum over words. For a network it is measured by occlusion: the text is read again without the word.

S tokens, W words, F features, D dimensions. Classes are given as indices of the classifier's classes.
"""

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.sparse import csr_array

from components.core.classification.classifiers import (
    CONTEXTUAL,
    BagOfWords,
    Classifier,
    ClassifierMethod,
    LinearClassifier,
)
from components.core.embeddings.hidden_words import reads_more_than_the_text, vectors_of_visible, visible_without
from components.core.embeddings.token_contributions import (
    WordContribution,
    are_alike,
    divide_unit_vector,
    token_contributions,
    tokens_encoded,
    word_contribution,
    word_contributions,
)
from components.core.model.encoder import Encoder
from components.core.numerics.similarity import normalise_rows


@dataclass(frozen=True, eq=False)
class Attribution:
    """The log-odds of a class as a sum over the words of a text."""

    words: tuple[WordContribution, ...]  # in order of the text, with special tokens if the method reads them
    offset: float  # the difference of the biases: the log-odds of a text without features
    log_odds: float  # natural logarithm; the sum of the words' shares and the offset, up to rounding
    unknown: tuple[str, ...]  # distinct words in lower case that occur in no training text; their share is 0


@dataclass(frozen=True, eq=False)
class OcclusionEffects:
    """The change of a class's log-odds by each word of a text. They have no meaningful sum: words act together."""

    words: tuple[WordContribution, ...]  # in order of the text; a share is the log-odds minus those without the word
    log_odds: float  # natural logarithm; with all words


def attribute(
    encoder: Encoder,
    classifier: Classifier,
    text: str,
    favoured: int,
    other: int,
    encoded: Float[np.ndarray, " D"] | None = None,
) -> Attribution:
    """Divide log(p of `favoured` / p of `other`) among the words of a text.

    encoded: the unit vector of the text from encode(), where it is known.
    If the averaged word embedding of a text is zero, it has no features, and no word has a share. Raises SentenceError
    for a text with nothing to read or too long to attribute; ModelError for a model whose sentence vector is no
    weighted sum of token vectors; ValueError for a network, whose log-odds are no sum.
    """
    learned = classifier.parameters
    if not isinstance(learned, LinearClassifier):
        raise ValueError(f"The log-odds of {classifier.method} are no sum over words.")
    encoder.check_readable(text)
    weights = learned.weights[favoured] - learned.weights[other]
    unknown: tuple[str, ...] = ()
    if classifier.bag is not None:
        features = classifier.bag.features([text])
        words, unknown = _counted_words(classifier.bag, text, csr_array(features), weights)
    elif classifier.method is ClassifierMethod.STATIC:
        features = normalise_rows(encoder.static_means([text]))
        words = _averaged_words(encoder, text, weights) if features.any() else ()
    else:
        (found,) = token_contributions(encoder, [text], None if encoded is None else encoded[None])
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
    """Return the change of log(p of `favoured` / p of `other`) when each word in turn is hidden.

    A word is hidden as padding is, in all layers and heads and in pooling; the others keep their positions. Takes W + 1
    runs of the model. Raises SentenceError as attribute() does; ModelError for a model that encodes more than the
    text's own tokens; ValueError for a classifier that reads no sentence vectors.
    """
    if classifier.method not in CONTEXTUAL:
        raise ValueError(f"{classifier.method} reads no sentence vectors.")
    tokens = tokens_encoded(encoder, text)
    visible = visible_without(tokens, [[], *([word] for word in tokens.words)])
    vectors = vectors_of_visible(encoder, tokens, visible)
    if not are_alike(vectors[:1], encoder.encode([text])):
        raise reads_more_than_the_text(encoder, "Words cannot be hidden one by one")
    logits = classifier.parameters.logits(vectors).astype(np.float64)
    log_odds = logits[:, favoured] - logits[:, other]
    changes = log_odds[0] - log_odds[1:]
    return OcclusionEffects(
        tuple(word_contribution(word, float(change)) for word, change in zip(tokens.words, changes, strict=True)),
        log_odds=float(log_odds[0]),
    )


def _counted_words(
    bag: BagOfWords, text: str, features: csr_array, weights: Float[np.ndarray, " F"]
) -> tuple[tuple[WordContribution, ...], tuple[str, ...]]:
    """Return the contribution of each occurrence of a word, and the words that are no feature.

    The occurrences of a word share its contribution equally. features: (1, F).
    """
    # Words are matched in lower case and shown as typed. "İ" becomes two characters in lower case.
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


def _averaged_words(encoder: Encoder, text: str, weights: Float[np.ndarray, " D"]) -> tuple[WordContribution, ...]:
    """Return the contribution of each word: the sum over its tokens' rows of the embedding table."""
    tokens = tokens_encoded(encoder, text)
    typed = np.flatnonzero(~tokens.special)
    contributions = np.zeros(len(tokens.tokens))
    rows = encoder.word_embedding_table[tokens.token_ids[typed]]
    contributions[typed] = divide_unit_vector(rows, np.full(len(rows), 1 / len(rows))) @ weights
    return tuple(word for word in word_contributions(tokens, contributions) if not word.special)
