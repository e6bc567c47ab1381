"""Polynomial phases with coordinates dropped."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from lincs.constructions.algebra.orders import PROVED_BELOW, above, most_below, prime_powers
from lincs.constructions.families.polynomials import exponents_of, root_before
from lincs.constructions.family import Family, Orbit, Promise, parameter, smaller
from lincs.errors import InputError
from lincs.exact.roots import sqrt_above, sqrt_below

if TYPE_CHECKING:
    from lincs.constructions.algebra.frame import Frame

__all__ = ["PuncturedPhases"]


class PuncturedPhases(Family):
    """Polynomial phases without p of the q coordinates: all entries have one modulus, so a sum w becomes at most w + p.

    Coherence ``(w + p)/(q - p)``, ``w = (r-1) sqrt(q)`` (r = 2: mutually unbiased bases).  Worth it where the number of
    columns, not the coherence, decides q.
    """

    name = "punctured-phases"
    source = "Weil 1948; r = 2: Wootters and Fields 1989; coordinates dropped"
    examples = tuple({"q": q, "r": r, "p": p} for q, r, p in ((5, 2, 1), (9, 2, 3), (16, 3, 2), (13, 2, 4)))

    def least(self, *, m: int, mu: Fraction, closed: bool = False) -> Promise | None:
        best: Promise | None = None
        r = 2
        while True:
            start = above((r - 1) ** 2 / mu**2, closed=closed)
            # more than (q + w) / (1 + mu) coordinates always remain
            if start >= PROVED_BELOW or (best is not None and 2 * start / (1 + mu) >= best.d):
                return best
            for q in prime_powers(max(start, _first_room(r - 1, mu), root_before(m // 2, r))):
                if best is not None and 2 * q / (1 + mu) >= best.d:
                    break
                number = exponents_of(q, r)
                if number is None or 2 * (q**number + q) < m:
                    continue
                room = (mu * q - (r - 1) * sqrt_above(Fraction(q))) / (1 + mu)
                most = min(most_below(room, closed=closed), q - 2)
                p = min(most, q**number + q - -(-m // 2))
                if p < 1:
                    continue
                best = smaller(best, self.member(q=q, r=r, p=p))
                if p == most:  # larger q keep more; where m columns are what is short, the next q may drop more
                    break
            r += 1

    def member(self, **parameters: Any) -> Promise:
        q, r, p = parameter(parameters, "q", "r", "p", least=1)
        number = exponents_of(q, r) if r >= 2 else None
        if number is None or p > q - 2:
            raise InputError(
                "q must be a power above (r-1)^2 of a prime that does not divide r >= 2 and p at most q - 2, "
                f"got q = {q}, r = {r}, p = {p}"
            )
        return Promise(
            family=self.name,
            d=2 * (q - p),
            columns=2 * (q**number + q - p),
            coherence_squared=(((r - 1) * sqrt_above(Fraction(q)) + p) / (q - p)) ** 2,
            parameters={"q": q, "r": r, "p": p},
        )

    def frame(self, parameters: Mapping[str, Any]) -> Frame:
        """On the elements numbered p, p + 1, ... of F_q, with their coordinate vectors."""
        import numpy as np

        from lincs.constructions.algebra.phases import restricted

        q, r, p = (parameters[name] for name in ("q", "r", "p"))
        return restricted(q=q, r=r, left=np.arange(p, q))

    def orbit(self, promise: Promise, m: int) -> Orbit:
        """The sums of all coordinates, and one more for each that is dropped."""
        from lincs.constructions.algebra.sums import largest_phase_sum, quadratic_phases

        q, r, p = (promise.parameters[name] for name in ("q", "r", "p"))
        if r == 2:
            whole, checked = sqrt_above(Fraction(q)), quadratic_phases(q)
        else:
            largest, checked = largest_phase_sum(q=q, largest=r, odd=False)
            whole = Fraction(largest)
        method = f"largest character sum {float(whole):.6f}, {p} terms dropped"
        return Orbit((whole + p) / (q - p), method, checked)


def _first_room(w: int, mu: Fraction) -> int:
    """At or just before the least q at which a coordinate may go: ``mu q - w sqrt(q) > 1 + mu``."""
    square = ((w + sqrt_below(w * w + 4 * mu * (1 + mu), 320)) / (2 * mu)) ** 2
    return square.numerator // square.denominator
