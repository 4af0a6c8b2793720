"""Attention weights in few bytes for a browser, each number right to its last digit.

A weight is sent as a whole number of ten-thousandths (2 bytes) or, where those are too many, of hundredths (1 byte).
Rounding happens once, here: a page prints that whole number, never a fraction read back from coarser steps.
N matrices of M × K cells.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Num, UInt8, UInt16


@dataclass(frozen=True, eq=False)
class QuantizedWeights:
    """Weights as whole numbers, perhaps fewer of them."""

    steps: UInt16[np.ndarray, "N M K"] | UInt8[np.ndarray, "N M K"]  # little-endian: weight · 10 ** decimals
    decimals: int  # 4 or 2
    block: int  # 1, or the side of the square blocks of which each cell keeps the largest weight

    @property
    def data(self) -> bytes:
        """The whole numbers, matrix by matrix, row by row."""
        return self.steps.tobytes()


def quantize_weights(weights: Float[np.ndarray, "N M K"], most_bytes: int) -> QuantizedWeights:
    """Pack weights from 0 to 1 into at most `most_bytes`, as finely as possible.

    Four decimals if they fit, else two, else two of the largest weight of each block: a maximum keeps a lone strong
    link where a mean would wash it out, and rounding the largest gives the largest of the rounded.

    >>> quantize_weights(np.array([[[0.70059, 0.29941]]]), most_bytes=100).steps.tolist()
    [[[7006, 2994]]]
    >>> quantize_weights(np.array([[[0.70059, 0.29941]]]), most_bytes=2).data.hex(" ")  # 70 and 30 hundredths
    '46 1e'
    """
    if 2 * weights.size <= most_bytes:
        return QuantizedWeights(_steps(weights, 4).astype("<u2"), 4, 1)
    count, rows, columns = weights.shape
    block = 1
    while count * -(-rows // block) * -(-columns // block) > most_bytes and block < max(rows, columns):
        block += 1
    return QuantizedWeights(_steps(block_maxima(weights, block), 2).astype(np.uint8), 2, block)


def _steps(weights: Float[np.ndarray, "N M K"], decimals: int) -> Float[np.ndarray, "N M K"]:
    # In double precision: the product of a 32-bit float and a power of ten would be rounded before it is rounded.
    return np.rint(weights.astype(np.float64) * 10**decimals)


def pool_by_magnitude(
    matrices: Num[np.ndarray, "*batch S S"], most: int
) -> tuple[Num[np.ndarray, "*batch blocks blocks"], int]:
    """Do as pool_by_maximum for numbers of both signs: the number farthest from 0 stands for its block."""
    highest, block = pool_by_maximum(matrices, most)
    lowest, _ = pool_by_maximum(-matrices, most)
    return np.where(highest >= lowest, highest, -lowest), block


def pool_by_maximum(
    matrices: Num[np.ndarray, "*batch S S"], most: int
) -> tuple[Num[np.ndarray, "*batch blocks blocks"], int]:
    """Shrink square matrices to at most `most` rows by taking the maximum of square blocks.

    A maximum keeps a lone strong link visible where a mean would wash it out. Returns
    matrices of ⌈S / block⌉ rows and the block's side, 1 if nothing was shrunk.

    >>> pool_by_maximum(np.array([[1, 2, 3], [4, 5, 6], [7, 8, 9]]), most=2)
    (array([[5, 6],
           [8, 9]]), 2)
    """
    block = -(-matrices.shape[-1] // most)
    return block_maxima(matrices, block), block


def block_maxima(matrices: Num[np.ndarray, "*batch M K"], block: int) -> Num[np.ndarray, "*batch rows columns"]:
    """Return the maximum of each block × block cells: ⌈M / block⌉ rows and ⌈K / block⌉ columns."""
    if block == 1:
        return matrices
    rows, columns = (np.arange(0, size, block) for size in matrices.shape[-2:])
    return np.maximum.reduceat(np.maximum.reduceat(matrices, rows, axis=-2), columns, axis=-1)
