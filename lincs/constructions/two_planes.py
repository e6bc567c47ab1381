"""Two-plane sections: a stabiliser section of a plane T whose lines change sign under one of two translations only.

In a stabiliser section (sections.py) with ``tau = 2`` a dropped coordinate costs every line 4/3.  Lines that change
sign under t_1 or under t_2 (two thirds of all) allow dimensions that cost 1 on average, spread evenly over the lines
by an affine flat of cosets (THEOREMS.md, 5 (j)).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from lincs.constructions.family import Buildable, Promise, parameter, smaller
from lincs.constructions.partial_table import TWO_PLANES
from lincs.errors import InputError

__all__ = ["TwoPlaneSections", "plane_loss", "weights"]


class TwoPlaneSections(Buildable):
    """Columns ``(-1)^(Q(x) + P(x) + l.x)``, Q in DG(j) on F_2^n, that change sign under x -> x + t_1 or x + t_2.

    They lie in ``3/4 2^n`` dimensions.  ``2^e - 1`` dimensions are dropped on ``2^e`` cosets of ``T = {0, t_1, t_2,
    t_1 + t_2}``, without the few lines that would lose twice as much as the others, and p points of other cosets.
    """

    name = "two-plane-sections"
    source = "sections of Delsarte-Goethals sets without one plane of lines (THEOREMS.md, 5 (j))"
    builder = "two_planes:two_planes"

    def least(self, *, m: int, mu: Fraction) -> Promise | None:
        best: Promise | None = None
        a, b = mu.numerator, mu.denominator
        for (n, j, e), (_, lines) in TWO_PLANES.items():
            budget = a * 2**n - b * 2 ** (n // 2 + j)
            # plane_loss(e, 0) is at least 2^(e-1)
            if lines < m or budget <= (a + b) * 2 ** (e - 1):
                continue
            room = Fraction(budget, a + b) - plane_loss(e, 0)
            if room <= 0:
                continue
            p = min(-(-3 * room.numerator // (4 * room.denominator)) - 1, _room(n, e))  # 4 p / 3 < room
            best = smaller(best, self.member(n=n, j=j, e=e, p=p))
        return best

    def member(self, **parameters: Any) -> Promise:
        n, j, e, p = parameter(parameters, "n", "j", "e", "p", least=0)
        if (n, j, e) not in TWO_PLANES:
            raise InputError(f"n, j, e must be in the table of two-plane sections, got {n}, {j}, {e}")
        if p > _room(n, e):
            raise InputError(f"p must be at most {_room(n, e)}, one point for each other coset, got {p}")
        w = plane_loss(e, p)
        return Promise(
            family=self.name,
            d=3 * 2 ** (n - 2) - 2**e + 1 - p,
            columns=TWO_PLANES[n, j, e][1],
            coherence_squared=((2 ** (n // 2 + j) + w) / (2**n - w)) ** 2,
            parameters={"n": n, "j": j, "e": e, "p": p},
            attained=False,
        )

    def frame(self, parameters: Any) -> Any:
        shift, _ = TWO_PLANES[parameters["n"], parameters["j"], parameters["e"]]
        return super().frame({**parameters, "shift": shift})


def _room(n: int, e: int) -> int:
    return int(2 ** (n - 2) - 2**e)


def weights(e: int) -> list[int]:
    """1, 2, 4, ..., 2^(e-1) and their sum: signed sums of some of them, not all, are at least 1."""
    return [*(1 << i for i in range(e)), (1 << e) - 1]


def plane_loss(e: int, p: int) -> Fraction:
    """The most that a line loses from its squared length, and two lines from their inner product."""
    return Fraction(2**e) - Fraction(2, sum(w * w for w in weights(e))) + Fraction(4 * p, 3)
