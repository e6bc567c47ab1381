"""Theorem 10: the worst error of an encoder with bias and threshold, against every support and every piece of z_i."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from lincs.readouts.base import Tops
from lincs.readouts.deployed import Deployed

TITLE = "the encoder as deployed"
QUICK = {"rows": 400, "gates": 50}

Row = list[Fraction]
ZERO, ONE = Fraction(0), Fraction(1)


def sums(v: Row, size: int) -> Iterator[Fraction]:
    """The sums of at most ``size`` entries."""
    for n in range(min(size, len(v)) + 1):
        for chosen in itertools.combinations(v, n):
            yield sum(chosen, ZERO)


def read(p: Fraction, t: Fraction | None) -> Fraction:
    return p if t is None or p > t else ZERO


def enumerated(v: Row, D: Fraction, beta: Fraction, t: Fraction | None, k: int, low: Fraction) -> tuple[Fraction, ...]:
    """(false, over, under): for fixed companions the error is piecewise linear in z_i."""
    false = max(abs(read(beta + c, t)) for c in sums(v, k))
    over, under = -low, ZERO
    for c in sums(v, k - 1):
        p = beta + c
        ends = [(s, read(p + D * s, t)) for s in (low, ONE)]
        if t is not None and D:
            s = (t - p) / D
            if low <= s <= 1:
                ends.append((s, read(p + D * s, t)))
                if (s < 1) if D > 0 else (s > low):
                    ends.append((s, t))  # the limit from the side where it fires
        for s, out in ends:
            over, under = max(over, out - s), max(under, s - out)
    return false, over, under


def formula(v: Row, D: Fraction, beta: Fraction, t: Fraction | None, k: int, low: Fraction) -> tuple[Fraction, ...]:
    def point(value: Fraction) -> np.ndarray:
        return np.array([value], dtype=object)

    tops = {}
    for side, sign in (("positive", 1), ("negative", -1)):
        parts = [*sorted((max(sign * x, ZERO) for x in v), reverse=True), *[ZERO] * k]
        tops[side] = Tops(before=point(sum(parts[: k - 1], ZERO)), kth=point(parts[k - 1]))
    encoder = Deployed(
        bias=np.array([float(beta)]),
        radius=np.zeros(1),
        threshold=None if t is None else np.array([float(t)]),
        low=np.array([float(low)]),
        exact_bias=lambda row: beta,
    )
    found = encoder.exactly(0).errors(tops, point(D), point(D))
    return found.false.item(), found.over.item(), found.under.item()


def check(rows: int = 4000, gates: int = 1000) -> str:
    rng = np.random.default_rng(10)

    def eighth(low: int, high: int) -> Fraction:
        return Fraction(int(rng.integers(low, high)), 8)

    jumps = 0
    for _ in range(rows):
        n = int(rng.integers(1, 5))
        k = int(rng.integers(1, n + 2))
        v, D, beta = [eighth(-8, 9) for _ in range(n)], eighth(-4, 12), eighth(-6, 6)
        t = None if rng.random() < 0.1 else max(ZERO, eighth(-2, 6))
        low = Fraction(int(rng.choice([0, 0, 2, 4])), 8)
        expected, found = enumerated(v, D, beta, t, k, low), formula(v, D, beta, t, k, low)
        assert max(expected) == max(found), (v, D, beta, t, k, low, expected, found)
        assert expected[0] == found[0]
        assert max(expected[1], ZERO) == max(found[1], ZERO)
        assert max(expected[2], ZERO) == max(found[2], ZERO)
        jumps += found[1] > max(found[0], found[2])
    for _ in range(gates):  # gated encoders are JumpReLUs
        g, gate, mag, w = Fraction(int(rng.integers(1, 20)), 8), eighth(-9, 9), eighth(-9, 9), eighth(-20, 20)
        q = g * w + mag
        gated = max(q, ZERO) if w + gate > 0 else ZERO
        assert gated == read(q, max(mag - g * gate, ZERO)), (g, gate, mag, w)
    return f"{rows} rows of eighths against every support ({jumps} decided by over-reading), {gates} gates"
