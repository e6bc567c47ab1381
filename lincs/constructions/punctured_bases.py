"""Mutually unbiased bases with chosen coordinates dropped, by the actual largest sums of what is left.

Dropping p of q coordinates changes a Gauss sum by up to p (phases.py); for points without a pattern the largest sum
of all ``q^2`` grows more slowly, as computed by program (THEOREMS.md, 5 (k)).
"""

from __future__ import annotations

import csv
from fractions import Fraction
from functools import cache
from importlib import resources
from typing import Any

from lincs.constructions.family import Buildable, Promise, parameter, smaller
from lincs.errors import InputError

__all__ = ["PuncturedBases", "table"]


@cache
def table() -> dict[int, tuple[tuple[int, ...], tuple[int, ...]]]:
    """q -> points of F_q, and upper bounds (in thousandths) on the largest part of a sum without the first 1, 2, ...

    Written by ``python -m benchmarks.punctured_bases``.
    """
    with (resources.files("lincs.data") / "punctured_bases.csv").open("r", encoding="utf-8") as file:
        return {
            int(row["q"]): (tuple(map(int, row["points"].split())), tuple(map(int, row["sums"].split())))
            for row in csv.DictReader(file)
        }


class PuncturedBases(Buildable):
    """``e((a x^2 + b x)/q)`` on F_q without p stored points, q prime: real lift, ``2 (q^2 + q - p)`` columns.

    Coherence: the largest real or imaginary part of the sums on the points left, over ``q - p``; with the coordinate
    vectors ``1/sqrt(q - p)``.
    """

    name = "punctured-bases"
    source = "Wootters and Fields 1989; points dropped, largest sums computed (THEOREMS.md, 5 (k))"
    builder = "phases:punctured_bases"

    def least(self, *, m: int, mu: Fraction) -> Promise | None:
        best: Promise | None = None
        for q, (points, sums) in table().items():
            if 2 * (q * q + q) < m:
                continue
            for p in range(len(points), 0, -1):
                if best is not None and 2 * (q - p) >= best.d:
                    break
                # the sums first: this is asked very often, and a member is a dozen rationals
                if sums[p - 1] * mu.denominator >= 1000 * (q - p) * mu.numerator:
                    continue
                promise = self.member(q=q, p=p)
                if promise.serves(m=m, mu=mu):
                    best = smaller(best, promise)
                    break
        return best

    def member(self, **parameters: Any) -> Promise:
        q, p = parameter(parameters, "q", "p")
        if q not in table() or p > len(table()[q][0]):
            raise InputError(f"q must be in the table of punctured bases and p in its row, got q = {q}, p = {p}")
        return Promise(
            family=self.name,
            d=2 * (q - p),
            columns=2 * (q * q + q - p),
            coherence_squared=max(Fraction(table()[q][1][p - 1], 1000 * (q - p)) ** 2, Fraction(1, q - p)),
            parameters={"q": q, "p": p},
            attained=False,
        )
