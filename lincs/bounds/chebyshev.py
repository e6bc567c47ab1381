"""The Chebyshev rank bound, in exact integers: whatever is printed from here is a theorem (THEOREMS.md, theorem 4).

Let M be a real m x m matrix of rank d with unit diagonal and off-diagonal entries at most mu < 1 in absolute value,
``x = 1/mu``, ``T_p`` the Chebyshev polynomial and ``D_p(d)`` as in :mod:`lincs.bounds.polynomials`.  For every p >= 1

    ``D_p(d) >= m / (1 + (m-1) / T_p(x)^2)``,

because the matrix ``T_p(x M) / T_p(x)`` (entrywise) has rank at most ``D_p(d)``, unit diagonal, and small entries
elsewhere, so it is close to the identity.  p = 1 is the bound of Welch (1974), here without symmetry of M; the use of
entrywise polynomials is Alon's (2003).  When the entries are strictly below mu, some smaller mu serves as well and the
inequality is strict.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

from lincs.bounds.hypothesis import EPS1, HALF, M2
from lincs.bounds.polynomials import (
    COLUMN_LIMIT,
    MOST_DEGREES,
    Dimension,
    degrees,
    degrees_below,
    least_dimension,
    least_excluded,
    least_rank,
    polynomial_dimension,
)
from lincs.bounds.question import Question
from lincs.bounds.rule import Outcome, Rule, refused
from lincs.bounds.words import number

__all__ = ["LIMITED", "RULE", "RankBound", "chebyshev_allows", "chebyshev_most", "chebyshev_rank"]

LIMITED = "degrees beyond a work limit were not tried"


@dataclass(frozen=True)
class RankBound:
    """``rank M >= d``, from degree ``p``; ``complete`` when it is proved that no other degree gives more."""

    d: int
    p: int
    complete: bool = True


def chebyshev_rank(*, m: int, mu: Fraction, strict: bool = True) -> RankBound:
    """Least rank that the Chebyshev rank bound allows, over all degrees p; the least p that gives it.

    ``strict``: the off-diagonal entries are below mu; otherwise at most mu.  The search ends when ``D_p(best d) >= m``
    for an odd and an even degree: ``D_p`` grows with p inside its parity and the right-hand side stays below m, so
    every larger degree is satisfied by the best d already.
    """
    if m == 1:
        return RankBound(1, 1)
    if not 0 < mu < 1:
        # No polynomial separates 1 from [-mu, mu].  Rank 1 would need M_ij M_ji = M_ii M_jj.
        return RankBound(2 if strict and mu == 1 else 1, 1)
    # A few degrees give a value close to the best; the scan over all of them then has little left to do.
    d, p = _scout(m, mu, strict=strict), 0
    below, at = Dimension(d - 1), Dimension(d)
    saturated = [False, False]
    for degree, square, unit in degrees_below(mu):
        dimension, enough = below.advance(), at.advance()
        if dimension < m:
            rank = least_rank(m, square, unit, strict=strict)
            if enough < rank or (dimension < rank and not p):  # d, or more, is needed
                p = degree
                needed = least_dimension(partial(polynomial_dimension, p=degree), rank, d)
                if needed > d:
                    d = needed
                    below, at, saturated = Dimension(d - 1, degree), Dimension(d, degree), [False, False]
                    enough = polynomial_dimension(d, degree)
        if enough >= m:
            saturated[degree % 2] = True
            if all(saturated) and p:
                return RankBound(d, p)
        if degree == MOST_DEGREES:
            return RankBound(d, p or degree, complete=False)
    raise AssertionError("unreachable: degrees never end")


def _scout(m: int, mu: Fraction, *, strict: bool) -> int:
    """The best d over a thin set of degrees, growing by a quarter each time."""
    d, due = 1, 1
    for p, square, unit in degrees_below(mu):
        if p == due:
            due += 1 + p // 4
            rank = least_rank(m, square, unit, strict=strict)
            d = least_dimension(partial(polynomial_dimension, p=p), rank, d)
            if polynomial_dimension(d, p) >= m:
                return d
        if p == MOST_DEGREES:
            return d
    raise AssertionError("unreachable: degrees never end")


def chebyshev_most(*, d: int, mu: Fraction, strict: bool = True) -> tuple[int, int] | None:
    """The largest m that the Chebyshev rank bound allows at ``d >= 2``, ``mu < 1``, and the degree; None: not found.

    The least m that degree p excludes is at least ``D_p(d)``, so once ``D_p(d) > best m`` for an odd and an even degree
    no larger degree can exclude more: the search stops with a proof (THEOREMS.md, theorem 4).
    """
    best: tuple[int, int] | None = None
    saturated = [False, False]
    dimensions = Dimension(d)
    for p, square, unit in degrees_below(mu):
        dimension = dimensions.advance()
        if best is not None and dimension > best[0]:
            saturated[p % 2] = True
            if all(saturated):
                return best
        elif (excluded := least_excluded(dimension, square, unit, strict=strict)) and (
            best is None or excluded <= best[0]
        ):
            best = excluded - 1, p
        if p == MOST_DEGREES or dimension.bit_length() > COLUMN_LIMIT:
            return best
    raise AssertionError("unreachable: degrees never end")


def chebyshev_allows(*, m: int, mu: Fraction, d: int, strict: bool = True) -> bool:
    """Whether the Chebyshev rank bound allows d: ``chebyshev_rank(...).d <= d``, without looking for the least one."""
    if m == 1 or not 0 < mu < 1:
        return chebyshev_rank(m=m, mu=mu, strict=strict).d <= d
    if d < 1:
        return False
    saturated = [False, False]
    dimensions = Dimension(d)
    for p, square, unit in degrees_below(mu):
        dimension = dimensions.advance()
        if dimension >= m:
            saturated[p % 2] = True
            if all(saturated):
                return True
        elif dimension < least_rank(m, square, unit, strict=strict):
            return False
        if p == MOST_DEGREES:
            return True
    raise AssertionError("unreachable: degrees never end")


def _chebyshev(question: Question) -> Outcome:
    found = chebyshev_rank(m=question.m, mu=question.mu, strict=not question.closed)
    return Outcome(found.d, {"p": found.p, "mu": question.mu}, "" if found.complete else LIMITED)


def _most(question: Question, d: int) -> Outcome:
    if d < 2:
        return Outcome(1, {"p": 1, "mu": question.mu})
    found = chebyshev_most(d=d, mu=question.mu, strict=not question.closed)
    return refused(LIMITED) if found is None else Outcome(found[0], {"p": found[1], "mu": question.mu})


def _allows(question: Question, d: int) -> bool:
    return chebyshev_allows(m=question.m, mu=question.mu, d=d, strict=not question.closed)


def _conclusion(m: int, d: int, parameters: Mapping[str, Any], closed: bool) -> list[str]:
    """The inequality that fails, with its numbers."""
    if "mu" not in parameters:
        return []
    p = parameters["p"]
    square, unit = next((s, u) for degree, s, u in degrees(parameters["mu"]) if degree == p)
    right = Fraction(m * square, square + (m - 1) * unit)
    return [
        f"T_{p}(1/mu)^2 = {number(Fraction(square, unit))}",
        f"at m = {number(m)}, d = {number(d)}: D_{p}(d) = {number(polynomial_dimension(d, p))} "
        f"{'<' if closed else '<='} {number(right)} "
        f"= m/(1 + (m-1)/T_{p}^2): impossible",
    ]


RULE = Rule[Question](
    name="chebyshev-rank",
    side="lower",
    kind="theorem",
    source="THEOREMS.md, theorem 4 (method: Alon 2003; p = 1: Welch 1974)",
    statement=(
        "D_p(d) > m / (1 + (m-1)/T_p(1/mu)^2) for every p >= 1, where mu = eps/(k-eps), "
        "T_p is the Chebyshev polynomial and D_p(d) = C(d+p-1, p) + C(d+p-3, p-2) + ..."
    ),
    requires=(M2, EPS1, HALF),
    evaluate=_chebyshev,
    suffices=_allows,
    most=_most,
    conclusion=_conclusion,
    theorem="4",
    program="t04_chebyshev_rank",
)
