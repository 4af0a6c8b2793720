"""BM25: scores of texts by the words that they share with a question, and the arithmetic of a score.

Formula and constants are those of Milvus Lite, which holds the index of a corpus and is given the terms found here.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import snowballstemmer
from jaxtyping import Float, Int

from components.core.text.content_words import FUNCTION_WORDS
from components.core.text.words import terms_of_search

#: Saturation of repeated words: the weight of a word grows with its count towards K1 + 1.
K1: Final = 1.5
#: Normalisation by length: 0 is none, 1 is full.
B: Final = 0.75

#: A question whose words have weights: word, as terms_of() gives it → weight.
WordWeights = Mapping[str, int | float]

# scikit-learn counts these among its stop words; here a number is often what is asked for. "One" is rarely a number.
_NUMBERS = {
    *("two", "three", "four", "five", "six", "eight", "nine", "ten", "eleven", "twelve", "fifteen", "twenty"),
    *("forty", "fifty", "sixty", "hundred", "first", "third"),
}
# The rest of contractions, such as "don't" and "it's", whose words end at the apostrophe.
_ENDINGS = {
    *("s", "t", "d", "m", "ll", "re", "ve", "don", "didn", "doesn", "isn", "aren", "wasn", "weren", "hasn", "haven"),
    *("hadn", "couldn", "wouldn", "shouldn", "mustn", "needn"),
}

#: Words that are not counted, in alphabetical order.
STOP_WORDS: Final[tuple[str, ...]] = tuple(sorted((FUNCTION_WORDS - _NUMBERS) | _ENDINGS))

_STOPPED = frozenset(STOP_WORDS)


# Words of other scripts stay as they are.
_STEMMER = snowballstemmer.stemmer("english")


def terms_of(text: str) -> list[str]:
    """Return the folded words of a text that are counted, in order; pairs of characters where there are no spaces.

    The terms of these terms, with blanks between them, are the same terms.

    >>> terms_of("Don’t the Encoder's two layers normalise?"), terms_of("吃比萨饼")
    (['encoder', 'two', 'layers', 'normalise'], ['吃比', '比萨', '萨饼'])
    """
    return [term for term in terms_of_search(text) if term not in _STOPPED]


def stems_of(text: str) -> list[str]:
    """Return the stems of a text's terms: English words without their endings, so that "keeps" and "keeping" are one.

    Porter 2001, "Snowball: A language for stemming algorithms". A stem need not be a word.

    >>> stems_of("She keeps slicing the onions"), stems_of("吃比萨")
    (['keep', 'slice', 'onion'], ['吃比', '比萨'])
    """
    return [_stem(term) for term in terms_of(text)]


@lru_cache(200_000)
def _stem(term: str) -> str:
    return str(_STEMMER.stemWord(term))


@dataclass(frozen=True)
class Term:
    """A word of a question and its contribution to the score of one text."""

    term: str
    count_in_question: int | float  # a whole number, or the word's weight in a question with weights
    count_in_chunk: int
    document_frequency: int  # df: the number of texts that contain the word
    idf: float
    share: float  # its part of the score; 0 if the text lacks the word


class Bm25:
    """Word statistics of N texts, from which they are scored.

    A question is a text, whose words are counted, or words with weights, which stand for their counts.

    Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework: BM25 and Beyond":
    score = Σ count_in_question · idf · f · (K1 + 1) / (f + K1 · (1 − B + B · length / average_length)), over the
    different words of the question, where f is the count of the word in the text. As in Lucene, idf is
    ln(1 + (N − df + 0.5) / (df + 0.5)), which is never below 0.
    """

    def __init__(self, texts: Sequence[str], stemmed: bool = False) -> None:
        """stemmed: whether words are compared by their stems, in texts and questions alike."""
        self._terms_of = stems_of if stemmed else terms_of
        counts = [Counter(self._terms_of(text)) for text in texts]
        #: The number of counted words of each text.
        self.lengths: Int[np.ndarray, " N"] = np.array([count.total() for count in counts], dtype=np.int64)
        self.average_length: float = float(self.lengths.mean()) if len(texts) else 0.0
        postings: dict[str, tuple[list[int], list[int]]] = {}
        for index, count in enumerate(counts):
            for term, frequency in count.items():
                indices, frequencies = postings.setdefault(term, ([], []))
                indices.append(index)
                frequencies.append(frequency)
        # Term → the indices of the texts that contain it, ascending, and its count in each.
        self._postings = {
            term: (np.array(indices), np.array(frequencies)) for term, (indices, frequencies) in postings.items()
        }

    @property
    def size(self) -> int:
        """N, the number of texts."""
        return len(self.lengths)

    @property
    def nbytes(self) -> int:
        """The bytes of the index: the words, and for each text that holds one its index and the count."""
        return self.lengths.nbytes + sum(
            len(term.encode()) + indices.nbytes + counts.nbytes for term, (indices, counts) in self._postings.items()
        )

    def scores(self, question: str | WordWeights) -> Float[np.ndarray, " N"]:
        """Return the score of each text; 0 if it contains no word of the question."""
        scores = np.zeros(self.size)
        for term, count_in_question in self._counts(question).items():
            indices, counts = self._find(term)
            scores[indices] += self._shares(count_in_question, len(indices), counts, self.lengths[indices])
        return scores

    def contributions(self, question: str | WordWeights, index: int) -> tuple[Term, ...]:
        """Return the different words of a question, in order. Their shares sum to the score of the text at an index."""
        terms = []
        for term, count_in_question in self._counts(question).items():
            indices, counts = self._find(term)
            count, frequency = counts[indices == index].sum(keepdims=True), len(indices)
            share = self._shares(count_in_question, frequency, count, self.lengths[[index]])
            terms.append(Term(term, count_in_question, int(count[0]), frequency, self.idf(frequency), float(share[0])))
        return tuple(terms)

    def _counts(self, question: str | WordWeights) -> WordWeights:
        """Return the words of a question, in order, and how often it contains each, or their weights."""
        return Counter(self._terms_of(question)) if isinstance(question, str) else question

    def idf(self, document_frequency: int) -> float:
        """Return the inverse document frequency of a word: the rarer the word, the higher."""
        return math.log1p((self.size - document_frequency + 0.5) / (document_frequency + 0.5))

    def _find(self, term: str) -> tuple[Int[np.ndarray, " M"], Int[np.ndarray, " M"]]:
        """Return the indices of the texts that contain a term, and its count in each."""
        return self._postings.get(term, (np.empty(0, dtype=int), np.empty(0, dtype=int)))

    def _shares(
        self,
        count_in_question: int | float,
        document_frequency: int,
        counts: Int[np.ndarray, " M"],
        lengths: Int[np.ndarray, " M"],
    ) -> Float[np.ndarray, " M"]:
        """Return a word's contribution to the scores of texts of these lengths that contain it so many times."""
        saturation = K1 * (1 - B + B * lengths / (self.average_length or 1.0))
        return count_in_question * self.idf(document_frequency) * (counts * (K1 + 1) / (counts + saturation))
