"""Upper bounds on d: what the constructions promise, and what random signs give.

The random bounds are existence statements with explicit constants; logarithms are enclosed in rationals and
the result is rounded upward, so they too are theorems.
"""

from __future__ import annotations

import math
from fractions import Fraction

from lincs.constructions.catalogue import FAMILIES
from lincs.constructions.family import Family
from lincs.enclosure import ln, ln_binomial
from lincs.problem import Problem
from lincs.results import Bound

__all__ = ["construction_rows", "rows", "union_bound"]


def union_bound(*, m: int, k: int, eps: Fraction) -> int:
    """``d = floor((2k'/eps^2) (ln m + ln C(m-1, k') + k' ln 2)) + 1`` with ``k' = min(k, m-1)`` suffices (m
    >= 2).

    Let A have independent entries ``+-1/sqrt(d)`` and B = A.  A row's error on a fixed support (of k' other
    columns) with fixed signs is ``1/d`` times a sum of ``d k'`` independent signs, so it reaches eps with
    probability at most ``exp(-eps^2 d / (2k'))`` (Hoeffding 1963, one-sided); there are
    ``m C(m-1, k') 2^k'`` of them (THEOREMS.md, 5).
    """
    others = min(k, m - 1)
    logarithm = ln(m)[1] + ln_binomial(m - 1, others)[1] + others * ln(2)[1]
    bound = 2 * others * logarithm / eps**2
    return bound.numerator // bound.denominator + 1


def construction_rows(*, m: int, mu: Fraction) -> list[Bound]:
    """One row a family of the catalogue: its least d with m columns and coherence strictly below mu."""
    return [_construction(family, m, mu) for family in FAMILIES]


def _construction(family: Family, m: int, mu: Fraction) -> Bound:
    promise = family.least(m=m, mu=mu)
    if promise is None:
        return Bound(
            name=family.name,
            side="upper",
            kind="construction",
            value=None,
            source=family.source,
            note="no member has m columns and coherence below eps/(k-eps)",
        )
    parameters: dict[str, object] = {**promise.parameters, "columns": promise.columns}
    if promise.coherence_squared is not None:
        parameters["coherence"] = _root(promise.coherence_squared)
    return Bound(
        name=family.name,
        side="upper",
        kind="construction",
        value=promise.d,
        parameters=parameters,
        source=family.source,
    )


def _root(square: Fraction) -> Fraction | str:
    """The square root of a rational, exactly: a rational when it is one, else text."""
    root = Fraction(math.isqrt(square.numerator), math.isqrt(square.denominator))
    return root if root**2 == square else f"sqrt({square})"


def rows(problem: Problem) -> list[Bound]:
    """Every upper bound on ``d(m, k, eps)`` for the signed read-out, except the paper's own."""
    m, k, eps, t = problem.m, problem.k, problem.eps, problem.t
    assert m is not None
    assert k is not None
    assert eps is not None
    if eps > 1:
        return [_constant("zero", 0, "B = 0 has error at most 1 < eps")]
    if m == 1:
        return [_constant("identity", 1, "one column")]
    found = []
    if t > Fraction(1, 2):
        found.append(
            _constant("constant", 1, "B^T A = J/2 has every entry within 1/2 < eps/k of the identity")
        )
    found.extend(construction_rows(m=m, mu=min(t / (1 - t), Fraction(1)) if t < 1 else Fraction(1)))
    found.append(
        Bound(
            name="union-bound",
            side="upper",
            kind="random",
            value=union_bound(m=m, k=k, eps=eps),
            parameters={"k": min(k, m - 1)},
            source="random signs, Hoeffding 1963 and a union bound (THEOREMS.md, theorem 5)",
        )
    )
    return found


def _constant(name: str, value: int, note: str) -> Bound:
    return Bound(
        name=name, side="upper", kind="construction", value=value, source="THEOREMS.md, theorem 5", note=note
    )
