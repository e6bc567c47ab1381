"""Closed-form parameters: orders, strict thresholds, monotonicity, and small frames built and measured."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, islice, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import hadamard

from lincs.constructions.catalogue import FAMILIES
from lincs.constructions.design import ProjectivePlane, TransversalDesign
from lincs.constructions.elementary import Identity, PlaneLines, Simplex
from lincs.constructions.family import Family, above
from lincs.constructions.hadamard import HadamardPair, Kerdock
from lincs.constructions.orders import (
    hadamard_orders,
    is_hadamard_order,
    is_prime_power,
    prime_powers,
    prime_root,
)

mus = st.fractions(min_value=Fraction(1, 400), max_value=1, max_denominator=1000)


def naive_prime_root(q: int) -> tuple[int, int] | None:
    primes = [p for p in range(2, q + 1) if q % p == 0 and all(p % r for r in range(2, p))]
    if len(primes) != 1:
        return None
    e = 0
    while q > 1:
        q //= primes[0]
        e += 1
    return primes[0], e


def test_prime_powers() -> None:
    assert [prime_root(q) for q in range(1, 600)] == [naive_prime_root(q) for q in range(1, 600)]
    assert list(islice(prime_powers(24), 6)) == [25, 27, 29, 31, 32, 37]
    assert prime_root(1_000_003**3) == (1_000_003, 3)
    assert prime_root(2**80) == (2, 80)
    assert not is_prime_power(3_215_031_751)  # strong pseudoprime to the bases 2, 3, 5 and 7
    assert not is_prime_power(2**89 - 1)  # prime, but outside the range where the test is a proof


def test_hadamard_orders() -> None:
    known = [n for n in range(1, 269) if is_hadamard_order(n)]
    missing = [n for n in [1, 2, *range(4, 269, 4)] if n not in known]
    # The orders below 268 that neither Paley's constructions nor products reach (the classical list).
    assert missing == [92, 116, 156, 172, 184, 188, 232, 236, 260, 268]
    assert list(islice(hadamard_orders(1), 4)) == [1, 2, 4, 8]


@given(st.fractions(0, 10**6))
def test_above(x: Fraction) -> None:
    assert above(x) - 1 <= x < above(x)


@given(st.sampled_from(FAMILIES), st.integers(2, 10**7), mus)
def test_a_promise_meets_the_question(family: Family, m: int, mu: Fraction) -> None:
    promise = family.least(m=m, mu=mu)
    if promise is None:
        return
    assert promise.family == family.name
    assert promise.columns >= m
    if promise.coherence_squared is not None:
        assert promise.coherence_squared < mu**2
        # No set of lines beats Welch's bound.
        assert promise.coherence_squared >= Fraction(
            promise.columns - promise.d, promise.d * (promise.columns - 1)
        )


@given(st.sampled_from(FAMILIES), st.integers(2, 10**7), mus, st.integers(0, 10**6), mus)
def test_promises_are_monotone(family: Family, m: int, mu: Fraction, more: int, wider: Fraction) -> None:
    hard, easy = family.least(m=m + more, mu=mu), family.least(m=m, mu=min(Fraction(1), mu + wider))
    # A simplex of m + 1 lines also holds m lines, but then in R^m, where the identity serves as well.
    if hard is not None and not isinstance(family, Simplex):
        assert easy is not None
        assert easy.d <= hard.d


def naive_transversal(m: int, mu: Fraction) -> int:
    """The least g q over every g, q, r in a box that contains the optimum."""
    orders = [g for g in range(1, 140) if is_hadamard_order(g)]
    fields = [q for q in range(2, 140) if is_prime_power(q)]
    return min(
        g * q
        for g, q, r in product(orders, fields, range(2, 8))
        if g <= q + 1 and q**r * g >= m and Fraction(r - 1, g) < mu
    )


@given(st.integers(2, 10**6), st.fractions(Fraction(1, 16), 1, max_denominator=60))
def test_transversal_design_finds_the_least_dimension(m: int, mu: Fraction) -> None:
    promise = TransversalDesign().least(m=m, mu=mu)
    assert promise is not None
    if promise.d < 128:  # the box contains every design of that dimension
        assert promise.d == naive_transversal(m, mu)


@given(st.integers(6, 600), st.fractions(Fraction(1, 16), 1, max_denominator=60))
def test_transversal_design_finds_the_most_columns(d: int, mu: Fraction) -> None:
    promise = TransversalDesign().most(d=d, mu=mu)
    if promise is None:
        return
    assert promise.d <= d
    least = TransversalDesign().least(m=promise.columns, mu=mu)
    assert least is not None
    assert least.d <= d
    harder = TransversalDesign().least(m=promise.columns + 1, mu=mu)
    assert harder is None or harder.d > d


def measured(frame: np.ndarray) -> float:
    gram = frame.T @ frame
    assert np.allclose(np.diag(gram), 1)
    return float(np.abs(gram - np.eye(len(gram))).max())


def test_transversal_design_small_frames() -> None:
    """Built naively from the definition for prime q: the coherence is as promised."""
    for q, g, r in [(3, 4, 2), (5, 4, 2), (7, 8, 2), (5, 4, 3), (3, 4, 3)]:
        places = list(range(q))[: g - (g == q + 1)]
        columns = []
        for poly in product(range(q), repeat=r):
            values = [sum(c * x**i for i, c in enumerate(poly)) % q for x in places]
            values += [poly[-1]] * (g == q + 1)
            for signs in hadamard(g):
                column = np.zeros((g, q))
                column[np.arange(g), values] = signs / np.sqrt(g)
                columns.append(column.ravel())
        frame = np.array(columns).T
        assert frame.shape == (g * q, q**r * g)
        assert measured(frame) <= (r - 1) / g + 1e-12


def test_projective_plane_small_frame() -> None:
    q = 3
    points = [v for v in product(range(q), repeat=3) if next((x for x in v if x), 0) == 1]
    columns = []
    for line in points:
        block = [i for i, v in enumerate(points) if sum(a * b for a, b in zip(line, v, strict=True)) % q == 0]
        for signs in hadamard(q + 1):
            column = np.zeros(len(points))
            column[block] = signs / np.sqrt(q + 1)
            columns.append(column)
    frame = np.array(columns).T
    promise = ProjectivePlane().least(m=52, mu=Fraction(1, 4) + Fraction(1, 1000))
    assert promise is not None
    assert frame.shape == (promise.d, promise.columns)
    assert measured(frame) == pytest.approx(float(promise.coherence_squared or 0) ** 0.5)


def test_kerdock_smallest_is_d4() -> None:
    roots = [v for v in product((-1, 0, 1), repeat=4) if sum(map(abs, v)) == 2]
    lines = [v for v in roots if next(x for x in v if x) > 0]
    worst = max(abs(sum(a * b for a, b in zip(v, w, strict=True))) for v, w in combinations(lines, 2))
    promise = Kerdock().least(m=12, mu=Fraction(51, 100))
    assert promise is not None
    assert (promise.d, promise.columns, promise.coherence_squared) == (4, len(lines), Fraction(worst, 2) ** 2)


def test_thresholds_are_strict() -> None:
    tiny = Fraction(1, 10**30)
    for family, m, mu, d in [
        (Simplex(), 5, Fraction(1, 4), 4),
        (HadamardPair(), 8, Fraction(1, 2), 4),
        (Kerdock(), 144, Fraction(1, 4), 16),
        (ProjectivePlane(), 52, Fraction(1, 4), 13),
        (TransversalDesign(), 36, Fraction(1, 4), 12),
        (PlaneLines(), 3, Fraction(1, 2), 2),
    ]:
        on, over = family.least(m=m, mu=mu), family.least(m=m, mu=mu + tiny)
        assert over is not None
        assert over.d == d
        assert on is None or on.d > d


def test_identity_always_serves() -> None:
    promise = Identity().least(m=10**100, mu=Fraction(1, 10**50))
    assert promise is not None
    assert promise.d == 10**100
