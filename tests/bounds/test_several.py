"""Several degrees at once: the proof of positivity, and the certificates that were written."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lincs.bounds.ladder_search import Entries, ladder_rank
from lincs.bounds.several import Certificate, Term
from lincs.exact.positivity import is_positive_on_unit_interval

DATA = Path(__file__).parents[1] / "data"

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


def stored() -> list[dict[str, Any]]:
    """Certificates that were written when they were still searched."""
    found: list[dict[str, Any]] = json.loads((DATA / "several_degrees.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("record", stored(), ids=lambda record: str(record["m"]))
def test_a_written_certificate_is_a_proof_and_nothing_else_is(record: dict[str, Any]) -> None:
    found = Certificate.from_dict(record)
    assert found is not None
    assert found.to_dict() == record
    assert found.holds()
    first, *others = found.terms
    louder = Term(first.p, tuple(2 * c for c in first.coefficients))
    for changed in (
        replace(found, d=found.d + max(1, found.d // 20)),
        replace(found, m=found.m * 3 // 4),
        replace(found, mu=found.mu * Fraction(6, 5)),
        replace(found, terms=()),
        replace(found, terms=(Term(2, (Fraction(1),)),)),
        replace(found, terms=(louder, *others)),
    ):
        assert not changed.holds()


@pytest.mark.parametrize(
    "change",
    [
        {"m": 4096.0},
        {"d": "25"},
        {"d": True},
        {"mu": 1 / 3},
        {"mu": "2/6"},
        {"terms": [{"p": 2, "coefficients": [0.5, 1]}]},
        {"terms": [{"p": 2}]},
        {"more": 1},
    ],
)
def test_one_that_is_not_written_so_is_none(change: dict[str, Any]) -> None:
    assert Certificate.from_dict(stored()[0]) is not None
    assert Certificate.from_dict({**stored()[0], **change}) is None


def test_the_ladder_excludes_at_least_as_much() -> None:
    for record in stored():
        found = Certificate.from_dict(record)
        assert found is not None
        ladder = ladder_rank(found.m, Entries(found.mu, strict=True))
        assert ladder is not None
        assert ladder.rank >= found.d


def test_degenerate_certificates_are_refused() -> None:
    one = (Term(1, (Fraction(1),)),)
    assert not Certificate(m=1, d=1, mu=Fraction(1, 2), terms=one).holds()
    assert not Certificate(m=5, d=0, mu=Fraction(1, 2), terms=one).holds()
    assert not Certificate(m=5, d=1, mu=Fraction(1), terms=one).holds()
