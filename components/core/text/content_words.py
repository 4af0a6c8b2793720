"""The words of sentences that carry content rather than grammar."""

import re
from collections.abc import Sequence
from typing import Final

from scipy.sparse import csr_array
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, CountVectorizer

from components.core.text.words import words_in

# scikit-learn counts these among its stop words, and sentences are about them all the same.
_WITH_MEANING = {
    *("amount", "bill", "bottom", "call", "computer", "cry", "describe", "detail", "empty", "fill", "find", "fire"),
    *("found", "front", "full", "interest", "mill", "move", "name", "serious", "show", "side", "sincere", "system"),
    *("thick", "thin", "top"),
    # Verbs, nouns and adjectives, and the abbreviations of names.
    *("back", "give", "go", "keep", "last", "made", "next", "please", "put", "see", "take", "well"),
    *("whole", "co", "con", "de", "inc", "ltd", "un"),
}

#: Words that say little about what a sentence is about: scikit-learn's English stop words, but for some that do.
FUNCTION_WORDS: Final[frozenset[str]] = (ENGLISH_STOP_WORDS - _WITH_MEANING) | {"does", "did", "doing"}

# What English adds to a word: "it's", "grandad's", "they'll".
_ENDING = re.compile(r"'(?:s|m|re|ve|ll|d)$")


def content_words_in(sentence: str) -> list[str]:
    """Return the words that are no function words, without a possessive or contracted ending.

    A contraction is a function word if its first part is one ("it's"), and always if it ends in "n't": only
    auxiliaries do.

    >>> content_words_in("It’s Squatch’s pizza, so don’t eat it")
    ['squatch', 'pizza', 'eat']
    """
    words = (_ENDING.sub("", word) for word in words_in(sentence) if not word.endswith("n't"))
    return [word for word in words if word not in FUNCTION_WORDS]


def count_content_words(sentences: Sequence[str]) -> tuple[csr_array, tuple[str, ...]]:
    """Count each content word in each sentence: (N, V) counts, and the V words in alphabetical order.

    V is 0 if no sentence holds any.

    >>> counts, words = count_content_words(["Squatch eats pizza", "Pizza, pizza!"])
    >>> words, counts.toarray().tolist()
    (('eats', 'pizza', 'squatch'), [[1, 1, 1], [0, 2, 0]])
    """
    words = [content_words_in(sentence) for sentence in sentences]
    if not any(words):  # CountVectorizer refuses these
        return csr_array((len(words), 0), dtype=int), ()
    counter = CountVectorizer(analyzer=list)
    return csr_array(counter.fit_transform(words)), tuple(counter.get_feature_names_out().tolist())
