"""Phases of polynomials over finite fields, bounded by Weil (1948): real lifts, and odd polynomials as real columns."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from lincs.constructions.algebra.orders import PROVED_BELOW, above, ceil_root, prime_powers, prime_root
from lincs.constructions.family import Family, Orbit, Promise, parameter, smaller
from lincs.errors import InputError
from lincs.exact.roots import sqrt_above

if TYPE_CHECKING:
    from lincs.constructions.algebra.frame import Frame

__all__ = ["OddPolynomials", "PolynomialPhases", "exponents_of", "root_before", "sum_orbit"]


class _Polynomials(Family):
    """What both families ask for the least d: degrees D with sums up to ``(D-1) sqrt(q)``, in ``R^(lift q)``."""

    _lift: int

    @abstractmethod
    def _degree(self, r: int) -> int:
        """The largest exponent."""

    @abstractmethod
    def _member_or_none(self, q: int, r: int) -> Promise | None:
        """The member, where Weil's bound says something."""

    def least(self, *, m: int, mu: Fraction, closed: bool = False) -> Promise | None:
        best: Promise | None = None
        r = 2
        while True:
            start = above((self._degree(r) - 1) ** 2 / mu**2, closed=closed)
            if start >= PROVED_BELOW or (best is not None and self._lift * start >= best.d):
                return best
            for q in prime_powers(max(start, root_before(m // self._lift, r))):
                if best is not None and self._lift * q >= best.d:
                    break
                promise = self._member_or_none(q, r)
                if promise is not None and promise.serves(m=m, mu=mu, closed=closed):
                    best = smaller(best, promise)
                    break
            r += 1


class PolynomialPhases(_Polynomials):
    """``e(Tr f(x) / p) / sqrt(q)`` on F_q, f of degree <= r without constant term: real lift in ``R^(2q)``.

    f runs over the exponents that p does not divide, N of them: ``2 q^N`` columns, and 2q coordinate vectors.  By Weil
    (1948) the coherence is at most ``(r-1)/sqrt(q)``.  r = 2, p odd: the complete set of q + 1 mutually unbiased bases
    of C^q (Ivanovic 1981; Wootters and Fields 1989), coherence ``1/sqrt(q)``.
    """

    name = "polynomial-phases"
    source = "Weil 1948; r = 2: Wootters and Fields 1989"
    examples = tuple({"q": q, "r": r} for q, r in ((3, 2), (5, 2), (9, 2), (8, 3), (11, 3), (16, 3)))
    _lift = 2

    def _degree(self, r: int) -> int:
        return r

    def _member_or_none(self, q: int, r: int) -> Promise | None:
        number = exponents_of(q, r)
        if number is None:
            return None
        return Promise(
            family=self.name,
            d=2 * q,
            columns=2 * (q**number + q),
            coherence_squared=Fraction((r - 1) ** 2, q),
            parameters={"q": q, "r": r},
        )

    def member(self, **parameters: Any) -> Promise:
        q, r = parameter(parameters, "q", "r", least=2)
        promise = self._member_or_none(q, r)
        if promise is None:
            raise InputError(f"q must be a power above (r-1)^2 of a prime that does not divide r, got q = {q}, r = {r}")
        return promise

    def frame(self, parameters: Mapping[str, Any]) -> Frame:
        """Columns ``2f`` and ``2f + 1``: polynomial f and i times it; then the 2q coordinate vectors."""
        from lincs.constructions.algebra.phases import polynomial

        return polynomial(q=parameters["q"], r=parameters["r"])

    def orbit(self, promise: Promise, m: int) -> Orbit:
        """Transforms, one for each orbit of leading coefficients; r = 2 by the vanishing of linear sums."""
        from lincs.constructions.algebra.sums import quadratic_phases

        q, r = promise.parameters["q"], promise.parameters["r"]
        if r == 2:
            return Orbit(sqrt_above(Fraction(1, q)), "|Gauss sum|^2 = q, by linear sums", quadratic_phases(q))
        return sum_orbit(q=q, largest=r, odd=False)


class OddPolynomials(_Polynomials):
    """``cas(2 pi Tr f(x) / p) / sqrt(q)``, ``cas = cos + sin``, f over odd exponents up to D = 2r-1: real in R^q.

    The complex sums of odd polynomials are real, so these columns (in place of a real lift) have the inner products
    ``(1/q) sum e(Tr(f - g)/p)``, at most ``(D-1)/sqrt(q)`` by Weil (1948).  N exponents that p does not divide:
    ``q^N`` columns and q coordinate vectors.
    """

    name = "odd-polynomials"
    source = "Weil 1948; THEOREMS.md, 5 (d)"
    examples = tuple({"q": q, "r": r} for q, r in ((5, 2), (17, 2), (25, 2), (37, 2)))
    _lift = 1

    def _degree(self, r: int) -> int:
        return 2 * r - 1

    def _member_or_none(self, q: int, r: int) -> Promise | None:
        root = prime_root(q)
        largest = self._degree(r)
        if root is None or root[0] == 2 or largest % root[0] == 0 or q <= (largest - 1) ** 2:
            return None
        p = root[0]
        number = r - (largest // p + 1) // 2  # odd multiples of p up to largest
        return Promise(
            family=self.name,
            d=q,
            columns=q**number + q,
            coherence_squared=Fraction((largest - 1) ** 2, q),
            parameters={"q": q, "r": r},
        )

    def member(self, **parameters: Any) -> Promise:
        q, r = parameter(parameters, "q", "r", least=2)
        promise = self._member_or_none(q, r)
        if promise is None:
            raise InputError(
                f"q must be a power above (2r-2)^2 of an odd prime that does not divide 2r-1, got q = {q}, r = {r}"
            )
        return promise

    def frame(self, parameters: Mapping[str, Any]) -> Frame:
        from lincs.constructions.algebra.phases import odd_polynomial

        return odd_polynomial(q=parameters["q"], r=parameters["r"])

    def orbit(self, promise: Promise, m: int) -> Orbit:
        q, r = promise.parameters["q"], promise.parameters["r"]
        return sum_orbit(q=q, largest=2 * r - 1, odd=True)


def sum_orbit(*, q: int, largest: int, odd: bool) -> Orbit:
    """The largest character sum by transforms, and the coordinate vectors.

    Entries of a column are at most ``sqrt(2/q)`` (cas) or ``1/sqrt(q)``.
    """
    from lincs.constructions.algebra.sums import largest_phase_sum

    found, checked = largest_phase_sum(q=q, largest=largest, odd=odd)
    coordinates = sqrt_above(Fraction(2 if odd else 1, q))
    return Orbit(max(Fraction(found) / q, coordinates), f"largest character sum {found:.6f}", checked)


def exponents_of(q: int, r: int) -> int | None:
    """How many exponents up to r the characteristic does not divide; None where Weil's bound says nothing."""
    root = prime_root(q)
    return None if root is None or r % root[0] == 0 or q <= (r - 1) ** 2 else r - r // root[0]


def root_before(n: int, k: int) -> int:
    """A number at or before which no q has ``q^k + q >= n``."""
    return max(ceil_root(max(n, 1), k) - 2, 2)
