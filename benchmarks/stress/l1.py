"""Basis pursuit and the LASSO against exact enumeration, on small matrices of every awkward kind."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

import lincs
from benchmarks.stress.exact import columns_of, dot, image, l1_minimum, lasso_minimum
from benchmarks.stress.small import small_matrix

__all__ = ["NAME", "cases"]

NAME = "l1"

ZERO = Fraction(0)


def cases(seed: int) -> Iterator[Callable[[], str | None]]:
    """Trials without end; each returns None, or one line that says what is wrong."""
    draw = random.Random(seed)
    while True:
        yield partial(_basis_pursuit, draw.getrandbits(48))
        yield partial(_lasso, draw.getrandbits(48))


def _right_side(rng: np.random.Generator, columns: list[list[Fraction]], d: int) -> Any:
    """An image of small integers (rounded to doubles), or any vector; None where it overflows."""
    if rng.random() < 0.8:
        z = [Fraction(int(v)) for v in rng.integers(-2, 3, len(columns)) * (rng.random(len(columns)) < 0.6)]
        exact = image(columns, z)
        if any(abs(v) >= 2**1023 for v in exact):
            return None
        return np.array([float(v) for v in exact])
    return rng.standard_normal(d)


def _fraction(end: float) -> Fraction:
    return Fraction(end) if np.isfinite(end) else Fraction(10) ** 700 * (1 if end > 0 else -1)


def _basis_pursuit(seed: int) -> str | None:
    rng = np.random.default_rng(seed)
    kind, A = small_matrix(rng)
    columns = columns_of(A)
    x = _right_side(rng, columns, len(A))
    if x is None:
        return None
    method = str(rng.choice(["homotopy", "homotopy", "highs"]))
    where = f"basis_pursuit seed={seed} {kind} {method} A={A.tolist()} x={x.tolist()}"
    try:
        found = lincs.basis_pursuit(A, x, method=method)
    except lincs.InputError as error:
        return None if "overflow" in str(error) else f"{where}: {error}"
    right = [Fraction(float(v)) for v in x]
    minimum, _ = l1_minimum(columns, right)
    status, (lo, hi) = found.status[0], found.minimum[:, 0].tolist()
    if minimum is None:
        return f"{where}: no solution, but {status} with upper end {hi}" if hi < np.inf else None
    if np.isnan([lo, hi]).any() or not _fraction(lo) <= minimum <= _fraction(hi):
        return f"{where}: [{lo!r}, {hi!r}] {status} misses {minimum}"
    if not np.isfinite(found.z).all():
        return None
    z = [Fraction(float(v)) for v in found.z]
    price = max(abs(dot(column, [Fraction(float(v)) for v in found.y])) for column in columns)
    if price > 1 + Fraction(1, 10**9):
        return f"{where}: max |a_j . y| = {float(price)}"
    if found.margin[0] > 0:
        least, count = l1_minimum(columns, image(columns, z))
        if least != sum(map(abs, z), ZERO) or count != 1:
            return f"{where}: margin {found.margin[0]!r}, but {count} minimisers for A z"
        if image(columns, z) == right and l1_minimum(columns, right)[1] != 1:
            return f"{where}: margin {found.margin[0]!r}, but several minimisers for x"
    return None


def _lasso(seed: int) -> str | None:
    rng = np.random.default_rng(seed)
    kind, A = small_matrix(rng)
    columns = columns_of(A)
    x = _right_side(rng, columns, len(A))
    if x is None or not x.any() or not A.any():
        return None
    correlation = max(abs(dot(column, [Fraction(float(v)) for v in x])) for column in columns)
    if not Fraction(1, 2**1000) < correlation < 2**1000:
        return None
    lam = float(correlation) * float(rng.choice([0.9, 0.5, 0.1, 1e-3, 2.0]))
    where = f"lasso seed={seed} {kind} A={A.tolist()} x={x.tolist()} lam={lam!r}"
    try:
        found = lincs.lasso(A, x, lam=lam)
    except lincs.InputError as error:
        return None if "overflow" in str(error) or "out of range" in str(error) else f"{where}: {error}"
    right, z = [Fraction(float(v)) for v in x], [Fraction(float(v)) for v in found.z]
    rest = [p - q for p, q in zip(right, image(columns, z), strict=True)]
    level = Fraction(float(found.lam[0]))
    if level != Fraction(lam):
        return f"{where}: lam came back as {float(level)!r}"
    if np.isfinite(found.residual[0]) and dot(rest, rest) > Fraction(float(found.residual[0])) ** 2:
        return f"{where}: residual above {found.residual[0]!r}"
    value = dot(rest, rest) / 2 + level * sum(map(abs, z), ZERO)
    if np.isfinite(found.gap[0]) and lasso_minimum(columns, right, level) < (1 - Fraction(float(found.gap[0]))) * value:
        return f"{where}: gap above {found.gap[0]!r}"
    return None
