"""Which head links two tokens, and does not link everything alike anyway. L layers, H heads, S tokens."""

from dataclasses import dataclass

import numpy as np

from components.core.model.attention import mean_or_nan
from components.core.tokens.tokens import Tokens


@dataclass(frozen=True, eq=False)
class HeadSearch:
    """What every head gives from one token to another, beside what it does anyway."""

    weights: np.ndarray  # (L, H): from the query token to the key token
    same_distance: np.ndarray  # (L, H): its mean over other pairs of typed tokens as far apart; nan if there is none
    same_key: np.ndarray  # (L, H): its mean over other typed tokens that look at this key token; nan if there is none

    @property
    def anyway(self) -> np.ndarray:
        """(L, H): the larger of the two means, what the head would give without minding these two words; else 0."""
        return np.fmax(np.fmax(self.same_distance, self.same_key), 0.0)

    @property
    def beyond(self) -> np.ndarray:
        """(L, H): the weight less `anyway`, by which heads are ranked."""
        return self.weights - self.anyway

    def ranked(self) -> list[tuple[int, int]]:
        """All (layer, head) pairs, counted from 0, the one that gives most beyond what it does anyway first."""
        heads = self.weights.shape[1]
        order = np.argsort(-self.beyond, axis=None, kind="stable")
        return [divmod(int(number), heads) for number in order]


def search_heads(attention_weights: np.ndarray, tokens: Tokens, query: int, key: int) -> HeadSearch:
    """Measure how much each head sends from one token to another.

    attention_weights: (L, H, S, S). query, key: places counted from 0. A head that looks a fixed number of tokens back
    has a high mean at that distance, one that looks at [CLS], a full stop or the same noun from everywhere has a high
    mean for that key: neither minds these two words.
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
        # From itself to itself is another matter: a head that looks at home does not look at this token from others.
        same_key=mean_or_nan(attention_weights[:, :, others[others != key], key]),
    )
