"""Quadratic phases over F_(3^n), n odd: half of a real lift, where the real parts of all sums are small.

Gauss sums over these fields are ``+-i 3^(n/2)`` times a cube root of unity, so their real parts are 0 or
``+-(sqrt(3)/2) 3^(n/2)`` although the moduli are ``3^(n/2)`` (THEOREMS.md, 5 (n)).
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from lincs.constructions.algebra.orders import most_below
from lincs.constructions.family import Family, Orbit, Promise, parameter
from lincs.errors import InputError

if TYPE_CHECKING:
    from lincs.constructions.algebra.frame import Frame

__all__ = ["HalfPhases"]

_MOST = 400  # n; 3^800 columns are beyond every question that rules of limited reach are asked


class HalfPhases(Family):
    """``e(Tr(a x^2 + b x)/3)`` on ``q = 3^n`` points, n odd, as real and imaginary parts in ``R^(2q)``.

    ``q^2`` columns (those of v, not of iv) and q imaginary coordinate vectors, coherence ``3^((n+1)/2) / (2 q)``
    exactly.  p of the points may be dropped: the real parts of sums change by at most 1 each.
    """

    name = "half-phases"
    source = "real parts of Gauss sums over F_(3^n), n odd (THEOREMS.md, 5 (n))"
    examples = tuple({"n": n, "p": p} for n, p in ((1, 0), (3, 0), (3, 1), (3, 4)))

    def least(self, *, m: int, mu: Fraction, closed: bool = False) -> Promise | None:
        for n in range(1, _MOST, 2):
            q = 3**n
            p = min(most_below((mu * q - _part(n)) / (1 + mu), closed=closed), q * q + q - m, q - 2)
            if p >= 0:  # at least half of the points stay, so that the next field is larger
                return self.member(n=n, p=p)
        return None

    def member(self, **parameters: Any) -> Promise:
        n, p = parameter(parameters, "n", "p", least=0)
        if n % 2 == 0 or n >= _MOST:
            raise InputError(f"n must be odd and below {_MOST}, got {n}")
        q = 3**n
        if p > q - 2:
            raise InputError(f"p must leave two of the {q} points, got {p}")
        return Promise(
            family=self.name,
            d=2 * (q - p),
            columns=q * q + q - p,
            coherence_squared=((_part(n) + p) / (q - p)) ** 2,
            parameters={"n": n, "p": p},
            attained=p == 0,
        )

    def frame(self, parameters: Mapping[str, Any]) -> Frame:
        """Polynomial number ``a q + b``, on the elements from number p on; then i times the coordinate vectors."""
        from lincs.constructions.algebra.phases import half_lift

        return half_lift(q=3 ** parameters["n"], p=parameters["p"])

    def orbit(self, promise: Promise, m: int) -> Orbit:
        """Values of ``Tr(a x^2)`` counted for a = 1 and a non-square: x -> cx and x -> x + c give the other sums."""
        from lincs.constructions.algebra.sums import largest_real_part

        n, p = promise.parameters["n"], promise.parameters["p"]
        q = 3**n
        part, checked = largest_real_part(q)
        # imaginary coordinate vectors meet a column in sqrt(3)/2 at most, over sqrt(q - p): no more than the sums
        assert 3 * (q - p) <= 4 * (part + p) ** 2
        return Orbit((part + p) / (q - p), f"largest real part of a sum is {part}, {p} terms dropped", checked)


def _part(n: int) -> Fraction:
    """``(sqrt(3)/2) 3^(n/2)``, a rational for odd n."""
    return Fraction(3 ** ((n + 1) // 2), 2)
