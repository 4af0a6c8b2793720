"""Four ways to turn sentences into vectors, to see what context and order add to a bag of words."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import lru_cache

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from components.core.model.encoder import Encoder
from components.core.model.interventions import Intervention, PositionsOff
from components.core.numerics.similarity import normalise_rows

# Numbers that a table of TF-IDF may hold, 4 bytes each.
_MOST_NUMBERS = 40_000_000

#: How the encoder is run: sentences and interventions in, (N, D) out.
Encode = Callable[[Sequence[str], tuple[Intervention, ...]], np.ndarray]


class Representation(StrEnum):
    """What a sentence's vector is made of."""

    CONTEXT = "Encoder"
    UNORDERED = "Encoder, positions off"
    STATIC = "Averaged word embeddings"
    TF_IDF = "TF-IDF"

    def unit_vectors(
        self, encoder: Encoder, encode: Encode, sentences: Sequence[str], learned_from: Sequence[str]
    ) -> np.ndarray:
        """(N, D) float32 unit rows; all zeros for a sentence in which this kind finds nothing.

        encode: how the encoder is run, for those kinds that run it. learned_from: what TF-IDF takes its terms and
        their weights from.
        """
        if self is Representation.STATIC:
            vectors = encoder.static_means(sentences)
        elif self is Representation.TF_IDF:
            vectors = tf_idf(sentences, learned_from)
        else:
            vectors = encode(sentences, (PositionsOff(),) if self is Representation.UNORDERED else ())
        return normalise_rows(vectors)


def tf_idf(sentences: Sequence[str], learned_from: Sequence[str]) -> np.ndarray:
    """Sentences as weighted counts of their words, (N, V) float32, as scikit-learn's TfidfVectorizer weights them.

    learned_from: the sentences whose words are the V columns. Of very many sentences only the most frequent words are
    kept, so that the table fits into memory. Without any word there is one column of zeros.
    """
    vectorizer = _fitted(tuple(learned_from), max(1, _MOST_NUMBERS // max(1, len(learned_from))))
    if vectorizer is None:
        return np.zeros((len(sentences), 1), dtype=np.float32)
    if not sentences:
        return np.zeros((0, len(vectorizer.vocabulary_)), dtype=np.float32)
    counted: np.ndarray = vectorizer.transform(sentences).toarray()
    return counted


# One phrase after the other is read by what was learned from the same sentences.
@lru_cache(maxsize=4)
def _fitted(sentences: tuple[str, ...], most_terms: int) -> TfidfVectorizer | None:
    """What the words of these sentences weigh; None if there is not one word in them."""
    try:
        return TfidfVectorizer(max_features=most_terms, dtype=np.float32).fit(sentences)
    except ValueError:  # an empty vocabulary
        return None
