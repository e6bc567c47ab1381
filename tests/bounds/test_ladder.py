"""The ladder: certificates against a plain twin, the closed form against certificates, floats refused."""

from __future__ import annotations

import time
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lincs
from lincs.bounds.explain import derivation
from lincs.bounds.ladder import Ladder, Levels
from lincs.bounds.ladder_search import Entries, ladder_allows, ladder_at, ladder_most, ladder_rank
from lincs.bounds.plain_ladder import integer, rational, reason_against
from lincs.bounds.polynomials import polynomial_dimension
from lincs.bounds.powers import welch
from lincs.jsonable import jsonable
from proofs_check.t04e_ladder import VECTORS

mus = st.fractions(min_value=Fraction(1, 40), max_value=Fraction(19, 20), max_denominator=60)
counts = st.one_of(st.integers(2, 400), st.integers(2, 10**12))


@given(st.integers(1, 30), st.integers(1, 9))
def test_levels(rank: int, top: int) -> None:
    levels = Levels(rank, top)
    D = [polynomial_dimension(rank, n) for n in range(top + 1)]
    assert levels.D == D
    assert [D[n] - (D[n - 2] if n > 1 else 0) for n in range(top + 1)] == levels.H
    assert [D[n] - (D[n - 1] if n else 0) for n in range(top + 1)] == levels.E


@given(
    st.integers(1, 12),
    st.lists(st.integers(0, 40), min_size=1, max_size=3),
    st.booleans(),
    st.integers(2, 3000),
    mus,
    st.booleans(),
    st.sampled_from([Fraction(0), Fraction(1, 3), Fraction(8, 9)]),
)
def test_two_programs_agree_on_certificates(
    rank: int, c: list[int], even: bool, m: int, mu: Fraction, strict: bool, excess: Fraction
) -> None:
    ladder = Ladder(rank, 2 * len(c) - even, tuple(sorted(c)))
    said = ladder.excludes(m=m, s=mu * mu, strict=strict, excess=excess)
    parameters = jsonable({"p": ladder.p, "c": list(ladder.c), "mu": mu} | ({"excess": excess} if excess else {}))
    against = reason_against(parameters, m=m, rank=rank, mu=mu, excess=excess, strict=strict)
    assert said == (not against), against
    least = ladder.least_columns(s=mu * mu, strict=strict, excess=excess)
    assert said == (least is not None and least <= m)


@settings(deadline=None)
@given(counts, mus, st.booleans())
def test_what_is_found_is_a_proof_and_the_next_rank_is_not(m: int, mu: Fraction, strict: bool) -> None:
    entries = Entries(mu, strict)
    found = ladder_rank(m, entries)
    assert found is not None
    assert found.excludes(m=m, s=mu * mu, strict=strict)
    assert ladder_allows(m, found.rank + 1, entries)
    assert found.rank + 1 >= min(welch(m=m, mu=mu, strict=strict), m)  # degree 1 is Welch's bound
    # a certificate is one of everything easier
    for more in (1, m, 10 * m):
        assert found.excludes(m=m + more, s=mu * mu, strict=strict)
    assert found.excludes(m=m, s=(mu * Fraction(99, 100)) ** 2, strict=strict)
    if found.rank > 1:
        assert ladder_at(m, found.rank // 2, entries) is not None


@settings(deadline=None)
@given(st.integers(1, 60), mus, st.booleans())
def test_the_largest_m_is_the_boundary(rank: int, mu: Fraction, strict: bool) -> None:
    entries = Entries(mu, strict)
    found = ladder_most(rank, entries)
    if found is None:
        assert ladder_allows(10**30, rank, entries)
        return
    m, ladder = found
    assert ladder.excludes(m=m, s=mu * mu, strict=strict)
    assert ladder_allows(m - 1, rank, entries)
    assert ladder.least_columns(s=mu * mu, strict=strict) == m


@settings(deadline=None, max_examples=60)
@given(counts, mus, st.integers(0, 50), st.fractions(0, Fraction(1, 3), max_denominator=50))
def test_monotone(m: int, mu: Fraction, more: int, less: Fraction) -> None:
    def rank(m: int, mu: Fraction) -> int:
        found = ladder_rank(m, Entries(mu, strict=True))
        return found.rank if found else 0

    assert rank(m + more, mu) >= rank(m, mu)
    assert rank(m, mu * (1 - less)) >= rank(m, mu)


@pytest.mark.parametrize(("m", "mu", "strict", "rank", "p", "c", "least"), VECTORS)
def test_vectors(m: int, mu: str, strict: bool, rank: int, p: int, c: tuple[int, ...], least: int) -> None:
    s = Fraction(mu) ** 2
    assert Ladder(rank, p, c).excludes(m=m, s=s, strict=strict)
    assert Ladder(rank, p, c).least_columns(s=s, strict=strict) == least
    parameters = jsonable({"p": p, "c": list(c), "mu": Fraction(mu)})
    for columns, proved in ((m, True), (least, True), (least - 1, False)):
        why = reason_against(parameters, m=columns, rank=rank, mu=Fraction(mu), excess=Fraction(0), strict=strict)
        assert (not why) == proved, why


def test_what_exists_is_not_excluded() -> None:
    assert not Ladder(24, 4, (1, 6)).excludes(m=98280, s=Fraction(1, 4), strict=False)  # Leech
    assert not Ladder(2, 3, (1, 2)).excludes(m=7, s=Fraction(9, 16), strict=False)
    assert not Ladder(3, 1, (1,)).excludes(m=4, s=Fraction(1, 9), strict=False)  # the simplex
    assert ladder_rank(98280, Entries(Fraction(1, 2), strict=False)) is not None
    assert ladder_allows(98280, 24, Entries(Fraction(1, 2), strict=False))


@pytest.mark.parametrize("c", [(6, 1), (0, 0), (-1, 6), (1,), (1, 6, 7), ()])
def test_c_that_is_none(c: tuple[int, ...]) -> None:
    assert not Ladder(23, 4, c).excludes(m=98280, s=Fraction(1, 4), strict=False) if c else True
    why = reason_against(
        {"p": 4, "c": list(c), "mu": "1/2"}, m=98280, rank=23, mu=Fraction(1, 2), excess=Fraction(0), strict=False
    )
    assert why


@pytest.mark.parametrize("value", [1.0, True, "1", None, Fraction(1)])
def test_only_integers_are_taken(value: Any) -> None:
    with pytest.raises(TypeError, match="must be an integer"):
        Ladder(3, 1, (value,))
    with pytest.raises(TypeError, match="must be an integer"):
        Ladder(value, 1, (1,))
    why = reason_against(
        {"p": 1, "c": [value], "mu": "1/3"}, m=9, rank=3, mu=Fraction(1, 3), excess=Fraction(0), strict=True
    )
    assert "integer" in why


def test_a_float_mu_would_exclude_the_simplex() -> None:
    with pytest.raises(TypeError, match="fractions"):
        Ladder(3, 1, (1,)).excludes(m=4, s=(1 / 3) ** 2, strict=False)  # type: ignore[arg-type]
    assert rational(1 / 3) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (7, 7), ("12345678901234567", 12345678901234567), ("9" * 5000, 10**5000 - 1),
        ("7", None), ("012345678901234567", None), ("1234567890123456.", None), ("-1234567890123456", None),
        (7.0, None), (True, None), ([7], None),
    ],
    ids=lambda value: str(value)[:20] if not isinstance(value, int) or value < 10**20 else "long",
)  # fmt: skip
def test_integers_of_json(text: Any, value: int | None) -> None:
    assert integer(text) == value


@pytest.mark.parametrize("text", ["2/4", "1/1", "1/0", "0/3", "-1/3", "1/2/3", "a/b", "", "1/", 0.5, True])
def test_rationals_of_json_are_in_lowest_terms(text: Any) -> None:
    assert rational(text) is None
    assert rational("3/7") == Fraction(3, 7)


def test_a_reader_can_follow_it() -> None:
    lines = derivation(lincs.bound(m=10**6, k=4, eps="1/2"))
    text = "\n".join(lines)
    for part in ("d >= 167", "c_2 = 1, c_0 = 68", "H_0, H_1, ... = 1, 166, 13861, 776216", "L >= ", "impossible"):
        assert part in text


def test_long_numbers_take_little() -> None:
    start = time.perf_counter()
    for mu in (Fraction(1, 2), Fraction(1, 7), Fraction(999, 1000), 1 - Fraction(1, 10**9), Fraction(1, 10**40)):
        found = ladder_rank(10**100, Entries(mu, strict=True))
        assert found is not None
        assert found.excludes(m=10**100, s=mu * mu, strict=True)
    assert time.perf_counter() - start < 20  # seconds; benchmarks measure, this only ends


def test_the_answer_of_the_title() -> None:
    answer = lincs.bound(d=768, k=4, eps="1/2")
    assert answer.upper.name == "ladder"
    assert answer.upper.value == 103197436834570499


def test_leech_is_exact() -> None:
    answer = lincs.bound(m=98280, k=1, eps=Fraction(1, 3) + Fraction(1, 10**9))
    assert answer.lower.value == answer.upper.value == 24
