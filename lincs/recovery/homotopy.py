"""Batched l1 homotopy: many right-hand sides over one Gram matrix, each with the dual vector of its last active set.

The path (path.py) ends in an active set S with signs s.  Both answers are then computed afresh from S by refined least
squares, ``z_S = (A_S^T A_S)^-1 A_S^T x`` and ``y = A_S (A_S^T A_S)^-1 s``, so that nothing of the path's rounding is
left in them; certify.py decides what they prove.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lincs.errors import InputError
from lincs.parallel import run_tasks, thread_count
from lincs.recovery import highs
from lincs.recovery.basis_pursuit import Solved
from lincs.recovery.path import follow, polish

__all__ = ["Paths", "gram_of", "solve", "solve_paths"]

Array = npt.NDArray[np.float64]

_BLOCK = 32  # right-hand sides a task takes at once
_NO_KNOTS = np.empty((0, 2))
_GRAM_BYTES = 2 << 30  # most that a Gram matrix may take


def gram_of(A: Array) -> Array:
    """``A^T A``, or nothing (0 x 0) if it is too large to be formed: that of more than 16,384 columns."""
    return A.T @ A if 8 * A.shape[1] ** 2 <= _GRAM_BYTES else np.empty((0, 0))


def solve(A: Array, X: Array, *, solver: str | None = None) -> Solved:
    """``min ||z||_1, A z = x`` for every column of X (d x n) by the homotopy; where it proves nothing, by HiGHS.

    Ties (0/1 and sign matrices, copies of columns) can mislead the path: the certificate notices, and the linear
    program (``otherwise``) resolves them.
    """
    if solver is not None:
        raise InputError(f"solver must be left out for method homotopy, got {solver!r}")
    gram = gram_of(A)
    found = solve_paths(A, X, gram=gram)
    return Solved(found.z, found.y, "homotopy", otherwise=highs.solve, gram=gram if gram.size else None)


@dataclass(frozen=True)
class Paths:
    """Ends of the paths: solutions (m x n), dual vectors (d x n; NaN where the path failed), levels and steps (n)."""

    z: Array
    y: Array
    level: Array
    steps: npt.NDArray[np.intp]


def solve_paths(
    A: Array,
    X: Array,
    *,
    gram: Array | None = None,
    skip: npt.NDArray[np.intp] | None = None,
    stop_lambda: float = 0.0,
    stop_residual: Array | float = 0.0,
    threads: int | None = None,
) -> Paths:
    """Follow the path of every column of X (d x n) to ``lambda = stop_lambda`` or ``||A z - x|| = stop_residual``.

    ``skip[t]`` names a column of A that column t may not use (optimal probes).  The dual vector is ``y`` above for a
    path that goes to 0, and ``(x - A z) / lambda`` for one that stops before.
    """
    d, m = A.shape
    n = X.shape[1]
    gram = gram_of(A) if gram is None else gram
    correlations = np.ascontiguousarray((A.T @ X).T)
    energies = (X * X).sum(axis=0)
    with np.errstate(over="ignore"):  # any residual meets a goal of infinity
        goals = np.broadcast_to(np.asarray(stop_residual, dtype=np.float64) ** 2, (n,))
    barred = np.full(n, -1) if skip is None else skip
    z, y = np.zeros((m, n)), np.full((d, n), np.nan)
    level, steps = np.zeros(n), np.zeros(n, dtype=np.intp)
    room = min(d, m)

    features = np.ascontiguousarray(A.T)
    columns = np.ascontiguousarray(X.T)

    def work(first: int) -> None:
        active, signs, values = np.empty(room, np.int64), np.empty(room), np.empty(room)
        inverse, image = np.empty((room, room)), np.empty(d)
        for t in range(first, min(first + _BLOCK, n)):
            size, level[t], steps[t], _ = follow(
                features,
                gram,
                correlations[t],
                energies[t],
                int(barred[t]),
                stop_lambda,
                goals[t],
                16 * room + 64,
                active,
                signs,
                values,
                inverse,
                _NO_KNOTS,
            )
            chosen = active[:size]
            if stop_lambda > 0 or goals[t] > 0:
                z[chosen, t] = values[:size]
                y[:, t] = (columns[t] - values[:size] @ features[chosen]) / max(float(level[t]), 1e-300)
                continue
            polish(features, columns[t], active, signs, inverse, size, True, values, image)
            z[chosen, t] = values[:size]
            polish(features, columns[t], active, signs, inverse, size, False, values, image)
            y[:, t] = image

    run_tasks(range(0, n, _BLOCK), work, threads=thread_count(threads))
    return Paths(z, y, level, steps)
