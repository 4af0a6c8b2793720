"""RM3: a question in words gains the words of the first passages that it finds.

Lavrenko and Croft 2001, "Relevance-Based Language Models": P(word | relevance) is the mean of P(word | passage) over
the first passages, each weighted by P(passage | question). Abdul-Jaleel et al. 2004, "UMass at TREC 2004: Novelty and
HARD", mix it with the question's own words. As in Anserini, P(passage | question) is proportional to the passage's BM25
score.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from components.core.lazy import cached_property
from components.core.retrieval.search.bm25 import Bm25, terms_of
from components.core.retrieval.search.ranking import RankedItem, top_k

#: First passages, words taken from them, and the question's own weight: those that Anserini takes.
PASSAGES: Final = 10
WORDS: Final = 10
QUESTION_WEIGHT: Final = 0.5


@dataclass(frozen=True)
class ExpansionTerm:
    """A word of an expanded question. Its weight is the sum of both parts."""

    term: str
    from_question: float  # λ · P(word | question)
    from_passages: float  # (1 − λ) · P(word | relevance)

    @property
    def weight(self) -> float:
        """The word's weight; the weights of an expanded question sum to 1."""
        return self.from_question + self.from_passages

    @property
    def is_new(self) -> bool:
        """True if the word is not in the question."""
        return self.from_question == 0


@dataclass(frozen=True)
class ExpandedQuestion:
    """A question's words and those of the first passages, with weights."""

    terms: tuple[ExpansionTerm, ...]  # the heaviest first
    relevant: tuple[RankedItem, ...]  # the passages that were taken for relevant, best first

    @cached_property
    def weights(self) -> dict[str, float]:
        """Word → weight, as Bm25.scores() takes them."""
        return {each.term: each.weight for each in self.terms}


def expand_question(
    bm25: Bm25,
    texts: Sequence[str],
    question: str,
    passages: int = PASSAGES,
    words: int = WORDS,
    question_weight: float = QUESTION_WEIGHT,
) -> ExpandedQuestion:
    """Expand a question by the words of the first passages of a search by BM25.

    texts: of which bm25 has the statistics. words: the most that are taken from the passages, the heaviest first, of
    equal ones in alphabetical order. question_weight: λ, 0 to 1; at 1 the question stays as it is. So it does where no
    passage shares a word with it; a question without words stays empty.

    >>> texts = ["pizza dough", "pizza oven oven", "tea"]
    >>> expanded = expand_question(Bm25(texts), texts, "pizza", words=2)
    >>> [(each.term, each.is_new) for each in expanded.terms]
    [('pizza', False), ('oven', True)]
    """
    asked = Counter(terms_of(question))
    relevant = top_k(bm25.scores(question), passages, floor=0.0)
    share = {term: count / asked.total() for term, count in asked.items()}
    found = _relevance_model(texts, relevant, words)
    own = question_weight if found else 1.0
    terms = [
        ExpansionTerm(term, own * share.get(term, 0.0), (1 - own) * found.get(term, 0.0))
        for term in dict.fromkeys((*share, *found))
    ]
    terms = [each for each in terms if each.weight > 0]
    return ExpandedQuestion(tuple(sorted(terms, key=lambda each: (-round(each.weight, 12), each.term))), relevant)


def _relevance_model(texts: Sequence[str], relevant: Sequence[RankedItem], words: int) -> dict[str, float]:
    """Return word → P(word | relevance) of the heaviest words, scaled so that they sum to 1; empty for no passage."""
    total = sum(each.score for each in relevant)
    weights: defaultdict[str, float] = defaultdict(float)
    for each in relevant:
        counts = Counter(terms_of(texts[each.index]))
        for term, count in counts.items():
            weights[term] += each.score / total * count / counts.total()
    heaviest = sorted(weights, key=lambda term: (-round(weights[term], 12), term))[:words]
    kept = sum(weights[term] for term in heaviest)
    return {term: weights[term] / kept for term in heaviest}
