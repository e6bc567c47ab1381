"""How far each single active feature moves some row: ``c_j = max_i |E_ij|``, bounded from below.

From these follows how often some feature is misread at the least (THEOREMS.md, 11).  The sweep keeps the largest
entries of rows; those of columns are the same only where B is A as it is, else they cost a second pass.
"""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.exact.rounding import U
from lincs.interference import maxima_rows as kernels
from lincs.interference.rounding import Survey, entry_radius
from lincs.matrices import Matrix
from lincs.parallel import run_tasks

__all__ = ["column_maxima"]

Array = npt.NDArray[Any]

_TALL, _WIDE = 512, 2048
_SMALL = 2e10  # operations below which float64 is quick enough
_IN_RANGE = 2.0**60


def column_maxima(B: Matrix, A: Matrix, survey: Survey, rows: Array, factors: Array, *, threads: int) -> Array:
    """Lower bounds of ``max_i |c_i b_i . a_j - (i == j)|`` over the ``rows`` i, for every j.

    Each row c of ``factors`` (k x n, not negative) is a scaling of the rows; the result is k x m.
    """
    m, single = A.m, 2.0 * A.m * A.d * len(rows) > _SMALL
    norms = float(survey.a_norms.max()), float(survey.b_norms.max())
    single &= all(1 / _IN_RANGE < norm < _IN_RANGE for norm in norms)
    dtype = np.dtype(np.float32 if single else np.float64)
    converted = single and not (A.exact_in(np.float32) and B.exact_in(np.float32))
    radius = entry_radius(survey, A, dtype=dtype, converted=converted)[rows]
    best = np.zeros((len(factors), m))
    lock, local = threading.Lock(), threading.local()

    def work(first: int) -> None:
        mine = rows[first : first + _TALL]
        part = slice(first, first + len(mine))
        if not hasattr(local, "tile"):
            local.tile = np.empty(_TALL * _WIDE, dtype)
        b, found = B.take(mine, dtype), np.zeros((len(factors), m))
        for left in range(0, m, _WIDE):
            right = min(left + _WIDE, m)
            tile = local.tile[: len(mine) * (right - left)].reshape(len(mine), right - left)
            with np.errstate(over="ignore", invalid="ignore", under="ignore"):
                np.matmul(b, A.rows(left, right, dtype).T, out=tile)
            own = np.flatnonzero((mine >= left) & (mine < right))
            tile[own, mine[own] - left] = 0
            kernels.column_maxima(tile, radius[part], np.ascontiguousarray(factors[:, part]), found[:, left:right])
        with lock:
            np.maximum(best, found, out=best)

    run_tasks(range(0, len(rows), _TALL), work, threads=threads)
    for mine, c in zip(best, factors, strict=True):
        off = np.abs(c * survey.diagonal[rows] - 1) - c * survey.diagonal_radius[rows]
        mine[rows] = np.maximum(mine[rows], off - 4 * U * (1 + np.abs(c * survey.diagonal[rows])))
    return best * (1 - 8 * U)
