"""Theorem 11: moments, tails and unions of random inputs against exact enumeration of supports and values."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np

import lincs
from lincs.interference.laws import LAWS, SUPPORTS
from lincs.interference.tails import RowTails, one_tail

TITLE = "typical inputs"
QUICK = {"rows": 60, "pairs": 6}

Row = list[Fraction]
ONE = Fraction(1)


def supports(m: int, k: int, model: str) -> list[tuple[Fraction, tuple[int, ...]]]:
    """Every support with its probability."""
    if model == "subset":
        return [(Fraction(1, math.comb(m, k)), S) for S in itertools.combinations(range(m), k)]
    rate = Fraction(k, m)
    return [
        (rate ** len(S) * (1 - rate) ** (m - len(S)), S)
        for size in range(m + 1)
        for S in itertools.combinations(range(m), size)
    ]


def errors(row: Row, k: int, model: str, law: str) -> list[tuple[Fraction, Fraction]]:
    """Every error with its probability, for signs or binary values."""
    values = (-1, 1) if law == "signs" else (1,)
    return [
        (weight / len(values) ** len(S), sum((row[j] * z for j, z in zip(S, signs, strict=True)), Fraction(0)))
        for weight, S in supports(len(row), k, model)
        for signs in itertools.product(values, repeat=len(S))
    ]


def moments(row: Row, k: int, model: str, law: str) -> tuple[Fraction, Fraction]:
    """``(E X, E X^2)`` by the statement."""
    m = len(row)
    p = Fraction(k, m)
    both = Fraction(k * (k - 1), m * (m - 1)) if model == "subset" else p * p
    mean = Fraction(0) if law == "signs" else ONE
    squares, total = sum((x * x for x in row), Fraction(0)), sum(row, Fraction(0))
    return p * mean * total, p * squares + both * mean**2 * (total**2 - squares)


def bound(row: Row, k: int, model: str, law: str, eps: float, keep: int) -> float:
    """The proved bound of ``P(|X| >= eps)`` from ``keep`` entries and the sums of the rest."""
    values, chosen = np.array([float(x) for x in row]), LAWS[law]

    def tail(entries: np.ndarray, size: np.ndarray) -> object:
        order = np.argsort(-size)
        rest = entries[[j for n, j in enumerate(order) if n >= keep or size[j] <= 0]]
        return one_tail(
            chosen,
            SUPPORTS[model],
            k=k,
            m=len(row),
            most_k=k,
            kept=np.maximum(size[order[:keep]], 0)[None, :],
            own=None,
            rest=np.array([[(rest**2).sum()], [(rest**4).sum()]]),
            total=None if chosen.symmetric else np.array([entries.sum()]),
        )

    if chosen.symmetric:
        tails = RowTails(tail(values, np.abs(values)), None, None, None)  # type: ignore[arg-type]
    else:
        tails = RowTails(tail(values, values), tail(-values, -values), None, None)  # type: ignore[arg-type]
    return float(tails.at(eps)[0])


def maclaurin(rng: np.random.Generator) -> None:
    """The mean of products over k-subsets is at most the power of the mean."""
    numbers = [Fraction(int(n), 7) for n in rng.integers(1, 40, 6)]
    for k in range(1, 7):
        mean = sum(math.prod(S, start=ONE) for S in itertools.combinations(numbers, k)) / math.comb(6, k)
        assert mean <= (sum(numbers) / 6) ** k


def check_pair(rng: np.random.Generator) -> None:
    """The union and its lower bound, of a pair whose E is exact, against every input."""
    m, k, eps = 5, int(rng.integers(1, 4)), Fraction(9, 16)  # no sum of entries, which the radius may move across it
    E = rng.integers(-6, 7, (m, m)) / 8
    for model in SUPPORTS:
        found = lincs.verify(np.eye(m), (np.eye(m) + E).T, k=k, eps=eps, typical="signs", support=model, samples=10)
        assert found.typical is not None
        misread = found.typical.cases[0].misread  # type: ignore[union-attr]
        assert misread is not None
        some = expected = Fraction(0)
        exact = [[Fraction(float(x)) for x in row] for row in E]
        for weight, S in supports(m, k, model):
            for signs in itertools.product((-1, 1), repeat=len(S)):
                bad = sum(
                    abs(sum((row[j] * z for j, z in zip(S, signs, strict=True)), Fraction(0))) >= eps for row in exact
                )
                expected += weight / 2 ** len(S) * bad
                some += weight / 2 ** len(S) * (bad > 0)
        assert misread.lower <= some <= misread.upper, (E, k, model)
        assert expected <= misread.expected_features
        if k == 1 and model == "subset":
            assert abs(misread.lower - some) < 1e-6


def check(rows: int = 400, pairs: int = 40) -> str:
    rng = np.random.default_rng(0)
    for _ in range(10):
        maclaurin(rng)
    tried = 0
    for _ in range(rows):
        m = int(rng.integers(2, 7))
        k = int(rng.integers(1, m + 1))
        row = [Fraction(int(n), 8) for n in rng.integers(-6, 7, m)]
        for model, law in itertools.product(SUPPORTS, ("signs", "binary")):
            all_errors = errors(row, k, model, law)
            mean, square = moments(row, k, model, law)
            assert sum(w * x for w, x in all_errors) == mean
            assert sum(w * x * x for w, x in all_errors) == square
            eps = Fraction(int(rng.integers(1, 12)), 8)
            chance = float(sum((w for w, x in all_errors if abs(x) >= eps), Fraction(0)))
            for keep in {1, min(2, m), m}:
                proved = bound(row, k, model, law, float(eps), keep)
                assert chance <= proved <= 1, (row, k, model, law, eps, keep, chance, proved)
                tried += 1
    for _ in range(pairs):
        check_pair(rng)
    return f"{tried} tails above the exact ones, {rows * 4} moments equal, {2 * pairs} unions enclosed"
