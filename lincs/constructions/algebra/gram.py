"""Vectors from their Gram matrix, in an order of operations that is the same on every machine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["factor"]

Array = npt.NDArray[Any]


def factor(column: Callable[[int], Array], m: int, d: int) -> Array:
    """Unit vectors (``d x m``) with inner products ``column(j)[i]``, a Gram matrix of rank d with unit diagonal.

    Cholesky's factorisation with complete pivoting, stopped after d steps.  Only elementwise operations, so that the
    result does not depend on how a library sums: a certificate must rebuild to the same bits.
    """
    rows = np.zeros((d, m))
    rest = np.ones(m)
    for i in range(d):
        pivot = int(np.argmax(rest))
        row = np.array(column(pivot), dtype=np.float64)
        for k in range(i):
            row -= rows[k, pivot] * rows[k]
        rows[i] = row / np.sqrt(row[pivot])
        rest -= rows[i] * rows[i]
    assert float(np.abs(rest).max()) < 1e-9, f"the Gram matrix has rank above {d}"
    return rows
