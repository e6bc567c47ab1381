"""The laws that every family of frames keeps, whoever wrote it: what it promises in closed form is what it builds."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from lincs.constructions.algebra.frame import profile
from lincs.constructions.family import Family

MOST = 6000  # columns whose whole Gram matrix is looked at; of larger frames the first and the last few


def examples(families: tuple[Family, ...]) -> list[tuple[Family, Mapping[str, Any]]]:
    """Every small member that a family gives for these laws."""
    return [(family, parameters) for family in families for parameters in family.examples]


def named(value: object) -> str:
    """Families and parameters as parts of a test's name."""
    return value.name if isinstance(value, Family) else str(value)


def check_member(family: Family, parameters: Mapping[str, Any]) -> None:
    """The frame has the promised size, unit columns, at most the promised coherence, and exactly that if it says so."""
    promise = family.member(**parameters)
    assert promise.family == family.name
    frame = family.frame(promise.parameters)
    assert (frame.d, frame.m) == (promise.d, promise.columns)
    assert frame.integer or not family.integral(promise)
    assert family.builds(promise)
    whole = frame.m <= MOST
    parts = [(0, frame.m)] if whole else [(0, 600), (frame.m - 400, frame.m)]
    found = Fraction(0)
    for first, last in parts:
        columns = frame.columns(first, last)
        if family.unit_norm:
            assert np.allclose((columns * columns).sum(axis=0), 1, rtol=0, atol=1e-12)
        _check_requests(frame, columns, first, last)
        profiled = profile(frame, first, last)
        assert sum(profiled.distribution.values()) == (last - first) * (last - first - 1) // 2
        found = max(found, profiled.coherence_squared)
    above, promised = family.coherence_above(promise), promise.coherence_squared
    if above is None:
        assert promised is None
        assert not promise.attained
        return
    slack = 0 if frame.integer and promised is not None else 1e-11
    promised = above**2 if promised is None else promised
    assert found <= promised + slack
    assert promised <= above**2
    if promise.attained and whole:
        assert found >= promised - slack


def _check_requests(frame: Any, columns: np.ndarray, first: int, last: int) -> None:
    """Columns on request are the same columns."""
    m = last - first
    for j0, j1 in ((0, 0), (0, 1), (m // 3, m // 3 + 5), (max(0, m - 3), m)):
        j1 = min(j1, m)
        assert np.array_equal(frame.columns(first + j0, first + j1), columns[:, j0:j1])


def check_promise(family: Family, *, m: int, mu: Fraction) -> None:
    """A promise meets the question that was asked, and no theorem."""
    promise = family.least(m=m, mu=mu)
    if promise is None:
        return
    assert promise.family == family.name
    assert promise.columns >= m
    assert family.member(**promise.parameters) == promise
    above = family.coherence_above(promise)
    assert above is not None
    if promise.coherence_squared is not None:
        assert promise.coherence_squared < mu**2
        # No set of lines beats Welch's bound.
        assert promise.coherence_squared >= Fraction(promise.columns - promise.d, promise.d * (promise.columns - 1))


def check_closed(family: Family, *, m: int, mu: Fraction) -> None:
    """At most mu, exactly: never harder than below mu, and what a hair more offers if that is not above mu."""
    closed, below = family.least(m=m, mu=mu, closed=True), family.least(m=m, mu=mu)
    if below is not None:
        assert closed is not None
        assert closed.d <= below.d
    hair = min(mu + Fraction(1, 10**40), Fraction(1))
    over = family.least(m=m, mu=hair)
    if closed is not None:
        assert family.member(**closed.parameters) == closed
        assert closed.columns >= m
        assert closed.coherence_squared is None or closed.coherence_squared <= mu**2
        if closed.coherence_squared is None or closed.coherence_squared < hair**2:
            assert over is not None
            assert over.d <= closed.d
    if over is not None and over.coherence_squared is not None and over.coherence_squared <= mu**2:
        assert closed is not None
        assert closed.d <= over.d


def check_monotone(family: Family, *, m: int, mu: Fraction, more: int, wider: Fraction, closed: bool = False) -> None:
    """Harder questions (more columns, smaller mu) never get smaller d."""
    hard = family.least(m=m + more, mu=mu, closed=closed)
    easy = family.least(m=m, mu=min(Fraction(1), mu + wider), closed=closed)
    if hard is not None:
        assert easy is not None
        assert easy.d <= hard.d
