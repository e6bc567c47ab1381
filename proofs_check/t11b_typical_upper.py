"""Theorem 11b: the tails of random sign frames by enumeration of all of them, flat frames, and the closed form."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np

from lincs.bounds.typical import TypicalQuestion, random_frames
from lincs.constructions.catalogue import family

TITLE = "typical inputs: upper bounds"
QUICK = {"questions": 30}


def sign_frames(d: int, k: int) -> np.ndarray:
    """``<a_i, y>`` for every a_i and k other columns: by symmetry the signs of z may be left in the columns."""
    columns = np.array(list(itertools.product((-1, 1), repeat=d * k))).reshape(-1, k, d)
    return np.asarray(columns.sum(axis=1).sum(axis=1) / d)  # a_i = (1, ..., 1)/sqrt(d), again by symmetry


def check_frames() -> int:
    tried = 0
    for d, k in itertools.product((1, 2, 3, 4, 6), (1, 2, 3)):
        if d * k > 14:
            continue
        X = np.abs(sign_frames(d, k))
        for eps in (0.3, 0.5, 0.9):
            exact = float((eps <= X).mean())
            for x in np.linspace(0.02, 0.98, 25) * d / math.sqrt(k):
                bound = 2 * math.exp(-x * eps) * (1 - x * x * k / d**2) ** (-d / 2)
                assert exact <= bound * (1 + 1e-12), (d, k, eps, x)
                tried += 1
            u = eps**2 / k
            if u < 0.5:
                closed = 2 * math.exp(-(d * eps**2 / (2 * k)) * (1 - 2 * u) / (1 - u))
                x = eps * d / k
                assert 2 * math.exp(-x * eps) * (1 - u) ** (-d / 2) <= closed * (1 + 1e-12)
    return tried


def check_squares() -> int:
    """``E e^{aY^2} <= (1 - 2a n)^{-1/2}`` for a sum Y of n signs; and ``sinh(y)/y <= e^{y^2/6}``."""
    tried = 0
    for n in range(1, 30):
        Y = np.arange(-n, n + 1, 2.0)
        weights = np.array([math.comb(n, j) for j in range(n + 1)]) / 2.0**n
        for share in np.linspace(0.01, 0.99, 30):
            a = share / (2 * n)
            assert (weights * np.exp(a * Y**2)).sum() <= (1 - share) ** -0.5 * (1 + 1e-12)
            tried += 1
    for y in np.linspace(0.01, 20, 200):
        assert math.sinh(y) / y <= math.exp(y * y / 6) * (1 + 1e-14)
    return tried


def check_flat() -> int:
    """A Kerdock set in 16 dimensions: every input with two active features."""
    kerdock = family("kerdock")
    A = kerdock.frame(kerdock.member(s=2, p=0).parameters).columns(0, 144)
    G = A.T @ A
    assert np.abs(G - np.eye(144)).max() <= 0.25 + 1e-12
    np.fill_diagonal(G, 0)
    first, second = map(np.array, zip(*itertools.combinations(range(144), 2), strict=True))
    for eps in (0.26, 0.4, 0.51):
        bad = np.concatenate([(np.abs(G[:, first] + s * G[:, second]) >= eps).sum(axis=0) for s in (-1, 1)])
        assert bad.mean() <= 2 * 144 * math.exp(-(eps**2) * 16 / (2 * 2))
    return 2 * len(first)


def check(questions: int = 200) -> str:
    frames, squares, flat = check_frames(), check_squares(), check_flat()
    rng = np.random.default_rng(0)
    for _ in range(questions):
        m = int(10 ** rng.uniform(1, 12))
        question = TypicalQuestion(
            m=m,
            k=int(rng.integers(1, min(m, 2000) + 1)),
            eps=Fraction(int(rng.integers(1, 60)), 100),
            delta=Fraction(1, int(10 ** rng.uniform(0.5, 8))),
        )
        shrunk, plain = random_frames(question), random_frames(question, shrink=False)
        assert shrunk[0] <= plain[0]
        assert 1 - question.eps < shrunk[1] <= 1
        logs = []  # the bound at the d that is named, in floats
        for count, k, room in (
            (m - question.k, question.k, question.eps / shrunk[1]),
            (question.k, question.k - 1, (question.eps - 1 + shrunk[1]) / shrunk[1]),
        ):
            if count and k:
                x = np.geomspace(1e-9, 0.9999, 4001) * shrunk[0] / math.sqrt(k)
                tail = -x * float(room) - shrunk[0] / 2 * np.log1p(-x * x * k / shrunk[0] ** 2)
                logs.append(math.log(2 * count) + tail.min())
        assert not logs or np.logaddexp.reduce(logs) <= math.log(question.delta) + 0.02
        uniform, _ = random_frames(question, uniform=True)
        assert uniform <= shrunk[0], question
    return f"{frames} tails of all sign frames, {squares} lemmas, {flat} inputs of a Kerdock set, {questions} questions"
