"""One question in two languages: where the passage that answers it stands for each wording.

Whether a model understands a language is measured here, on questions whose answers are known; its name says nothing.
N chunks.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

import numpy as np
from jaxtyping import Float

from components.core.retrieval.search.ranking import ranking_order
from components.core.text.spelling import fold
from components.core.tokens.tokens import Tokens

#: A passage counts as found if it is among so many.
FOUND: Final = 5
#: Letters of a word that two wordings may share by chance.
_SHORT = 3


@dataclass(frozen=True)
class Wording:
    """What a search finds for one wording of a question."""

    cosines: Float[np.ndarray, " N"]
    answer: int  # the index of the first passage that answers
    rank: int  # its rank among all N, from 1
    nearest: int  # the index of the first passage of all

    @property
    def found(self) -> bool:
        """True if the answer is among the first FOUND passages."""
        return self.rank <= FOUND


class Understood(Enum):
    """Of how many questions the second wording finds the answer too."""

    ALL = "all"
    SOME = "some"
    NONE = "none"


def search_wording(cosines: Float[np.ndarray, " N"], answers: Collection[int]) -> Wording:
    """Return where the first of some answers stands. answers: indices of passages, at least one.

    >>> wording = search_wording(np.array([0.1, 0.7, 0.4]), {0, 2})
    >>> wording.answer, wording.rank, wording.nearest
    (2, 2, 1)
    """
    order = ranking_order(cosines)
    rank = int(np.flatnonzero(np.isin(order, list(answers)))[0])
    return Wording(cosines, int(order[rank]), rank + 1, int(order[0]))


def understood(wordings: Sequence[Wording]) -> Understood:
    """Return how many of the wordings in another language find their answers. wordings: at least one."""
    found = sum(each.found for each in wordings)
    if found == len(wordings):
        return Understood.ALL
    return Understood.SOME if found else Understood.NONE


def tokens_per_word(texts: Sequence[Tokens]) -> float:
    """Return how many tokens a word of some texts has on average; punctuation marks do not count.

    Rust et al. 2021, "How Good is Your Tokenizer? On the Monolingual Performance of Multilingual Language Models", call
    it fertility. At least one text has a word.
    """
    counts = [len(word.token_indices) for text in texts for word in text.words if not word.is_mark]
    return sum(counts) / len(counts)


def shared_words(first: Tokens, second: Tokens) -> tuple[str, ...]:
    """Return the words of more than three letters that both texts have, capitals or not, as the second spells them."""
    known = {fold(word.text) for word in first.words if not word.is_mark}
    shared = {fold(word.text): word.text for word in second.words if fold(word.text) in known}
    return tuple(word for word in shared.values() if len(word) > _SHORT)
