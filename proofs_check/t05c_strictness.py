"""Theorem 5 (l): one coordinate more takes lines exactly on a threshold strictly below it, and (q) tails of classes."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np

from lincs.bounds.strictness import NAME
from lincs.bounds.strictness import RULE as STRICTNESS
from lincs.constructions.algebra.leech import half_lines, third_lines
from lincs.constructions.catalogue import family

TITLE = "strictness costs one dimension"

Gram = Any  # of integers, with the squared length of all lines beside it


def check() -> str:
    pairs = sum(_strict_below(*found) for found in _on_the_threshold())
    lengths = _lengths()
    answers = _answers()
    return f"{pairs} pairs strictly below in rationals, {lengths} lengths, {answers} answers compared with their frames"


def tail(m: int, mu: Fraction, first: Fraction) -> list[Fraction]:
    """``e_1 = first``, ``e_(i+1) = (mu/3) e_i``."""
    return [first * (mu / 3) ** i for i in range(m)]


def _on_the_threshold() -> list[tuple[Gram, int]]:
    """Integer Gram matrices of lines of one length, attaining their coherence."""
    found = [(lines @ lines.T, norm) for lines, norm in (half_lines(8), half_lines(6), third_lines(5))]
    for name, parameters in (
        ("kerdock", {"s": 2, "p": 0}),
        ("delsarte-goethals", {"s": 2, "r": 1, "p": 0}),
        ("self-complementary-codes", {"n": 42, "k": 13, "i": 0, "p": 0}),
        ("layered-signs", {"n": 32}),
        ("steiner-etf", {"kind": 1, "a": 7, "n": 2}),
    ):
        frame = family(name).frame(parameters)
        raw = frame.raw(0, min(frame.m, 120)).astype(np.int64)
        raw = raw[:, (raw * raw).sum(axis=0) == (raw[:, 0] * raw[:, 0]).sum()]
        found.append((raw.T @ raw, int(raw[:, 0] @ raw[:, 0])))
    return found


def _strict_below(gram: Gram, norm: int) -> int:
    """All pairs, with the largest first coordinate allowed and with a small one; squares of rationals compared."""
    m = len(gram)
    off = np.abs(gram - np.diag(np.diag(gram)))
    mu = Fraction(int(off.max()), norm)
    assert 0 < mu < 1
    for first in (Fraction(1), Fraction(1, 7)):
        e = tail(m, mu, first)
        for i in range(m):
            for j in range(i):
                inner = Fraction(int(off[i, j]), norm) + e[i] * e[j]  # the worse of both signs
                assert inner**2 < mu**2 * (1 + e[i] ** 2) * (1 + e[j] ** 2), (i, j)
    return m * (m - 1)


def _lengths() -> int:
    """``(1 + y/3)^2 < 1 + y`` for 0 < y <= 1, the inequality of the proof."""
    tried = 0
    for y in (Fraction(n, 1000) for n in range(1, 1001)):
        assert (1 + y / 3) ** 2 < 1 + y
        tried += 1
    return tried


def _answers() -> int:
    """What the rule names is a frame of one dimension less, exactly at most mu."""
    from lincs.bounds.question import Question

    tried = 0
    for m, mu in product((12, 64, 276, 1024, 65536, 2**23), (Fraction(1, n) for n in (2, 3, 4, 5, 8, 9, 17))):
        outcome = STRICTNESS.answer(Question(m=m, k=1, eps=mu / (1 + mu)))
        if outcome.value is None:
            continue
        given = {n: v for n, v in outcome.parameters.items() if n not in ("family", "columns", "coherence", "status")}
        promise = family(outcome.parameters["family"]).member(**given)
        assert (promise.d + 1, NAME) == (outcome.value, STRICTNESS.name)
        assert promise.columns >= m
        assert promise.coherence_squared is None or promise.coherence_squared <= mu**2
        tried += 1
    return tried
