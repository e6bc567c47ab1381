"""Several degrees at once: the proof of positivity, the certificates, and what they reach."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import lincs
from lincs.bounds.several import Certificate, Term
from lincs.bounds.sharpen import certificate
from lincs.exact.positivity import is_positive_on_unit_interval
from tests.bounds.test_lower import table

coefficient = st.fractions(-20, 20, max_denominator=9)


@given(st.lists(coefficient, min_size=1, max_size=7))
def test_positive_means_positive_on_a_grid(coefficients: list[Fraction]) -> None:
    values = [sum(c * Fraction(i, 64) ** n for n, c in enumerate(coefficients)) for i in range(65)]
    if is_positive_on_unit_interval(coefficients):
        assert min(values) > 0
    if min(values) <= 0:
        assert not is_positive_on_unit_interval(coefficients)


@given(st.lists(coefficient, min_size=1, max_size=5), st.fractions(Fraction(1, 10**6), 1, max_denominator=10**6))
def test_a_square_plus_a_margin_is_proved(root: list[Fraction], margin: Fraction) -> None:
    square = [Fraction(0)] * (2 * len(root) - 1)
    for i, a in enumerate(root):
        for j, b in enumerate(root):
            square[i + j] += a * b
    square[0] += margin
    assert is_positive_on_unit_interval(square)
    square[0] -= margin
    shifted = [c - (i == 0) * Fraction(1, 10**9) for i, c in enumerate(square)]
    assert not is_positive_on_unit_interval(shifted) or all(c == 0 for c in root[1:]) or square[0] > 0


def test_a_double_root_is_not_positive() -> None:
    assert not is_positive_on_unit_interval([Fraction(1, 4), Fraction(-1), Fraction(1)])
    assert not is_positive_on_unit_interval([Fraction(1, 9), Fraction(-2, 3), Fraction(1)])


@pytest.mark.parametrize(
    ("m", "k", "eps", "value"),
    [
        (4096, 2, "0.5", 26),
        (65536, 8, "0.5", 321),
        (10**5, 5, "0.3", 380),
        (10**6, 4, "0.5", 160),
        (10**9, 10, "0.5", 1372),
    ],
)
def test_it_reaches_the_float_prototype(m: int, k: int, eps: str, value: int) -> None:
    answer = lincs.bound(m=m, k=k, eps=eps, sharpen=True)
    assert answer.lower.name == "several-degrees"
    assert answer.lower.value == value
    assert len(answer.lower.parameters["degrees"]) > 1


def test_never_below_one_degree_on_the_reference_table() -> None:
    for row in table("reference_brackets.csv")[::4]:
        answer = lincs.bound(m=row["m"], k=row["k"], eps=row["eps"], sharpen=True)
        assert isinstance(answer.lower.value, int)
        assert answer.lower.value >= int(row["lower"])


def test_a_certificate_is_a_proof_and_nothing_else_is() -> None:
    found = certificate(m=4096, mu=Fraction(1, 3), d=25, top=6)
    assert found is not None
    assert found.holds()
    first, second = found.terms
    louder = Term(first.p, tuple(2 * c for c in first.coefficients))
    for changed in (
        replace(found, d=26),
        replace(found, m=3000),
        replace(found, mu=Fraction(2, 5)),
        replace(found, terms=()),
        replace(found, terms=(Term(2, (Fraction(1),)),)),
        replace(found, terms=(louder, second)),
    ):
        assert not changed.holds()
    assert certificate(m=4096, mu=Fraction(1, 3), d=26, top=6) is None


@pytest.mark.parametrize(("m", "mu", "d"), [(120, "1/2", 8), (276, "1/5", 23), (2300, "1/3", 23), (98280, "1/2", 24)])
def test_no_certificate_against_lines_that_exist(m: int, mu: str, d: int) -> None:
    assert certificate(m=m, mu=Fraction(mu), d=d, top=8) is None


def test_degenerate_certificates_are_refused() -> None:
    one = (Term(1, (Fraction(1),)),)
    assert not Certificate(m=1, d=1, mu=Fraction(1, 2), terms=one).holds()
    assert not Certificate(m=5, d=0, mu=Fraction(1, 2), terms=one).holds()
    assert not Certificate(m=5, d=1, mu=Fraction(1), terms=one).holds()
    assert certificate(m=5, mu=Fraction(1, 2), d=5, top=3) is None


def test_sharpening_the_limit_of_m() -> None:
    plain, sharp = lincs.bound(d=321, k=8, eps=0.5), lincs.bound(d=320, k=8, eps=0.5, sharpen=True)
    assert isinstance(plain.upper.value, int)
    assert isinstance(sharp.upper.value, int)
    assert sharp.upper.name == "several-degrees"
    assert sharp.upper.value < 65536 < plain.upper.value


def test_where_it_does_not_apply_it_says_so() -> None:
    rows = {row.name: row for row in lincs.bound(m=10, k=1, eps=1, sharpen=True).rows}
    assert rows["several-degrees"].value is None
    assert "1/2" in rows["several-degrees"].note
