"""Lower bounds by shifting rows: non-negative features, a free bias, a threshold (THEOREMS.md, theorem 4d).

The worst rows are one-signed, so each row is shifted by a constant first.  With ``M = B^T A`` of rank d, the shifted
and rescaled row ``(M_ij - c_i) / (M_ii - c_i)`` is a polynomial of degree 1 in ``a_j``; a polynomial of degree p of it
has rank at most ``C(d+p, p)``, the number of monomials of degree at most p in d variables.  Off the diagonal all
entries but a few are small, and the few cost at most one large entry a row.
"""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from itertools import repeat
from math import comb

from lincs.bounds.hypothesis import HALF, M2, eps_at_most, k_at_least
from lincs.bounds.polynomials import MOST_DEGREES, degrees_below, growth, least_dimension
from lincs.bounds.question import MarginQuestion, Question
from lincs.bounds.rule import Outcome, Rule

__all__ = ["ROW_SHIFT", "ROW_SHIFT_THRESHOLD", "row_shift", "threshold_shift"]


def _monomials(d: int, p: int) -> int:
    return comb(d + p, p)


def row_shift(*, m: int, k: int, eps: Fraction) -> tuple[int, int]:
    """``(d, p)``: free bias and ``eps <= 1/2`` need ``C(d+p, p) >= m / (1 + rho + (m-2)/T_p(x)^2)`` for every p.

    Here ``x = (k-eps)/eps``, and ``rho = max(1, T_p(2 eps x)^2) / T_p(x)^2`` pays for the one large entry, which k = 1
    has not: there ``rho = 1/T_p(x)^2``.
    """
    return _shifted(m=m, x=(k - eps) / eps, large=_large(k, eps))


def _large(k: int, eps: Fraction) -> Fraction:
    """The one entry of a row that may be larger than the others (at most 2(k-1) are)."""
    return 2 * eps if k > 1 else Fraction(0)


def threshold_shift(*, m: int, k: int) -> tuple[int, int]:
    """``(d, p)``: a threshold needs ``C(d+p, p) >= m / (2 + (m-2)/T_p(2k-1)^2)``, k >= 2, for every p."""
    return _shifted(m=m, x=Fraction(2 * k - 1), large=Fraction(1))


def _shifted(*, m: int, x: Fraction, large: Fraction) -> tuple[int, int]:
    """Best p of ``C(d+p, p) >= m / (1 + rho + (m-2)/T_p(x)^2)``; none helps once the left reaches m."""
    best = (1, 1)
    peaks = growth(large * x, up=True) if large * x > 1 else repeat(0)
    scale = Fraction(1, 1 << 512)
    for (p, square, unit), above in zip(degrees_below(1 / x), peaks, strict=False):
        if comb(best[0] + p, p) >= m or p == MOST_DEGREES:
            return best
        peak = max(Fraction(1), above * above * scale)
        right = m / (1 + (peak + m - 2) * Fraction(unit, square))
        d = least_dimension(partial(_monomials, p=p), -(-right.numerator // right.denominator), best[0])
        if d > best[0]:
            best = (d, p)
    raise AssertionError("unreachable: degrees never end")


def _shifted_allows(*, m: int, x: Fraction, large: Fraction, d: int) -> bool:
    """Whether every p allows d: the least d need not be looked for."""
    if d < 1:
        return False
    peaks = growth(large * x, up=True) if large * x > 1 else repeat(0)
    one, dimension = 1 << 512, 1
    for (p, square, unit), above in zip(degrees_below(1 / x), peaks, strict=False):
        dimension = dimension * (d + p) // p
        if dimension >= m or p == MOST_DEGREES:
            return True
        peak = max(one, above * above)  # over 2^512
        if dimension * (square * one + (peak + (m - 2) * one) * unit) < m * square * one:
            return False
    raise AssertionError("unreachable: degrees never end")


def _row_shift(question: Question) -> Outcome:
    d, p = row_shift(m=question.m, k=question.k, eps=question.eps)
    return Outcome(d, {"p": p})


def _row_shift_allows(question: Question, d: int) -> bool:
    k, eps = question.k, question.eps
    return _shifted_allows(m=question.m, x=(k - eps) / eps, large=_large(k, eps), d=d)


def _threshold_shift(question: MarginQuestion) -> Outcome:
    d, p = threshold_shift(m=question.m, k=question.k)
    return Outcome(d, {"p": p})


def _threshold_shift_allows(question: MarginQuestion, d: int) -> bool:
    return _shifted_allows(m=question.m, x=Fraction(2 * question.k - 1), large=Fraction(1), d=d)


ROW_SHIFT = Rule[Question](
    name="row-shift",
    side="lower",
    kind="theorem",
    source="THEOREMS.md, theorem 4d",
    statement=(
        "C(d+p, p) >= m / (1 + rho + (m-2)/T_p(x)^2) for every p, x = (k-eps)/eps, "
        "rho = max(1, T_p(2 eps x)^2)/T_p(x)^2, and 1/T_p(x)^2 for k = 1"
    ),
    requires=(M2, eps_at_most(Fraction(1, 2)), HALF),
    evaluate=_row_shift,
    suffices=_row_shift_allows,
    theorem="4d",
    program="t04d_readouts",
)

ROW_SHIFT_THRESHOLD = Rule[MarginQuestion](
    name="row-shift",
    side="lower",
    kind="theorem",
    source="THEOREMS.md, theorem 4d",
    statement="C(d+p, p) >= m / (2 + (m-2)/T_p(2k-1)^2) for every p",
    requires=(M2, k_at_least(2)),
    evaluate=_threshold_shift,
    suffices=_threshold_shift_allows,
    theorem="4d",
    program="t04d_readouts",
)
