"""Lower bounds for the other read-outs: non-negative features, a free bias, a threshold (THEOREMS.md,
theorem 4d).

The worst rows are one-signed, so each row is shifted by a constant first.  With ``M = B^T A`` of rank d,
the shifted and rescaled row ``(M_ij - c_i) / (M_ii - c_i)`` is a polynomial of degree 1 in ``a_j``; a
polynomial of degree p of it has rank at most ``C(d+p, p)``, the number of monomials of degree at most p in
d variables.  Off the diagonal all entries but a few are small, and the few cost at most one large entry a
row.
"""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from itertools import repeat
from math import comb

from lincs.bounds.lower import (
    MOST_DEGREES,
    chebyshev_allows,
    chebyshev_rank,
    degrees_below,
    growth,
    least_dimension,
    polynomial_dimension,
)
from lincs.bounds.rule import Outcome, Question, Rule, refused

__all__ = [
    "AFFINE",
    "ANTIPODAL",
    "CIRCLE",
    "NONNEGATIVE",
    "THRESHOLD",
    "full_rank",
    "row_shift",
    "threshold_plain",
    "threshold_shift",
]


def _monomials(d: int, p: int) -> int:
    return comb(d + p, p)


def row_shift(*, m: int, k: int, eps: Fraction) -> tuple[int, int]:
    """``(d, p)``: free bias and ``eps <= 1/2`` need ``C(d+p, p) >= m / (1 + rho + (m-2)/T_p(x)^2)``,
    ``x = (k-eps)/eps``.

    ``rho = max(1, T_p(2 eps x)^2) / T_p(x)^2`` pays for the one large entry, which is at most ``2 eps``.
    """
    return _shifted(m=m, x=(k - eps) / eps, large=2 * eps)


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


def _plain_allows(*, m: int, k: int, d: int) -> bool:
    saturated = [False, False]
    for p, square, unit in degrees_below(Fraction(1, k - 1)):
        dimension = polynomial_dimension(d, p)
        if dimension >= m:
            saturated[p % 2] = True
            if all(saturated):
                return True
        elif dimension * (2 * square + (m - 2) * unit) < m * square:
            return False
        if p == MOST_DEGREES:
            return True
    raise AssertionError("unreachable: degrees never end")


def threshold_plain(*, m: int, k: int) -> tuple[int, int]:
    """``(d, p)``: a threshold needs ``D_p(d) >= m / (2 + (m-2)/T_p(k-1)^2)``, k >= 3, for every p."""
    best = (1, 1)
    saturated = [False, False]
    for p, square, unit in degrees_below(Fraction(1, k - 1)):
        if polynomial_dimension(best[0], p) >= m:
            saturated[p % 2] = True
            if all(saturated):
                return best
            continue
        right = m / (2 + (m - 2) * Fraction(unit, square))
        rank = -(-right.numerator // right.denominator)
        d = least_dimension(partial(polynomial_dimension, p=p), rank, best[0])
        if d > best[0]:
            best = (d, p)
        if p == MOST_DEGREES:
            return best
    raise AssertionError("unreachable: degrees never end")


def _row_shift(question: Question) -> Outcome:
    if question.m < 2 or 2 * question.eps > 1 or 2 * question.t >= 1:
        return refused("needs m >= 2, eps <= 1/2 and eps/k < 1/2")
    d, p = row_shift(m=question.m, k=question.k, eps=question.eps)
    return Outcome(d, {"p": p})


def _reduced(question: Question) -> Outcome:
    eps = question.eps
    t = eps / (question.k * (1 - eps)) if eps < 1 else Fraction(1)
    if question.m < 2 or 2 * eps > 1 or 2 * t >= 1:
        return refused("needs m >= 2, eps <= 1/2 and eps/(k(1-eps)) < 1/2")
    found = chebyshev_rank(m=question.m, mu=t / (1 - t))
    return Outcome(found.d, {"p": found.p, "t": t})


def _row_shift_allows(question: Question, d: int) -> bool:
    if question.m < 2 or 2 * question.eps > 1 or 2 * question.t >= 1:
        return True
    k, eps = question.k, question.eps
    return d >= 1 and _shifted_allows(m=question.m, x=(k - eps) / eps, large=2 * eps, d=d)


def _reduced_allows(question: Question, d: int) -> bool:
    eps = question.eps
    if question.m < 2 or 2 * eps > 1 or 2 * eps >= question.k * (1 - eps):
        return True
    t = eps / (question.k * (1 - eps))
    return chebyshev_allows(m=question.m, mu=t / (1 - t), d=d)


def _threshold_shift_allows(question: Question, d: int) -> bool:
    if question.m < 2 or question.k < 2:
        return True
    return d >= 1 and _shifted_allows(m=question.m, x=Fraction(2 * question.k - 1), large=Fraction(1), d=d)


def _threshold_plain_allows(question: Question, d: int) -> bool:
    return question.m < 2 or question.k < 3 or (d >= 1 and _plain_allows(m=question.m, k=question.k, d=d))


def _trivial_nonnegative(question: Question) -> Outcome:
    if question.eps > 1:
        return Outcome(0, note="B = 0 has error at most 1")
    return Outcome(1, note="the zero matrix has error 1, which is not below eps")


def _trivial_affine(question: Question) -> Outcome:
    if 2 * question.eps > 1:
        return Outcome(0, note="B = 0 and bias 1/2 have error 1/2")
    return Outcome(1, note="a constant answer has error 1/2, which is not below eps")


def _trivial_threshold(question: Question) -> Outcome:
    return Outcome(1, note="with B^T A = 0 no threshold tells 0 from 1")


def _threshold_shift(question: Question) -> Outcome:
    if question.m < 2 or question.k < 2:
        return refused("needs m >= 2 and k >= 2")
    d, p = threshold_shift(m=question.m, k=question.k)
    return Outcome(d, {"p": p})


def _threshold_plain(question: Question) -> Outcome:
    if question.m < 2 or question.k < 3:
        return refused("needs m >= 2 and k >= 3")
    d, p = threshold_plain(m=question.m, k=question.k)
    return Outcome(d, {"p": p})


def full_rank(limit: Fraction) -> Rule:
    """``d >= min(m, k)`` for ``eps <= limit``: features that may all be active have strictly dominant rows."""

    def evaluate(question: Question) -> Outcome:
        if question.eps > limit:
            return refused(f"needs eps <= {limit}")
        return Outcome(min(question.m, question.k), note="min(m, k) features may all be active at once")

    def most(k: int, eps: Fraction, d: int) -> Outcome:
        if eps > limit:
            return refused(f"needs eps <= {limit}")
        return Outcome(d) if k > d else refused("sets no limit: k <= d")

    return Rule(
        name="full-rank",
        side="lower",
        kind="theorem",
        source=_SMALL,
        statement="d >= min(m, k)",
        hypotheses=f"eps <= {limit}",
        evaluate=evaluate,
        most=most,
        any_size=True,
    )


def _line(question: Question) -> Outcome:
    if question.m < 3:
        return refused("needs m >= 3")
    return Outcome(2, note="on a line only the two end points exceed all others")


def _circle(question: Question) -> Outcome:
    if question.k > 1:
        return refused("needs k = 1")
    if question.m <= 2:
        return Outcome(1, note="1 and -1")
    return Outcome(2, note="points on a circle: each has the largest inner product with itself")


def _antipodal(question: Question) -> Outcome:
    if question.k > 1 or 4 * question.eps <= 1:
        return refused("needs k = 1 and eps > 1/4")
    return Outcome(-(-question.m // 2), note="B = A/2, columns e_1, -e_1, e_2, -e_2, ...")


_SOURCE = "THEOREMS.md, theorem 4d"
_SMALL = "THEOREMS.md, theorem 4f"

FULL_RANK = full_rank(Fraction(1, 2))  # a threshold has no eps: its rules are asked at eps = 1/2

LINE = Rule(
    name="line",
    side="lower",
    kind="theorem",
    source=_SMALL,
    statement="d >= 2: a line holds 2 features",
    hypotheses="threshold, m >= 3",
    evaluate=_line,
    any_size=True,
)

CIRCLE = Rule(
    name="circle",
    side="upper",
    kind="construction",
    source=_SMALL,
    statement="d = 2, and d = 1 for m <= 2: points on a circle",
    hypotheses="threshold, k = 1",
    evaluate=_circle,
    any_size=True,
)

ANTIPODAL = Rule(
    name="antipodal-pairs",
    side="upper",
    kind="construction",
    source=_SMALL,
    statement="d = ceil(m/2): columns e_i and -e_i, B = A/2, bias",
    hypotheses="free bias, k = 1, eps > 1/4",
    evaluate=_antipodal,
    any_size=True,
)

_SHIFT = Rule(
    name="row-shift",
    side="lower",
    kind="theorem",
    source=_SOURCE,
    statement=(
        "C(d+p, p) >= m / (1 + rho + (m-2)/T_p(x)^2) for every p, x = (k-eps)/eps, "
        "rho = max(1, T_p(2 eps x)^2)/T_p(x)^2"
    ),
    hypotheses="m >= 2, eps <= 1/2, eps/k < 1/2",
    evaluate=_row_shift,
    suffices=_row_shift_allows,
)


def _trivial(statement: str, evaluate: object) -> Rule:
    return Rule(
        name="trivial",
        side="lower",
        kind="theorem",
        source=_SOURCE,
        statement=statement,
        hypotheses="none",
        evaluate=evaluate,  # type: ignore[arg-type]
        any_size=True,
    )


NONNEGATIVE = (
    Rule(
        name="chebyshev-rank-nonnegative",
        side="lower",
        kind="theorem",
        source=_SOURCE,
        statement="d >= R(m, eps/(k(1-eps))), bounded by the Chebyshev rank bound",
        hypotheses="m >= 2, eps <= 1/2, eps/(k(1-eps)) < 1/2",
        evaluate=_reduced,
        suffices=_reduced_allows,
    ),
    _SHIFT,
    FULL_RANK,
    _trivial("d >= 1 for eps <= 1", _trivial_nonnegative),
)

AFFINE = (_SHIFT, FULL_RANK, _trivial("d >= 1 for eps <= 1/2, and d = 0 above", _trivial_affine))

THRESHOLD = (
    Rule(
        name="row-shift",
        side="lower",
        kind="theorem",
        source=_SOURCE,
        statement="C(d+p, p) >= m / (2 + (m-2)/T_p(2k-1)^2) for every p",
        hypotheses="m >= 2, k >= 2",
        evaluate=_threshold_shift,
        suffices=_threshold_shift_allows,
    ),
    Rule(
        name="chebyshev-rank-threshold",
        side="lower",
        kind="theorem",
        source=_SOURCE,
        statement="D_p(d) >= m / (2 + (m-2)/T_p(k-1)^2) for every p",
        hypotheses="m >= 2, k >= 3",
        evaluate=_threshold_plain,
        suffices=_threshold_plain_allows,
    ),
    FULL_RANK,
    LINE,
    _trivial("d >= 1", _trivial_threshold),
)
