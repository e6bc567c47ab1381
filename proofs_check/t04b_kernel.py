"""Theorem 4b: the kernel bound: its two inequalities, sharp cases, and a hunt with free B."""

from __future__ import annotations

import math
import random
from fractions import Fraction
from itertools import combinations

import numpy as np
from scipy.optimize import linprog

from lincs.bounds.chebyshev import chebyshev_rank
from lincs.bounds.kernel import excluded, kernel_rank

TITLE = "kernel bound"


def check() -> str:
    _polynomial()
    projections = _projections()
    sharp = _sharp()
    better, hunted = _hunt()
    return (
        f"{projections} projections obey the sum inequality, {sharp} line systems are sharp, {hunted} matrices A "
        f"with optimal B (non-symmetric) obey it, and it beats theorem 4 in {better} of 200 problems"
    )


def _polynomial() -> None:
    """``A + B t^2 - C t^4 - t = C (t-tau)^2 (1-t)(t+1+2tau)`` and the signs, exactly, for rational tau."""
    for root in range(2, 12):
        j, tau = Fraction(root * root - 2), Fraction(1, root)
        c = 1 / (2 * tau * (1 + tau) ** 2)
        a, b = c * tau**2 * (1 + 2 * tau), c * (1 + 2 * tau + 3 * tau**2)
        for i in range(41):
            t = Fraction(i, 40)
            difference = a + b * t**2 - c * t**4 - t
            assert difference == c * (t - tau) ** 2 * (1 - t) * (t + 1 + 2 * tau) >= 0
        assert b >= 6 * c / (j + 4)
        r = 1 / tau
        assert a + b / j - 3 * c / (j * (j + 2)) == (j + r) / (j * (1 + r))


def _projections() -> int:
    """``sum |P_ij| <= m (j+r)/(1+r)`` for random and structured projections, of very unequal rows too."""
    rng = np.random.default_rng(4)
    tried = 0
    for m in (2, 3, 5, 8, 13, 30):
        for j in range(1, m):
            for style in range(6):
                x = rng.standard_normal((m, j)) * (10.0 ** rng.uniform(-2, 2, (m, 1)) if style % 2 else 1)
                if style >= 4:  # few directions, repeated
                    x = x[rng.integers(0, min(m, j + 2), m)]
                q, triangle = np.linalg.qr(x)
                if np.abs(np.diag(triangle)).min() < 1e-9:
                    continue
                r = math.sqrt(j + 2)
                assert np.abs(q @ q.T).sum() <= m * (j + r) / (1 + r) * (1 + 1e-12), (m, j)
                tried += 1
    return tried


def _sharp() -> int:
    """Where the bound is attained it excludes at mu (strictly below) and allows just above."""
    tiny = Fraction(1, 10**9)
    for m in (2, 3, 7, 50):  # simplices
        assert kernel_rank(m=m, mu=Fraction(1, m - 1)) == (m, 1)
        assert not excluded(m=m, j=1, mu=Fraction(1, m - 1) + tiny)
    # Six lines in R^3, kernel of dimension 3: 1/sqrt(5) from both sides.
    below, above = Fraction(44721, 10**5), Fraction(44722, 10**5)
    assert excluded(m=6, j=3, mu=below)
    assert not excluded(m=6, j=3, mu=above)
    # The 28 lines in R^7 at 1/3 have a complement: 28 lines in R^21 at 1/9, kernel of dimension 7.
    assert excluded(m=28, j=7, mu=Fraction(1, 9))
    assert not excluded(m=28, j=7, mu=Fraction(1, 9) + tiny)
    return 6


def least_error(a: np.ndarray) -> float:
    """``nu(A) = max ||w||_inf over ker A, ||w||_1 <= 1``: the entrywise error of the best B (theorem 2)."""
    d, m = a.shape
    best = 0.0
    for i in range(m):
        cost = np.zeros(2 * m)
        cost[i], cost[m + i] = -1, 1
        solution = linprog(
            cost,
            A_ub=np.ones((1, 2 * m)),
            b_ub=[1.0],
            A_eq=np.hstack([a, -a]),
            b_eq=np.zeros(d),
            method="highs",
        )
        assert solution.fun is not None
        best = max(best, -float(solution.fun))
    return best


def _hunt() -> tuple[int, int]:
    rng = np.random.default_rng(44)
    hunted = 0
    for m in (4, 6, 9, 12):
        for d in range(max(2, m - 4), m):
            for style in range(18):
                a = rng.standard_normal((d, m))
                if style % 3 == 1:
                    a = np.sign(a)
                if style % 3 == 2:  # kernel spanned by repeated directions, near the extremal projections
                    a = np.linalg.svd(rng.choice([-1.0, 1.0], (m - d, m)) + 0.05 * rng.standard_normal((m - d, m)))[2][
                        m - d :
                    ]
                t = least_error(a)
                if not 0 < t < 0.499:
                    continue
                mu = Fraction(t / (1 - t) + 1e-9).limit_denominator(10**12) + Fraction(1, 10**10)
                found = kernel_rank(m=m, mu=mu)
                assert found is None or found[0] <= d, (m, d, mu)
                assert chebyshev_rank(m=m, mu=mu).d <= d, (m, d, mu)
                hunted += 1
    draw = random.Random(4)
    better = 0
    for _ in range(200):
        m = draw.randint(5, 500)
        mu = Fraction(draw.randint(1, 100), 100 * m) * draw.choice([1, 2, 5])
        found = kernel_rank(m=m, mu=mu)
        better += found is not None and found[0] > chebyshev_rank(m=m, mu=mu).d
    assert hunted > 50
    assert all(not excluded(m=m, j=j, mu=Fraction(1)) for m, j in combinations(range(2, 9), 2) if j < m)
    return better, hunted
