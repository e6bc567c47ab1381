"""The exponent b of ``d ~ k^b``, by least squares of logarithms, with its Student interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Exponent", "fit_exponent"]

CONFIDENCE = 0.95


@dataclass(frozen=True, kw_only=True)
class Exponent:
    """``value`` and the 95 % interval ``[lo, hi]`` of a fit to ``points`` pairs with k from ``first`` to ``last``.

    The interval is that of ordinary least squares (residuals as independent errors): it says how well one power of k
    describes the points.
    """

    value: float
    lo: float
    hi: float
    points: int
    first: int
    last: int

    def to_dict(self) -> dict[str, Any]:
        return dict(vars(self))

    def __str__(self) -> str:
        return f"{self.value:.2f} [{self.lo:.2f}, {self.hi:.2f}]"


def fit_exponent(ks: Sequence[int], ds: Sequence[float | None], *, m: int | None = None) -> Exponent | None:
    """Fit ``log d = a + b log k``; with m, ``log(d / log(m/k)) = a + b log k`` over the k < m.

    Missing values are left out; None when fewer than three points or a single k are left.
    """
    points = [
        (math.log(k), math.log(d if m is None else d / math.log(m / k)))
        for k, d in zip(ks, ds, strict=True)
        if d is not None and (m is None or k < m)
    ]
    if len(points) < 3:
        return None
    from scipy.stats import linregress, t

    used = [k for k, d in zip(ks, ds, strict=True) if d is not None and (m is None or k < m)]
    fit = linregress([x for x, _ in points], [y for _, y in points])
    half = float(t.ppf((1 + CONFIDENCE) / 2, len(points) - 2) * fit.stderr)
    slope = float(fit.slope)
    return Exponent(value=slope, lo=slope - half, hi=slope + half, points=len(points), first=min(used), last=max(used))
