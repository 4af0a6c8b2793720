"""One word in several sentences: its context vector in each of them, layer by layer.

N occurrences, L layers, D hidden size. A word of several pieces is the mean of its pieces.
"""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from components.core.context.comparison import word_vectors
from components.core.errors import SentenceError
from components.core.model.encoder import Encoder
from components.core.numerics.similarity import cosine_similarity, normalise_rows, principal_components
from components.core.tokens.tokens import Tokens, Word

# A handful of short sentences is compared at once; leave-one-out reads one of them again for each of its words.
MOST_TOKENS = 128
# Of a word that a sentence repeats, so many occurrences are taken.
MOST_OCCURRENCES = 3


@dataclass(frozen=True)
class Usage:
    """A sentence in which the word is used, and in which sense."""

    sentence: str
    sense: str


def read_usages(text: str) -> list[Usage]:
    """Take sentences from a text: one a line. A blank line, or a line that ends in a colon, begins another sense.

    >>> read_usages("river:\\nthe bank of the river\\nmoney:\\nthe bank paid")
    [Usage(sentence='the bank of the river', sense='river'), Usage(sentence='the bank paid', sense='money')]
    """
    usages: list[Usage] = []
    names: list[str] = []
    begun = False
    for line in (line.strip() for line in text.splitlines()):
        if not line:
            begun = False
        elif line.endswith(":"):
            names.append(line[:-1].strip() or f"sense {len(names) + 1}")
            begun = True
        else:
            if not begun:
                names.append(f"sense {len(names) + 1}")
                begun = True
            usages.append(Usage(line, names[-1]))
    return usages


def senses_without_sentences(text: str) -> list[str]:
    """Lines that end in a colon with no sentence below them: perhaps they were meant as sentences.

    >>> senses_without_sentences("river:\\nthe bank\\nHe said to the bank:")
    ['He said to the bank:']
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return [line for line, after in zip(lines, [*lines[1:], ":"], strict=True) if line[-1] == after[-1] == ":"]


@dataclass(frozen=True, eq=False)
class Occurrence:
    """The word in one of the sentences."""

    number: int  # of the sentence, from 1
    usage: Usage
    tokens: Tokens
    word: Word  # its pieces; several words of the tokenizer's where the reader's word is several
    static_vector: np.ndarray  # (E,): the mean of its pieces' rows of the embedding table
    context_vectors: np.ndarray  # (L+1, S, D), of all tokens of the sentence

    @cached_property
    def vectors(self) -> np.ndarray:
        """(L+1, D): the word's context vector; layer 0 is what enters layer 1."""
        return word_vectors(self.context_vectors, [self.word])[:, 0]


@dataclass(frozen=True, eq=False)
class WordOccurrences:
    """What became of one word in several sentences, step by step.

    The T = L+2 steps are the word embedding, what enters layer 1, and the L layers' context vectors.
    """

    word: str
    occurrences: tuple[Occurrence, ...]  # N
    problems: dict[int, str]  # number of a sentence, from 1 → why it, or a part of it, does not count

    @cached_property
    def cosines(self) -> np.ndarray:
        """(T, N, N): every occurrence with every other."""
        static = np.stack([each.static_vector for each in self.occurrences])
        contexts = np.stack([each.vectors for each in self.occurrences], axis=1)  # (L+1, N, D)
        return np.stack([cosine_similarity(static), *map(cosine_similarity, contexts)])

    @property
    def nbytes(self) -> int:
        """Bytes held by the context vectors, those of a sentence counted once."""
        return sum({id(each.context_vectors): each.context_vectors.nbytes for each in self.occurrences}.values())

    @property
    def senses(self) -> tuple[str, ...]:
        """The senses in the order in which they first occur."""
        return tuple(dict.fromkeys(each.usage.sense for each in self.occurrences))

    @cached_property
    def same_sense(self) -> np.ndarray:
        """(N, N) of bool: whether two occurrences have one sense; an occurrence and itself do not count."""
        senses = np.array([each.usage.sense for each in self.occurrences])
        return (senses[:, None] == senses) & ~np.eye(len(senses), dtype=bool)

    @cached_property
    def other_sense(self) -> np.ndarray:
        """(N, N) of bool: whether two occurrences have different senses."""
        return ~self.same_sense & ~np.eye(len(self.occurrences), dtype=bool)

    def mean_cosines(self, pairs: np.ndarray) -> np.ndarray:
        """(T,): the mean cosine of those pairs, (N, N) of bool, of which there is at least one."""
        return self.cosines[:, pairs].mean(axis=1)

    @property
    def with_partner(self) -> np.ndarray:
        """(N,) of bool: whether there is another occurrence of the same sense."""
        return np.asarray(self.same_sense.any(axis=1))

    def nearest_of_same_sense(self, step: int = -1) -> int:
        """How many of those with a partner have one of their own sense as the nearest of all others."""
        cosines = self.cosines[step].copy()
        np.fill_diagonal(cosines, -np.inf)
        return int(self.same_sense[np.arange(len(cosines)), cosines.argmax(axis=1)].sum())

    @property
    def nearest_by_chance(self) -> float:
        """How many of them would have, if the nearest were drawn at random."""
        return float(self.same_sense.sum()) / (len(self.occurrences) - 1)

    def paths(self) -> tuple[np.ndarray, float]:
        """How the occurrences part: (N, T, 2), in one picture for all steps, and the share of variance it keeps.

        Vectors are scaled to length 1, and in each step the mean of all occurrences is taken away: a layer moves
        all of them alike, far more than it moves them apart. What is left goes through one PCA. Word embeddings
        that are all the same lie in the middle.
        """
        count = len(self.occurrences)
        apart = [_apart(np.stack([each.vectors[layer] for each in self.occurrences])) for layer in self._layers]
        static = _apart(np.stack([each.static_vector for each in self.occurrences]))
        # An embedding table narrower than the layers (ALBERT) has no place in their space, unless nothing differs.
        first = static if static.shape == apart[0].shape else np.zeros_like(apart[0])
        flat = principal_components(np.concatenate([first, *apart]))
        return flat.points.reshape(-1, count, 2).swapaxes(0, 1), flat.kept

    @property
    def _layers(self) -> range:
        return range(len(self.occurrences[0].vectors))


def _apart(vectors: np.ndarray) -> np.ndarray:
    """(N, D) vectors of length 1 minus their mean."""
    units = normalise_rows(vectors)
    return units - units.mean(axis=0)


def follow_word(encoder: Encoder, word: str, usages: Sequence[Usage]) -> WordOccurrences:
    """Read every sentence and find the word in it.

    A sentence that cannot be read, or in which the word does not stand, is left out, and `problems` says why.
    Raises SentenceError for a word with nothing in it.
    """
    if not word.strip():
        raise SentenceError("There is no word to follow: nothing was typed. Type the word that the sentences share.")
    wanted = tokenize_word(encoder, word)
    found: list[tuple[int, Usage, Tokens, list[Word]]] = []
    problems: dict[int, str] = {}
    for number, usage in enumerate(usages, start=1):
        try:
            tokens = encoder.tokenize(usage.sentence, truncate=True)
            _check_length(tokens)
            words = find_word(tokens, wanted, word)
            found.append((number, usage, tokens, words[:MOST_OCCURRENCES]))
            if len(words) > MOST_OCCURRENCES:
                problems[number] = (
                    f"The word stands in it {len(words)} times; the first {MOST_OCCURRENCES} are followed."
                )
        except SentenceError as error:
            problems[number] = str(error)
    vectors = encoder.context_vectors_of_all([tokens for _, _, tokens, _ in found])
    occurrences = tuple(
        Occurrence(number, usage, tokens, each, _static(encoder, tokens, each), context)
        for (number, usage, tokens, words), context in zip(found, vectors, strict=True)
        for each in words
    )
    return WordOccurrences(word, occurrences, problems)


def _static(encoder: Encoder, tokens: Tokens, word: Word) -> np.ndarray:
    return encoder.word_embedding_table[tokens.token_ids[list(word.token_indices)]].mean(axis=0)


def tokenize_word(encoder: Encoder, word: str) -> list[str]:
    """A reader's word as the tokenizer divides it, in small letters. Raises SentenceError if nothing is in it."""
    return [each.text.casefold() for each in encoder.tokenize(word).words]


def find_word(tokens: Tokens, wanted: Sequence[str], word: str) -> list[Word]:
    """Where a sentence holds a word, capitals aside; several words of the tokenizer's in a row count as one.

    wanted: the word, as `divided` gives it; word: as the reader wrote it. Raises
    SentenceError where it is not to be found.
    """
    words = tokens.words
    spelled = [each.text.casefold() for each in words]
    starts = [i for i in range(len(words) - len(wanted) + 1) if spelled[i : i + len(wanted)] == list(wanted)]
    if not starts:
        alike = difflib.get_close_matches(wanted[0], spelled, n=1, cutoff=0.7)
        hint = f", but “{words[spelled.index(alike[0])].text}”: write it in the same form" if alike else ""
        raise SentenceError(f"“{word.strip()}” does not stand in it{hint}.")
    return [
        Word(
            " ".join(each.text for each in words[start : start + len(wanted)]),
            tuple(i for each in words[start : start + len(wanted)] for i in each.token_indices),
        )
        for start in starts
    ]


def _check_length(tokens: Tokens) -> None:
    if tokens.total_tokens > MOST_TOKENS:
        raise SentenceError(
            f"It has {tokens.total_tokens:,} tokens; here a sentence may have {MOST_TOKENS}. Shorten it."
        )
