"""Four ways to turn sentences into vectors, to see what context and order add to a bag of words."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import lru_cache

import numpy as np
from jaxtyping import Float32
from sklearn.feature_extraction.text import TfidfVectorizer

from components.core.model.encoder import Encoder
from components.core.model.interventions import Intervention, PositionsOff
from components.core.numerics.similarity import normalise_rows
from components.core.text.words import terms_of_search

# Numbers that a table of TF-IDF may hold, 4 bytes each.
_MOST_NUMBERS = 40_000_000

#: A function that encodes N sentences under interventions.
Encode = Callable[[Sequence[str], tuple[Intervention, ...]], Float32[np.ndarray, "N D"]]


class Representation(StrEnum):
    """A way to turn a sentence into a vector."""

    CONTEXT = "Encoder"
    UNORDERED = "Encoder, positions off"
    STATIC = "Averaged word embeddings"
    TF_IDF = "TF-IDF"

    def unit_vectors(
        self, encoder: Encoder, encode: Encode, sentences: Sequence[str], learned_from: Sequence[str]
    ) -> Float32[np.ndarray, "N D"]:
        """Return a vector of length 1 for each sentence; all zeros for one in which this representation finds nothing.

        encode: runs the encoder, for the representations that need it. learned_from: the texts that TF-IDF takes its
        terms and their weights from.
        """
        if self is Representation.STATIC:
            vectors = encoder.static_means(sentences)
        elif self is Representation.TF_IDF:
            vectors = tf_idf(sentences, learned_from)
        else:
            vectors = encode(sentences, (PositionsOff(),) if self is Representation.UNORDERED else ())
        return normalise_rows(vectors)


def tf_idf(sentences: Sequence[str], learned_from: Sequence[str]) -> Float32[np.ndarray, "N V"]:
    """Return each sentence as weighted counts of its words, weighted by scikit-learn's TfidfVectorizer.

    learned_from: the sentences whose words are the V columns. With very many sentences only the most frequent words
    are columns, so that the table fits into memory. Without any word there is one column of zeros.

    >>> tf_idf(["pizza", "tea"], learned_from=["pizza"]).tolist()
    [[1.0], [0.0]]
    """
    vectorizer = _fitted(tuple(learned_from), max(1, _MOST_NUMBERS // max(1, len(learned_from))))
    if vectorizer is None:
        return np.zeros((len(sentences), 1), dtype=np.float32)
    if not sentences:
        return np.zeros((0, len(vectorizer.vocabulary_)), dtype=np.float32)
    counted: np.ndarray = vectorizer.transform(sentences).toarray()
    return counted


def _words(text: str) -> list[str]:
    """Return the words that are counted: as in scikit-learn, those of one letter are not."""
    return [word for word in terms_of_search(text) if len(word) > 1]


# A reader tries many phrases against the same sentences.
@lru_cache(maxsize=4)
def _fitted(sentences: tuple[str, ...], most_terms: int) -> TfidfVectorizer | None:
    """Learn the weights of the words in these sentences; None if they contain no word."""
    try:
        return TfidfVectorizer(analyzer=_words, max_features=most_terms, dtype=np.float32).fit(sentences)
    except ValueError:  # an empty vocabulary
        return None
