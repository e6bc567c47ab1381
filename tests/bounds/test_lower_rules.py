"""The other lower bounds: kernel, powers, the paper's Theorem 3, and the largest m."""

from __future__ import annotations

import math
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from lincs.bounds.chebyshev import chebyshev_most, chebyshev_rank
from lincs.bounds.explain import catalogue
from lincs.bounds.kernel import excluded, kernel_rank
from lincs.bounds.powers import power_rank
from lincs.bounds.published import theorem_3
from lincs.problem import READOUTS

mus = st.fractions(min_value=Fraction(1, 60), max_value=Fraction(9, 10), max_denominator=90)


@given(st.integers(2, 400), st.data(), mus)
def test_kernel_exclusion_is_the_inequality(m: int, data: st.DataObject, mu: Fraction) -> None:
    j = data.draw(st.integers(1, m - 1))
    r = math.sqrt(j + 2)
    gap = float(mu) * (m * (j + r) / (1 + r) - j) - j
    if abs(gap) > 1e-9 * m:
        assert excluded(m=m, j=j, mu=mu) == (gap < 0)


@given(st.integers(2, 120), mus)
def test_kernel_bound_is_the_least_excluded_kernel(m: int, mu: Fraction) -> None:
    out = [j for j in range(1, m) if excluded(m=m, j=j, mu=mu)]
    assert kernel_rank(m=m, mu=mu) == ((m - out[0] + 1, out[0]) if out else None)
    assert out == list(range(out[0], m)) if out else True


def test_kernel_bound_beats_every_single_degree() -> None:
    mu = Fraction(235, 10_000)
    found = kernel_rank(m=100, mu=mu)
    assert found is not None
    assert found[0] > chebyshev_rank(m=100, mu=mu).d


@given(st.integers(2, 10**9), mus)
def test_powers_agree_with_the_naive_twin(m: int, mu: Fraction) -> None:
    best = 1
    for p in range(1, 300):
        right = Fraction(m) / (1 + (m - 1) * mu ** (2 * p))
        while math.comb(best + p - 1, p) <= right:
            best += 1
    assert power_rank(m=m, mu=mu).d == best


@given(st.integers(2, 40), mus)
def test_the_largest_m_is_the_boundary_of_the_bound_on_d(d: int, mu: Fraction) -> None:
    found = chebyshev_most(d=d, mu=mu)
    assert found is not None
    m, _ = found
    assert chebyshev_rank(m=m, mu=mu).d <= d
    assert chebyshev_rank(m=m + 1, mu=mu).d > d


def test_theorem_3_of_the_paper() -> None:
    m, k, eps = 10**12, 100, Fraction(1, 10)
    factor = (0.9 / 1.1) ** 2
    exact = factor / (64 * math.e) * k * k * math.log(m // (4 * k + 1)) / math.log(k)
    assert theorem_3(m=m, k=k, eps=eps) == math.floor(exact) + 1
    assert theorem_3(m=m, k=1, eps=eps) is None
    assert theorem_3(m=m, k=k, eps=Fraction(1)) is None
    assert theorem_3(m=10**6, k=k, eps=eps) is None  # 5 k^3 < eps^2 m fails
    assert theorem_3(m=m, k=4, eps=eps) is None  # e <= ... k^2/8 fails


def test_the_catalogue_is_complete_and_cited() -> None:
    for readout in READOUTS:
        entries = catalogue(readout)
        assert all(all(entry) for entry in entries)
        assert {"lower", "upper"} == {entry[1] for entry in entries}
        assert len({entry[:2] for entry in entries}) == len(entries)
