"""Theorem 6: every enclosure of the verifier contains the exact value, on inputs made to break it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

import lincs

TITLE = "rounding radius and enclosures"

CASES = 10_000
QUICK = {"cases": 250}  # what the test suite runs; python -m proofs_check runs all
READOUTS = ("signed", "nonnegative", "affine", "threshold")

Array = npt.NDArray[Any]


def adversaries(rng: np.random.Generator) -> Iterator[tuple[str, Array, Array]]:
    """An endless stream of (kind, A, B), d x m with d, m <= 4."""
    while True:
        d, m = (int(n) for n in rng.integers(1, 5, 2))
        x, y = rng.standard_normal((2, d, m))
        # Sums that cancel: coordinates come in pairs of nearly equal size and opposite sign, at many scales.
        wide = x * 10.0 ** rng.integers(-8, 9, (d, 1))
        yield "cancelling", np.vstack([wide, wide, x]), np.vstack([y, -y * (1 + 2.0**-50), y])
        yield (
            "denormal",
            x * 10.0 ** rng.integers(-320, -300, (d, m)),
            y * 10.0 ** rng.integers(-10, 10, (d, m)),
        )
        yield "huge", x * 10.0 ** rng.integers(60, 140, (1, m)), y * 10.0 ** rng.integers(-140, 10, (1, m))
        yield "tiny", x * 10.0 ** rng.integers(-140, -60, (d, m)), y * 10.0 ** rng.integers(60, 140, (d, m))
        signs = rng.choice([-1.0, 0.0, 1.0], (2, d, m))
        yield "ties", signs[0], signs[1]
        yield "tied thirds", signs[0] / 3, signs[0] / 3
        yield "near identity", np.eye(d, m) + x * 2.0**-30, np.eye(d, m) + y * 2.0**-30
        yield "float32", x.astype(np.float32), y.astype(np.float32)
        yield "float16", x.astype(np.float16), x.astype(np.float16)
        yield "random", x, y


def exact_rows(A: Array, B: Array) -> list[list[Fraction]]:
    """``B^T A`` in exact arithmetic."""
    a, b = ([[Fraction(float(v)) for v in column] for column in np.asarray(M, float).T] for M in (A, B))
    return [[sum((p * q for p, q in zip(u, v, strict=True)), Fraction(0)) for v in a] for u in b]


def exact_loss(row: list[Fraction], i: int, k: int, readout: str) -> Fraction:
    """Theorem 1 for one row of ``B^T A``, by sorting."""
    error = [v - (j == i) for j, v in enumerate(row)]

    def top(values: list[Fraction], n: int) -> Fraction:
        return sum(sorted((max(v, Fraction(0)) for v in values), reverse=True)[:n], Fraction(0))

    if readout == "threshold":
        off = [v for j, v in enumerate(row) if j != i]
        return top(off, k) + top([-v for v in off], k - 1) - row[i]
    high, low = top(error, k), top([-v for v in error], k)
    if readout == "signed":
        return top([abs(v) for v in error], k)
    return max(high, low) if readout == "nonnegative" else (high + low) / 2


def check_case(A: Array, B: Array, k: int, readout: str, precision: str, rng: np.random.Generator) -> None:
    """One verification against exact arithmetic: every row, the worst case, and a question on its very value."""
    rows = exact_rows(A, B)
    losses = [exact_loss(row, i, k, readout) for i, row in enumerate(rows)]
    worst = max(losses)
    question = None
    if readout != "threshold" and worst > 0:
        question = worst + int(rng.integers(2)) * Fraction(1, 10**60)  # exactly at eps, or a hair above
    result = lincs.verify(A, B, k=k, readout=readout, precision=precision, eps=question, threads=1)
    case = result.results[0]
    if case.margin is not None:
        lo, hi = -case.margin.hi, -case.margin.lo
    else:
        assert case.eps is not None
        lo, hi = case.eps.lo, case.eps.hi
    assert Fraction(lo) <= worst <= Fraction(hi), (readout, k, lo, float(worst), hi)
    for i, loss in enumerate(losses):
        ends = (Fraction(float(result.lower[i, 0])), Fraction(float(result.upper[i, 0])))
        assert ends[0] <= loss <= ends[1], (readout, k, i, ends, loss)
    if readout == "threshold":
        assert case.holds is (worst < 0)
    elif question is not None:
        assert case.holds is (worst < question), (readout, k, float(worst))


def check(cases: int = CASES) -> str:
    rng = np.random.default_rng(2026)
    counts: dict[str, int] = {}
    for n, (kind, A, B) in zip(range(cases), adversaries(rng), strict=False):
        k = int(rng.integers(1, A.shape[1] + 1))
        precision = "mixed" if n % 3 == 0 else "double"
        check_case(A, B, k, READOUTS[n // 3 % 4], precision, rng)
        counts[kind] = counts.get(kind, 0) + 1
    return f"{sum(counts.values())} adversarial pairs ({', '.join(counts)}), none outside its interval"
