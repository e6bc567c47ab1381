"""The Chebyshev rank bound against a naive twin, known line systems, and its own monotonicity."""

from __future__ import annotations

import csv
from fractions import Fraction
from math import comb, isqrt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lincs.bounds.chebyshev import chebyshev_rank
from lincs.bounds.polynomials import degrees, polynomial_dimension
from lincs.bounds.powers import welch

DATA = Path(__file__).parents[1] / "data"


def table(name: str) -> list[dict[str, str]]:
    with (DATA / name).open() as file:
        return list(csv.DictReader(file))


def naive_chebyshev(p: int, x: Fraction) -> Fraction:
    values = [Fraction(1), x]
    while len(values) <= p:
        values.append(2 * x * values[-1] - values[-2])
    return values[p]


def naive_bound(m: int, mu: Fraction, *, strict: bool, top: int) -> int:
    """The least d allowed by every degree up to ``top``, counting up."""
    rights = [Fraction(m) / (1 + (m - 1) / naive_chebyshev(p, 1 / mu) ** 2) for p in range(1, top + 1)]
    d = 1
    while True:
        dims = [sum(comb(d + n - 1, n) for n in range(p % 2, p + 1, 2)) for p in range(1, top + 1)]
        if all(left > right or (left == right and not strict) for left, right in zip(dims, rights, strict=True)):
            return d
        d += 1


mus = st.fractions(min_value=Fraction(1, 9), max_value=Fraction(9, 10), max_denominator=30)


@given(st.integers(2, 2000), mus, st.booleans())
def test_agrees_with_the_naive_twin(m: int, mu: Fraction, strict: bool) -> None:
    assert chebyshev_rank(m=m, mu=mu, strict=strict).d == naive_bound(m, mu, strict=strict, top=24)


@given(st.integers(0, 30), st.integers(0, 12))
def test_polynomial_dimension_counts_monomials(d: int, p: int) -> None:
    expected = sum(comb(d + n - 1, n) if d + n else 1 for n in range(p % 2, p + 1, 2))
    assert polynomial_dimension(d, p) == expected


@given(mus)
def test_degrees_yield_squares_of_chebyshev_values(mu: Fraction) -> None:
    for p, square, unit in degrees(mu):
        assert Fraction(square, unit) == naive_chebyshev(p, 1 / mu) ** 2
        if p == 9:
            return


@pytest.mark.parametrize(
    ("m", "mu", "d"),
    [
        (120, "1/2", 8),  # E8
        (144, "1/4", 16),  # Kerdock
        (276, "1/5", 23),
        (2300, "1/3", 23),
        (36, "1/2", 6),  # E6
        (63, "1/2", 7),  # E7
        (98280, "1/2", 22),  # Leech, known in 24
    ],
)
def test_known_line_systems(m: int, mu: str, d: int) -> None:
    assert chebyshev_rank(m=m, mu=Fraction(mu), strict=False).d == d


@pytest.mark.parametrize(("exponent", "d", "p"), [(39, 6778, 12), (100, 17107, 31)])
def test_there_is_no_fixed_cap_on_the_degree(exponent: int, d: int, p: int) -> None:
    found = chebyshev_rank(m=10**exponent, mu=Fraction(1, 19))
    assert (found.d, found.p, found.complete) == (d, p, True)


def test_reference_values() -> None:
    for row in table("reference_brackets.csv"):
        t = Fraction(row["eps"]) / int(row["k"])
        found = chebyshev_rank(m=int(row["m"]), mu=t / (1 - t))
        assert (found.d, found.p) == (int(row["lower"]), int(row["p"])), row


def test_equality_is_excluded_when_the_inequality_is_strict() -> None:
    # 28 equiangular lines in R^7 at exactly 1/3: at most 1/3 allows 7, below 1/3 does not.
    assert chebyshev_rank(m=28, mu=Fraction(1, 3), strict=False).d == 7
    assert chebyshev_rank(m=28, mu=Fraction(1, 3), strict=True).d == 8
    assert chebyshev_rank(m=28, mu=Fraction(1, 3) + Fraction(1, 10**30), strict=True).d == 7
    assert welch(m=28, mu=Fraction(1, 3), strict=False) == 7
    assert welch(m=28, mu=Fraction(1, 3)) == 8


def test_never_above_a_known_packing() -> None:
    equal = total = 0
    for row in table("line_packings.csv"):
        d, n, mu = int(row["d"]), int(row["N"]), Fraction(row["mu_upper"])
        found = chebyshev_rank(m=n, mu=mu, strict=False).d
        assert found <= d, row
        total += n > d
        equal += n > d and found == d
    assert equal * 3 >= total * 2, (equal, total)


def test_equal_at_every_real_etf() -> None:
    for row in table("real_etf.csv"):
        square = Fraction(row["mu_squared"])
        scale = 10**40
        mu = Fraction(isqrt(square.numerator * scale**2 // square.denominator) + 1, scale)
        assert chebyshev_rank(m=int(row["N"]), mu=mu).d == int(row["d"]), row


@given(st.integers(2, 10**12), mus, st.integers(0, 10**6), st.fractions(0, Fraction(1, 20), max_denominator=50))
def test_monotone_in_m_and_mu(m: int, mu: Fraction, more: int, wider: Fraction) -> None:
    assert chebyshev_rank(m=m + more, mu=mu).d >= chebyshev_rank(m=m, mu=mu).d
    assert chebyshev_rank(m=m, mu=mu + wider).d <= chebyshev_rank(m=m, mu=mu).d


def test_the_edges() -> None:
    assert chebyshev_rank(m=1, mu=Fraction(1, 3)).d == 1
    assert chebyshev_rank(m=2, mu=Fraction(1)).d == 2
    assert chebyshev_rank(m=2, mu=Fraction(1), strict=False).d == 1
    assert chebyshev_rank(m=9, mu=Fraction(3, 2)).d == 1
    assert chebyshev_rank(m=2, mu=Fraction(999, 1000)).d == 2
