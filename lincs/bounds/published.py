"""The theorems of Garg, Kleinberg and Peng (COLT 2026, arXiv:2602.11246), with their explicit constants."""

from __future__ import annotations

from fractions import Fraction

from lincs.enclosure import ln
from lincs.problem import Problem
from lincs.results import Bound

__all__ = ["rows", "theorem_2"]

_PAPER = "Garg, Kleinberg and Peng 2026"


def theorem_2(*, m: int, k: int, eps: Fraction) -> int:
    """``d <= (8 k^2 / eps^2) ln(2 m^2) + 2``, the logarithm rounded up and the integer part taken."""
    bound = 8 * (k / eps) ** 2 * ln(2 * m * m)[1] + 2
    return bound.numerator // bound.denominator


def rows(problem: Problem) -> list[Bound]:
    """The paper's own bounds on ``d(m, k, eps)`` for the signed read-out."""
    m, k, eps = problem.m, problem.k, problem.eps
    assert m is not None
    assert k is not None
    assert eps is not None
    applies = eps <= 1
    return [
        Bound(
            name="garg-kleinberg-peng-2",
            side="upper",
            kind="random",
            value=theorem_2(m=m, k=k, eps=eps) if applies else None,
            source=f"{_PAPER}, Theorem 2",
            note="" if applies else "needs eps <= 1",
        )
    ]
