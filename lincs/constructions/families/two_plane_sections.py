"""Two-plane sections: a stabiliser section of a plane T whose lines change sign under one of two translations only.

In a stabiliser section (stabiliser_sections.py) with ``tau = 2`` a dropped coordinate costs every line 4/3.  Lines that
change sign under t_1 or under t_2 (two thirds of all) allow dimensions that cost 1 on average, spread evenly over the
lines by an affine flat of cosets (THEOREMS.md, 5 (j)).
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

from lincs.constructions.algebra.orders import most_below
from lincs.constructions.families.stabiliser_sections import check_rankable, recounted
from lincs.constructions.family import Family, Orbit, Promise, parameter, smaller
from lincs.data import table
from lincs.errors import InputError

if TYPE_CHECKING:
    from lincs.constructions.algebra.frame import Array, Frame

__all__ = ["TwoPlaneSections", "plane_loss", "two_planes", "weights"]


@cache
def two_planes() -> dict[tuple[int, int, int], tuple[int, int]]:
    """``(n, j, e) -> (P, lines)``, from ``lincs/data/two_plane_sections.csv``.

    P is that of the stabiliser section of the same n and j with ``tau = 2``; recounted by
    ``python -m benchmarks.sections``.
    """
    return {
        (int(n), int(j), int(e)): (int(shift, 16), int(lines)) for n, j, e, shift, lines in table("two_plane_sections")
    }


class TwoPlaneSections(Family):
    """Columns ``(-1)^(Q(x) + P(x) + l.x)``, Q in DG(j) on F_2^n, that change sign under x -> x + t_1 or x + t_2.

    They lie in ``3/4 2^n`` dimensions.  ``2^e - 1`` dimensions are dropped on ``2^e`` cosets of ``T = {0, t_1, t_2,
    t_1 + t_2}``, without the few lines that would lose twice as much as the others, and p points of other cosets.
    """

    name = "two-plane-sections"
    source = "sections of Delsarte-Goethals sets without one plane of lines (THEOREMS.md, 5 (j))"
    examples = tuple(
        {"n": n, "j": j, "e": e, "p": p}
        for n, j, e, p in ((4, 1, 1, 0), (4, 1, 1, 1), (6, 1, 1, 0), (6, 1, 2, 3), (6, 1, 3, 0))
    )

    def least(self, *, m: int, mu: Fraction, closed: bool = False) -> Promise | None:
        best: Promise | None = None
        a, b = mu.numerator, mu.denominator
        for (n, j, e), (_, lines) in two_planes().items():
            budget = a * 2**n - b * 2 ** (n // 2 + j)
            # plane_loss(e, 0) is at least 2^(e-1)
            if lines < m or budget < (a + b) * 2 ** (e - 1):
                continue
            room = Fraction(budget, a + b) - plane_loss(e, 0)
            if room < 0 or (room == 0 and not closed):
                continue
            p = min(most_below(3 * room / 4, closed=closed), _room(n, e))  # 4 p / 3 < room
            best = smaller(best, self.member(n=n, j=j, e=e, p=p))
        return best

    def member(self, **parameters: Any) -> Promise:
        n, j, e, p = parameter(parameters, "n", "j", "e", "p", least=0)
        if (n, j, e) not in two_planes():
            raise InputError(f"n, j, e must be in the table of two-plane sections, got {n}, {j}, {e}")
        if p > _room(n, e):
            raise InputError(f"p must be at most {_room(n, e)}, one point for each other coset, got {p}")
        w = plane_loss(e, p)
        return Promise(
            family=self.name,
            d=_dimension(n, e, p),
            columns=two_planes()[n, j, e][1],
            coherence_squared=((2 ** (n // 2 + j) + w) / (2**n - w)) ** 2,
            parameters={"n": n, "j": j, "e": e, "p": p},
        )

    def frame(self, parameters: Mapping[str, Any]) -> Frame:
        """The first point of each of the last p cosets is dropped."""
        from lincs.constructions.algebra.frame import Frame
        from lincs.constructions.algebra.planes import signs_of_two_planes

        n, j, e, p = (parameters[name] for name in ("n", "j", "e", "p"))
        shift, _ = two_planes()[n, j, e]
        lines, signs = signs_of_two_planes(n, j, e, shift)
        return Frame(_dimension(n, e, p), lines, False, lambda j0, j1: _project(signs(j0, j1), e, p))

    def orbit(self, promise: Promise, m: int) -> Orbit:
        """Ranks of the differences of all forms, and the number of lines of the two planes counted again."""
        from lincs.constructions.algebra.planes import lines_of_two_planes

        n, j, e, p = (promise.parameters[name] for name in ("n", "j", "e", "p"))
        check_rankable(n, j)
        shift, lines = two_planes()[n, j, e]
        return recounted(promise, lines_of_two_planes(n, j, e, shift), lines, plane_loss(e, p))


def _room(n: int, e: int) -> int:
    return int(2 ** (n - 2) - 2**e)


def weights(e: int) -> list[int]:
    """1, 2, 4, ..., 2^(e-1) and their sum: signed sums of some of them, not all, are at least 1."""
    return [*(1 << i for i in range(e)), (1 << e) - 1]


def plane_loss(e: int, p: int) -> Fraction:
    """The most that a line loses from its squared length, and two lines from their inner product."""
    return Fraction(2**e) - Fraction(2, sum(w * w for w in weights(e))) + Fraction(4 * p, 3)


def _dimension(n: int, e: int, p: int) -> int:
    return int(3 * 2 ** (n - 2) - 2**e + 1 - p)


def _project(rows: Array, e: int, p: int) -> Array:
    """Unit columns: on each coset the three characters of T, the hit ones turned by 45 degrees on the flat."""
    import numpy as np

    from lincs.constructions.algebra.cosets import unit_columns

    v = rows.reshape(len(rows), rows.shape[1] // 4, 4).astype(np.float64)
    one = (v[:, :, 0] - v[:, :, 1] + v[:, :, 2] - v[:, :, 3]) / 2  # -1 at t_1, +1 at t_2: hit by kind 1
    two = (v[:, :, 0] + v[:, :, 1] - v[:, :, 2] - v[:, :, 3]) / 2
    both = (v[:, :, 0] - v[:, :, 1] - v[:, :, 2] + v[:, :, 3]) / 2
    cosets, flat = one.shape[1], 2**e
    whole = slice(flat, cosets - p)
    kept = [0, *(1 << i for i in range(e))]  # points that span the flat
    joint = np.zeros(len(rows))
    for c, weight in zip(kept, weights(e), strict=True):
        joint += weight * (one[:, c] + two[:, c])
    joint /= np.sqrt(2.0 * sum(w * w for w in weights(e)))
    last = v[:, cosets - p :]
    parts = [
        both[:, : cosets - p],
        (one[:, :flat] - two[:, :flat]) / np.sqrt(2.0),
        joint[:, None],
        one[:, whole],
        two[:, whole],
        (last[:, :, 1] - last[:, :, 2]) / np.sqrt(2.0),
        (last[:, :, 1] + last[:, :, 2] - 2 * last[:, :, 3]) / np.sqrt(6.0),
    ]
    return unit_columns(np.concatenate([part.T for part in parts]))
