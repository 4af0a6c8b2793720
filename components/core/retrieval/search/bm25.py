"""BM25: texts scored by the words that they share with a question, and the arithmetic of a score.

The texts' words, the formula and its constants are those of Milvus Lite, which the index of a corpus is kept in.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from components.core.text.content_words import FUNCTION_WORDS

#: How soon a word that is repeated counts no more: the weight of a word grows with its count towards K1 + 1.
K1: Final = 1.5
#: How far a long text is held against it: 0 not at all, 1 in full.
B: Final = 0.75

# scikit-learn counts these among its stop words; here a number is often what is asked for. "One" is rarely a number.
_NUMBERS = {
    *("two", "three", "four", "five", "six", "eight", "nine", "ten", "eleven", "twelve", "fifteen", "twenty"),
    *("forty", "fifty", "sixty", "hundred", "first", "third"),
}
# What is left of contractions, such as "don't" and "it's", when a word ends at the apostrophe.
_ENDINGS = {
    *("s", "t", "d", "m", "ll", "re", "ve", "don", "didn", "doesn", "isn", "aren", "wasn", "weren", "hasn", "haven"),
    *("hadn", "couldn", "wouldn", "shouldn", "mustn", "needn"),
}

#: Words that are not counted, in alphabetical order. The index is given the same.
STOP_WORDS: Final[tuple[str, ...]] = tuple(sorted((FUNCTION_WORDS - _NUMBERS) | _ENDINGS))

_STOPPED = frozenset(STOP_WORDS)
_WORD = re.compile(r"\w+")


def terms_of(text: str) -> list[str]:
    """The words of a text that are counted, in their order, as Milvus Lite's standard analyzer cuts them.

    >>> terms_of("Don’t the Encoder's two layers normalise?")
    ['encoder', 'two', 'layers', 'normalise']
    """
    return [word for word in _WORD.findall(text.lower()) if word not in _STOPPED]


@dataclass(frozen=True)
class Term:
    """A word of a question, and what it brings to the score of one text."""

    term: str
    count_in_question: int
    count_in_chunk: int
    documents_with_it: int  # of the texts that are searched; the field's df
    idf: float
    share: float  # of the score; 0 if the text lacks it


class Bm25:
    """N texts, ready to be scored (Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework").

    score = Σ count_in_question · idf · f · (K1 + 1) / (f + K1 · (1 − B + B · length / average_length)), over the
    question's different words, where f is how often the text holds the word. As in Lucene, idf is
    ln(1 + (N − df + 0.5) / (df + 0.5)), which is never below 0.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        counts = [Counter(terms_of(text)) for text in texts]
        #: (N,) words that are counted.
        self.lengths: np.ndarray = np.array([count.total() for count in counts], dtype=np.int64)
        self.average_length: float = float(self.lengths.mean()) if len(texts) else 0.0
        postings: dict[str, tuple[list[int], list[int]]] = {}
        for place, count in enumerate(counts):
            for term, times in count.items():
                places, all_times = postings.setdefault(term, ([], []))
                places.append(place)
                all_times.append(times)
        # Term → the places of the texts that hold it, ascending, and how often they do.
        self._postings = {term: (np.array(at), np.array(times)) for term, (at, times) in postings.items()}

    @property
    def size(self) -> int:
        """N, the number of texts."""
        return len(self.lengths)

    def scores(self, question: str) -> np.ndarray:
        """(N,) float64 scores, 0 for a text that holds no word of the question."""
        scores = np.zeros(self.size)
        for term, times in Counter(terms_of(question)).items():
            places, counts = self._postings.get(term, (np.empty(0, dtype=int), np.empty(0, dtype=int)))
            scores[places] += self._shares(times, len(places), counts, self.lengths[places])
        return scores

    def contributions(self, question: str, place: int) -> tuple[Term, ...]:
        """What the question's different words, in their order, bring to one text's score, of which it is the sum."""
        terms = []
        for term, times in Counter(terms_of(question)).items():
            places, counts = self._postings.get(term, (np.empty(0, dtype=int), np.empty(0, dtype=int)))
            count = counts[places == place].sum(keepdims=True)
            share = self._shares(times, len(places), count, self.lengths[[place]])
            terms.append(Term(term, times, int(count[0]), len(places), self.idf(len(places)), float(share[0])))
        return tuple(terms)

    def idf(self, documents_with_it: int) -> float:
        """What a word weighs that so many of the texts hold."""
        return math.log1p((self.size - documents_with_it + 0.5) / (documents_with_it + 0.5))

    def _shares(self, times: int, documents_with_it: int, counts: np.ndarray, lengths: np.ndarray) -> np.ndarray:
        """What a word brings to texts that hold it so often, (M,). counts, lengths: (M,)."""
        slowed = K1 * (1 - B + B * lengths / (self.average_length or 1.0))
        return times * self.idf(documents_with_it) * (counts * (K1 + 1) / (counts + slowed))
