"""Theorem 11c: the steps of its proof, and its bounds, on small pairs whose failures are counted exactly."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np

from lincs.bounds.typical import RULES, TypicalQuestion, least_x

TITLE = "typical inputs: lower bounds"
QUICK = {"pairs": 30, "blocks": 40}

RULE = {rule.name: rule for rule in RULES}


def inputs(m: int, k: int, model: str) -> tuple[np.ndarray, np.ndarray]:
    """Every input (columns) and its probability."""
    columns, weights = [], []
    for size in range(m + 1) if model == "bernoulli" else (k,):
        weight = (k / m) ** size * (1 - k / m) ** (m - size) if model == "bernoulli" else 1 / math.comb(m, k)
        for S in itertools.combinations(range(m), size):
            for signs in itertools.product((-1.0, 1.0), repeat=size):
                z = np.zeros(m)
                z[list(S)] = signs
                columns.append(z)
                weights.append(weight / 2**size)
    return np.array(columns).T, np.array(weights)


def pairs_of(rng: np.random.Generator, d: int, m: int) -> tuple[np.ndarray, np.ndarray]:
    A = rng.standard_normal((d, m))
    A /= np.linalg.norm(A, axis=0)
    if d == m and rng.random() < 0.5:  # nearly orthonormal: few failures
        A = np.eye(m) + rng.normal(0, 0.08, (m, m))
    return A, A + rng.normal(0, 0.02, (d, m))


def check_pair(rng: np.random.Generator, Z: np.ndarray, weights: np.ndarray, m: int, k: int) -> tuple[int, int]:
    d = int(rng.integers(m - 2, m + 1))
    A, B = pairs_of(rng, d, m)
    E = B.T @ A - np.eye(m)
    eps = float(rng.uniform(0.15, 0.49))
    failures = np.abs(E @ Z) >= eps
    delta = float(weights[failures.any(axis=0)].sum())
    bad = int((np.abs(E).max(axis=0) >= eps).sum())
    p = k / m
    assert 2 * delta >= 1 - (1 - p) ** bad - 1e-12  # columns
    tested = rows = 0
    if delta < 1 / 6 - 1e-9:
        x = float(least_x(Fraction(delta + 1e-12)))
        good = np.flatnonzero(np.abs(E).max(axis=0) < eps)
        off = E[np.ix_(good, good)] * (1 - np.eye(len(good)))
        assert (p * (off**2).sum(axis=1) < x * eps**2).all()  # rows
        rows = len(good)
        question = TypicalQuestion(m=m, k=k, eps=Fraction(eps), delta=Fraction(delta + 1e-12))
        for name in ("typical-chebyshev", "typical-one"):
            value = RULE[name].answer(question).value
            assert value is None or value <= np.linalg.matrix_rank(B.T @ A), name
        tested = 1
    return tested, rows


def check_blocks(rng: np.random.Generator) -> bool:
    """``P(|X| >= eps) >= q^L`` of one row under Bernoulli supports, every input counted."""
    m, k = 9, int(rng.integers(2, 8))
    eps, p = float(rng.uniform(0.1, 0.4)), k / m
    row = rng.uniform(-eps, eps, m)
    Z, weights = inputs(m, k, "bernoulli")
    chance = float(weights[np.abs(row @ Z) >= eps].sum())
    s2, used = p * (row**2).sum(), False
    for L in range(1, 5):
        w2 = s2 / L - p * eps**2
        if w2 <= (eps / L) ** 2:
            continue
        q = (1 - (eps / L) ** 2 / w2) ** 2 / (2 * (3 + eps**2 / w2))
        assert chance >= q**L, (row, eps, k, L)
        used = True
    return used


def check(pairs: int = 200, blocks: int = 200) -> str:
    rng = np.random.default_rng(0)
    tested = rows = 0
    for m, k, model in ((6, 2, "subset"), (7, 3, "subset"), (6, 2, "bernoulli")):
        Z, weights = inputs(m, k, model)
        assert abs(weights.sum() - 1) < 1e-12
        for _ in range(pairs):
            more, of_rows = check_pair(rng, Z, weights, m, k)
            tested, rows = tested + more, rows + of_rows
    assert tested
    # Orthonormal features misread nothing, whatever m: the rules must allow d = m, and nearly so at m - 1.
    for m in (10, 100, 10_000):
        for k in (1, 3, 9):
            for name in ("typical-chebyshev", "typical-expected", "typical-one"):
                value = RULE[name].answer(TypicalQuestion(m=m, k=k, eps=Fraction(1, 4), delta=Fraction(1, 10**6))).value
                assert value is None or value <= m
    used = sum(check_blocks(rng) for _ in range(blocks))
    return f"{3 * pairs} pairs, {tested} of them within delta, with {rows} good rows; {used} rows in blocks"
