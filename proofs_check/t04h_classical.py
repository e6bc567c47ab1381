"""Theorem 4h: Levenshtein's bound and the orthoplex bound for every M, against random pairs and known line systems."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from threadpoolctl import threadpool_limits

from lincs.bounds.classical import (
    classical_rank,
    levenshtein_excludes,
    levenshtein_most,
    orthoplex_excludes,
    orthoplex_most,
)
from proofs_check.generic import monomials, projection, random_pair, smallest_entries, weights
from proofs_check.t04_chebyshev_rank import SHARP, _table

TITLE = "Levenshtein and orthoplex without symmetry"
QUICK = {"runs": 10}  # what the test suite runs; python -m proofs_check runs all


def check(runs: int = 100) -> str:
    with threadpool_limits(1):
        rows = _rows(runs)
        dependent = _dependent(runs)
        optimised = _optimised(runs)
    equal, known = _systems()
    _boundary()
    return (
        f"{rows} rows and {dependent} dependent squares of random pairs obey every step, never above d at {known} line "
        f"systems, equal at {equal}; {optimised} optimised pairs do not cross it"
    )


def _rows(runs: int) -> int:
    """The row step of Levenshtein's bound: ``x_i^2 <= (P_ii - v_i^2)(R - w_i^2/|w'|^2)``, and its sums."""
    rng = np.random.default_rng(50)
    tried = 0
    for _ in range(runs):
        r = int(rng.integers(2, 5))
        m = int(rng.integers(r + 1, 14))
        A, M = random_pair(rng, r, m, float(rng.choice([0.0, 0.2, 2.0])))
        linear, forms = monomials(A, [1]), monomials(A, [2])
        w = weights([linear], [1.0])
        w /= np.linalg.norm(w)
        P1, P2 = projection(linear, w), projection(forms, w)
        q, s = r / m, float((np.abs(M - np.eye(m)) ** 2).max())
        assert np.allclose(np.diag(P1), q, atol=1e-7)
        inner = P2 @ w
        v = inner / np.linalg.norm(inner)
        x = q - w * v / np.linalg.norm(inner)
        y = q * q + s * (q - q * q) - w**2 / (inner @ inner)
        for i in range(m):
            g = M[i] * P1[i]
            assert np.allclose(P2 @ g, g, atol=1e-6 * (1 + np.abs(g).max()))
            assert abs(g @ w - w[i]) < 1e-6 * (1 + np.abs(g).max())
            assert x[i] ** 2 <= max(P2[i, i] - v[i] ** 2, 0) * y[i] * (1 + 1e-6) + 1e-9 * (1 + s)
            tried += 1
        assert abs(x.sum() - (r - 1)) < 1e-5
    return tried


def _dependent(runs: int) -> int:
    """The steps of the orthoplex bound: ``sum v_j M_ij^2 = 0``, and the product of the two inequalities."""
    rng = np.random.default_rng(51)
    for _ in range(runs):
        r = int(rng.integers(2, 5))
        m = r * (r + 1) // 2 + int(rng.integers(1, 4))
        A, M = random_pair(rng, r, m, float(rng.choice([0.0, 0.3, 2.0])))
        squares = np.array([np.outer(a, a)[np.triu_indices(r)] for a in A.T]).T
        v = np.linalg.svd(squares)[2][-1]
        assert np.abs(squares @ v).max() < 1e-9 * (1 + np.abs(squares).max())
        total = (M**2) @ v
        assert np.abs(total).max() < 1e-7 * (1 + (M**2).max())
        p, n = np.maximum(v, 0), np.maximum(-v, 0)
        s = ((M - np.eye(m)) ** 2).max()
        for part in (p, n):
            assert part @ (M**2) @ part >= part.sum() ** 2 / r * (1 - 1e-9)
            assert part @ (M**2) @ part <= s * p.sum() * n.sum() * (1 + 1e-6)
    return runs


def _optimised(runs: int) -> int:
    """Pairs optimised for small entries: D4's 12 lines, 6 in the space and others are found and not excluded."""
    rng = np.random.default_rng(52)
    for i in range(runs):
        r, m = [(2, 4), (3, 6), (3, 7), (4, 11), (4, 12), (5, 16), (4, 13), (7, 28)][i % 8]

        def start(r: int = r, m: int = m) -> tuple[np.ndarray, np.ndarray]:
            A = rng.normal(size=(r, m))
            return A, A + float(rng.choice([0.01, 0.5, 2.0])) * rng.normal(size=(r, m))

        mu = Fraction(smallest_entries(rng, r, m, start)) + Fraction(1, 10**9)
        for excludes in (levenshtein_excludes, orthoplex_excludes):
            assert mu >= 1 or not excludes(m=m, rank=r, mu=mu, strict=False), (r, m, float(mu))
    return runs


def _systems() -> tuple[int, int]:
    tiny = Fraction(1, 10**9)
    known = [(d, m, mu) for m, mu, d in SHARP]
    known += [(int(row["d"]), int(row["N"]), Fraction(row["mu_upper"])) for row in _table("line_packings.csv")]
    known += [(24, 98280, Fraction(1, 2)), (22, 1408, Fraction(1, 3))]
    known += [(4**s, 4**s * (4**s // 2 + 1), Fraction(1, 2**s)) for s in range(1, 8)]  # Kerdock
    equal = 0
    for d, m, mu in known:
        ranks = [
            classical_rank(test, m=m, mu=mu + tiny, strict=True) for test in (levenshtein_excludes, orthoplex_excludes)
        ]
        assert max(ranks) <= d, (d, m, mu, ranks)
        equal += max(ranks) == d
        for test in (levenshtein_excludes, orthoplex_excludes):  # these exist with entries equal to mu
            assert not test(m=m, rank=d, mu=mu, strict=False), (d, m, mu)
    # Kerdock's are exact by Levenshtein's bound, D4's 12 lines by the orthoplex bound, the equiangular ones by both.
    assert all(classical_rank(levenshtein_excludes, m=m, mu=mu + tiny, strict=True) == d for d, m, mu in known[-7:])
    assert classical_rank(orthoplex_excludes, m=12, mu=Fraction(1, 2) + tiny, strict=True) == 4
    assert classical_rank(orthoplex_excludes, m=12, mu=Fraction(1, 2), strict=True) == 5
    return equal, len(known)


def _boundary() -> None:
    """``strict`` is the case of equality, and the largest m is the last one that is not excluded."""
    half = Fraction(1, 2)
    assert levenshtein_excludes(m=13, rank=4, mu=half, strict=False)
    assert levenshtein_excludes(m=12, rank=4, mu=half, strict=True)
    assert not levenshtein_excludes(m=12, rank=4, mu=half, strict=False)
    assert orthoplex_excludes(m=11, rank=4, mu=half, strict=True)
    assert not orthoplex_excludes(m=11, rank=4, mu=half, strict=False)
    assert not orthoplex_excludes(m=10, rank=4, mu=half, strict=True)
    for rank in range(1, 40):
        for mu in (Fraction(1, 9), Fraction(2, 7), half, Fraction(9, 10)):
            for strict in (True, False):
                for excludes, most in (
                    (levenshtein_excludes, levenshtein_most),
                    (orthoplex_excludes, orthoplex_most),
                ):
                    limit = most(rank=rank, mu=mu, strict=strict)
                    if limit is None:
                        assert not excludes(m=10**9, rank=rank, mu=mu, strict=strict)
                        continue
                    assert excludes(m=max(limit + 1, 2), rank=rank, mu=mu, strict=strict)
                    assert limit < 2 or not excludes(m=limit, rank=rank, mu=mu, strict=strict)
