"""For every feature the features it collides with: the largest entries of each row of ``B^T A``, with their places.

The sweep keeps values only; places are found here block by block, where a user asks for them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.interference.moduli import products
from lincs.matrices import Matrix
from lincs.parallel import run_tasks, thread_count

__all__ = ["partners"]

Array = npt.NDArray[Any]

_BLOCK_BYTES = 32 << 20  # of one block of products
_SPARE = 8  # candidates beyond those asked for, so that float32's order among near ties does not matter


def partners(
    B: Matrix, A: Matrix, count: int, *, only: Array | None = None, threads: int | None = None
) -> tuple[Array, Array]:
    """The ``count`` largest ``|b_i . a_j|``, j != i, of every row i (or of the rows ``only``).

    Returns (columns, signed values), each rows x count, largest first, ties by index; of complex features the values
    are moduli.  Candidates are chosen in float32 and ranked by their float64 values, without a proof of the order among
    entries that agree to rounding.  A row with fewer than ``count`` companions is filled up with column -1 and value 0.
    """
    m = A.m
    which = np.arange(m) if only is None else only
    kept, candidates = min(count, m - 1), min(count + _SPARE, m - 1)
    columns = np.full((len(which), count), -1, dtype=np.intp)
    values = np.zeros((len(which), count))
    step = max(1, min(256, _BLOCK_BYTES // (4 * m)))

    multiply = products if A.is_complex else _absolute

    def work(first: int) -> None:
        rows = which[first : first + step]
        b = B.take(rows)
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            small = b.astype(np.float32)
            size = np.empty((len(rows), m), np.float32)
            for left, right in A.panels():
                size[:, left:right] = multiply(small, A.rows(left, right, np.float32))
        if not (np.isfinite(size).all() and size.any()):  # beyond the range of float32
            size = size.astype(np.float64)
            for left, right in A.panels():
                size[:, left:right] = multiply(b, A.rows(left, right))
        size[np.arange(len(rows)), rows] = -1.0
        best = np.argpartition(size, m - candidates, axis=1)[:, m - candidates :]
        best.sort(axis=1)  # so that a stable sort by size leaves ties in the order of their indices
        exact = np.stack([_values(A.take(best[r]), b[r], A.is_complex) for r in range(len(rows))])
        order = np.argsort(-np.abs(exact), axis=1, kind="stable")[:, :kept]
        columns[first : first + step, :kept] = np.take_along_axis(best, order, axis=1)
        values[first : first + step, :kept] = np.take_along_axis(exact, order, axis=1)

    if kept:
        run_tasks(range(0, len(which), step), work, threads=thread_count(threads))
    return columns, values


def _absolute(b: Array, a: Array) -> Array:
    return np.asarray(np.abs(b @ a.T))


def _values(features: Array, b: Array, is_complex: bool) -> Array:
    """``b . a_j``, or the moduli ``|b^H a_j|``."""
    return np.asarray(products(b[None, :], features)[0] if is_complex else features @ b)
