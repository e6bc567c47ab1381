"""Proved tails of the errors of rows over random inputs (THEOREMS.md, 11)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.exact.rounding import U
from lincs.interference import tail_rows as kernels
from lincs.interference.laws import Law, Support

__all__ = ["RowTails", "Tail", "one_tail", "union"]

Array = npt.NDArray[Any]

_POINTS, _LARGEST = 56, 600.0  # of the grid of exponents, geometric up to the largest
_UP = 1 + 1e-9  # sums and exponentials of at most 2^40 probabilities cost less


@dataclass(frozen=True)
class Tail:
    """Bounds of the exponential moments of n errors, in units of ``norm`` (n,): ``logs`` is n x number of points."""

    symmetric: bool
    points: Array
    logs: Array
    norm: Array

    def at(self, levels: Array) -> Array:
        """(n,) upper bounds of ``P(|X_i| >= levels_i)`` (symmetric laws), or of ``P(X_i >= levels_i)``."""
        exponents = np.empty(len(self.norm))
        with np.errstate(over="ignore"):
            scaled = np.maximum(levels / self.norm * (1 - 2 * U), 0)
        kernels.least_exponents(self.symmetric, self.points, self.logs, np.minimum(scaled, 1e300), exponents)
        with np.errstate(under="ignore"):
            return np.minimum(np.exp(exponents) * _UP + 1e-300, 1.0)


def one_tail(
    law: Law,
    support: Support,
    *,
    k: int,
    m: int,
    most_k: int,
    kept: Array,
    own: tuple[Array, Array] | None,
    rest: Array,
    total: Array | None,
) -> Tail:
    """The tail of ``X_i = sum_j E_ij z_j`` with ``k`` of ``m`` features active.

    ``kept`` (n x K) are upper bounds of the largest ``|E_ij|``, or of the largest positive ones, descending; ``own``
    the ends of the diagonal's entry, if it counts; ``rest`` (2, n) the sums of squares and of fourth powers of the
    other entries; ``total`` (n,) an upper end of the row sum (None for a symmetric law).  ``most_k``: the largest k
    at which rows like these are asked, which says how fine the grid has to begin.
    """
    nothing = np.zeros(len(kept))
    low, high = own if own is not None else (nothing, nothing)
    # Of a row with no entry of this sign it is the others that set the scale: the root mean square of the rest.
    norm = np.maximum(np.maximum(np.abs(low), np.abs(high)), np.maximum(kept[:, 0], np.sqrt(rest[0] / m)))
    norm = np.where(norm > 0, norm, 1.0)
    points = np.geomspace(0.25 / np.sqrt(max(most_k, 1)), _LARGEST, _POINTS)
    logs = np.empty((len(kept), _POINTS))
    up = 1 + 8 * U
    kernels.log_moments(
        law.code,
        law.mean,
        points,
        kept / norm[:, None] * up,
        np.stack([low / norm, high / norm], axis=1),
        rest[0] / norm**2 * up,
        rest[1] / norm**2 / norm**2 * up,
        nothing if total is None else law.mean * total / norm,
        k,
        m,
        support.at_most_k,
        logs,
    )
    return Tail(law.symmetric, points, logs, norm)


@dataclass(frozen=True)
class RowTails:
    """Both tails of n rows: of ``X_i + b_i``, with the worst errors that no input exceeds (None: there is no limit)."""

    above: Tail
    below: Tail | None  # of -X_i; None for a symmetric law
    shift: Array | None
    worst: Array | None

    def at(self, eps: Any) -> Array:
        """(n,) upper bounds of ``P(|X_i + b_i| >= eps)``; ``eps`` is a number or (n,)."""
        levels = np.broadcast_to(np.asarray(eps, dtype=np.float64), self.above.norm.shape)
        if self.below is None:
            found = self.above.at(levels)
        else:
            b = np.zeros(len(levels)) if self.shift is None else self.shift
            slack = 4 * U * (levels + np.abs(b))
            found = np.minimum(self.above.at(levels - b - slack) + self.below.at(levels + b - slack), 1.0)
        return found if self.worst is None else np.where(levels > self.worst, 0.0, found)

    def start(self) -> Array:
        """(n,) levels to begin a search at."""
        if self.worst is not None:
            return np.nextafter(np.maximum(self.worst, 0), np.inf)
        return self.above.norm + (0 if self.shift is None else np.abs(self.shift))

    def each(self, p: float) -> Array:
        """(n,) for each row a level that it reaches with probability at most p."""
        high = self.start()
        while (late := self.at(high) > p).any():
            high = np.where(late, 2 * high, high)
        low = np.zeros(len(high))
        for _ in range(24):
            middle = (low + high) / 2
            late = self.at(middle) > p
            low, high = np.where(late, middle, low), np.where(late, high, middle)
        return high

    def level(self, p: float, *, average: bool) -> float:
        """A level that some row reaches with probability at most p, or (``average``) a row drawn at random."""

        def passes(eps: float) -> bool:
            return union(self.at(eps)) <= p * (len(self.above.norm) if average else 1)

        low, high = 0.0, float(self.start().max())
        while not passes(high):
            low, high = high, 2 * high
        for _ in range(60):
            if high - low <= 1e-6 * high:
                break
            middle = (low + high) / 2
            low, high = (low, middle) if passes(middle) else (middle, high)
        return high


def union(probabilities: Array) -> float:
    """An upper bound of the sum."""
    return float(probabilities.sum()) * _UP
