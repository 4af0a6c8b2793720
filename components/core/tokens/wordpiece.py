"""WordPiece on one word: take the longest piece that the vocabulary has, and repeat with the rest.

Wu et al. 2016, "Google's Neural Machine Translation System", section 4.1, as BERT uses it: from the left,
greedily; pieces that continue a word are spelled with a leading ##.
"""

from collections.abc import Container
from dataclasses import dataclass
from typing import Any

# BERT's tokenizer does not look up longer words.
_LONGEST_WORD = 100


@dataclass(frozen=True)
class Step:
    """One look-up round: the candidates that the vocabulary lacks, longest first, and the piece it has."""

    tried: tuple[str, ...]
    found: str | None  # None: no piece fits, and the whole word is unknown


def wordpiece_steps(word: str, vocabulary: Container[str], prefix: str = "##") -> list[Step]:
    """Split one normalised word, and record the candidates of each step.

    >>> wordpiece_steps("oxen", {"ox", "##e", "##n", "##en"})
    [Step(tried=('oxen', 'oxe'), found='ox'), Step(tried=(), found='##en')]
    """
    if len(word) > _LONGEST_WORD:
        return [Step((), None)]
    steps: list[Step] = []
    start = 0
    while start < len(word):
        tried: list[str] = []
        for end in range(len(word), start, -1):
            piece = (prefix if start else "") + word[start:end]
            if piece in vocabulary:
                break
            tried.append(piece)
        else:
            return [*steps, Step(tuple(tried), None)]
        steps.append(Step(tuple(tried), piece))
        start = end
    return steps


def is_wordpiece(tokenizer: Any) -> bool:
    """Return True if a transformers fast tokenizer uses WordPiece."""
    return type(tokenizer.backend_tokenizer.model).__name__ == "WordPiece"


def normalised(tokenizer: Any, word: str) -> str:
    """Normalise a word as the tokenizer does before it looks it up, for instance to lower case without accents."""
    normalizer = tokenizer.backend_tokenizer.normalizer
    return word if normalizer is None else str(normalizer.normalize_str(word))
