"""For every feature the features it collides with: the largest entries of each row of ``B^T A``, with their places.

The sweep keeps values only; places are found here block by block, where a user asks for them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.matrices import Matrix
from lincs.parallel import cpu_count, run_tasks

__all__ = ["partners"]

Array = npt.NDArray[Any]

_BLOCK_BYTES = 32 << 20  # of one block of products


def partners(B: Matrix, A: Matrix, count: int, *, threads: int | None = None) -> tuple[Array, Array]:
    """The ``count`` largest ``|b_i . a_j|``, j != i, of every row i: (columns, signed values), each m x count.

    Largest first, ties by index; float64, without a proof of the order among entries that agree to rounding.
    A row with fewer than ``count`` companions is filled up with column -1 and value 0.
    """
    m = A.m
    kept = min(count, m - 1)
    columns = np.full((m, count), -1, dtype=np.intp)
    values = np.zeros((m, count))
    step = max(1, min(512, _BLOCK_BYTES // (8 * m)))

    def work(first: int) -> None:
        stop = min(first + step, m)
        b = B.rows(first, stop)
        product = np.empty((stop - first, m))
        for left, right in A.panels():
            product[:, left:right] = b @ A.rows(left, right).T
        size = np.abs(product)
        size[np.arange(stop - first), np.arange(first, stop)] = -1.0
        best = np.argpartition(size, m - kept, axis=1)[:, m - kept :]
        best.sort(axis=1)  # so that a stable sort by size leaves ties in the order of their indices
        order = np.argsort(-np.take_along_axis(size, best, axis=1), axis=1, kind="stable")
        best = np.take_along_axis(best, order, axis=1)
        columns[first:stop, :kept] = best
        values[first:stop, :kept] = np.take_along_axis(product, best, axis=1)

    if kept:
        run_tasks(range(0, m, step), work, threads=threads or cpu_count())
    return columns, values
