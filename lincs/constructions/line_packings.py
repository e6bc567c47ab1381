"""Small line packings found by :mod:`lincs.packing`, stored as integers: about the best known for small d and m.

``lincs/data/line_packings.csv`` lists ``d, lines``, the exact square of the coherence and the origin of each frame
that no formula family and no other stored frame replaces; the vectors are in
``line_packings.npz``, opened when one is built.
"""

from __future__ import annotations

import csv
from fractions import Fraction
from functools import cache
from importlib import resources
from typing import Any

from lincs.constructions.family import Buildable, Promise, parameter
from lincs.errors import InputError

__all__ = ["LinePackings", "table"]


@cache
def table() -> dict[tuple[int, int], tuple[Fraction, str]]:
    """``(d, lines) -> (squared coherence, origin)``, by growing d."""
    with (resources.files("lincs.data") / "line_packings.csv").open("r", encoding="utf-8") as file:
        return {
            (int(row["d"]), int(row["lines"])): (Fraction(row["coherence_squared"]), row["origin"])
            for row in csv.DictReader(file)
        }


@cache
def _promises() -> tuple[Promise, ...]:
    return tuple(
        Promise(
            family=LinePackings.name,
            d=d,
            columns=lines,
            coherence_squared=squared,
            parameters={"d": d, "lines": lines},
        )
        for (d, lines), (squared, _) in table().items()
    )


@cache
def _most() -> int:
    return max((promise.columns for promise in _promises()), default=0)


class LinePackings(Buildable):
    """m lines in R^d for small d and m, from a numerical search."""

    name = "line-packings"
    source = "numerical search (lincs.packing), stored as integer vectors"
    builder = "stored:line_packing"

    def least(self, *, m: int, mu: Fraction) -> Promise | None:
        if m > _most():
            return None
        return next((promise for promise in _promises() if promise.serves(m=m, mu=mu)), None)

    def member(self, **parameters: Any) -> Promise:
        d, lines = parameter(parameters, "d", "lines")
        if (d, lines) not in table():
            raise InputError(f"d, lines must be those of a stored packing, got d = {d}, lines = {lines}")
        return next(promise for promise in _promises() if (promise.d, promise.columns) == (d, lines))
