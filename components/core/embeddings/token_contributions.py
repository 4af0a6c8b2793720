"""Contributions of tokens and words to a sentence vector, and to products of it.

S tokens of a text, special ones included, D dimensions. A sentence vector that is a weighted sum of token vectors,
Σᵢ wᵢ hᵢ, is the sum of S parts, and so is the unit vector in its direction. For the mean all weights are 1 / S; for a
[CLS] vector the first is 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from jaxtyping import Float, Float32

from components.core.errors import ModelError, SentenceError
from components.core.model.encoder import Encoder
from components.core.model.prompts import TextKind
from components.core.numerics.similarity import normalise_rows
from components.core.tokens.tokens import Tokens, Word, end_of_tokens, with_prompt_apart

#: Poolings that are such a sum, by their names in sentence-transformers.
POOLINGS: Final = ("mean", "cls")

# Texts in one batch: the context vectors of all their layers are in memory.
_AT_ONCE = 16
# Unit vectors of one text, computed in two batches, lie a few millionths apart.
_SAME = 1e-4


@dataclass(frozen=True, eq=False)
class TokenContributions:
    """A text's unit sentence vector, divided among its tokens."""

    tokens: Tokens  # S, as far as encode() reads the text; the rest is its unread_text
    parts: Float[np.ndarray, "S D"]  # they sum to the unit vector but for rounding
    unit: Float32[np.ndarray, " D"]  # the vector that encode() returns, scaled to length 1


@dataclass(frozen=True)
class WordContribution:
    """A word, or a special token, and its part of a number."""

    text: str
    start: int  # in the text it stands in; start and end are 0 for a special token
    end: int
    share: float
    special: bool


def token_contributions(
    encoder: Encoder,
    texts: Sequence[str],
    encoded: Float[np.ndarray, "N D"] | None = None,
    kind: TextKind = TextKind.PLAIN,
) -> tuple[TokenContributions, ...]:
    """Return each text's unit sentence vector as a sum over its tokens, without interventions.

    encoded: the unit vectors of encode(), where they are known. kind: what the texts are. The prompt that is read
    before questions or passages has tokens of its own, which count as special.
    Raises SentenceError for a text with nothing to read, or longer than its tokens can be told apart, and ModelError
    for a model whose sentence vector is no weighted sum of token vectors.
    """
    if encoder.pooling not in POOLINGS:
        raise ModelError(
            f"The sentence vectors of {encoder.short_name} cannot be divided among tokens: it pools by "
            f"{encoder.pooling!r}, and only {len(POOLINGS)} ways of pooling, {' and '.join(POOLINGS)}, add up token "
            "vectors. Choose a model that pools so."
        )
    if not texts:
        return ()
    tokens = [tokens_encoded(encoder, text, kind) for text in texts]
    parts = [np.empty(0)] * len(tokens)
    # Sorted by length, texts that run together are padded little.
    by_length = sorted(range(len(tokens)), key=lambda index: len(tokens[index].tokens))
    for start in range(0, len(tokens), _AT_ONCE):
        batch = by_length[start : start + _AT_ONCE]
        for index, states in zip(batch, encoder.context_vectors_of_all([tokens[at] for at in batch]), strict=True):
            parts[index] = divide_unit_vector(states[-1], _weights(encoder.pooling, len(states[-1])))
    if encoded is None:
        encoded = normalise_rows(encoder.encode(texts, kind=kind))
    if not are_alike(np.stack([each.sum(axis=0) for each in parts]), encoded):
        raise ModelError(
            f"The sentence vectors of {encoder.short_name} cannot be divided among tokens: their {encoded.shape[1]} "
            f"numbers are not the token vectors pooled by {encoder.pooling!r} and nothing else. A layer may follow, a "
            "prompt be read before the text, or a long text be cut in another way. Choose a model with plain pooling, "
            "or a shorter text."
        )
    return tuple(TokenContributions(*each) for each in zip(tokens, parts, encoded, strict=True))


def divide_unit_vector(vectors: Float[np.ndarray, "S D"], weights: Float[np.ndarray, " S"]) -> Float[np.ndarray, "S D"]:
    """Divide the unit vector in the direction of a weighted sum of vectors among these vectors.

    If the sum is zero, the parts are the weighted vectors themselves. Here it is (3, 4), of length 5:

    >>> divide_unit_vector(np.array([[3.0, 0.0], [0.0, 8.0]]), np.array([1.0, 0.5]))
    array([[0.6, 0. ],
           [0. , 0.8]])
    """
    parts = vectors.astype(np.float64) * weights[:, None]
    scaled: np.ndarray = parts / (np.linalg.norm(parts.sum(axis=0)) or 1.0)
    return scaled


def are_alike(ones: Float[np.ndarray, "N D"], others: Float[np.ndarray, "M E"]) -> bool:
    """Return True if both have one shape and their rows the same directions, apart from rounding."""
    if ones.shape != others.shape:
        return False
    return bool(np.linalg.norm(normalise_rows(ones) - normalise_rows(others), axis=1).max() <= _SAME)


def tokens_encoded(encoder: Encoder, text: str, kind: TextKind = TextKind.PLAIN) -> Tokens:
    """Return the tokens of a text that encode() reads, the first ones of a long text. Raises SentenceError.

    kind: the tokens of the prompt that is read before a question or a passage are special ones. A default prompt, as
    it is before plain texts, is not among the tokens.
    """
    tokens = tokens_read(encoder, text, kind)
    if len(tokens.tokens) > encoder.trace_limit:
        raise SentenceError(
            f"This text has {tokens.total_tokens:,} tokens; what each of them does is shown for at most "
            f"{encoder.trace_limit}. Choose a shorter text, or smaller chunks."
        )
    return tokens


def tokens_read(encoder: Encoder, text: str, kind: TextKind = TextKind.PLAIN) -> Tokens:
    """Return the same tokens as tokens_encoded(), however many they are. Raises SentenceError for nothing to read."""
    prompt = "" if kind is TextKind.PLAIN else encoder.prompt(kind)
    if prompt:
        encoder.check_readable(text)
    tokens = with_prompt_apart(encoder.tokenize_whole(prompt + text), len(prompt))
    typed = np.flatnonzero(~tokens.special)
    room = encoder.encode_limit - int(tokens.special.sum())
    if len(typed) <= room:
        return tokens
    # Special tokens stay, as sentence-transformers' tokenizers cut: what is cut off is text.
    kept = np.sort(np.concatenate([typed[:room], np.flatnonzero(tokens.special)]))
    end = end_of_tokens(text, [tokens.offsets[index] for index in typed], room)
    return replace(
        tokens,
        text=text[:end],
        unread_text=text[end:],
        tokens=tuple(tokens.tokens[index] for index in kept),
        labels=tuple(tokens.labels[index] for index in kept),
        token_ids=tokens.token_ids[kept],
        offsets=tuple(tokens.offsets[index] for index in kept),
        special=tokens.special[kept],
        unknown=tokens.unknown[kept],
        text_ids=tuple(tokens.text_ids[index] for index in kept),
        token_type_ids=tokens.token_type_ids[kept],
    )


def word_contributions(tokens: Tokens, shares: Float[np.ndarray, " S"]) -> tuple[WordContribution, ...]:
    """Add up the contributions of tokens to those of words and special tokens, in the order of the text."""
    return tuple(
        word_contribution(word, float(shares[list(word.token_indices)].sum())) for word in tokens.words_and_marks
    )


def word_contribution(word: Word, share: float) -> WordContribution:
    """Return the contribution of a word or special token, with its characters [start, end) in the text."""
    return WordContribution(word.text, *word.span, share, word.special)


def _weights(pooling: str, size: int) -> Float[np.ndarray, " size"]:
    """Return the weight of each token vector in the sum that this pooling is."""
    if pooling == "cls":
        return np.eye(1, size)[0]
    return np.full(size, 1 / size)
