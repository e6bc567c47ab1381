"""Lines of the two smallest norms of lattices whose minimum is large.

In a lattice of minimum u, vectors of norms a and b that are not +- each other have ``|<v, w>| <= (a + b - u)/2``, since
``v - w`` and ``v + w`` have norm u at least.  So the coherence of all lines of some norms is read off (THEOREMS.md,
5 (o)): for norms u and ``u + 2`` of an even lattice with u = 4, ``4/6``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from lincs.constructions.family import Family, Orbit, Promise, parameter, smaller
from lincs.errors import InputError

if TYPE_CHECKING:
    from lincs.constructions.algebra.frame import Array, Frame

__all__ = ["SHELLS", "LatticeShells", "Shells"]


@dataclass(frozen=True)
class Shells:
    """Which vectors: of what lattice and norms, and ``squared``, the square of their coherence."""

    lattice: str
    norms: str
    squared: Fraction
    built: str = ""
    """Which of the builders of :mod:`lincs.constructions.algebra.shells`; empty: cited, never built."""


_LEECH = (
    8484840,
    3284975,
    1435764,
    650020,
    331260,
    164310,
    91251,
    51825,
    32880,
    14610,
    7239,
    3525,
    1860,
    987,
    552,
    264,
)

# (d, lines) -> the vectors.  Leech, its sections, O23, K12 and E7* are counted whenever they are built; the numbers of
# the even unimodular lattices follow from their theta series (proofs_check/t05d_frames.py).
SHELLS: dict[tuple[int, int], Shells] = {
    (7, 91): Shells("E7*", "3/2 and 2", Fraction(1, 3), "dual_e7"),
    **{
        (24 - i, lines): Shells(f"Leech, section of dimension {24 - i}", "4 and 6", Fraction(4, 9), "leech")
        for i, lines in enumerate(_LEECH)
    },
    (12, 2394): Shells("Coxeter-Todd K12", "4 and 6", Fraction(4, 9), "coxeter_todd"),
    (23, 479228): Shells("shorter Leech O23", "3 and 5", Fraction(9, 25), "shorter_leech"),
    (32, 32452320): Shells("extremal even unimodular, dimension 32", "4 and 6", Fraction(4, 9)),
    (40, 43949400): Shells("extremal even unimodular, dimension 40", "4 and 6", Fraction(4, 9)),
    (48, 26208000): Shells("extremal even unimodular, dimension 48", "6", Fraction(1, 4)),
    (48, 19529874000): Shells("extremal even unimodular, dimension 48", "6 and 8", Fraction(25, 64)),
    (72, 3109087800): Shells("extremal even unimodular, dimension 72", "8", Fraction(1, 4)),
}


class LatticeShells(Family):
    """All lines of one or two norms of a lattice of large minimum."""

    name = "lattice-shells"
    source = "Leech 1967; Conway and Sloane 1999; Nebe 2012 (THEOREMS.md, 5 (o))"
    examples = tuple({"d": d, "lines": lines} for d, lines in ((7, 91), (9, 264), (10, 552), (12, 2394), (12, 1860)))

    def least(self, *, m: int, mu: Fraction, closed: bool = False) -> Promise | None:
        best: Promise | None = None
        for (d, lines), shells in SHELLS.items():
            if lines >= m and (best is None or d < best.d) and shells.squared <= mu * mu:
                promise = self.member(d=d, lines=lines)
                if promise.serves(m=m, mu=mu, closed=closed):
                    best = smaller(best, promise)
        return best

    def member(self, **parameters: Any) -> Promise:
        d, lines = parameter(parameters, "d", "lines")
        if (d, lines) not in SHELLS:
            raise InputError(f"d, lines must be those of a stored lattice, got d = {d}, lines = {lines}")
        return Promise(
            family=self.name,
            d=d,
            columns=lines,
            coherence_squared=SHELLS[d, lines].squared,
            parameters={"d": d, "lines": lines},
        )

    def integral(self, promise: Promise) -> bool:
        return bool(promise.parameters["d"] == 24)

    def frame(self, parameters: Mapping[str, Any]) -> Frame:
        """By the Gram matrix; the Leech lattice itself as integer vectors."""
        import numpy as np

        from lincs.constructions.algebra.frame import from_array
        from lincs.constructions.algebra.gram import factor

        d, lines = parameters["d"], parameters["lines"]
        left, right = _vectors(d, lines)
        if d == 24:
            return from_array(np.ascontiguousarray(left.T), integer=True)
        left, right = left.astype(np.int32), right.astype(np.int32)
        lengths = np.sqrt((left * right).sum(axis=1).astype(np.float64))
        return from_array(factor(lambda j: left @ right[j] / lengths / lengths[j], lines, d), integer=False)

    def builds(self, promise: Promise) -> bool:
        return bool(SHELLS[promise.parameters["d"], promise.parameters["lines"]].built)

    def orbit(self, promise: Promise, m: int) -> Orbit:
        """The lines counted again, and the norms that occur; their products follow from the minimum of the lattice."""
        import numpy as np

        d, lines = promise.parameters["d"], promise.parameters["lines"]
        left, right = _vectors(d, lines)
        squares = np.unique((left.astype(np.int32) * right).sum(axis=1))
        shells = SHELLS[d, lines]
        norms = f"norms {shells.norms} of {shells.lattice}"
        if len(squares) != len(shells.norms.split(" and ")):
            raise AssertionError(f"{promise} has squared lengths {squares.tolist()}, not {norms}")
        above = self.coherence_above(promise)
        assert above is not None
        return Orbit(above, f"{lines} lines counted, of {norms}", lines)


def _vectors(d: int, lines: int) -> tuple[Array, Array]:
    """Integer vectors v and w(v), a row a line, so that ``<v_i, w_j>`` are multiples of the inner products."""
    import numpy as np

    from lincs.constructions.algebra import shells

    built = SHELLS[d, lines].built
    if not built:
        raise InputError(
            f"d, lines must be those of a lattice that lincs builds, got d = {d}, lines = {lines}: it exists, cited"
        )
    if built == "leech":
        left = right = shells.leech_section(d)
    elif built == "coxeter_todd":  # 2 Re (x conj y) = 2 a a' + 2 b b' - a b' - a' b
        a, b = shells.coxeter_todd()
        left, right = np.concatenate([a, b], axis=1), np.concatenate([2 * a - b, 2 * b - a], axis=1)
    else:
        left = right = shells.shorter_leech() if built == "shorter_leech" else shells.dual_e7()
    if len(left) != lines:
        raise AssertionError(f"{SHELLS[d, lines]} has {len(left)} lines")
    return left, right
