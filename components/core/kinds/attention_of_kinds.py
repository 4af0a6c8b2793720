"""Which places may look at which, and at which they do: self-attention, causal attention and cross-attention.

A mask removes what a place may not look at before the softmax, so its weight is exactly 0 (Vaswani et al. 2017,
"Attention Is All You Need", section 3.2.3).
"""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float

from components.core.kinds.models import KindModels, Sentence, row_of
from components.core.kinds.translating import translate
from components.core.training.tiny_model import FIRST, LAST


@dataclass(frozen=True, eq=False)
class EncoderAttention:
    """The attention of an encoder. weights: rows are queries, columns are keys."""

    tokens: tuple[str, ...]
    weights: Float[np.ndarray, "L H S S"]


@dataclass(frozen=True, eq=False)
class DecoderAttention:
    """The attention of a decoder, and of one that also looks at what an encoder has read."""

    tokens: tuple[str, ...]  # what it has before it: [CLS] and the words so far
    weights: Float[np.ndarray, "L H T T"]
    read: tuple[str, ...] = ()  # the tokens of what the encoder has read; () without an encoder
    cross: Float[np.ndarray, "L H T S"] | None = None


def full_mask(queries: int, keys: int) -> Bool[np.ndarray, "queries keys"]:
    """Return which key each query may look at: every one.

    >>> full_mask(1, 2)
    array([[ True,  True]])
    """
    return np.ones((queries, keys), dtype=bool)


def causal_mask(size: int) -> Bool[np.ndarray, "size size"]:
    """Return which key each query may look at: itself and those before.

    >>> causal_mask(2)
    array([[ True, False],
           [ True,  True]])
    """
    return np.tri(size, dtype=bool)


def joint_mask(written: int, read: int) -> Bool[np.ndarray, "both both"]:
    """Return which key each query of an encoder–decoder may look at: first the places that are read, then those
    written.

    >>> joint_mask(written=2, read=1).astype(int)
    array([[1, 0, 0],
           [1, 1, 0],
           [1, 1, 1]])
    """
    above = np.hstack([full_mask(read, read), np.zeros((read, written), dtype=bool)])
    return np.vstack([above, np.hstack([full_mask(written, read), causal_mask(written)])])


def encoder_attention(models: KindModels, sentence: Sentence) -> EncoderAttention:
    """Return the attention of the encoder on a sentence."""
    with torch.inference_mode():
        output = models.encoder(input_ids=row_of(models.language, sentence, ends=True), output_attentions=True)
    return EncoderAttention((FIRST, *sentence, LAST), _stacked(output.attentions))


def decoder_attention(models: KindModels, sentence: Sentence) -> DecoderAttention:
    """Return the attention of the decoder on a sentence."""
    with torch.inference_mode():
        output = models.decoder(input_ids=row_of(models.language, sentence, ends=False), output_attentions=True)
    return DecoderAttention((FIRST, *sentence), _stacked(output.attentions))


def translator_attention(models: KindModels, sentence: Sentence) -> DecoderAttention:
    """Return the attention of the encoder–decoder's decoder while it writes its own translation of a sentence."""
    written = translate(models, [sentence])[0]
    with torch.inference_mode():
        output = models.translator(
            input_ids=row_of(models.language, sentence, ends=True),
            decoder_input_ids=row_of(models.other, written, ends=False),
            output_attentions=True,
        )
    return DecoderAttention(
        (FIRST, *written),
        _stacked(output.decoder_attentions),
        (FIRST, *sentence, LAST),
        _stacked(output.cross_attentions),
    )


def _stacked(attentions: tuple[torch.Tensor, ...]) -> Float[np.ndarray, "L H Q K"]:
    weights: np.ndarray = torch.stack([layer[0] for layer in attentions]).numpy()
    weights.setflags(write=False)
    return weights
