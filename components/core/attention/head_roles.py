"""The main pattern of each head in one sentence.

Patterns as in Clark et al. 2019, "What Does BERT Look At?", section 3. L layers, H heads, S tokens.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from components.core.lazy import cached_property
from components.core.model.attention import mean_or_nan
from components.core.text.spelling import fold
from components.core.tokens.tokens import Tokens

#: In the order that settles ties.
ROLES = ("previous token", "next token", "itself", "first mark", "last mark", "same word", "broad")


@dataclass(frozen=True, eq=False)
class HeadRoles:
    """Scores of each head for each pattern."""

    scores: Float[np.ndarray, "L H R"]  # from 0 to 1, R = len(ROLES); nan where a sentence has no such pair

    @cached_property
    def strongest(self) -> Int[np.ndarray, "L H"]:
        """For each head the index of the role with the highest score."""
        return np.nan_to_num(self.scores, nan=-1.0).argmax(axis=-1)

    @cached_property
    def strength(self) -> Float[np.ndarray, "L H"]:
        """That score."""
        return np.take_along_axis(self.scores, self.strongest[..., None], axis=-1)[..., 0]


def head_roles(attention_weights: Float[np.ndarray, "L H S S"], tokens: Tokens) -> HeadRoles:
    """Score every head by every role.

    Each score is a mean over the typed tokens: of the weight that a token gives to the typed token before it, to the
    one after it, to itself, to the first and to the last special token ([CLS] and [SEP] in BERT), and to other tokens
    of the same spelling. "Broad" is the perplexity of a row, e to the power of its entropy, as a share of S. All scores
    are between 0 and 1; a head that looks at all tokens alike has 1 for "broad".
    """
    size = attention_weights.shape[-1]
    typed = np.flatnonzero(~tokens.special)
    marks = np.flatnonzero(tokens.special)
    # The last token of one text and the first of another are no neighbours.
    texts = np.array([-1 if text is None else text for text in tokens.text_ids])[typed]
    before = typed[1:][(np.diff(typed) == 1) & (np.diff(texts) == 0)]
    spelled = np.array([_spelled(tokens, index) for index in range(size)])
    same = (spelled[:, None] == spelled) & ~np.eye(size, dtype=bool) & ~tokens.special
    again = typed[same[typed].any(axis=1)]
    given = attention_weights[:, :, typed]
    entropy = -(given * np.log(np.maximum(given, np.finfo(given.dtype).tiny))).sum(axis=-1)
    columns = [
        attention_weights[:, :, before, before - 1],
        attention_weights[:, :, before - 1, before],
        attention_weights[:, :, typed, typed],
        given[..., marks[:1]].sum(axis=-1) if len(marks) else given[..., :0, 0],
        given[..., marks[-1:]].sum(axis=-1) if len(marks) > 1 else given[..., :0, 0],
        (attention_weights[:, :, again] * same[again]).sum(axis=-1),
        np.exp(entropy) / size,
    ]
    return HeadRoles(np.stack([mean_or_nan(column) for column in columns], axis=-1))


def _spelled(tokens: Tokens, index: int) -> str:
    """Return a token's spelling without the mark of a blank before it; for an unknown token, the typed characters."""
    if tokens.unknown[index]:
        start, end = tokens.offsets[index]
        return fold((tokens.second_text or "" if tokens.text_ids[index] else tokens.text)[start:end])
    return fold(tokens.labels[index]).lstrip("▁")


def role_names(tokens: Tokens) -> tuple[str, ...]:
    """Return ROLES, with this tokenizer's names of the special tokens."""
    marks = [label for label, special in zip(tokens.labels, tokens.special, strict=True) if special]
    names = dict(zip(ROLES, ROLES, strict=True))
    if marks:
        names |= {"first mark": marks[0], "last mark": marks[-1]}
    return tuple(names.values())
