"""Frames of phases ``e(f(x)/p)``: Singer difference sets, mutually unbiased bases, polynomials.

A complex frame of n vectors in C^d gives 2n real vectors in R^(2d), those of v and of iv: their inner products are the
real and imaginary parts of the complex ones, so the coherence does not grow (*real lift*).
"""

from __future__ import annotations

from fractions import Fraction
from math import isqrt
from typing import Any

from lincs.constructions.family import Buildable, Promise, above, ceil_root, parameter, smaller
from lincs.constructions.orders import PROVED_BELOW, prime_powers, prime_root, root_above
from lincs.errors import InputError

__all__ = ["OddPolynomials", "PolynomialPhases", "PuncturedPhases", "Singer", "exponents"]


def exponents(*, largest: int, p: int, odd: bool = False) -> tuple[int, ...]:
    """The exponents 1..largest that p does not divide, the odd ones only if asked."""
    return tuple(e for e in range(1, largest + 1) if e % p and (not odd or e % 2))


class Singer(Buildable):
    """Characters of Z_v, ``v = q^2+q+1``, on a Singer difference set: real lift, ``2v`` columns in ``R^(2(q+1))``.

    The complex frame is equiangular with inner products ``sqrt(q)/(q+1)`` (Singer 1938; Xia, Zhou and Giannakis 2005).
    """

    name = "singer-lift"
    source = "Singer 1938; Xia, Zhou and Giannakis 2005"
    builder = "phases:singer"

    def least(self, *, m: int, mu: Fraction) -> Promise | None:
        # sqrt(q)/(q+1) < mu, and it decreases: start a little before q = 1/mu^2
        square = 1 / mu**2
        start = max(2, square.numerator // square.denominator - 3, ceil_root(-(-m // 2), 2) - 2)
        for q in prime_powers(start):
            promise = self.member(q=q)
            if promise.serves(m=m, mu=mu):
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
            attained=False,
        )


class PolynomialPhases(Buildable):
    """``e(Tr f(x) / p) / sqrt(q)`` on F_q, f of degree <= r without constant term: real lift in ``R^(2q)``.

    f runs over the exponents that p does not divide, N of them: ``2 q^N`` columns, and 2q coordinate vectors.  By Weil
    (1948) the coherence is at most ``(r-1)/sqrt(q)``.  r = 2, p odd: the complete set of q + 1 mutually unbiased bases
    of C^q (Ivanovic 1981; Wootters and Fields 1989), coherence ``1/sqrt(q)``.
    """

    name = "polynomial-phases"
    source = "Weil 1948; r = 2: Wootters and Fields 1989"
    builder = "phases:polynomial"

    def least(self, *, m: int, mu: Fraction) -> Promise | None:
        best: Promise | None = None
        r = 2
        while True:
            start = above((r - 1) ** 2 / mu**2)
            if start >= PROVED_BELOW or (best is not None and 2 * start >= best.d):
                return best
            for q in prime_powers(max(start, _root_before(m // 2, r))):
                if best is not None and 2 * q >= best.d:
                    break
                promise = self._member_or_none(q, r)
                if promise is not None and promise.serves(m=m, mu=mu):
                    best = smaller(best, promise)
                    break
            r += 1

    def _member_or_none(self, q: int, r: int) -> Promise | None:
        number = _exponents_of(q, r)
        if number is None:
            return None
        return Promise(
            family=self.name,
            d=2 * q,
            columns=2 * (q**number + q),
            coherence_squared=Fraction((r - 1) ** 2, q),
            parameters={"q": q, "r": r},
            attained=False,
        )

    def member(self, **parameters: Any) -> Promise:
        q, r = parameter(parameters, "q", "r", least=2)
        promise = self._member_or_none(q, r)
        if promise is None:
            raise InputError(f"q must be a power above (r-1)^2 of a prime that does not divide r, got q = {q}, r = {r}")
        return promise


class OddPolynomials(Buildable):
    """``cas(2 pi Tr f(x) / p) / sqrt(q)``, ``cas = cos + sin``, f over odd exponents up to D = 2r-1: real in R^q.

    The complex sums of odd polynomials are real, so these columns (in place of a real lift) have the inner products
    ``(1/q) sum e(Tr(f - g)/p)``, at most ``(D-1)/sqrt(q)`` by Weil (1948).  N exponents that p does not divide:
    ``q^N`` columns and q coordinate vectors.
    """

    name = "odd-polynomials"
    source = "Weil 1948; THEOREMS.md, 5 (d)"
    builder = "phases:odd_polynomial"

    def least(self, *, m: int, mu: Fraction) -> Promise | None:
        best: Promise | None = None
        r = 2
        while True:
            start = above((2 * r - 2) ** 2 / mu**2)
            if start >= PROVED_BELOW or (best is not None and start >= best.d):
                return best
            for q in prime_powers(max(start, _root_before(m, r))):
                if best is not None and q >= best.d:
                    break
                promise = self._member_or_none(q, r)
                if promise is not None and promise.serves(m=m, mu=mu):
                    best = smaller(best, promise)
                    break
            r += 1

    def _member_or_none(self, q: int, r: int) -> Promise | None:
        root = prime_root(q)
        largest = 2 * r - 1
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
            attained=False,
        )

    def member(self, **parameters: Any) -> Promise:
        q, r = parameter(parameters, "q", "r", least=2)
        promise = self._member_or_none(q, r)
        if promise is None:
            raise InputError(
                f"q must be a power above (2r-2)^2 of an odd prime that does not divide 2r-1, got q = {q}, r = {r}"
            )
        return promise


class PuncturedPhases(Buildable):
    """Polynomial phases without p of the q coordinates: all entries have one modulus, so a sum w becomes at most w + p.

    Coherence ``(w + p)/(q - p)``, ``w = (r-1) sqrt(q)`` (r = 2: mutually unbiased bases).

    Worth it where the number of columns, not the coherence, decides q.
    """

    name = "punctured-phases"
    source = "Weil 1948; r = 2: Wootters and Fields 1989; coordinates dropped"
    builder = "phases:punctured"

    def least(self, *, m: int, mu: Fraction) -> Promise | None:
        best: Promise | None = None
        r = 2
        while True:
            start = above((r - 1) ** 2 / mu**2)
            # more than (q + w) / (1 + mu) coordinates always remain
            if start >= PROVED_BELOW or (best is not None and 2 * start / (1 + mu) >= best.d):
                return best
            for q in prime_powers(max(start, _first_room(r - 1, mu), _root_before(m // 2, r))):
                if best is not None and 2 * q / (1 + mu) >= best.d:
                    break
                number = _exponents_of(q, r)
                if number is None or 2 * (q**number + q) < m:
                    continue
                room = (mu * q - (r - 1) * root_above(Fraction(q))) / (1 + mu)
                p = min(-(-room.numerator // room.denominator) - 1, q**number + q - -(-m // 2), q - 2)
                if p >= 1:  # larger q keep more
                    best = smaller(best, self.member(q=q, r=r, p=p))
                    break
            r += 1

    def member(self, **parameters: Any) -> Promise:
        q, r, p = parameter(parameters, "q", "r", "p", least=1)
        number = _exponents_of(q, r) if r >= 2 else None
        if number is None or p > q - 2:
            raise InputError(
                "q must be a power above (r-1)^2 of a prime that does not divide r >= 2 and p at most q - 2, "
                f"got q = {q}, r = {r}, p = {p}"
            )
        return Promise(
            family=self.name,
            d=2 * (q - p),
            columns=2 * (q**number + q - p),
            coherence_squared=(((r - 1) * root_above(Fraction(q)) + p) / (q - p)) ** 2,
            parameters={"q": q, "r": r, "p": p},
            attained=False,
        )


def _exponents_of(q: int, r: int) -> int | None:
    """How many exponents up to r the characteristic does not divide; None where Weil's bound says nothing."""
    root = prime_root(q)
    return None if root is None or r % root[0] == 0 or q <= (r - 1) ** 2 else r - r // root[0]


def _first_room(w: int, mu: Fraction) -> int:
    """At or just before the least q at which a coordinate may go: ``mu q - w sqrt(q) > 1 + mu``."""
    radicand = w * w + 4 * mu * (1 + mu)
    root = Fraction(isqrt((radicand.numerator << 640) // radicand.denominator), 1 << 320)
    square = ((w + root) / (2 * mu)) ** 2
    return square.numerator // square.denominator


def _root_before(n: int, k: int) -> int:
    """A number at or before which no q has ``q^k + q >= n``."""
    return max(ceil_root(max(n, 1), k) - 2, 2)
