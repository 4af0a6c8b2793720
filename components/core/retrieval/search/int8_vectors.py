"""Vectors with one byte a dimension: scalar quantization.

N passages, D dimensions. The range of each dimension over all passages is divided into 255 equal steps, and a passage
keeps the number of its step. Codes and ranges are those of sentence-transformers' `quantize_embeddings`.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float, Float32, Int8

_STEPS: Final = 255
# The number of the first step, so that the last is the largest int8, 127.
_FIRST: Final = -128


@dataclass(frozen=True, eq=False)
class Int8Vectors:
    """The vectors of N passages as numbers of steps. Starts and widths are kept once for all passages."""

    codes: Int8[np.ndarray, "N D"]
    starts: Float32[np.ndarray, " D"]  # where the first step of each dimension begins
    widths: Float32[np.ndarray, " D"]  # of a step; 0 where all passages are equal

    @property
    def bytes_per_passage(self) -> int:
        """The bytes of one passage's codes."""
        return self.codes.shape[1]

    def decoded(self) -> Float32[np.ndarray, "N D"]:
        """Return vectors with the middle of each step: each number is wrong by half a step at most."""
        return self._origin + self.codes * self.widths

    def scores(self, question: Float[np.ndarray, " D"]) -> Float32[np.ndarray, " N"]:
        """Return the product of a question, which is not quantized, with each decoded passage.

        Of vectors of length 1 it is their cosine, up to the error of quantization.
        """
        asked = question.astype(np.float32)
        return self.codes.astype(np.float32) @ (asked * self.widths) + asked @ self._origin

    @property
    def _origin(self) -> Float32[np.ndarray, " D"]:
        """The middle of the step with the code 0."""
        return self.starts + np.float32(0.5 - _FIRST) * self.widths


def quantize_int8(vectors: Float[np.ndarray, "N D"]) -> Int8Vectors:
    """Quantize the vectors of N ≥ 1 passages by the range of each dimension.

    >>> quantize_int8(np.array([[0.0], [2.5], [255.0]])).codes.ravel().tolist()
    [-128, -126, 127]
    """
    rows = vectors.astype(np.float32)
    starts = rows.min(axis=0)
    widths = (rows.max(axis=0) - starts) / np.float32(_STEPS)
    steps = np.divide(rows - starts, widths, out=np.zeros_like(rows), where=widths > 0)
    return Int8Vectors((np.clip(np.floor(steps), 0, _STEPS) + _FIRST).astype(np.int8), starts, widths)
