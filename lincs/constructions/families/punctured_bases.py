"""Mutually unbiased bases with chosen coordinates dropped, by the actual largest sums of what is left.

Dropping p of q coordinates changes a Gauss sum by up to p (punctured_phases.py); for points without a pattern the
largest sum of all ``q^2`` grows more slowly, as computed by program (THEOREMS.md, 5 (k)).
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

from lincs.constructions.family import Family, Orbit, Promise, parameter, smaller
from lincs.data import table
from lincs.errors import InputError
from lincs.exact.roots import sqrt_above

if TYPE_CHECKING:
    from lincs.constructions.algebra.frame import Frame

__all__ = ["PuncturedBases", "punctured_bases"]


@cache
def punctured_bases() -> dict[int, tuple[tuple[int, ...], tuple[int, ...]]]:
    """q -> points of F_q, and upper bounds (in thousandths) on the largest part of a sum without the first 1, 2, ...

    From ``lincs/data/punctured_bases.csv``, written by ``python -m benchmarks.punctured_bases``.
    """
    return {
        int(q): (tuple(map(int, points.split())), tuple(map(int, sums.split())))
        for q, points, sums in table("punctured_bases")
    }


class PuncturedBases(Family):
    """``e((a x^2 + b x)/q)`` on F_q without p stored points, q prime: real lift, ``2 (q^2 + q - p)`` columns.

    Coherence: the largest real or imaginary part of the sums on the points left, over ``q - p``; with the coordinate
    vectors ``1/sqrt(q - p)``.
    """

    name = "punctured-bases"
    source = "Wootters and Fields 1989; points dropped, largest sums computed (THEOREMS.md, 5 (k))"
    examples = tuple({"q": q, "p": p} for q, p in ((13, 1), (13, 3), (23, 5), (31, 7)))

    def least(self, *, m: int, mu: Fraction, closed: bool = False) -> Promise | None:
        best: Promise | None = None
        for q, (points, sums) in punctured_bases().items():
            if 2 * (q * q + q) < m:
                continue
            for p in range(len(points), 0, -1):
                if best is not None and 2 * (q - p) >= best.d:
                    break
                # the sums first: this is asked very often, and a member is a dozen rationals
                if sums[p - 1] * mu.denominator > 1000 * (q - p) * mu.numerator:
                    continue
                promise = self.member(q=q, p=p)
                if promise.serves(m=m, mu=mu, closed=closed):
                    best = smaller(best, promise)
                    break
        return best

    def member(self, **parameters: Any) -> Promise:
        q, p = parameter(parameters, "q", "p")
        if q not in punctured_bases() or p > len(punctured_bases()[q][0]):
            raise InputError(f"q must be in the table of punctured bases and p in its row, got q = {q}, p = {p}")
        return Promise(
            family=self.name,
            d=2 * (q - p),
            columns=2 * (q * q + q - p),
            coherence_squared=max(Fraction(punctured_bases()[q][1][p - 1], 1000 * (q - p)) ** 2, Fraction(1, q - p)),
            parameters={"q": q, "p": p},
        )

    def frame(self, parameters: Mapping[str, Any]) -> Frame:
        """Polynomials of degree <= 2 without the first p points of the row, with the coordinate vectors left."""
        import numpy as np

        from lincs.constructions.algebra.phases import restricted

        q, p = parameters["q"], parameters["p"]
        points, _ = punctured_bases()[q]
        return restricted(q=q, r=2, left=np.setdiff1d(np.arange(q), points[:p]))

    def orbit(self, promise: Promise, m: int) -> Orbit:
        """All sums on the points left, by transforms; an entry of a column is at most ``1/sqrt(q-p)``."""
        from lincs.constructions.algebra.sums import largest_punctured_sum

        q, p = promise.parameters["q"], promise.parameters["p"]
        largest, checked = largest_punctured_sum(q, punctured_bases()[q][0][:p])
        coherence = max(Fraction(largest) / (q - p), sqrt_above(Fraction(1, q - p)))
        return Orbit(coherence, f"largest part of a sum on {q - p} points {largest:.6f}", checked)
