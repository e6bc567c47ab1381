"""Lines of minimal vectors of the Leech lattice, and of its sections by subspaces.

At 1/2: the 98280 lines of the lattice itself and of the laminated lattices below it, E8, E7 and E6 among them.  At 1/3:
the 2300 lines of R^23 given by the minimal vectors at 60 degrees from one of them (Delsarte, Goethals and Seidel 1977),
and sections of those.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from lincs.constructions.family import Family, Orbit, Promise, parameter, smaller
from lincs.errors import InputError

if TYPE_CHECKING:
    from lincs.constructions.algebra.frame import Frame

__all__ = ["HALF", "THIRD", "LatticeSections"]

# Lines by dimension, from 24 (or 23) downwards.  At 1/2: half the numbers of minimal vectors of the laminated lattices
# (Conway and Sloane 1982).  The counts are recomputed whenever a frame is built.
_HALF = (
    *(98280, 46575, 24948, 13860, 8700, 5334, 3699, 2673, 2160, 1170, 711),
    *(453, 324, 219, 168, 136, 120, 63, 36, 20, 12, 6),
)
_THIRD = (2300, 1408, 896, 640, 448, 352, 288, 256, 160, 112, 80, 64, 48, 36, 28, 22, 18, 16, 10)
HALF: dict[int, int] = {24 - i: lines for i, lines in enumerate(_HALF)}
THIRD: dict[int, int] = {23 - i: lines for i, lines in enumerate(_THIRD)}


class LatticeSections(Family):
    """Sections of the Leech lattice: exactly 1/2 or 1/3."""

    name = "lattice-sections"
    source = "Leech 1967; Conway and Sloane 1982"
    examples = (
        *({"d": d, "inverse": 2} for d in (16, 13, 8, 7, 6, 3)),
        *({"d": d, "inverse": 3} for d in (22, 16, 7, 5)),
    )

    def least(self, *, m: int, mu: Fraction, closed: bool = False) -> Promise | None:
        best: Promise | None = None
        for inverse, table in ((2, HALF), (3, THIRD)):
            if mu * inverse < 1 or (mu * inverse == 1 and not closed):
                continue
            d = min((d for d, lines in table.items() if lines >= m), default=None)
            if d is not None:
                best = smaller(best, self.member(d=d, inverse=inverse))
        return best

    def member(self, **parameters: Any) -> Promise:
        d, inverse = parameter(parameters, "d", "inverse")
        table = {2: HALF, 3: THIRD}.get(inverse, {})
        if d not in table:
            raise InputError(
                f"d, inverse must name a stored section (inverse 2 or 3), got d = {d}, inverse = {inverse}"
            )
        return Promise(
            family=self.name,
            d=d,
            columns=table[d],
            coherence_squared=Fraction(1, inverse**2),
            parameters={"d": d, "inverse": inverse},
            attained=True,
        )

    def integral(self, promise: Promise) -> bool:
        return bool(promise.parameters["d"] == 24)

    def frame(self, parameters: Mapping[str, Any]) -> Frame:
        """The lines of one stored section as d x m unit columns; integer vectors where d = 24."""
        import numpy as np

        from lincs.constructions.algebra.frame import from_array
        from lincs.constructions.algebra.gram import factor
        from lincs.constructions.algebra.leech import half_lines, third_lines

        d, inverse = parameters["d"], parameters["inverse"]
        found, norm = half_lines(d) if inverse == 2 else third_lines(d)
        assert len(found) == (HALF if inverse == 2 else THIRD)[d]
        if d == 24:
            return from_array(found.T.astype(np.int8), integer=True)
        return from_array(factor(lambda j: found @ found[j] / norm, len(found), d), integer=False)

    def orbit(self, promise: Promise, m: int) -> Orbit:
        """All products of the integer vectors, which are exact in floats, and the dimension of their span."""
        import numpy as np

        from lincs.constructions.algebra.leech import half_lines, third_lines

        d, inverse = promise.parameters["d"], promise.parameters["inverse"]
        found, norm = half_lines(d) if inverse == 2 else third_lines(d)
        lines = found.astype(np.float32)
        assert np.all((lines * lines).sum(axis=1) == norm)
        assert np.linalg.matrix_rank((lines.T @ lines).astype(np.float64)) == d
        largest = 0
        for start in range(0, len(lines), 2048):
            products = np.abs(lines[start : start + 2048] @ lines.T)
            products[np.arange(len(products)), start + np.arange(len(products))] = 0
            largest = max(largest, int(products.max()))
        count = len(lines) * (len(lines) - 1) // 2
        return Orbit(Fraction(largest, norm), f"largest of all products is {largest} of {norm}", count)
