"""Steiner ETFs: a Hadamard matrix on the blocks through each point of a Steiner system.

A system of v points, k of them on a block, any two points on one block, has ``r = (v-1)/(k-1)`` blocks through a point
and ``b = v r / k`` in all.  With a Hadamard matrix of order ``r + 1`` (one row dropped) on the blocks through each
point: ``v (r + 1)`` columns in ``R^b``, all inner products ``1/r`` (Fickus, Mixon and Tremain 2012).
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING, Any

from lincs.constructions.algebra.orders import (
    PROVED_BELOW,
    above,
    ceil_root,
    hadamard_orders,
    is_hadamard_order,
    prime_powers,
    prime_root,
)
from lincs.constructions.family import Family, Promise, parameter, smaller
from lincs.errors import InputError

if TYPE_CHECKING:
    from lincs.constructions.algebra.frame import Array, Frame

__all__ = ["SteinerETF", "blocks_of"]

KINDS = ("pairs", "triples", "affine", "projective")


def _system(kind: str, a: int, n: int) -> tuple[int, int] | None:
    """``(v, k)`` of one system: all pairs, a triple system, lines of AG(n, a) or PG(n, a)."""
    if kind == "pairs":
        return (a, 2) if a >= 3 and n == 2 else None
    if kind == "triples":
        return (a, 3) if a >= 7 and a % 6 in (1, 3) and n == 2 else None
    if prime_root(a) is None or n < 2:
        return None
    return (a**n, a) if kind == "affine" else ((a ** (n + 1) - 1) // (a - 1), a + 1)


class SteinerETF(Family):
    """Steiner systems with k = 2, k = 3, and the lines of affine and projective spaces AG(n, a), PG(n, a)."""

    name = "steiner-etf"
    source = "Fickus, Mixon and Tremain 2012"
    examples = tuple(
        {"kind": kind, "a": a, "n": n}
        for kind, a, n in ((0, 4, 2), (0, 12, 2), (1, 7, 2), (1, 15, 2), (1, 31, 2), (2, 2, 3), (3, 2, 3))
    )

    def least(self, *, m: int, mu: Fraction, closed: bool = False) -> Promise | None:
        best = smaller(self._pairs(m, mu, closed), self._triples(m, mu, closed))
        for kind in ("affine", "projective"):
            best = smaller(best, self._space(kind, m, mu, closed))
        return best

    def _pairs(self, m: int, mu: Fraction, closed: bool) -> Promise | None:
        start = max(above(1 / mu, closed=closed) + 1, ceil_root(m, 2), 4)
        return None if start >= PROVED_BELOW else self._member_or_none("pairs", next(hadamard_orders(start)), 2)

    def _triples(self, m: int, mu: Fraction, closed: bool) -> Promise | None:
        start = max(
            above(1 / mu, closed=closed) + 1, ceil_root(-(-m // 2), 2), 4
        )  # h = r + 1: v = 2h - 1, m <= (2h - 1) h
        if start >= PROVED_BELOW:
            return None
        return next(
            promise
            for h in hadamard_orders(start)
            if (promise := self._member_or_none("triples", 2 * h - 1, 2)) is not None
            and promise.serves(m=m, mu=mu, closed=closed)
        )

    def _space(self, kind: str, m: int, mu: Fraction, closed: bool) -> Promise | None:
        """Lines of three-dimensional spaces over F_q, q < 1000.

        r + 1 = 0 mod 4 asks for q = 1 mod 4 and dimension 3 mod 4 (q = 2 gives pairs and triples again).
        """
        if mu * 1000**3 < 1 or m > 1000**6:
            return None
        for q in prime_powers(max(5, ceil_root(max(m // 4, 1), 5))):
            if q >= 1000:
                return None
            promise = self._member_or_none(kind, q, 3) if q % 4 == 1 else None
            if promise is not None and promise.serves(m=m, mu=mu, closed=closed):
                return promise
        return None

    def _member_or_none(self, kind: str, a: int, n: int) -> Promise | None:
        system = _system(kind, a, n)
        if system is None:
            return None
        v, k = system
        r = (v - 1) // (k - 1)
        if not is_hadamard_order(r + 1):
            return None
        return Promise(
            family=self.name,
            d=v * r // k,
            columns=v * (r + 1),
            coherence_squared=Fraction(1, r * r),
            parameters={"kind": KINDS.index(kind), "a": a, "n": n},
            attained=True,
        )

    def member(self, **parameters: Any) -> Promise:
        kind, a, n = parameter(parameters, "kind", "a", "n", least=0)
        promise = self._member_or_none(KINDS[kind], a, n) if kind < len(KINDS) else None
        if promise is None:
            raise InputError(
                "kind, a, n must name a Steiner system (0 pairs, 1 triples, 2 affine, 3 projective) with "
                f"a Hadamard matrix of order r + 1, got {kind}, {a}, {n}"
            )
        return promise

    def integral(self, promise: Promise) -> bool:
        return True

    def frame(self, parameters: Mapping[str, Any]) -> Frame:
        """Column ``j mod (r+1)`` of the matrix, less its first row, on the blocks through point ``j // (r+1)``."""
        import numpy as np

        from lincs.constructions.algebra.frame import Frame
        from lincs.constructions.algebra.hadamard import hadamard

        blocks = blocks_of(**parameters)
        v = max(max(block) for block in blocks) + 1
        through: list[list[int]] = [[] for _ in range(v)]
        for i, members in enumerate(blocks):
            for point in members:
                through[point].append(i)
        where = np.array(through)  # v x r; a ragged array would mean that this is no Steiner system
        r = where.shape[1]
        H = hadamard(r + 1)[1:]

        def block(j0: int, j1: int) -> Array:
            j = np.arange(j0, j1)
            part = np.zeros((len(blocks), j1 - j0), dtype=np.int8)
            part[where[j // (r + 1)].T, np.arange(j1 - j0)] = H[:, j % (r + 1)]
            return part

        return Frame(len(blocks), v * (r + 1), True, block)


def blocks_of(*, kind: int, a: int, n: int) -> list[tuple[int, ...]]:
    """The blocks of a system as tuples of points 0..v-1."""
    from lincs.constructions.algebra.steiner_systems import lines, triples

    name = KINDS[kind]
    if name == "pairs":
        return list(combinations(range(a), 2))
    if name == "triples":
        return sorted(tuple(sorted(triple)) for triple in triples(a))
    return lines(a, n, projective=name == "projective")
