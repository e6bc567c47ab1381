"""The ladder theorem: certificates in small integers that a rank is impossible (THEOREMS.md, theorem 4e).

Let M be a real m x m matrix, symmetric or not, with unit diagonal, ``|M_ij| <= mu < 1`` off the diagonal and rank at
most r, ``s = mu^2``.  With ``D_n = sum of C(r+l-1, l) over l = n, n-2, ... >= 0``, ``H_n = D_n - D_(n-2)``,
``E_n = D_n - D_(n-1)``: for every p with ``D_p <= m``, ``D_(p-1) < m`` and all ``0 <= c_(p-1) <= c_(p-3) <= ...``, the
last of them positive and ``c_(p+1) = 0``,

    ``L <= s Q + (1 - s) S^2 / m``,  ``L = sum over n = p, p-2, ... of (c_(n+1) E_n + c_(n-1) E_(n-1))^2 / H_n``,
    ``Q = sum c_l^2 H_l``,  ``S = sum c_l H_l``,

strictly if all ``|M_ij| < mu``.  So p and some integers c for which this fails exclude every rank up to r: that is a
:class:`Ladder`, which is checked by a few products of integers.  p = 1 is the bound of Welch (1974).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

__all__ = ["Ladder", "Levels", "Sides", "fits_from"]


def _whole(value: Any, name: str) -> int:
    """An integer that is one: a float, a bool or a text proves nothing and is refused (TypeError)."""
    if type(value) is not int:
        raise TypeError(f"{name} of a certificate must be an integer, got {type(value).__name__}")
    return value


class Levels:
    """``D_n``, ``H_n`` and ``E_n`` for one rank r and n = 0, 1, ..., as lists that grow by one level at a time."""

    def __init__(self, rank: int, top: int = 0) -> None:
        self.rank = rank
        self.D, self.H, self.E = [1], [1], [1]
        for _ in range(top):
            self.grow()

    def grow(self) -> None:
        n = len(self.H)
        h = self.H[-1] * (self.rank + n - 1) // n
        self.H.append(h)
        self.D.append(h + (self.D[-2] if n > 1 else 0))
        self.E.append(h - self.E[-1])  # E_n + E_(n-1) = H_n


@dataclass(frozen=True)
class Sides:
    """The numbers of the inequality ``L <= s Q + (1 - s + excess) S^2 / m``."""

    L: Fraction
    Q: int
    S: int

    def right(self, *, m: int, s: Fraction, excess: Fraction) -> Fraction:
        return s * self.Q + (1 - s + excess) * self.S * self.S / m


@dataclass(frozen=True)
class Ladder:
    """``p`` and ``c = (c_(p-1), c_(p-3), ...)``, small to large: excludes ranks up to ``rank``.

    Raises:
        TypeError: rank, p or one of c is not an integer; a float that looks like one proves nothing.
    """

    rank: int
    p: int
    c: tuple[int, ...]

    def __post_init__(self) -> None:
        for name in ("rank", "p"):
            _whole(getattr(self, name), name)
        object.__setattr__(self, "c", tuple(_whole(x, "c") for x in self.c))

    @property
    def well_formed(self) -> bool:
        """``rank, p >= 1`` and ``0 <= c_(p-1) <= c_(p-3) <= ...`` with a positive end."""
        c = self.c
        return (
            min(self.rank, self.p) >= 1
            and len(c) == (self.p + 1) // 2
            and c[0] >= 0
            and c[-1] > 0
            and all(a <= b for a, b in pairwise(c))
        )

    def steps(self, levels: Levels) -> dict[int, int]:
        """``c_(n+1) E_n + c_(n-1) E_(n-1)`` for n = p, p-2, ..."""
        at, E = self._by_level(), levels.E
        return {n: at.get(n + 1, 0) * E[n] + (at[n - 1] * E[n - 1] if n else 0) for n in range(self.p, -1, -2)}

    def _by_level(self) -> dict[int, int]:
        return dict(zip(range(self.p - 1, -1, -2), self.c, strict=True))

    def sides(self, levels: Levels) -> Sides:
        H, at = levels.H, self._by_level()
        L = sum((Fraction(step * step, H[n]) for n, step in self.steps(levels).items()), Fraction(0))
        return Sides(L, sum(x * x * H[n] for n, x in at.items()), sum(x * H[n] for n, x in at.items()))

    def excludes(self, *, m: int, s: Fraction, strict: bool, excess: Fraction = Fraction(0)) -> bool:
        """Whether no matrix of m columns and rank at most ``rank`` exists; decided in integers.

        ``strict``: all entries off the diagonal are below ``sqrt(s)``, not only at most that.  ``excess``: what one
        large entry a row adds (theorem 4i); the numbers then grow with m and s only if ``2 D_(p-1) <= m``.

        Raises:
            TypeError: s or excess is a float, m is not an integer.
        """
        _whole(m, "m")
        if not isinstance(s, Fraction) or not isinstance(excess, Fraction):
            raise TypeError("s and excess must be fractions")
        if not (self.well_formed and 0 <= s < 1 and excess >= 0):
            return False
        levels = Levels(self.rank, self.p)
        if fits_from(levels, self.p, excess) > m:
            return False
        sides = self.sides(levels)
        right = sides.right(m=m, s=s, excess=excess)
        return right <= sides.L if strict else right < sides.L

    def least_columns(self, *, s: Fraction, strict: bool, excess: Fraction = Fraction(0)) -> int | None:
        """The least m that it excludes, by ``m = (1 - s + excess) S^2 / (L - s Q)``; None if there is none."""
        levels = Levels(self.rank, self.p)
        sides = self.sides(levels)
        gain = sides.L - s * sides.Q
        if not self.well_formed or gain <= 0:
            return None
        at = (1 - s + excess) * sides.S * sides.S / gain
        least = -(-at.numerator // at.denominator) if strict else at.numerator // at.denominator + 1
        return max(least, fits_from(levels, self.p, excess))


def fits_from(levels: Levels, p: int, excess: Fraction) -> int:
    """The least m with ``D_p <= m``, ``D_(p-1) < m`` and, if one entry a row is large, ``2 D_(p-1) <= m``."""
    least = max(levels.D[p], levels.D[p - 1] + 1)
    return max(least, 2 * levels.D[p - 1]) if excess else least
