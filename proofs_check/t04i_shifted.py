"""Theorem 4i: rows shifted by a constant, every step on random matrices with a large entry, and known read-outs."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
from threadpoolctl import threadpool_limits

from lincs.bounds.classical import levenshtein_excludes, orthoplex_excludes
from lincs.bounds.ladder import Ladder, Levels
from lincs.bounds.ladder_rules import affine_entries, threshold_entries
from lincs.bounds.ladder_search import Entries, ladder_most, ladder_rank
from lincs.bounds.one_level import one_level_most, one_level_rank
from lincs.bounds.question import MarginQuestion, Question
from proofs_check.generic import Array, monomials, projection, weights
from proofs_check.t04d_readouts import _matrices, _parts

TITLE = "ladder for shifted rows"
QUICK = {"runs": 10}  # what the test suite runs; python -m proofs_check runs all

# (question, rank excluded, p, c smallest first); 10^6 at k = 1 has no outliers
VECTORS: tuple[tuple[Entries, int, int, int, tuple[int, ...]], ...] = (
    (threshold_entries(MarginQuestion(m=10**9, k=2)), 10**9, 87, 5, (1, 17, 170)),
    (threshold_entries(MarginQuestion(m=10**12, k=4)), 10**12, 468, 5, (1, 105, 5727)),
    (affine_entries(Question(m=10**12, k=8, eps=Fraction(1, 4))), 10**12, 5158, 3, (1, 1181)),
    (affine_entries(Question(m=10**6, k=1, eps=Fraction(1, 4))), 10**6, 55, 4, (1, 16)),
)

# Excluded rank at m = 10^6, 10^9, 10^12 for k = 2, 4, 8, 16, computed by an independent program.
LADDER = {
    "threshold": ((50, 143, 541, 991), (87, 297, 1013, 2865), (130, 468, 1521, 5116)),
    "affine": ((159, 579, 1187, 3949), (316, 1068, 2871, 11274), (484, 1594, 5158, 14767)),
}
ONE_LEVEL = {
    "threshold": ((44, 143, 541, 991), (71, 260, 936, 2865), (101, 393, 1332, 4701)),
    "affine": ((145, 579, 1187, 3949), (276, 986, 2871, 11274), (405, 1392, 4737, 13600)),
}


def check(runs: int = 100) -> str:
    for entries, m, rank, p, c in VECTORS:
        assert Ladder(rank, p, c).excludes(m=m, s=entries.s, strict=False, excess=entries.excess)
        found = ladder_rank(m, entries)
        assert found is not None
        assert found.rank == rank
    _tables()
    with threadpool_limits(1):
        rows = _rows(runs)
        single = _one_level_rows(runs)
    limits = _limits()
    affine, threshold = _hunt()
    return (
        f"{len(VECTORS)} certificates, {rows} rows of the ladder and {single} of one level obey every step, {limits} "
        f"largest m, {affine} affine and {threshold} threshold read-outs of known rank are not excluded"
    )


def _tables() -> None:
    for i, m in enumerate((10**6, 10**9, 10**12)):
        for j, k in enumerate((2, 4, 8, 16)):
            asked = {
                "threshold": threshold_entries(MarginQuestion(m=m, k=k)),
                "affine": affine_entries(Question(m=m, k=k, eps=Fraction(1, 4))),
            }
            for name, entries in asked.items():
                ladder, single = ladder_rank(m, entries), one_level_rank(m, entries)
                assert ladder is not None
                assert single is not None
                assert (ladder.rank, single[0]) == (LADDER[name][i][j], ONE_LEVEL[name][i][j]), (name, m, k)


def _shifted(rng: np.random.Generator, d: int, m: int) -> tuple[Array, Array]:
    """Columns in R^d and a matrix whose rows are affine functions of them, with unit diagonal; no symmetry."""
    A = rng.normal(size=(d, m))
    B = A + float(rng.choice([0.1, 0.6])) * rng.normal(size=(d, m))
    M = B.T @ A + 0.3 * rng.normal(size=(m, 1))
    return A, M / np.diag(M)[:, None]


def _excess(row: Array, k: Array, i: int, s: float) -> float:
    """The least excess with ``sum u^2 k^2 <= s sum k^2 + excess max k^2`` for this very k."""
    others = np.arange(len(row)) != i
    u, k = row[others] ** 2, k[others] ** 2
    return max(0.0, float((u @ k - s * k.sum()) / k.max())) if k.max() > 0 else 0.0


def _rows(runs: int) -> int:
    """The statement with the least excess that (*) allows, for every s, on matrices of rank d + 1."""
    rng = np.random.default_rng(53)
    tried = 0
    for _ in range(runs):
        d, p = [(1, 2), (1, 3), (1, 4), (2, 2), (2, 3)][rng.integers(5)]
        levels = Levels(d + 1, p)
        m = int(levels.D[p] + rng.integers(1, 4))
        A, u = _shifted(rng, d, m)
        lifted = np.vstack([A, np.ones(m)]) + 1e-3 * rng.normal(size=(d + 1, m))
        probes = np.linalg.lstsq(np.vstack([A, np.ones(m)]).T, u.T, rcond=None)[0]
        u = probes.T @ lifted  # lemma 1: generic columns
        u /= np.diag(u)[:, None]
        own = list(range(p - 1, -1, -2))
        c = dict(zip(own, np.sort(rng.uniform(0.1, 3, len(own))).tolist(), strict=True))
        V = [monomials(lifted, range(n % 2, n + 1, 2)) for n in range(p + 1)]
        w = weights([V[n] for n in own], [c[n] - c.get(n + 2, 0.0) for n in own])
        Pi = [projection(x, w) for x in V]
        K = sum(x * (Pi[n] - (Pi[n - 2] if n > 1 else 0)) for n, x in c.items())
        assert (np.abs(K) <= np.diag(K)[:, None] * (1 + 1e-5) + 1e-9).all()
        s = float(rng.uniform(0, 0.9))
        excess = max(_excess(u[i], K[i], i, s) for i in range(m))
        E, H = levels.E, levels.H
        L = sum(
            (c.get(n + 1, 0) * E[n] + (c[n - 1] * E[n - 1] if n else 0)) ** 2 / H[n] for n in range(p % 2, p + 1, 2)
        )
        Q, S = sum(x * x * H[n] for n, x in c.items()), sum(x * H[n] for n, x in c.items())
        assert (s * Q + (1 - s + excess) * S * S / m) * (1 + 1e-5) >= L, (d, p, m)
        tried += m
    return tried


def _one_level_rows(runs: int) -> int:
    """The row step of one level: ``pi_(p-2) + (q - pi_(p-2))^2/(pi_p - pi_(p-2)) <= ||g||^2``."""
    rng = np.random.default_rng(54)
    tried = 0
    for _ in range(runs):
        d, p = [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (3, 2)][rng.integers(6)]
        V_top = p
        A, _ = _shifted(rng, d, 3)
        sizes = [len(monomials(A, range(n + 1))) for n in range(V_top + 1)]
        m = sizes[p] + int(rng.integers(1, 4))
        A, u = _shifted(rng, d, m)
        V = [monomials(A, range(n + 1)) for n in range(p + 1)]
        w = weights([V[p - 1]], [1.0])
        Pi = [projection(x, w) for x in V]
        q = sizes[p - 1] / m
        below = Pi[p - 2] if p > 1 else np.zeros((m, m))
        for i in range(m):
            k = Pi[p - 1][i]
            g = u[i] * k
            assert abs(k[i] - q) < 1e-6
            assert np.allclose(Pi[p] @ g, g, atol=1e-6 * (1 + np.abs(g).max()))
            assert abs(g @ below[i] - below[i, i]) < 1e-6 * (1 + np.abs(g).max())
            left = below[i, i] + (q - below[i, i]) ** 2 / (Pi[p][i, i] - below[i, i])
            assert left <= (g @ g) * (1 + 1e-6) + 1e-9
            tried += 1
    return tried


def _limits() -> int:
    """The largest m of both rules is the last that is not excluded, and exclusion is kept above it."""
    rng = random.Random(55)
    tried = 0
    for _ in range(60):
        k, d = rng.randint(1, 6), rng.randint(1, 40)
        entries = affine_entries(Question(m=10**9, k=k, eps=Fraction(rng.randint(2, 19), 40)))
        found = ladder_most(d + 1, entries)
        if found is not None:
            m, ladder = found
            for more, excluded in ((-1, False), (0, True), (1, True), (m, True), (10 * m, True)):
                said = ladder.excludes(m=m + more, s=entries.s, strict=False, excess=entries.excess)
                assert said == excluded, (entries, d, m, more)
            tried += 1
        single = one_level_most(d, entries)
        if single is not None:
            m, level = single
            assert level.excludes(m, entries)
            assert level.excludes(3 * m, entries)
            assert not level.excludes(m - 1, entries)
            tried += 1
    assert tried > 30
    return tried


def _hunt() -> tuple[int, int]:
    """The matrices of theorem 4d: what has rank d is not said to need more."""
    affine = threshold = 0
    for rank, matrix in _matrices():
        m = len(matrix)
        for k in range(1, min(m, 6)):
            for scale in (Fraction(1), Fraction(9, 10), Fraction(3, 4)):
                errors = [[scale * x - (i == j) for j, x in enumerate(row)] for i, row in enumerate(matrix)]
                value = max((_parts(row, k, 1) + _parts(row, k, -1)) / 2 for row in errors)
                eps = value + Fraction(1, 10**6)
                if eps <= Fraction(1, 2) and 2 * eps < k:
                    _possible(m, rank, affine_entries(Question(m=m, k=k, eps=eps)))
                    mu = eps / (1 - eps)
                    for test in (levenshtein_excludes, orthoplex_excludes) if k == 1 else ():
                        assert not test(m=m, rank=rank + 1, mu=mu, strict=False)
                    affine += 1
            off = [[x for j, x in enumerate(row) if j != i] for i, row in enumerate(matrix)]
            if k >= 2 and all(_parts(row, k, 1) + _parts(row, k - 1, -1) < 1 for row in off):
                _possible(m, rank, threshold_entries(MarginQuestion(m=m, k=k)))
                threshold += 1
    assert min(affine, threshold) > 10
    return affine, threshold


def _possible(m: int, d: int, entries: Entries) -> None:
    ladder, single = ladder_rank(m, entries), one_level_rank(m, entries)
    assert ladder is None or ladder.rank <= d, (m, d)
    assert single is None or single[0] <= d, (m, d)
