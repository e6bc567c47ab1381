"""Find the certificates of :mod:`lincs.bounds.ladder`: the best c has a closed form, so nothing is optimised.

With ``u_0 = 1``, ``u_1 = y``, ``E_n u_(n+1) = y H_n u_n - E_(n-1) u_(n-1)`` at ``y = mu``, the best c of degree p is
``c_l = u_l - u_(p+1)``, where ``u_(p+1) < 0``, and it excludes m columns exactly when

    ``m >= D_(p-1) + E_p E_(p-1) / (H_p (1-s)) (1 - u_(p-1) / u_(p+1))``  (THEOREMS.md, theorem 4e).

All of it is integers: ``U_(n+1) = a H_n U_n - b^2 E_(n-1)^2 U_(n-1)`` for ``mu = a/b`` and
``u_n = U_n / (b^n E_0 ... E_(n-1))``.  What is found is still checked by :class:`~lincs.bounds.ladder.Ladder`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import gcd

from lincs.bounds.ladder import Ladder, Levels, fits_from
from lincs.exact.search import first

__all__ = ["MOST_RUNGS", "Entries", "ladder_allows", "ladder_at", "ladder_most", "ladder_rank"]

# No certificate is longer than half of this.  The limit is the same for all questions, so that bounds stay monotone.
MOST_RUNGS = 128
MOST_BITS = 1 << 16  # no D_p beyond 2^65536 is looked at
_FINE = 64  # certificates are scaled to 1, 2, 3, ... and beyond this by factors of 16


@dataclass(frozen=True)
class Entries:
    """What is known of the entries off the diagonal: at most mu, or below it if ``strict``.

    ``excess``: what one larger entry a row may add (THEOREMS.md, theorem 4i); 0 where there is none.
    """

    mu: Fraction
    strict: bool
    excess: Fraction = Fraction(0)

    @property
    def s(self) -> Fraction:
        return self.mu * self.mu


class _Rungs:
    """The degrees p = 1, 2, ... for one rank and mu: ``U_n`` beside the levels."""

    def __init__(self, rank: int, entries: Entries) -> None:
        self.a, self.b = entries.mu.numerator, entries.mu.denominator
        self.excess = entries.excess
        self.levels = Levels(rank)
        self.U = [1, self.a]
        self.p = 0

    def climb(self) -> None:
        """Move to the next degree."""
        self.p += 1
        self.levels.grow()
        E, H, p = self.levels.E, self.levels.H, self.p
        self.U.append(self.a * H[p] * self.U[p] - (self.b * E[p - 1]) ** 2 * self.U[p - 1])

    @property
    def fits_from(self) -> int:
        """The least m of which this degree may speak."""
        return fits_from(self.levels, self.p, self.excess)

    def threshold(self) -> tuple[int, int] | None:
        """The real m at which this degree begins to exclude, as numerator and denominator; None if it never does."""
        E, H, D, p = self.levels.E, self.levels.H, self.levels.D, self.p
        below, above = self.U[p - 1], self.U[p + 1]
        if above >= 0:
            return None
        square, gap = self.b * self.b, self.b * self.b - self.a * self.a
        product = E[p] * E[p - 1]
        # D_(p-1) + b^2 E E' / (H (b^2 - a^2)) (1 - b^2 E E' U_(p-1) / U_(p+1)), all over H (b^2 - a^2) (-U_(p+1))
        under = -H[p] * gap * above
        over = D[p - 1] * under + square * product * (square * product * below - above)
        if self.excess:  # (1 + excess/(1-s)) times that
            factor = 1 + self.excess * square / gap
            over, under = over * factor.numerator, under * factor.denominator
        return over, under

    def coefficients(self) -> list[int] | None:
        """The best c of this degree, ``c_(p-1)`` first, in lowest terms; None if it is not monotone."""
        E, U, p = self.levels.E, self.U, self.p
        power, found = E[p], []
        for n in range(p - 1, -1, -1):
            power *= self.b * E[n]
            if (p - 1 - n) % 2 == 0:
                found.append(U[n] * power * self.b - U[p + 1])
        if found[0] < 0 or any(a > b for a, b in pairwise(found)):
            return None
        common = gcd(*found)
        return [x // common for x in found]


def _climb(rank: int, entries: Entries) -> Iterator[_Rungs]:
    # u_(p+1) is negative only below its largest root, which is at most 2 sqrt(p/(rank+p-1)) (Gershgorin)
    if entries.s * rank >= 4 * MOST_RUNGS:
        return
    rungs = _Rungs(rank, entries)
    while rungs.p < MOST_RUNGS and rungs.levels.D[rungs.p].bit_length() <= MOST_BITS:
        rungs.climb()
        yield rungs


def _excluding(m: int, rank: int, entries: Entries) -> _Rungs | None:
    """The first degree at which the rank is impossible for m columns."""
    for rungs in _climb(rank, entries):
        if rungs.levels.D[rungs.p] > m:
            return None
        if rungs.fits_from > m or (at := rungs.threshold()) is None:
            continue
        over, under = at
        if (m * under >= over if entries.strict else m * under > over) and rungs.coefficients():
            return rungs
    return None


def ladder_allows(m: int, rank: int, entries: Entries) -> bool:
    """Whether no degree excludes the rank for m columns."""
    return _excluding(m, rank, entries) is None


def ladder_at(m: int, rank: int, entries: Entries) -> Ladder | None:
    """A certificate that excludes the rank for m columns, with small integers; None if there is none."""
    rungs = _excluding(m, rank, entries)
    if rungs is None:
        return None

    def holds(ladder: Ladder) -> bool:
        return ladder.excludes(m=m, s=entries.s, strict=entries.strict, excess=entries.excess)

    return _shortest(rungs, holds)


def ladder_rank(m: int, entries: Entries) -> Ladder | None:
    """The certificate of the largest rank that is excluded for m columns; None if not even rank 1 is.

    The search takes for granted that what is excluded at a rank is excluded at all smaller ones, which decides how much
    it finds, never whether it is true.
    """
    if ladder_allows(m, 1, entries):
        return None
    allowed = first(lambda rank: ladder_allows(m, rank, entries), 1)
    assert allowed is not None  # rank m is always possible
    return ladder_at(m, allowed - 1, entries)


def ladder_most(rank: int, entries: Entries) -> tuple[int, Ladder] | None:
    """``(m, certificate)``: the least m for which the rank is excluded; None if no degree up to the limit does.

    Once ``D_p`` is above the best m so far no larger degree speaks of a smaller one.
    """
    best: int | None = None
    at = 0
    for rungs in _climb(rank, entries):
        if best is not None and rungs.levels.D[rungs.p] >= best:
            break
        if (found := rungs.threshold()) is None or rungs.coefficients() is None:
            continue
        over, under = found
        least = max(-(-over // under) if entries.strict else over // under + 1, rungs.fits_from)
        if best is None or least < best:
            best, at = least, rungs.p
    if best is None:
        return None
    chosen = next(rungs for rungs in _climb(rank, entries) if rungs.p == at)

    def holds(ladder: Ladder) -> bool:
        return ladder.least_columns(s=entries.s, strict=entries.strict, excess=entries.excess) == best

    return best, _shortest(chosen, holds)


def _shortest(rungs: _Rungs, holds: Callable[[Ladder], bool]) -> Ladder:
    """The certificate with the smallest integers tried: the best c scaled to small numbers, rounded, made monotone."""
    exact = rungs.coefficients()
    assert exact is not None
    unit = next(x for x in exact if x)
    scale = 1
    while scale < unit:
        c = [(2 * scale * x + unit) // (2 * unit) for x in exact]
        for i in range(1, len(c)):
            c[i] = max(c[i], c[i - 1])
        if holds(found := Ladder(rungs.levels.rank, rungs.p, tuple(c))):
            return found
        scale = scale + 1 if scale < _FINE else 16 * scale
    found = Ladder(rungs.levels.rank, rungs.p, tuple(exact))
    assert holds(found), f"a certificate that does not hold: {found}"
    return found
