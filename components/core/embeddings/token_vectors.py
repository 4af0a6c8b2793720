"""Token vectors of many texts: the context vectors of the last layer, each of length 1, in half precision.

N texts with T tokens in all, D dimensions. Half precision keeps a number to within 0.05 %, in half of the bytes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Final

import numpy as np
from cachetools import LRUCache
from jaxtyping import Bool, Float16, Int

from components.core.embeddings.token_contributions import tokens_read
from components.core.errors import StoreError
from components.core.lazy import cached_property
from components.core.model.encoder import Encoder
from components.core.model.prompts import TextKind
from components.core.numerics.similarity import normalise_rows
from components.core.tokens.tokens import Tokens

#: The most bytes of the token vectors of one collection of passages.
MOST_BYTES: Final = 500_000_000

# Texts between two reports of progress.
_CHUNK = 64
_NUMBER_BYTES = np.dtype(np.float16).itemsize


@dataclass(frozen=True, eq=False)
class TokenVectors:
    """The token vectors of N texts, one text after the other."""

    vectors: Float16[np.ndarray, "T D"]  # each of length 1, or 0
    counts: Int[np.ndarray, " N"]  # the number of tokens of each text
    special: Bool[np.ndarray, " T"]  # True for special tokens and those of a prompt

    def __len__(self) -> int:
        return len(self.counts)

    @property
    def nbytes(self) -> int:
        """The bytes of the vectors."""
        return self.vectors.nbytes

    @cached_property
    def starts(self) -> Int[np.ndarray, " N"]:
        """The index of the first vector of each text."""
        return np.cumsum(self.counts) - self.counts

    @cached_property
    def typed(self) -> "TokenVectors":
        """The vectors of the tokens that were typed, without special ones."""
        texts = np.repeat(np.arange(len(self)), self.counts)[~self.special]
        counts = np.bincount(texts, minlength=len(self))
        return TokenVectors(self.vectors[~self.special], counts, np.zeros(len(texts), dtype=bool))

    def of(self, indices: Sequence[int]) -> "TokenVectors":
        """Return the vectors of some of the texts, given by their indices, in this order."""
        rows = [slice(self.starts[index], self.starts[index] + self.counts[index]) for index in indices]
        return TokenVectors(
            np.concatenate([self.vectors[:0], *(self.vectors[row] for row in rows)]),
            self.counts[list(indices)],
            np.concatenate([self.special[:0], *(self.special[row] for row in rows)]),
        )


def token_vectors(
    encoder: Encoder,
    texts: Sequence[str],
    kind: TextKind = TextKind.PLAIN,
    progress: Callable[[int, int], None] | None = None,
) -> TokenVectors:
    """Return the token vectors of N texts as far as encode() reads them.

    kind: what the texts are, which decides the prompt before them; its tokens count as special. progress(done, N) is
    called as texts are done, and may raise to stop. Raises SentenceError for a text with nothing to read.
    """
    tokens = [tokens_read(encoder, text, kind) for text in texts]
    counts = np.array([len(each.tokens) for each in tokens], dtype=int)
    ends = np.cumsum(counts)
    vectors = np.empty((counts.sum(), encoder.hidden_size), dtype=np.float16)
    # The longest first, as texts that are read together are padded to one length.
    order = np.argsort(-counts, kind="stable").tolist()
    for start in range(0, len(texts), _CHUNK):
        some = order[start : start + _CHUNK]
        for index, states in zip(some, encoder.last_hidden_states([tokens[each] for each in some]), strict=True):
            vectors[ends[index] - counts[index] : ends[index]] = normalise_rows(states)
        if progress:
            progress(start + len(some), len(texts))
    special = np.concatenate([np.zeros(0, dtype=bool), *(each.special for each in tokens)])
    return TokenVectors(vectors, counts, special)


def token_vectors_of(encoder: Encoder, tokens: Tokens) -> TokenVectors:
    """Return the token vectors of one text whose tokens are known, as tokens_read() finds them."""
    (states,) = encoder.last_hidden_states([tokens])
    return TokenVectors(normalise_rows(states).astype(np.float16), np.array([len(states)]), tokens.special)


def bytes_needed(encoder: Encoder, token_counts: Sequence[int], kind: TextKind = TextKind.PASSAGE) -> int:
    """Return how many bytes the token vectors of texts take.

    token_counts: of the texts, special tokens included, as token_counts() counts them; of a long text only those that
    encode() reads take room.
    """
    special = encoder.token_counts([""])[0]
    room = encoder.room(kind)
    around = encoder.encode_limit - room
    tokens = sum(min(count - special, room) + around for count in token_counts)
    return tokens * encoder.hidden_size * _NUMBER_BYTES


def check_fits(encoder: Encoder, token_counts: Sequence[int], most_bytes: int = MOST_BYTES) -> None:
    """Raise StoreError if the token vectors of passages take more than so many bytes. token_counts: of the passages."""
    needed = bytes_needed(encoder, token_counts)
    if needed > most_bytes:
        fitting = len(token_counts) * most_bytes // needed
        raise StoreError(
            f"The token vectors of these {len(token_counts):,} passages take {needed / 1e6:,.0f} MB, and at most "
            f"{most_bytes / 1e6:,.0f} MB are kept, which is enough for some {fitting:,}. Re-rank the first passages of "
            "another search, which needs the token vectors of those alone, or search in fewer documents."
        )


class TokenVectorCache:
    """Token vectors of N texts that are encoded when somebody asks for them, in at most so many bytes. Thread-safe.

    Those that were not asked for longest go first.
    """

    def __init__(
        self, texts: Sequence[str], encode: Callable[[Sequence[str]], TokenVectors], most_bytes: int = MOST_BYTES
    ) -> None:
        """encode: returns the token vectors of some of the texts."""
        self._texts, self._encode = texts, encode
        self._kept: LRUCache[int, TokenVectors] = LRUCache(most_bytes, getsizeof=lambda each: each.nbytes)
        self._lock = Lock()

    @property
    def nbytes(self) -> int:
        """The bytes of the vectors that are kept."""
        with self._lock:
            return int(self._kept.currsize)

    def of(self, indices: Sequence[int]) -> TokenVectors:
        """Return the token vectors of some of the texts, in this order. Raises what encode raises."""
        if not indices:
            return self._encode([])
        with self._lock:
            found = {index: self._kept[index] for index in indices if index in self._kept}
        missing = [index for index in dict.fromkeys(indices) if index not in found]
        if missing:
            encoded = self._encode([self._texts[index] for index in missing])
            fresh = {index: encoded.of([number]) for number, index in enumerate(missing)}
            found |= fresh
            with self._lock:
                for index, each in fresh.items():
                    if each.nbytes <= self._kept.maxsize:
                        self._kept[index] = each
        return joined([found[index] for index in indices])


def joined(parts: Sequence[TokenVectors]) -> TokenVectors:
    """Join the token vectors of several collections of texts; at least one."""
    return TokenVectors(
        np.concatenate([each.vectors for each in parts]),
        np.concatenate([each.counts for each in parts]),
        np.concatenate([each.special for each in parts]),
    )
