"""Hadamard or conference matrices on the lines of a projective plane."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from lincs.constructions.algebra.blocks import weight
from lincs.constructions.algebra.orders import above, integer_root, is_prime_power, prime_powers
from lincs.constructions.family import Family, Orbit, Promise, parameter
from lincs.errors import InputError

if TYPE_CHECKING:
    from lincs.constructions.algebra.frame import Array, Frame

__all__ = ["ProjectivePlane", "plane_orbit"]


class ProjectivePlane(Family):
    """Lines of PG(2, q) with a matrix of order q + 1: ``(q^2+q+1)(q+1)`` columns in ``R^(q^2+q+1)``.

    Coherence ``1/(q+1)`` with a Hadamard matrix, ``1/q`` with a conference matrix.
    """

    name = "projective-plane"
    source = "lines of PG(2, q); cf. Fickus, Mixon and Tremain 2012"
    examples = tuple({"q": q} for q in (3, 5, 7, 9))

    def least(self, *, m: int, mu: Fraction, closed: bool = False) -> Promise | None:
        start = max(above(1 / mu, closed=closed) - 1, 2)
        root = integer_root(m, 3) - 2  # (q+1)^3 > (q^2+q+1)(q+1) >= m
        for q in prime_powers(max(start, root)):
            if weight(q + 1) is None:
                continue
            promise = self.member(q=q)
            if promise.serves(m=m, mu=mu, closed=closed):
                return promise
        return None

    def member(self, **parameters: Any) -> Promise:
        (q,) = parameter(parameters, "q", least=2)
        found = weight(q + 1)
        if not is_prime_power(q) or found is None:
            raise InputError(f"q must be a prime power with a Hadamard or conference matrix of order q + 1, got {q}")
        d = q * q + q + 1
        return Promise(
            family=self.name,
            d=d,
            columns=d * (q + 1),
            coherence_squared=Fraction(1, found[1] ** 2),
            parameters={"q": q},
            attained=True,
        )

    def integral(self, promise: Promise) -> bool:
        return True

    def frame(self, parameters: Mapping[str, Any]) -> Frame:
        """Row ``j mod (q+1)`` of the matrix on line ``j // (q+1)``."""
        import numpy as np

        from lincs.constructions.algebra.designs import difference_set, order_matrix
        from lincs.constructions.algebra.frame import Frame

        q = parameters["q"]
        points, H = difference_set(q), order_matrix(q + 1)
        v, g = q * q + q + 1, q + 1

        def block(j0: int, j1: int) -> Array:
            j = np.arange(j0, j1)
            part = np.zeros((v, j1 - j0), dtype=np.int8)
            part[(points[:, None] + j // g) % v, np.arange(j1 - j0)] = H[j % g].T
            return part

        return Frame(v, v * g, True, block)

    def orbit(self, promise: Promise, m: int) -> Orbit:
        return plane_orbit(promise.parameters["q"])


def plane_orbit(q: int) -> Orbit:
    """The differences of a Singer set: every non-zero one exactly once, so two lines meet in one point."""
    from lincs.constructions.algebra.designs import check_difference_set, row_norm

    checked = check_difference_set(q)
    return Orbit(Fraction(1, row_norm(q + 1)), "two lines meet in one point, by differences", checked)
