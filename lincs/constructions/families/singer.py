"""Characters on Singer difference sets."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from lincs.constructions.algebra.orders import ceil_root, prime_powers, prime_root
from lincs.constructions.family import Family, Orbit, Promise, parameter
from lincs.errors import InputError
from lincs.exact.roots import sqrt_above

if TYPE_CHECKING:
    from lincs.constructions.algebra.frame import Array, Frame

__all__ = ["Singer"]


class Singer(Family):
    """Characters of Z_v, ``v = q^2+q+1``, on a Singer difference set: real lift, ``2v`` columns in ``R^(2(q+1))``.

    The complex frame is equiangular with inner products ``sqrt(q)/(q+1)`` (Singer 1938; Xia, Zhou and Giannakis 2005).
    """

    name = "singer-lift"
    source = "Singer 1938; Xia, Zhou and Giannakis 2005"
    examples = tuple({"q": q} for q in (2, 4, 7, 9))

    def least(self, *, m: int, mu: Fraction, closed: bool = False) -> Promise | None:
        # sqrt(q)/(q+1) < mu, and it decreases: start a little before q = 1/mu^2
        square = 1 / mu**2
        start = max(2, square.numerator // square.denominator - 3, ceil_root(-(-m // 2), 2) - 2)
        for q in prime_powers(start):
            promise = self.member(q=q)
            if promise.serves(m=m, mu=mu, closed=closed):
                return promise
        return None

    def member(self, **parameters: Any) -> Promise:
        (q,) = parameter(parameters, "q", least=2)
        if prime_root(q) is None:
            raise InputError(f"q must be a prime power, got {q}")
        return Promise(
            family=self.name,
            d=2 * (q + 1),
            columns=2 * (q * q + q + 1),
            coherence_squared=Fraction(q, (q + 1) ** 2),
            parameters={"q": q},
        )

    def frame(self, parameters: Mapping[str, Any]) -> Frame:
        """Columns ``2j`` and ``2j + 1``: character j of Z_v on the difference set, and i times it."""
        import numpy as np

        from lincs.constructions.algebra.designs import difference_set
        from lincs.constructions.algebra.frame import Frame
        from lincs.constructions.algebra.phases import lift

        q = parameters["q"]
        points = difference_set(q)
        v = q * q + q + 1

        def block(j0: int, j1: int) -> Array:
            j = np.arange(j0, j1, dtype=np.int64)
            return lift(points[:, None] * (j // 2) % v, v, imaginary=j % 2 == 1)

        return Frame(2 * (q + 1), 2 * v, False, block)

    def orbit(self, promise: Promise, m: int) -> Orbit:
        """``|sum over D of a character|^2 = |D| - 1`` when every difference occurs once; q + 1 points."""
        from lincs.constructions.algebra.designs import check_difference_set

        q = promise.parameters["q"]
        checked = check_difference_set(q)
        coherence = sqrt_above(Fraction(q, (q + 1) ** 2))
        return Orbit(coherence, "character sums of a difference set have modulus sqrt(q)", checked)
