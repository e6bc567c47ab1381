"""The worst case of a pair by plain numpy and exact rationals: the second opinion that certificates are checked with.

Shares no code with :mod:`lincs.interference`: one blocked matrix product, one partition, one rounding bound
(THEOREMS.md, 6), and rationals where these do not decide.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["PlainWorst", "cell", "worst_case"]

Array = npt.NDArray[Any]

_UNIT = 2.0**-53
_MOST_CONTESTED = 4096


@dataclass(frozen=True)
class PlainWorst:
    """``lo <= worst case <= hi``, and whether it is strictly below the eps asked for (None: not decided)."""

    lo: float
    hi: float
    below: bool | None


def worst_case(A: Array, B: Array, *, k: int, eps: Fraction, panel: int = 1024) -> PlainWorst:
    """Enclose ``max_i ||E_i||_(k)``, ``E = B^T A - I``, for float64 ``d x m`` arrays."""
    d, m = A.shape
    norm_a = float(np.sqrt((A * A).sum(axis=0).max()))
    norm_b = float(np.sqrt((B * B).sum(axis=0).max()))
    # An inner product in any order of summation, the subtraction of 1, and the rounding of these norms.
    delta = (1.1 * (d + 8) * _UNIT) * (norm_a * norm_b + 1) + 1e-290
    lo, hi = 0.0, 0.0
    doubtful: list[int] = []
    level = float(eps)
    for start in range(0, m, panel):
        stop = min(start + panel, m)
        E = B[:, start:stop].T @ A
        E[np.arange(stop - start), np.arange(start, stop)] -= 1.0
        np.abs(E, out=E)
        top = np.partition(E, m - k, axis=1)[:, m - k :].sum(axis=1) if k < m else E.sum(axis=1)
        slack = k * delta + (k + 2) * _UNIT * top
        lo, hi = max(lo, float((top - slack).max())), max(hi, float((top + slack).max()))
        doubtful += (start + np.flatnonzero(top + slack >= level * (1 - 4 * _UNIT))).tolist()
    if Fraction(lo) >= eps:
        return PlainWorst(lo, hi, False)
    if Fraction(hi) < eps:
        return PlainWorst(lo, hi, True)
    below: bool | None = True
    for row in doubtful:
        value = _exact_row(A, B, row, k, delta)
        if value is None:
            below = None
        elif value >= eps:
            return PlainWorst(lo, hi, False)
    return PlainWorst(lo, hi, below)


def _exact_row(A: Array, B: Array, row: int, k: int, delta: float) -> Fraction | None:
    """The exact top-k sum of a row, or None if too many entries could be among the k largest."""
    entries = B[:, row] @ A
    entries[row] -= 1.0
    entries = np.abs(entries)
    kth = np.partition(entries, len(entries) - k)[len(entries) - k]
    contested = np.flatnonzero(entries >= kth - 2 * delta)
    if len(contested) > _MOST_CONTESTED:
        return None
    probe = [Fraction(x) for x in B[:, row].tolist()]
    values = []
    for j in contested.tolist():
        product = sum((b * Fraction(a) for b, a in zip(probe, A[:, j].tolist(), strict=True)), Fraction(0))
        values.append(abs(product - (j == row)))
    return sum(sorted(values, reverse=True)[:k], Fraction(0))


_STEP, _OFFSET = Fraction(1, 10**9), Fraction(618034, 10**15)


def cell(lo: float, hi: float) -> tuple[float, float]:
    """The interval of a fixed grid of spacing 1e-9 that contains ``[lo, hi]``.

    Two correct enclosures of one number, whatever their last digits, give the same cell, unless a grid point separates
    them; the grid avoids the short decimals and small fractions at which worst cases like to lie.
    """
    first = (Fraction(lo) - _OFFSET) // _STEP
    last = (Fraction(hi) - _OFFSET) // _STEP
    return float(first * _STEP + _OFFSET), float((last + 1) * _STEP + _OFFSET)
