"""Proved lower bounds on d, in exact integers: whatever is printed from here is a theorem.

Chebyshev rank bound (THEOREMS.md, theorem 4).  Let M be a real m x m matrix of rank d with unit diagonal
and off-diagonal entries at most mu < 1 in absolute value, ``x = 1/mu``, ``T_p`` the Chebyshev polynomial
and ``D_p(d) = sum of C(d+l-1, l) over 0 <= l <= p, l = p mod 2``.  Then for every p >= 1

    ``D_p(d) >= m / (1 + (m-1) / T_p(x)^2)``,

because the matrix ``T_p(x M) / T_p(x)`` (entrywise) has rank at most ``D_p(d)``, unit diagonal, and small
entries elsewhere, so it is close to the identity.  p = 1 is the bound of Welch (1974), here without
symmetry of M; the use of entrywise polynomials is Alon's (2003).  When the entries are strictly below mu,
some smaller mu serves as well and the inequality is strict.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from lincs.problem import Problem
from lincs.results import Bound

__all__ = ["RankBound", "chebyshev_rank", "degrees", "polynomial_dimension", "rows"]

# Powers of 1/mu grow with the degree.  The search over degrees ends by itself; only for mu absurdly close
# to 1 would it need numbers longer than this, and then the best degree so far is kept (each is a theorem).
_MAX_BITS = 200_000


@dataclass(frozen=True)
class RankBound:
    """``rank M >= d``, from degree ``p``; ``complete`` when it is proved that no other degree gives more."""

    d: int
    p: int
    complete: bool = True


def polynomial_dimension(d: int, p: int) -> int:
    """``D_p(d)``: the largest possible rank of ``f[M]``, ``f`` of degree p and parity p, ``rank M = d``."""
    total = term = 1 if p % 2 == 0 else d
    for degree in range(p % 2 + 2, p + 1, 2):
        # C(d+l-1, l) from C(d+l-3, l-2)
        term = term * (d + degree - 2) * (d + degree - 1) // ((degree - 1) * degree)
        total += term
    return total


def degrees(mu: Fraction) -> Iterator[tuple[int, int, int]]:
    """Yield ``(p, N, B)`` with ``T_p(1/mu)^2 = N / B`` for p = 1, 2, ..., exactly.

    With ``1/mu = a/b``, ``b^p T_p(a/b)`` is an integer and obeys the three-term recurrence.
    """
    a, b = mu.denominator, mu.numerator
    before, value, power, p = 1, a, b, 1
    while True:
        yield p, value * value, power * power
        before, value = value, 2 * a * value - b * b * before
        power *= b
        p += 1


def _least_rank(m: int, square: int, unit: int, *, strict: bool) -> int:
    """The least integer D with ``D >= m / (1 + (m-1)/T^2)``, or ``>`` when strict; ``T^2 = square/unit``."""
    numerator, denominator = m * square, square + (m - 1) * unit
    return numerator // denominator + 1 if strict else -(-numerator // denominator)


def _least_d(p: int, rank: int, start: int) -> int:
    """The least ``d >= start`` with ``D_p(d) >= rank``."""
    if polynomial_dimension(start, p) >= rank:
        return start
    low, step = start, 1  # D_p(low) < rank
    while polynomial_dimension(low + step, p) < rank:
        low, step = low + step, 2 * step
    high = low + step
    while high - low > 1:
        middle = (low + high) // 2
        if polynomial_dimension(middle, p) < rank:
            low = middle
        else:
            high = middle
    return high


def chebyshev_rank(*, m: int, mu: Fraction, strict: bool = True) -> RankBound:
    """Least rank that the Chebyshev rank bound allows, over all degrees p.

    ``strict``: the off-diagonal entries are below mu; otherwise at most mu.  The search ends when
    ``D_p(best d) >= m`` for an odd and an even degree: ``D_p`` grows with p inside its parity and the
    right-hand side stays below m, so every larger degree is satisfied by the best d already.
    """
    if m == 1:
        return RankBound(1, 1)
    if not 0 < mu < 1:
        # No polynomial separates 1 from [-mu, mu].  Rank 1 would need M_ij M_ji = M_ii M_jj = 1.
        return RankBound(2 if strict and mu == 1 else 1, 1)
    best = RankBound(1, 1)
    saturated = [False, False]
    for p, square, unit in degrees(mu):
        if polynomial_dimension(best.d, p) >= m:
            saturated[p % 2] = True
            if all(saturated):
                return best
            continue
        d = _least_d(p, _least_rank(m, square, unit, strict=strict), best.d)
        if d > best.d:
            best = RankBound(d, p)
        if square.bit_length() > _MAX_BITS:
            return RankBound(best.d, best.p, complete=False)
    raise AssertionError("unreachable: degrees never end")


def welch(*, m: int, mu: Fraction, strict: bool = True) -> int:
    """Degree 1 alone: ``d >= m / (1 + (m-1) mu^2)`` (Welch 1974; rank form for any M)."""
    square, unit = mu.denominator**2, mu.numerator**2
    return _least_rank(m, square, unit, strict=strict)


def rows(problem: Problem) -> list[Bound]:
    """Every lower bound on ``d(m, k, eps)`` for the signed read-out."""
    m, eps, t = problem.m, problem.eps, problem.t
    assert m is not None
    assert eps is not None
    if eps > 1:
        return [
            Bound(
                name="trivial",
                side="lower",
                kind="theorem",
                value=0,
                source="d counts rows",
                note="eps > 1: B = 0 already answers within eps",
            )
        ]
    if t > Fraction(1, 2):
        return [_trivial(1, "the zero matrix has error 1, which is not below eps <= 1")]
    small = 1 if m == 1 else 2
    trivial = _trivial(
        small, "rank 1 would need M_ij M_ji = M_ii M_jj, impossible for t <= 1/2" if m > 1 else ""
    )
    mu = t / (1 - t)
    if mu >= 1 or m == 1:
        why = "needs m >= 2" if m == 1 else "needs t = eps/k < 1/2"
        return [trivial, _chebyshev(None, {"mu": mu}, why), _welch(None, {"mu": mu}, why)]
    found = chebyshev_rank(m=m, mu=mu)
    note = "" if found.complete else "degrees beyond a work limit were not tried"
    return [
        _chebyshev(found.d, {"p": found.p, "mu": mu}, note),
        _welch(welch(m=m, mu=mu), {"mu": mu}, ""),
        trivial,
    ]


def _trivial(value: int, note: str) -> Bound:
    return Bound(
        name="trivial", side="lower", kind="theorem", value=value, source="THEOREMS.md, theorem 4", note=note
    )


def _chebyshev(value: int | None, parameters: dict[str, object], note: str) -> Bound:
    return Bound(
        name="chebyshev-rank",
        side="lower",
        kind="theorem",
        value=value,
        parameters=parameters,
        source="THEOREMS.md, theorem 4 (method: Alon 2003; p = 1: Welch 1974)",
        note=note,
    )


def _welch(value: int | None, parameters: dict[str, object], note: str) -> Bound:
    return Bound(
        name="welch",
        side="lower",
        kind="theorem",
        value=value,
        parameters=parameters,
        source="Welch 1974, in rank form (THEOREMS.md, theorem 4, p = 1)",
        note=note,
    )
