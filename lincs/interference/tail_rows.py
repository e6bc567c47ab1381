"""Numba kernels on plain arrays: exponential moments of rows, and the tails that follow (THEOREMS.md, 11).

A law is a number here (laws.py): 0 signs, 1 uniform, 2 positive, 3 binary.  Rows are divided by their largest entry, so
that no exponent is beyond the grid of ``points``, which ends below 700.
"""

from __future__ import annotations

import math

import numpy as np

from lincs.jit import kernel

__all__ = ["excess", "least_exponents", "log_moments"]

_LITTLE = 0.5  # below it, power series: closed forms would cancel
_TERMS = 18
_NEAR_ONE = -3.0
_OUT = 1 + 1e-10  # outward, far above what the closed forms lose (1e-12 of their values)


@kernel()
def excess(law, x):
    """``phi(x) - 1`` of a symmetric law, else ``phi(x) - 1 - c1 x``: never negative."""
    if abs(x) < _LITTLE:
        total, term, n = 0.0, 1.0, 0
        while n < _TERMS:
            n += 1
            term *= x / n  # x^n / n!
            value = term if law == 0 or law == 3 else term / (n + 1)
            if n >= 2 and (law >= 2 or n % 2 == 0):
                total += value
        return max(total, 0.0)
    e = math.exp(x)
    if law == 0:
        return (e + 1 / e) / 2 - 1
    if law == 1:
        return (e - 1 / e) / (2 * x) - 1
    if law == 2:
        return (e - 1) / x - 1 - x / 2
    return e - 1 - x


@kernel()
def _second(law, x):
    """``excess(x)/x^2``, which grows with x (with |x| for a symmetric law); at least what it is at 0."""
    if abs(x) < 1e-4:
        least = 0.5 if law == 0 or law == 3 else 1 / 6
        return least * (1 + abs(x))
    return excess(law, x) / (x * x)


@kernel()
def _fourth(law, x):
    """``(phi(x) - 1 - c2 x^2)/x^4`` of a symmetric law, which grows with |x|."""
    if abs(x) < _LITTLE:
        total, term, n = 0.0, 1.0, 0
        while n < _TERMS:
            n += 2
            factor = 1.0 / (n * (n - 1)) if law == 0 else 1.0 / (n * (n + 1))
            term *= factor if n <= 4 else factor * x * x
            if n >= 4:
                total += term
        return total
    c2 = 0.5 if law == 0 else 1 / 6
    return (excess(law, x) - c2 * x * x) / (x * x * x * x)


@kernel()
def _alone(law, mean, x, rate):
    """``log E e^(x b xi)`` less its linear term, ``b`` being 1 with probability ``rate``: convex in x, least at 0."""
    if law < 2:
        return math.log1p(rate * excess(law, x))
    least = rate * mean * x
    at = math.log1p(rate * excess(law, x) + least) - least
    return max(at, 0.0) + 1e-15 * abs(least)


@kernel()
def log_moments(law, mean, points, kept, own, rest2, rest4, linear, k, m, subset, out):
    """Upper bounds of ``log E exp(x X_i)``, for rows i (n) and every x of the ``points`` (L): ``out`` is n x L.

    ``kept`` (n x K) are the largest entries, descending, ``own`` (n x 2) the ends of the diagonal's, ``rest2`` and
    ``rest4`` the sums of squares and fourth powers of all others, which are at most the last one kept, ``linear`` (n)
    the row sum times c1, the ``mean``.  ``k`` of ``m`` features are active: exactly (``subset``), or each with
    probability k/m; then the factors of the largest entries are what they are, and only the rest is bounded by e^x.
    """
    symmetric = law < 2
    for i in range(kept.shape[0]):
        last = max(kept[i, kept.shape[1] - 1], 1e-30)
        for n in range(points.size):
            x = points[n]
            if subset:
                total = max(excess(law, x * own[i, 0]), excess(law, x * own[i, 1]))
                for j in range(kept.shape[1]):
                    total += excess(law, x * kept[i, j])
            else:
                total = max(_alone(law, mean, x * own[i, 0], k / m), _alone(law, mean, x * own[i, 1], k / m))
                for j in range(kept.shape[1]):
                    y = x * kept[i, j]  # of an entry of either sign, if it is no larger than the radius
                    part = _alone(law, mean, y, k / m)
                    total += part if symmetric else max(part, _alone(law, mean, -y, k / m))
            mu, x2 = x * last, x * x
            rest = rest2[i] * x2 * _second(law, mu)
            if symmetric:
                c2 = 0.5 if law == 0 else 1 / 6
                rest = min(rest, rest2[i] * x2 * c2 + rest4[i] * x2 * x2 * _fourth(law, mu))
            drift = x * linear[i]
            if subset:
                total = (total + rest) * _OUT + drift + abs(drift) * 1e-12
                value = k * math.log1p(max(total / m, 1e-15 - 1))
            else:
                value = total * _OUT + (k / m) * (rest * _OUT + drift + abs(drift) * 1e-12)
            out[i, n] = value + abs(value) * 1e-12


@kernel()
def least_exponents(symmetric, points, logs, levels, out):
    """Upper bounds of ``log P(|X_i| >= t_i)`` (symmetric), or of ``log P(X_i >= t_i)``, from :func:`log_moments`.

    ``levels`` (n) are the t_i, in the units of the rows; 0 where t_i is not positive.
    """
    for i in range(logs.shape[0]):
        t = levels[i]
        if t <= 0:
            out[i] = 0.0
            continue
        best, at = np.inf, 0
        for n in range(points.size):
            value = logs[i, n] - points[n] * t
            if value < best:
                best, at = value, n
        size = abs(logs[i, at]) + points[at] * t
        if symmetric:  # 1/cosh instead of 2/exp, which matters to bounds near 1
            best += math.log(2.0) - math.log1p(math.exp(-2 * points[at] * t))
            if best > _NEAR_ONE:
                for n in range(points.size):
                    y = points[n] * t
                    best = min(best, logs[i, n] - y + math.log(2.0) - math.log1p(math.exp(-2 * y)))
        best += 1e-9 + 1e-12 * size
        out[i] = min(best, 0.0)
