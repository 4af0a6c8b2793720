"""Search for heads that link two tokens more than their usual pattern explains. L layers, H heads, S tokens."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from components.core.model.attention import mean_or_nan
from components.core.tokens.tokens import Tokens


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
