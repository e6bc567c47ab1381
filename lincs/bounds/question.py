"""What a rule is asked: m and k with an error eps, or, for a threshold, m and k alone.

What a rule costs must not depend on how long the numbers are: a question is cut to a size that rules afford.  A lower
rule answers an *easier* question: fewer columns, smaller k, larger eps.  What is necessary there is necessary for the
question asked, since ``d(m, k, eps)`` never falls when m or k grows or eps shrinks.  An upper rule is not used *beyond*
its reach, and otherwise answers a *harder* question with a shorter eps.  Both cuts are monotone, and a question within
reach stays as it is: a harder question never gets a better answer for being longer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Self

from lincs.exact.nearby import neighbours

__all__ = ["COLUMN_BITS", "RATIO_BITS", "SEARCH_BITS", "Counts", "MarginQuestion", "Question"]

COLUMN_BITS = 512  # m up to 2^512 for upper rules, which search
LOWER_COLUMN_BITS = 3400  # and for lower ones, which compute: beyond 10^1000
SEARCH_BITS = 128  # k and 1/eps up to 2^128 for upper rules
RATIO_BITS = 192  # and up to 2^192 for lower ones
_DENOMINATOR_BITS = 128  # of k/eps


@dataclass(frozen=True, kw_only=True)
class Counts:
    """What every question has: m features, at most k of them active, ``1 <= k``; a k above m counts as m."""

    m: int
    k: int

    def easier(self) -> Self:
        """The question itself where lower rules afford it, else one that is implied by it."""
        m, k = min(self.m, 1 << LOWER_COLUMN_BITS), min(self.k, 1 << RATIO_BITS)
        return self if m == self.m and k == self.k else replace(self, m=m, k=k)

    def harder(self) -> Self:
        """The question itself where upper rules afford it, else one that implies it."""
        return self

    @property
    def beyond(self) -> bool:
        """Whether the question is beyond the reach of the rules that search."""
        return self.m > 1 << COLUMN_BITS or self.k > 1 << SEARCH_BITS


@dataclass(frozen=True, kw_only=True)
class Question(Counts):
    """The question of a read-out that has an error, which must be below ``eps > 0`` (exact), or at most that."""

    eps: Fraction
    closed: bool = False
    """Whether the error may also equal eps."""

    @property
    def t(self) -> Fraction:
        """``eps / k``: all that matters for the signed read-out (THEOREMS.md, theorem 2)."""
        return self.eps / self.k

    @property
    def mu(self) -> Fraction:
        """``eps / (k - eps)``, the coherence of the normal form (theorem 3), cut to 1.

        A frame of distinct lines has coherence below 1, so nothing is lost above.
        """
        t = self.t
        return t / (1 - t) if 2 * t < 1 else Fraction(1)

    def easier(self) -> Self:
        """Fewer columns, smaller k and larger eps, where those are too long for lower rules."""
        m, k = min(self.m, 1 << LOWER_COLUMN_BITS), min(self.k, 1 << RATIO_BITS)
        eps = max(self.eps, Fraction(1, 1 << RATIO_BITS))
        below, _ = neighbours(k / eps, 1 << _DENOMINATOR_BITS)
        if m == self.m and k == self.k and below == k / self.eps:
            return self
        return replace(self, m=m, k=k, eps=k / below)

    def harder(self) -> Self:
        """The question with a short ``k/eps``, at most a hair larger than the one asked for."""
        ratio = self.k / self.eps
        _, above = neighbours(ratio, 1 << _DENOMINATOR_BITS)
        return self if above == ratio else replace(self, eps=self.k / above)

    @property
    def beyond(self) -> bool:
        """Whether the question is beyond the reach of the rules that search."""
        return super().beyond or self.eps.denominator > self.eps.numerator << SEARCH_BITS


@dataclass(frozen=True, kw_only=True)
class MarginQuestion(Counts):
    """The question of a threshold read-out, which has a margin that must be positive, and no eps."""

    @property
    def error(self) -> Question:
        """A question that implies this one: the signed problem at ``t = 1/(2k)``.

        A threshold works where all inner products are below ``1/(2k-1)`` (THEOREMS.md, theorem 4d).
        """
        return Question(m=self.m, k=1, eps=Fraction(1, 2 * self.k))
