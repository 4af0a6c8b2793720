"""Why a chunk has its score: the cosine of two sentence vectors, divided among all pairs of their tokens.

n tokens of a question, m of a chunk, special ones included, D dimensions. A sentence vector that is a weighted sum of
token vectors, q̄ = Σᵢ wᵢ qᵢ and c̄ = Σⱼ vⱼ cⱼ, makes the cosine a sum over pairs:
cos(q̄, c̄) = Σᵢⱼ wᵢ qᵢ · vⱼ cⱼ / (|q̄| |c̄|). For the mean all weights are 1 / n; for a [CLS] vector the first is 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from components.core.encoder import Encoder
from components.core.errors import ModelError, SentenceError
from components.core.retrieval.ranking import order
from components.core.similarity import paired_cosines, unit_rows
from components.core.tokens import Tokens

#: Ways of pooling that are such a sum, as sentence-transformers names them.
POOLINGS: Final = ("mean", "cls")

# Texts that run at once: of each, the context vectors of every layer are in memory.
_AT_ONCE = 16
# Unit vectors of one text, computed in two batches, lie a few millionths apart.
_SAME = 1e-4
_STRONGEST = 5


@dataclass(frozen=True)
class WordShare:
    """A word, or a special token, and its part of a score."""

    text: str
    start: int  # in the text it stands in; start and end are 0 for a special token
    end: int
    share: float
    special: bool


@dataclass(frozen=True, eq=False)
class ScoreGrid:
    """The score of a chunk for a question, divided among their tokens."""

    question: Tokens  # n
    chunk: Tokens  # m, as far as encode() reads it; the rest is its unread_text
    cells: np.ndarray  # (n, m) float64
    cosine: float  # of the two vectors that encode() gives; the cells sum to it but for rounding

    @property
    def total(self) -> float:
        """The sum of all cells."""
        return float(self.cells.sum())

    @property
    def question_shares(self) -> np.ndarray:
        """(n,): what each token of the question brings."""
        shares: np.ndarray = self.cells.sum(axis=1)
        return shares

    @property
    def chunk_shares(self) -> np.ndarray:
        """(m,): what each token of the chunk brings."""
        shares: np.ndarray = self.cells.sum(axis=0)
        return shares

    @property
    def question_words(self) -> tuple[WordShare, ...]:
        """The question's words and special tokens in order. Their shares sum to the total."""
        return word_shares(self.question, self.question_shares)

    @property
    def chunk_words(self) -> tuple[WordShare, ...]:
        """The chunk's words and special tokens in order. Their shares sum to the total."""
        return word_shares(self.chunk, self.chunk_shares)


def score_cells(
    question_vectors: np.ndarray, chunk_vectors: np.ndarray, question_weights: np.ndarray, chunk_weights: np.ndarray
) -> np.ndarray:
    """What each pair of tokens brings to the cosine of their texts' vectors. (n, D), (m, D), (n,), (m,) to (n, m).

    Here q̄ = (1, 1) / 2 and c̄ = (2, 0), and their cosine is 1 / √2:

    >>> score_cells(np.eye(2), np.array([[2.0, 0.0]]), np.array([0.5, 0.5]), np.array([1.0])).round(3)
    array([[0.707],
           [0.   ]])
    """
    question_parts, chunk_parts = (
        vectors.astype(np.float64) * weights[:, None]
        for vectors, weights in ((question_vectors, question_weights), (chunk_vectors, chunk_weights))
    )
    lengths = np.linalg.norm(question_parts.sum(axis=0)) * np.linalg.norm(chunk_parts.sum(axis=0))
    cells: np.ndarray = question_parts @ chunk_parts.T / lengths
    return cells


def explain(encoder: Encoder, question: str, chunk_text: str) -> ScoreGrid:
    """The grid of one question and one chunk. Raises as explain_all()."""
    return explain_all(encoder, question, [chunk_text])[0]


def explain_all(encoder: Encoder, question: str, chunk_texts: Sequence[str]) -> tuple[ScoreGrid, ...]:
    """The grids of one question and several chunks, in their order, without interventions.

    Raises SentenceError for a text with nothing to read, or longer than can be explained, and ModelError for a model
    whose sentence vector is no weighted sum of token vectors.
    """
    if encoder.pooling not in POOLINGS:
        raise ModelError(
            f"The scores of {encoder.short_name} cannot be divided among tokens: it pools by {encoder.pooling!r}, and "
            f"only {len(POOLINGS)} ways of pooling, {' and '.join(POOLINGS)}, add up its tokens' vectors. Choose a "
            "model that pools so."
        )
    texts = [question, *chunk_texts]
    tokens = [as_encoded(encoder, text) for text in texts]
    vectors = [np.empty(0)] * len(tokens)
    # Sorted by length, texts that run together are padded little.
    by_length = sorted(range(len(tokens)), key=lambda place: len(tokens[place].tokens))
    for start in range(0, len(tokens), _AT_ONCE):
        places = by_length[start : start + _AT_ONCE]
        for place, states in zip(places, encoder.context_vectors_of_all([tokens[at] for at in places]), strict=True):
            vectors[place] = states[-1]
    weights = [_weights(encoder.pooling, len(each)) for each in vectors]
    encoded = encoder.encode(texts)
    _check_sums(encoder, np.stack([row @ each for row, each in zip(weights, vectors, strict=True)]), encoded)
    return tuple(
        ScoreGrid(
            question=tokens[0],
            chunk=tokens[place],
            cells=score_cells(vectors[0], vectors[place], weights[0], weights[place]),
            cosine=float(paired_cosines(encoded[0].astype(np.float64), encoded[place].astype(np.float64))),
        )
        for place in range(1, len(texts))
    )


def as_encoded(encoder: Encoder, text: str) -> Tokens:
    """The tokens of a text that encode() reads: of a long one, the first. Raises SentenceError."""
    tokens = encoder.tokenize(text, cut=True)
    if tokens.unread_text and encoder.encode_limit > encoder.trace_limit:
        raise SentenceError(
            f"This text has {tokens.total_tokens:,} tokens; a score is divided among at most {encoder.trace_limit}. "
            "Choose smaller chunks."
        )
    typed = np.flatnonzero(~tokens.special)
    room = encoder.encode_limit - int(tokens.special.sum())
    if len(typed) <= room:
        return tokens
    # Special tokens stay, as sentence-transformers' tokenizers cut: what is cut off is text.
    kept = np.sort(np.concatenate([typed[:room], np.flatnonzero(tokens.special)]))
    end = tokens.offsets[typed[room - 1]][1]
    return replace(
        tokens,
        text=tokens.text[:end],
        unread_text=text[end:],
        tokens=tuple(tokens.tokens[place] for place in kept),
        labels=tuple(tokens.labels[place] for place in kept),
        token_ids=tokens.token_ids[kept],
        word_ids=tuple(tokens.word_ids[place] for place in kept),
        offsets=tuple(tokens.offsets[place] for place in kept),
        special=tokens.special[kept],
        unknown=tokens.unknown[kept],
        text_ids=tuple(tokens.text_ids[place] for place in kept),
        token_type_ids=tokens.token_type_ids[kept],
    )


def word_shares(tokens: Tokens, shares: np.ndarray) -> tuple[WordShare, ...]:
    """What tokens bring, (S,), as what their words and the special tokens do, in order."""
    words = []
    for word in tokens.words_and_marks:
        places = list(word.token_indices)
        start, end = (0, 0) if word.special else (tokens.offsets[places[0]][0], tokens.offsets[places[-1]][1])
        # Some tokenizers count the blank before a word as part of it.
        start += len(tokens.text[start:end]) - len(tokens.text[start:end].lstrip())
        words.append(WordShare(word.text, start, end, float(shares[places].sum()), word.special))
    return tuple(words)


@dataclass(frozen=True, eq=False)
class Difference:
    """What made one chunk's score, A's, differ from another's, B's, for the same question."""

    total: float  # A's score less B's
    by_token: np.ndarray  # (n,), by token of the question; sums to the total
    by_word: tuple[WordShare, ...]  # the same by word and special token
    strongest_of_a: tuple[WordShare, ...]  # the words of A that bring most to its score, at most 5, best first
    strongest_of_b: tuple[WordShare, ...]


def difference(a: ScoreGrid, b: ScoreGrid) -> Difference:
    """Compare two chunks' scores for one question. Raises ValueError if the questions differ."""
    if a.question.text != b.question.text or a.question.tokens != b.question.tokens:
        raise ValueError("Scores for different questions cannot be compared token by token.")
    by_token = a.question_shares - b.question_shares
    return Difference(
        total=a.total - b.total,
        by_token=by_token,
        by_word=word_shares(a.question, by_token),
        strongest_of_a=_strongest(a.chunk_words),
        strongest_of_b=_strongest(b.chunk_words),
    )


def best_sentence(sentence_units: np.ndarray, question_unit: np.ndarray) -> int:
    """The number of the sentence that, encoded alone, has the highest cosine with a question; of equal ones the first.

    sentence_units: (N, D) unit rows, N > 0. question_unit: (D,).

    >>> best_sentence(np.array([[1.0, 0.0], [0.6, 0.8]]), np.array([0.0, 1.0]))
    1
    """
    return int(order(sentence_units @ question_unit)[0])


def _weights(pooling: str, size: int) -> np.ndarray:
    """What each of so many token vectors is multiplied by before they are added up."""
    if pooling == "cls":
        return np.eye(1, size)[0]
    return np.full(size, 1 / size)


def _check_sums(encoder: Encoder, sums: np.ndarray, encoded: np.ndarray) -> None:
    """Raise ModelError if what the model makes of texts, (N, D), does not point where the sums do, (N, D)."""
    if sums.shape != encoded.shape or np.linalg.norm(unit_rows(sums) - unit_rows(encoded), axis=1).max() > _SAME:
        raise ModelError(
            f"The scores of {encoder.short_name} cannot be divided among tokens: the {encoded.shape[1]} numbers of a "
            f"sentence vector are not its tokens' vectors pooled by {encoder.pooling!r} and nothing else. A layer may "
            "follow, a prompt be read before the text, or a long text be cut in another way. Choose a model with plain "
            "pooling, or smaller chunks."
        )


def _strongest(words: Sequence[WordShare]) -> tuple[WordShare, ...]:
    return tuple(sorted((word for word in words if not word.special), key=lambda word: -word.share)[:_STRONGEST])
