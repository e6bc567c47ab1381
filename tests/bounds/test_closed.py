"""Errors up to eps itself: both ends against the strict question at eps and a hair above it, for every read-out."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest

import lincs
from lincs.bounds.rules import CATALOGUES, rules_for
from lincs.errors import InputError
from lincs.problem import Problem

READOUTS = [name for name, known in CATALOGUES.items() if known.has_eps]
HAIR = Fraction(1, 10**25)
QUESTIONS = [
    (m, k, eps)
    for m, k, eps in product((2, 5, 16, 65536), (1, 2, 4), map(Fraction, ("1/10", "1/4", "1/3", "2/5", "1/2", "1")))
    if k <= m
]


@pytest.mark.parametrize("readout", READOUTS)
def test_both_ends_lie_where_they_must(readout: str) -> None:
    """An error of eps is easier than one below it, and harder than one below every larger number."""
    for m, k, eps in QUESTIONS:
        strict, closed, over = (
            lincs.bound(m=m, k=k, eps=e, readout=readout, closed=c)
            for e, c in ((eps, False), (eps, True), (eps + HAIR, False))
        )
        assert over.lower.value <= closed.lower.value <= strict.lower.value, (m, k, eps)
        assert over.upper.value <= closed.upper.value <= strict.upper.value, (m, k, eps)
        # strictness costs at most one dimension, where it was not the other way of asking already
        if 2 * eps < k and eps < 1 and readout == "signed":
            assert strict.upper.value <= closed.upper.value + 1


@pytest.mark.parametrize("readout", READOUTS)
def test_lower_rules_are_those_of_a_hair_more(readout: str) -> None:
    """What is necessary for errors of at most eps is exactly what is necessary below every larger number."""
    catalogue = CATALOGUES[readout]
    for m, k, eps in QUESTIONS:
        closed = catalogue.ask(Problem(m=m, k=k, eps=eps, readout=readout, closed=True))()
        over = catalogue.ask(Problem(m=m, k=k, eps=eps + HAIR, readout=readout))()
        for rule in rules_for(readout):
            if rule.side == "lower":
                assert rule.answer(closed).value == rule.answer(over).value, (rule.name, m, k, eps)


@pytest.mark.parametrize(
    ("question", "d"),
    [
        ({"m": 65536, "k": 1, "eps": "1/3"}, (24, 24)),
        ({"m": 100, "k": 1, "eps": 1}, (0, 0)),
        ({"m": 100, "k": 1, "eps": "1/2"}, (1, 1)),  # every entry 1/2
        ({"m": 100, "k": 2, "eps": 1}, (0, 0)),
        ({"m": 100, "k": 1, "eps": "1/2", "readout": "affine"}, (0, 0)),
        ({"m": 3, "k": 1, "eps": "1/3"}, (2, 2)),  # three lines at 60 degrees
        ({"m": 144, "k": 1, "eps": "1/5"}, (16, 16)),  # nine bases of R^16
    ],
)
def test_errors_that_are_attained(question: dict[str, object], d: tuple[int, int]) -> None:
    found = lincs.bound(**question, closed=True)
    assert (found.lower.value, found.upper.value) == d
    assert found.problem.closed
    assert found.to_dict()["problem"]["closed"] is True


def test_other_unknowns() -> None:
    for given in ({"d": 16, "k": 1, "eps": "1/5"}, {"d": 16, "m": 144, "k": 1}, {"d": 16, "m": 144, "eps": "1/5"}):
        strict, closed = (lincs.bound(**given, closed=c) for c in (False, True))
        if strict.unknown == "eps":
            assert closed.upper.value <= strict.upper.value
            assert closed.lower.value <= strict.lower.value
            assert closed.upper.value == Fraction(1, 5)
        else:
            assert closed.lower.value >= strict.lower.value
            assert closed.upper.value >= strict.upper.value
    assert lincs.bound(d=16, k=1, eps="1/5", closed=True).lower.value == 144
    assert lincs.bound(d=16, k=1, eps="1/5").lower.value < 144
    assert lincs.bound(d=1, m=16, k=1, closed=True).upper.value == Fraction(1, 2)


def test_a_decoder_of_any_kind_needs_less_than_a_half() -> None:
    """At ``<= 1/2`` and k = 1, ``g = x/2`` reads every m in one dimension."""
    rows = {row.name: row for row in lincs.bound(m=10, k=1, eps="1/2", closed=True).rows}
    assert rows["any-decoder"].note == "needs eps < 1/2"
    rows = {row.name: row for row in lincs.bound(m=10, k=1, eps="1/2").rows}
    assert rows["any-decoder"].value == 2


def test_a_threshold_has_nothing_to_attain() -> None:
    with pytest.raises(InputError, match="closed must be left out"):
        lincs.bound(m=10, k=1, readout="threshold", closed=True)


def test_derivations_say_it() -> None:
    from lincs.bounds.explain import derivation

    lines = derivation(lincs.bound(m=16, k=1, eps="1/5", closed=True))
    assert any("eps < 1" in line for line in lines)
    assert any("become <= and >=" in line for line in lines)
    assert not any("become" in line for line in derivation(lincs.bound(m=16, k=1, eps="1/5")))
