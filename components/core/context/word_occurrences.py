"""One word in several sentences: its context vector in each of them, layer by layer.

N occurrences, L layers, D hidden size. A word of several pieces is the mean of its pieces.
"""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from components.core.context.comparison import word_vectors
from components.core.errors import SentenceError
from components.core.lazy import cached_property
from components.core.model.encoder import Encoder
from components.core.numerics.similarity import cosine_similarity, normalise_rows, principal_components
from components.core.text.spelling import fold
from components.core.text.words import TextSpan, units_of
from components.core.tokens.tokens import Tokens, Word

# The page compares a few short sentences; occlusion runs one of them once more for each of its words.
MOST_TOKENS = 128
#: Names the sense of sentences whose sense is asked about: they count neither as the same sense nor as another.
UNKNOWN_SENSE = "?"
# The most occurrences of the word that are taken from one sentence.
MOST_OCCURRENCES = 3
_SHUFFLES = 2000


@dataclass(frozen=True)
class Usage:
    """A sentence that contains the word, and the word's sense in it."""

    sentence: str
    sense: str


def read_usages(text: str) -> list[Usage]:
    """Read sentences from a text, one a line. A blank line, or a line that ends in a colon, begins another sense.

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
    """Return the lines that end in a colon and have no sentence below: perhaps they were meant as sentences.

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
    word: Word  # as typed in this sentence, with its pieces; it may be several words, such as "New York" or "C++"
    static_vector: Float[np.ndarray, " E"]  # the mean of its pieces' rows of the embedding table
    context_vectors: Float[np.ndarray, "states S D"]  # of all tokens of the sentence, in all L + 1 hidden states

    @cached_property
    def vectors(self) -> Float[np.ndarray, "states D"]:
        """The word's vector in all L + 1 hidden states; the first is the input of layer 1."""
        return word_vectors(self.context_vectors, [self.word])[:, 0]


@dataclass(frozen=True, eq=False)
class WordOccurrences:
    """The vectors of one word in several sentences, step by step.

    The T = L+2 steps are the word embedding, the input of layer 1, and the L layers' context vectors.
    """

    word: str
    occurrences: tuple[Occurrence, ...]  # N
    problems: dict[int, str]  # number of a sentence, from 1 → why it, or a part of it, does not count

    @cached_property
    def cosines(self) -> Float[np.ndarray, "T N N"]:
        """Cosine of every occurrence with every other, in each step."""
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
    def has_sense(self) -> Bool[np.ndarray, " N"]:
        """True for an occurrence whose sense is given."""
        return np.array([each.usage.sense != UNKNOWN_SENSE for each in self.occurrences])

    @cached_property
    def comparable(self) -> Bool[np.ndarray, "N N"]:
        """True where two occurrences stand in different sentences and both have a sense that is given.

        Two uses in one sentence share all its words, and its sense is given once: they are alike whatever it is.
        """
        return (self._numbers[:, None] != self._numbers) & self.has_sense[:, None] & self.has_sense

    @cached_property
    def same_sense(self) -> Bool[np.ndarray, "N N"]:
        """True where two comparable occurrences have the same sense."""
        senses = np.array([each.usage.sense for each in self.occurrences])
        return self.comparable & (senses[:, None] == senses)

    @cached_property
    def other_sense(self) -> Bool[np.ndarray, "N N"]:
        """True where two comparable occurrences have different senses."""
        return self.comparable & ~self.same_sense

    def mean_cosines(self, pairs: Bool[np.ndarray, "N N"]) -> Float[np.ndarray, " T"]:
        """Return the mean cosine of the pairs that are True, at least one, in each step."""
        return self.cosines[:, pairs].mean(axis=1)

    @property
    def with_partner(self) -> Bool[np.ndarray, " N"]:
        """True for an occurrence that shares its sense with one in another sentence."""
        return np.asarray(self.same_sense.any(axis=1))

    def nearest_of_same_sense(self, step: int = -1) -> int:
        """Return the number of occurrences whose nearest comparable occurrence has the same sense."""
        return int(self.same_sense[np.arange(len(self.occurrences)), self._nearest(step)].sum())

    @property
    def nearest_by_chance(self) -> float:
        """The expected number of them if the nearest were drawn at random."""
        return float((self.same_sense.sum(axis=1) / np.maximum(1, self.comparable.sum(axis=1))).sum())

    @cached_property
    def most_by_chance(self) -> int:
        """The number of them that 95 of 100 shuffles of the senses among the sentences do not surpass.

        A nearest neighbour is often mutual, and the uses in one sentence have one sense: the occurrences do not count
        independently, and shuffling keeps that.
        """
        kept = np.flatnonzero(self.comparable.any(axis=1))
        nearest = np.searchsorted(kept, self._nearest(-1)[kept])
        _, first, sentence = np.unique(self._numbers[kept], return_index=True, return_inverse=True)
        senses = np.array([self.occurrences[i].usage.sense for i in kept[first]], dtype=str)
        draws = np.random.default_rng(0)
        shuffles = (shuffled[sentence] for shuffled in map(draws.permutation, [senses] * _SHUFFLES))
        counts = [int((shuffled == shuffled[nearest]).sum()) for shuffled in shuffles]
        return int(np.quantile(counts, 0.95, method="inverted_cdf"))

    @property
    def separates(self) -> bool:
        """True if more occurrences than by chance have their nearest in the same sense."""
        return self.nearest_of_same_sense() > self.most_by_chance

    @property
    def too_few_to_tell(self) -> bool:
        """True if even all occurrences with their nearest in the same sense would be no more than chance."""
        return int(self.with_partner.sum()) <= self.most_by_chance

    def _nearest(self, step: int) -> Int[np.ndarray, " N"]:
        """The nearest comparable occurrence."""
        return np.where(self.comparable, self.cosines[step], -np.inf).argmax(axis=1)

    @cached_property
    def _numbers(self) -> Int[np.ndarray, " N"]:
        """The sentence of each occurrence."""
        return np.array([each.number for each in self.occurrences], dtype=int)

    def paths(self) -> tuple[Float[np.ndarray, "N T 2"], float]:
        """Return each occurrence's path through the steps on one map, and the share of variance that the map keeps.

        Vectors are scaled to length 1, and in each step the mean of all occurrences is subtracted: a layer moves all of
        them together far more than it moves them apart. One PCA maps all steps. Word embeddings that are all equal lie
        in the middle.
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


def _apart(vectors: Float[np.ndarray, "N D"]) -> Float[np.ndarray, "N D"]:
    """Scale vectors to length 1 and subtract their mean."""
    unit_vectors = normalise_rows(vectors)
    return unit_vectors - unit_vectors.mean(axis=0)


def follow_word(encoder: Encoder, word: str, usages: Sequence[Usage]) -> WordOccurrences:
    """Read every sentence and find the word in it.

    Sentences that cannot be read, or that do not contain the word, are omitted; `problems` says why.
    Raises SentenceError for a word with nothing in it.
    """
    if not word.strip():
        raise SentenceError("There is no word to follow: nothing was typed. Type the word that the sentences share.")
    encoder.check_readable(word)
    found: list[tuple[int, Usage, Tokens, list[Word]]] = []
    problems: dict[int, str] = {}
    for number, usage in enumerate(usages, start=1):
        try:
            tokens = encoder.tokenize(usage.sentence, truncate=True)
            _check_length(tokens)
            words = find_word(tokens, word)
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


def _static(encoder: Encoder, tokens: Tokens, word: Word) -> Float[np.ndarray, " E"]:
    return encoder.word_embedding_table[tokens.token_ids[list(word.token_indices)]].mean(axis=0)


def find_word(tokens: Tokens, word: str) -> list[Word]:
    """Return the occurrences of a reader's word in the (first) text: whole words that fold() finds spelled alike.

    A word of several parts, such as "New York" or "C++", is found where they follow each other, with or without blanks.
    Raises SentenceError for a word with nothing in it, or if the text does not contain it.
    """
    wanted, typed = _spelled(word), _spelled(tokens.text)
    if not wanted:
        raise SentenceError(
            f"There is no word to follow: nothing that can be seen was typed, in {len(word)} characters. Type the word "
            "that the sentences share."
        )
    spelled = [spelling for _, spelling in typed]
    parts = [spelling for _, spelling in wanted]
    found = []
    for start in range(len(typed) - len(parts) + 1):
        if spelled[start : start + len(parts)] == parts:
            begin, end = typed[start][0][0], typed[start + len(parts) - 1][0][1]
            words = [
                each
                for each in tokens.words
                if tokens.text_ids[each.token_indices[0]] == 0 and each.span[0] < end and begin < each.span[1]
            ]
            # A token that also holds text around the word has no vector of the word alone.
            if words and words[0].span[0] >= begin and words[-1].span[1] <= end:
                indices = tuple(index for each in words for index in each.token_indices)
                found.append(Word(tokens.text[begin:end], indices, span=(begin, end)))
    if not found:
        alike = difflib.get_close_matches(parts[0], spelled, n=1, cutoff=0.7)
        hint = ""
        if alike and len(parts) == 1 and alike[0] == parts[0]:
            hint = ": this tokenizer joins it to what is next to it"
        elif alike:
            begin, end = typed[spelled.index(alike[0])][0]
            hint = f", but “{tokens.text[begin:end]}”: write it in the same form"
        raise SentenceError(f"“{word.strip()}” does not stand in it{hint}.")
    return found


def _spelled(text: str) -> list[tuple[TextSpan, str]]:
    """Return the spans of everything that can be seen in a text, each with its folded spelling."""
    return [((start, end), fold(text[start:end])) for start, end in units_of(text)]


def _check_length(tokens: Tokens) -> None:
    if tokens.total_tokens > MOST_TOKENS:
        raise SentenceError(
            f"It has {tokens.total_tokens:,} tokens; here a sentence may have {MOST_TOKENS}. Shorten it."
        )
