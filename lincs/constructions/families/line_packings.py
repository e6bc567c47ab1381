"""Small line packings found by :mod:`lincs.packing`, stored as integers: about the best known for small d and m.

``lincs/data/line_packings.csv`` lists ``d, lines``, the exact square of the coherence and the origin of each frame
that no formula family and no other stored frame replaces; the vectors are in ``line_packings.npz``, opened when one is
built.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

from lincs.constructions.family import BUILT, Family, Promise, parameter
from lincs.data import FOLDER, table
from lincs.errors import InputError

if TYPE_CHECKING:
    from lincs.constructions.algebra.frame import Frame

__all__ = ["LinePackings", "line_packings"]


@cache
def line_packings() -> dict[tuple[int, int], tuple[Fraction, str]]:
    """``(d, lines) -> (squared coherence, origin)``, by growing d."""
    return {(int(d), int(lines)): (Fraction(squared), origin) for d, lines, squared, origin in table("line_packings")}


@cache
def _promises() -> tuple[Promise, ...]:
    return tuple(
        Promise(
            family=LinePackings.name,
            d=d,
            columns=lines,
            coherence_squared=squared,
            parameters={"d": d, "lines": lines},
            attained=True,
        )
        for (d, lines), (squared, _) in line_packings().items()
    )


@cache
def _most() -> int:
    return max((promise.columns for promise in _promises()), default=0)


class LinePackings(Family):
    """m lines in R^d for small d and m, from a numerical search."""

    name = "line-packings"
    source = "numerical search (lincs.packing), stored as integer vectors"
    examples = ({"d": 3, "lines": 7}, {"d": 4, "lines": 6})

    def least(self, *, m: int, mu: Fraction, closed: bool = False) -> Promise | None:
        if m > _most():
            return None
        return next((promise for promise in _promises() if promise.serves(m=m, mu=mu, closed=closed)), None)

    def member(self, **parameters: Any) -> Promise:
        d, lines = parameter(parameters, "d", "lines")
        if (d, lines) not in line_packings():
            raise InputError(f"d, lines must be those of a stored packing, got d = {d}, lines = {lines}")
        return next(promise for promise in _promises() if (promise.d, promise.columns) == (d, lines))

    def frame(self, parameters: Mapping[str, Any]) -> Frame:
        import numpy as np

        from lincs.constructions.algebra.frame import from_array

        name = f"{parameters['d']}_{parameters['lines']}"
        with np.load(FOLDER / "line_packings.npz") as data:
            vectors = data[name]
        return from_array(np.ascontiguousarray(vectors.T), integer=True)

    def status(self, promise: Promise, *, m: int) -> str:
        """Each is built and verified when it is stored (``python -m benchmarks.packing_store``)."""
        return BUILT
