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

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from math import comb

from lincs.bounds.rule import Outcome, Question, Rule, refused

__all__ = [
    "MOST_DEGREES",
    "RULES",
    "RankBound",
    "chebyshev_allows",
    "chebyshev_most",
    "chebyshev_rank",
    "degrees",
    "degrees_below",
    "growth",
    "least_dimension",
    "polynomial_dimension",
    "power_most",
    "power_rank",
    "welch",
]

# The search over degrees ends by itself; only for mu very close to 1 would it need more than this, and then the
# best degree so far is kept (each is a theorem).  The limit is the same for every mu, so that the bound stays monotone.
MOST_DEGREES = 4096
_EXACT_BITS = 4096  # T_p(1/mu)^2 is exact up to this length, and rounded down beyond
_GRID_BITS = 256
_COLUMN_LIMIT = 1 << 16  # no largest m beyond 2^65536 is looked for


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


def growth(y: Fraction, *, up: bool) -> Iterator[int]:
    """``2^256 T_p(y)`` for p = 1, 2, ... and ``y >= 1``, rounded down (or up) at every step.

    ``T_(p+1) - T_p = (T_p - T_(p-1)) + 2 (y-1) T_p``: only sums of positive numbers, so each rounding goes one way
    through, and a larger y never gives a smaller number.
    """
    one, carry = 1 << _GRID_BITS, (1 << _GRID_BITS) - 1 if up else 0
    excess = y - 1
    scaled = excess.numerator << _GRID_BITS
    step = -(-scaled // excess.denominator) if up else scaled // excess.denominator
    value, change = one, step
    while True:
        value += change
        yield value
        change += (2 * step * value + carry) >> _GRID_BITS


def degrees_below(mu: Fraction) -> Iterator[tuple[int, int, int]]:
    """Yield ``(p, N, B)`` with ``T_p(1/mu)^2 >= N / B``: equal while the numbers are short, rounded down beyond."""
    rounded = growth(1 / mu, up=False)
    for p, square, unit in degrees(mu):
        if square.bit_length() > _EXACT_BITS:
            break
        yield p, square, unit
        next(rounded)
    unit = 1 << 2 * _GRID_BITS
    for p, value in enumerate(rounded, p):  # noqa: B020 (goes on where the exact numbers ended)
        yield p, value * value, unit


def _least_rank(m: int, square: int, unit: int, *, strict: bool) -> int:
    """The least integer D with ``D >= m / (1 + (m-1)/T^2)``, or ``>`` when strict; ``T^2 = square/unit``."""
    numerator, denominator = m * square, square + (m - 1) * unit
    return numerator // denominator + 1 if strict else -(-numerator // denominator)


def least_dimension(dimension: Callable[[int], int], rank: int, start: int = 1) -> int:
    """The least ``d >= start`` with ``dimension(d) >= rank``; ``dimension`` increases without end."""
    if dimension(start) >= rank:
        return start
    low, step = start, 1  # dimension(low) < rank
    while dimension(low + step) < rank:
        low, step = low + step, 2 * step
    high = low + step
    while high - low > 1:
        middle = (low + high) // 2
        if dimension(middle) < rank:
            low = middle
        else:
            high = middle
    return high


class _Dimension:
    """``D_p(d)`` for one d and p = 1, 2, ...: each step costs one product instead of p."""

    def __init__(self, d: int, p: int = 0) -> None:
        self.d, self.p = d, 0
        self._term, self._totals = 1, [1, 0]  # C(d+p-1, p), and D of the last even and odd degree
        for _ in range(p):
            self.advance()

    def advance(self) -> int:
        """Move to the next degree and return its dimension."""
        self.p += 1
        self._term = self._term * (self.d + self.p - 1) // self.p
        self._totals[self.p % 2] += self._term
        return self._totals[self.p % 2]


def chebyshev_rank(*, m: int, mu: Fraction, strict: bool = True) -> RankBound:
    """Least rank that the Chebyshev rank bound allows, over all degrees p; the least p that gives it.

    ``strict``: the off-diagonal entries are below mu; otherwise at most mu.  The search ends when
    ``D_p(best d) >= m`` for an odd and an even degree: ``D_p`` grows with p inside its parity and the right-hand side
    stays below m, so every larger degree is satisfied by the best d already.
    """
    if m == 1:
        return RankBound(1, 1)
    if not 0 < mu < 1:
        # No polynomial separates 1 from [-mu, mu].  Rank 1 would need M_ij M_ji = M_ii M_jj.
        return RankBound(2 if strict and mu == 1 else 1, 1)
    # A few degrees give a value close to the best; the scan over all of them then has little left to do.
    d, p = _scout(m, mu, strict=strict), 0
    below, at = _Dimension(d - 1), _Dimension(d)
    saturated = [False, False]
    for degree, square, unit in degrees_below(mu):
        dimension, enough = below.advance(), at.advance()
        if dimension < m:
            rank = _least_rank(m, square, unit, strict=strict)
            if enough < rank or (dimension < rank and not p):  # d, or more, is needed
                p = degree
                needed = least_dimension(partial(polynomial_dimension, p=degree), rank, d)
                if needed > d:
                    d = needed
                    below, at, saturated = _Dimension(d - 1, degree), _Dimension(d, degree), [False, False]
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
            rank = _least_rank(m, square, unit, strict=strict)
            d = least_dimension(partial(polynomial_dimension, p=p), rank, d)
            if polynomial_dimension(d, p) >= m:
                return d
        if p == MOST_DEGREES:
            return d
    raise AssertionError("unreachable: degrees never end")


def _least_excluded(dimension: int, square: int, unit: int) -> int | None:
    """The least m with ``m / (1 + (m-1)/T^2) >= D``, that is ``m >= D (T^2 - 1)/(T^2 - D)``; None if ``T^2 <= D``."""
    if square <= dimension * unit:
        return None
    return -(-dimension * (square - unit) // (square - dimension * unit))


def chebyshev_most(*, d: int, mu: Fraction) -> tuple[int, int] | None:
    """The largest m that the Chebyshev rank bound allows at ``d >= 2``, ``mu < 1``, and the degree; None: not found.

    The least m that degree p excludes is at least ``D_p(d)``, so once ``D_p(d) > best m`` for an odd and an even
    degree no larger degree can exclude more: the search stops with a proof (THEOREMS.md, theorem 4).
    """
    best: tuple[int, int] | None = None
    saturated = [False, False]
    dimensions = _Dimension(d)
    for p, square, unit in degrees_below(mu):
        dimension = dimensions.advance()
        if best is not None and dimension > best[0]:
            saturated[p % 2] = True
            if all(saturated):
                return best
        elif (excluded := _least_excluded(dimension, square, unit)) and (best is None or excluded <= best[0]):
            best = excluded - 1, p
        if p == MOST_DEGREES or dimension.bit_length() > _COLUMN_LIMIT:
            return best
    raise AssertionError("unreachable: degrees never end")


def _powers_below(mu: Fraction) -> Iterator[tuple[int, int, int]]:
    """Yield ``(p, N, B)`` with ``mu^(-2p) >= N / B``: equal while the numbers are short, rounded down beyond."""
    a, b = mu.denominator**2, mu.numerator**2
    square, unit = a, b
    for p in range(1, MOST_DEGREES + 1):
        yield p, square, unit
        square, unit = square * a, unit * b
        if square.bit_length() > _EXACT_BITS and unit > 1:
            cut = 1 << 2 * _GRID_BITS
            square, unit = square * cut // unit, cut


def power_most(*, d: int, mu: Fraction) -> tuple[int, int] | None:
    """The same for powers: ``C(d+p-1, p)`` in place of ``D_p(d)``, ``mu^(-2p)`` in place of ``T_p^2``."""
    best: tuple[int, int] | None = None
    dimension = 1
    for p, square, unit in _powers_below(mu):
        dimension = dimension * (d + p - 1) // p
        excluded = _least_excluded(dimension, square, unit)
        if excluded and (best is None or excluded <= best[0]):
            best = excluded - 1, p
        if (best is not None and dimension > best[0]) or dimension.bit_length() > _COLUMN_LIMIT:
            break
    return best


def welch(*, m: int, mu: Fraction, strict: bool = True) -> int:
    """Degree 1 alone: ``d >= m / (1 + (m-1) mu^2)`` (Welch 1974; rank form for any M)."""
    return _least_rank(m, mu.denominator**2, mu.numerator**2, strict=strict)


def power_rank(*, m: int, mu: Fraction, strict: bool = True) -> RankBound:
    """The best of ``C(d+p-1, p) >= m / (1 + (m-1) mu^(2p))`` over p: the power ``y^p`` in place of ``T_p``.

    The search ends when ``C(best d + p - 1, p) >= m``, which then holds for every larger p as well.
    """
    best, enough = RankBound(1, 1), 1  # C(best d + p - 1, p)
    for p, square, unit in _powers_below(mu):
        enough = enough * (best.d + p - 1) // p
        if best.d >= 2 and enough >= m:
            return best
        rank = _least_rank(m, square, unit, strict=strict)
        if enough < rank:
            best = RankBound(least_dimension(lambda d, p=p: comb(d + p - 1, p), rank, best.d), p)  # type: ignore[misc]
            enough = comb(best.d + p - 1, p)
    return RankBound(best.d, best.p, complete=False)


_LIMITED = "degrees beyond a work limit were not tried"


def _inapplicable(question: Question) -> str:
    """Why the rank bounds say nothing, or an empty string."""
    if question.eps > 1:
        return "needs eps <= 1"
    if question.m < 2:
        return "needs m >= 2"
    return "" if 2 * question.t < 1 else "needs t = eps/k < 1/2"


def _chebyshev(question: Question) -> Outcome:
    if why := _inapplicable(question):
        return refused(why)
    found = chebyshev_rank(m=question.m, mu=question.mu)
    return Outcome(found.d, {"p": found.p, "mu": question.mu}, "" if found.complete else _LIMITED)


def _most(search: Callable[..., tuple[int, int] | None], k: int, eps: Fraction, d: int) -> Outcome:
    """The largest m by ``chebyshev_most`` or ``power_most``, with the hypotheses checked."""
    if why := _inapplicable(Question(m=max(2, k), k=k, eps=eps)):
        return refused(why)
    mu = eps / (k - eps)
    if d < 2:
        return Outcome(1, {"p": 1, "mu": mu})
    found = search(d=d, mu=mu)
    return refused(_LIMITED) if found is None else Outcome(found[0], {"p": found[1], "mu": mu})


def chebyshev_allows(*, m: int, mu: Fraction, d: int) -> bool:
    """Whether the Chebyshev rank bound allows d: ``chebyshev_rank(...).d <= d``, without looking for the least one."""
    if m == 1 or not 0 < mu < 1:
        return chebyshev_rank(m=m, mu=mu).d <= d
    if d < 1:
        return False
    saturated = [False, False]
    dimensions = _Dimension(d)
    for p, square, unit in degrees_below(mu):
        dimension = dimensions.advance()
        if dimension >= m:
            saturated[p % 2] = True
            if all(saturated):
                return True
        elif dimension < _least_rank(m, square, unit, strict=True):
            return False
        if p == MOST_DEGREES:
            return True
    raise AssertionError("unreachable: degrees never end")


def _power_allows(question: Question, d: int) -> bool:
    if _inapplicable(question):
        return True
    if d < 2:
        return power_rank(m=question.m, mu=question.mu).d <= d
    dimension = 1
    for p, square, unit in _powers_below(question.mu):
        dimension = dimension * (d + p - 1) // p
        if dimension >= question.m:
            return True
        if dimension < _least_rank(question.m, square, unit, strict=True):
            return False
    return True


def _allows(question: Question, d: int) -> bool:
    return bool(_inapplicable(question)) or chebyshev_allows(m=question.m, mu=question.mu, d=d)


def _welch(question: Question) -> Outcome:
    if why := _inapplicable(question):
        return refused(why)
    return Outcome(welch(m=question.m, mu=question.mu), {"mu": question.mu})


def _welch_most(k: int, eps: Fraction, d: int) -> Outcome:
    if why := _inapplicable(Question(m=max(2, k), k=k, eps=eps)):
        return refused(why)
    mu = eps / (k - eps)
    excluded = _least_excluded(d, mu.denominator**2, mu.numerator**2)
    if excluded is None:
        return refused("sets no limit: 1/mu^2 <= d")
    return Outcome(max(excluded - 1, 1), {"mu": mu})


def _power(question: Question) -> Outcome:
    if why := _inapplicable(question):
        return refused(why)
    found = power_rank(m=question.m, mu=question.mu)
    return Outcome(found.d, {"p": found.p, "mu": question.mu}, "" if found.complete else _LIMITED)


def _trivial(question: Question) -> Outcome:
    if question.eps > 1:
        return Outcome(0, note="B = 0 has error at most 1")
    if 2 * question.t > 1:
        return Outcome(1, note="the zero matrix has error 1, which is not below eps")
    return Outcome(min(question.m, 2), note="rank 1 would need M_ij M_ji = M_ii M_jj" if question.m > 1 else "")


RULES = (
    Rule(
        name="chebyshev-rank",
        side="lower",
        kind="theorem",
        source="THEOREMS.md, theorem 4 (method: Alon 2003; p = 1: Welch 1974)",
        statement=(
            "D_p(d) > m / (1 + (m-1)/T_p(1/mu)^2) for every p >= 1, where mu = eps/(k-eps), "
            "T_p is the Chebyshev polynomial and D_p(d) = C(d+p-1, p) + C(d+p-3, p-2) + ..."
        ),
        hypotheses="m >= 2, eps <= 1, eps/k < 1/2",
        evaluate=_chebyshev,
        most=partial(_most, chebyshev_most),
        suffices=_allows,
    ),
    Rule(
        name="welch",
        side="lower",
        kind="theorem",
        source="Welch 1974, in rank form (THEOREMS.md, theorem 4, p = 1)",
        statement="d > m / (1 + (m-1) mu^2), mu = eps/(k-eps)",
        hypotheses="m >= 2, eps <= 1, eps/k < 1/2",
        evaluate=_welch,
        most=_welch_most,
        any_size=True,
    ),
    Rule(
        name="power-rank",
        side="lower",
        kind="theorem",
        source="Welch 1974 and Alon 2003, in rank form (THEOREMS.md, theorem 4)",
        statement="C(d+p-1, p) > m / (1 + (m-1) mu^(2p)) for every p >= 1, mu = eps/(k-eps)",
        hypotheses="m >= 2, eps <= 1, eps/k < 1/2",
        evaluate=_power,
        most=partial(_most, power_most),
        suffices=_power_allows,
    ),
    Rule(
        name="trivial",
        side="lower",
        kind="theorem",
        source="THEOREMS.md, theorem 4, small cases",
        statement="d >= 1 for eps <= 1, and d >= 2 when moreover eps/k <= 1/2 and m >= 2",
        hypotheses="none",
        evaluate=_trivial,
        any_size=True,
    ),
)
