"""Theorem 6, moduli: every enclosure of a complex pair contains the exact value, on inputs made to break it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

import lincs
from lincs.exact.roots import rational_root, sqrt_above, sqrt_below

TITLE = "rounding radius of moduli and enclosures of complex pairs"

CASES = 3_000
QUICK = {"cases": 200}
_BITS = 700  # absolute: values of the tiny cases are products of about 2^-270

Array = npt.NDArray[Any]
_Row = list[tuple[Fraction, Fraction]]


def adversaries(rng: np.random.Generator) -> Iterator[tuple[str, Array, Array]]:
    """An endless stream of (kind, A, B), d x m with d, m <= 4."""
    while True:
        d, m = (int(n) for n in rng.integers(1, 5, 2))
        x, y = rng.standard_normal((2, d, m)) + 1j * rng.standard_normal((2, d, m))
        wide = x * 10.0 ** rng.integers(-8, 9, (d, 1))
        yield "cancelling", np.vstack([wide, wide, x]), np.vstack([y, -y * (1 + 2.0**-50), y])
        yield "one part cancels", np.vstack([x, x.conj()]), np.vstack([y, y.conj()])
        yield "denormal", x * 10.0 ** rng.integers(-320, -300, (d, m)), y * 10.0 ** rng.integers(-10, 10, (d, m))
        yield "small squares", x * 10.0 ** rng.integers(-90, -60, (1, m)), y * 10.0 ** rng.integers(-90, -60, (1, m))
        yield "huge", x * 10.0 ** rng.integers(30, 140, (1, m)), y * 10.0 ** rng.integers(-140, 10, (1, m))
        whole = rng.choice([-1.0, 0.0, 1.0], (4, d, m))
        yield "ties", whole[0] + 1j * whole[1], whole[2] + 1j * whole[3]
        triples = rng.choice(np.array([3 + 4j, 4 - 3j, 5 + 12j, -8 + 15j, 0, 1, 1j]), (2, d, m))
        yield "rational moduli", triples[0], triples[1] / 16
        yield "near identity", np.eye(d, m) + x * 2.0**-30, np.eye(d, m) + y * 2.0**-30
        yield "complex64", x.astype(np.complex64), y.astype(np.complex64)
        yield "random", x, y


def exact_rows(A: Array, B: Array) -> list[_Row]:
    """``B^H A`` in exact arithmetic."""
    a, b = ([[(Fraction(float(z.real)), Fraction(float(z.imag))) for z in column] for column in M.T] for M in (A, B))

    def product(u: _Row, v: _Row) -> tuple[Fraction, Fraction]:
        zero = Fraction(0)
        real = sum((p * r + q * s for (p, q), (r, s) in zip(u, v, strict=True)), zero)
        return real, sum((p * s - q * r for (p, q), (r, s) in zip(u, v, strict=True)), zero)

    return [[product(u, v) for v in a] for u in b]


def _total(squares: list[Fraction], root: Callable[[Fraction, int], Fraction]) -> Fraction:
    return sum((root(square, _BITS) for square in squares), Fraction(0))


def check_case(A: Array, B: Array, k: int, precision: str, rng: np.random.Generator) -> bool:
    """One verification against exact arithmetic; whether its worst value was rational."""
    rows = exact_rows(A, B)
    squares = [[(p - int(i == j)) ** 2 + q * q for j, (p, q) in enumerate(row)] for i, row in enumerate(rows)]
    largest = [sorted(row, reverse=True)[:k] for row in squares]
    ends = [(_total(row, sqrt_below), _total(row, sqrt_above)) for row in largest]
    worst = max(low for low, _ in ends), max(high for _, high in ends)
    hair = Fraction(1, 10**60) * max(worst[1], Fraction(1))
    question = worst[1] + int(rng.integers(2)) * hair  # an attained value, or a hair above
    result = lincs.verify(A, B, k=k, precision=precision, eps=question or 1, threads=1)
    case = result.results[0]
    assert case.eps is not None
    assert Fraction(case.eps.lo) <= worst[1], (k, case.eps, float(worst[0]))
    assert worst[0] <= Fraction(case.eps.hi), (k, case.eps, float(worst[0]))
    for i, (low, high) in enumerate(ends):
        found = Fraction(float(result.lower[i, 0])), Fraction(float(result.upper[i, 0]))
        assert found[0] <= high, (k, i)
        assert low <= found[1], (k, i)
    rational = worst[0] == worst[1]
    if rational and question:
        assert case.holds is (worst[0] < question), (k, float(worst[0]))
    elif question > worst[1]:
        assert case.holds is True, (k, float(worst[0]))
    return rational and all(rational_root(s) is not None for row in largest for s in row)


def check(cases: int = CASES) -> str:
    rng = np.random.default_rng(2027)
    counts: dict[str, int] = {}
    rational = 0
    for n, (kind, A, B) in zip(range(cases), adversaries(rng), strict=False):
        k = int(rng.integers(1, A.shape[1] + 1))
        rational += check_case(A, B, k, "mixed" if n % 3 == 0 else "double", rng)
        counts[kind] = counts.get(kind, 0) + 1
    return f"{cases} adversarial pairs ({', '.join(counts)}), none outside its interval; {rational} of rational moduli"
