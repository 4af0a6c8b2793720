"""Search for heads that link two tokens more than their usual pattern explains. L layers, H heads, S tokens."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from components.core.model.attention import mean_or_nan
from components.core.text.content_words import FUNCTION_WORDS
from components.core.text.spelling import fold
from components.core.tokens.tokens import Tokens

# Weights that differ by less are equal up to the rounding of 32-bit numbers.
_EQUAL = 1e-6
_PRONOUNS = frozenset({"he", "her", "him", "it", "she", "that", "them", "they", "this", "who"})


@dataclass(frozen=True, eq=False)
class HeadSearch:
    """Every head's weight from one token to another, and its mean weight for comparable pairs."""

    weights: Float[np.ndarray, "L H"]  # from the query token to the key token
    same_distance: Float[np.ndarray, "L H"]  # mean over other pairs of typed tokens as far apart; nan if there is none
    same_key: Float[np.ndarray, "L H"]  # mean over other typed tokens as queries of this key; nan if there is none

    @property
    def anyway(self) -> Float[np.ndarray, "L H"]:
        """The larger of the two means: the weight to expect whatever these two words are; 0 if there is neither."""
        return np.fmax(np.fmax(self.same_distance, self.same_key), 0.0)

    @property
    def beyond(self) -> Float[np.ndarray, "L H"]:
        """The weight minus `anyway`; heads are ranked by it."""
        return self.weights - self.anyway

    def ranked(self) -> list[tuple[int, int]]:
        """All (layer, head) pairs, counted from 0, by `beyond`, the largest first."""
        heads = self.weights.shape[1]
        order = np.argsort(-self.beyond, axis=None, kind="stable")
        return [divmod(int(number), heads) for number in order]


def search_heads(attention_weights: Float[np.ndarray, "L H S S"], tokens: Tokens, query: int, key: int) -> HeadSearch:
    """Measure the weight that each head gives from one token to another.

    query, key: indices counted from 0. A head that looks a fixed number of tokens back has a high mean at that
    distance; a head that looks at [CLS], a full stop or the same noun from everywhere has a high mean for that key.
    Neither depends on these two words.
    """
    size = attention_weights.shape[-1]
    typed = np.flatnonzero(~tokens.special)
    others = typed[typed != query]
    partners = others + (key - query)
    inside = (partners >= 0) & (partners < size)
    # A pair as far apart that ends on a special token says more of that token than of the distance.
    apart = [
        (a, b)
        for a, b in zip(others[inside], partners[inside], strict=True)
        if tokens.special[b] == tokens.special[key]
    ]
    rows, columns = (np.array([pair[side] for pair in apart], dtype=int) for side in (0, 1))
    return HeadSearch(
        weights=attention_weights[:, :, query, key],
        same_distance=mean_or_nan(attention_weights[:, :, rows, columns]),
        # Without the key token's own row: a head whose tokens look at themselves need not look at it from others.
        same_key=mean_or_nan(attention_weights[:, :, others[others != key], key]),
    )


def particular_links(weights: Float[np.ndarray, "S S"], tokens: Tokens) -> Float[np.ndarray, "S S"]:
    """Return one head's weight for each pair of different typed tokens, minus the weight to expect anyway.

    weights: of one head. What to expect is measured as by `search_heads`; other pairs are −inf.
    """
    typed = ~tokens.special
    pair = typed[:, None] & typed[None, :] & ~np.eye(len(typed), dtype=bool)
    size = len(typed)
    distance = (np.arange(size)[None, :] - np.arange(size)[:, None] + size - 1).ravel()
    inside = (typed[:, None] & typed[None, :]).ravel()
    flat = weights.astype(float).ravel()
    sums = np.bincount(distance[inside], flat[inside], 2 * size - 1)[distance].reshape(size, size)
    counts = np.bincount(distance[inside], minlength=2 * size - 1)[distance].reshape(size, size)
    of_key = np.where(pair, weights, 0.0).sum(axis=0)[None, :]
    others = pair.sum(axis=0)[None, :] - 1
    with np.errstate(invalid="ignore", divide="ignore"):
        same_distance = np.where(counts > 1, (sums - weights) / (counts - 1), 0.0)
        same_key = np.where(others > 0, (of_key - weights) / others, 0.0)
    anyway = np.maximum(np.maximum(same_distance, same_key), 0.0)
    return np.where(pair, weights - anyway, -np.inf)


def particular_link(weights: Float[np.ndarray, "S S"], tokens: Tokens) -> tuple[int, int] | None:
    """Find the query and the key of one head's link that is strongest beyond what is to be expected.

    Links between the pieces of one word count only where there are no others. None if no link stands out.
    """
    beyond = particular_links(weights, tokens)
    apart = np.where(_same_word(tokens), -np.inf, beyond)
    links = apart if apart.max() > 0 else beyond
    query, key = (int(index) for index in np.unravel_index(int(links.argmax()), links.shape))
    largest = links[query, key]
    return None if largest <= _EQUAL or (links > largest - _EQUAL).sum() > 1 else (query, key)


def opening_head(attention_weights: Float[np.ndarray, "L H S S"], tokens: Tokens) -> tuple[int, int] | None:
    """Find the (layer, head) whose link between words of content is strongest beyond what is to be expected.

    A pronoun counts as a word of content where it looks, since what it stands for is asked. None if there is no link.
    """
    names = [fold(label) for label in tokens.labels]
    named = np.array([name not in FUNCTION_WORDS and any(map(str.isalnum, name)) for name in names])
    looking = named | np.array([name in _PRONOUNS for name in names])
    left_out = ~looking[:, None] | ~named[None, :] | _same_word(tokens)
    best, found = 0.0, None
    for layer, heads in enumerate(attention_weights):
        for head, weights in enumerate(heads):
            strongest = float(np.where(left_out, -np.inf, particular_links(weights, tokens)).max())
            if strongest > best:
                best, found = strongest, (layer, head)
    return found


def _same_word(tokens: Tokens) -> Bool[np.ndarray, "S S"]:
    """True for pairs of tokens that are pieces of one word."""
    words = np.array([-1 if word is None else word for word in tokens.word_ids])
    texts = np.array(tokens.text_ids)
    return (words[:, None] == words[None, :]) & (texts[:, None] == texts[None, :])
