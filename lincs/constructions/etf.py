"""Real equiangular tight frames (ETFs): m lines that meet Welch's bound with equality.

A real ETF is a symmetric matrix S of zeros on the diagonal and signs elsewhere with two eigenvalues ``theta > 0`` and
``-1/mu``: ``I + mu S`` is the Gram matrix.  ``-S`` gives the *complement*, m lines in ``R^(m-d)`` with ``1/theta``.
Existence: Fickus and Mixon, "Tables of the existence of equiangular tight frames" (2015).
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Any

from lincs.constructions.family import Buildable, Promise, above, parameter, smaller
from lincs.constructions.orders import (
    PROVED_BELOW,
    integer_root,
    is_conference_order,
    prime_powers,
    prime_root,
)
from lincs.errors import InputError

__all__ = ["BentETF", "PaleyETF", "SporadicETF", "SymplecticETF", "TaylorETF", "welch_squared"]


def welch_squared(*, d: int, m: int) -> Fraction:
    """Welch's bound on the squared coherence of m lines in R^d: ``(m-d) / (d (m-1))``."""
    return Fraction(m - d, d * (m - 1))


def _etf(family: str, d: int, m: int, parameters: dict[str, Any]) -> Promise:
    return _cached(family, d, m, tuple(parameters.items()))


@lru_cache(maxsize=1 << 14)
def _cached(family: str, d: int, m: int, items: tuple[tuple[str, Any], ...]) -> Promise:
    return Promise(family=family, d=d, columns=m, coherence_squared=welch_squared(d=d, m=m), parameters=dict(items))


class PaleyETF(Buildable):
    """``q + 1`` lines in ``R^((q+1)/2)``, q a prime power congruent to 1 mod 4: coherence ``1/sqrt(q)``."""

    name = "paley-etf"
    source = "Paley 1933; van Lint and Seidel 1966"
    builder = "etf:paley"

    def least(self, *, m: int, mu: Fraction) -> Promise | None:
        start = max(above(1 / mu**2), m - 1, 5)
        if start >= PROVED_BELOW:
            return None
        return next(self.member(q=q) for q in prime_powers(start) if q % 4 == 1)

    def member(self, **parameters: Any) -> Promise:
        (q,) = parameter(parameters, "q", least=2)
        if not is_conference_order(q + 1):
            raise InputError(f"q must be a prime power congruent to 1 mod 4, got {q}")
        return _etf(self.name, (q + 1) // 2, q + 1, {"q": q})


class _Series(Buildable):
    """ETFs in a series with one number n and a sign."""

    name: str
    _letter: str

    def _sizes(self, n: int, sign: int) -> tuple[int, int] | None:
        """``(d, m)``, or None; both grow with n."""
        raise NotImplementedError

    def member(self, **parameters: Any) -> Promise:
        if set(parameters) != {self._letter, "sign"}:
            raise InputError(f"parameters must be {self._letter}, sign, got {', '.join(parameters)}")
        (n,) = parameter({self._letter: parameters[self._letter]}, self._letter)
        sign = parameters["sign"]
        sizes = self._sizes(n, sign) if sign in (-1, 1) else None
        if sizes is None:
            raise InputError(f"{self._letter}, sign must name a member of {self.name}, got {n}, {sign}")
        return _etf(self.name, *sizes, {self._letter: n, "sign": sign})


class BentETF(_Series):
    """``4^s`` columns of ``2^(s-1) (2^s + sign)`` signs: the characters of F_2^(2s) on a bent function's support."""

    name = "bent-etf"
    source = "Menon 1962; Xia, Zhou and Giannakis 2005"
    builder = "etf:bent"
    _letter = "s"

    def least(self, *, m: int, mu: Fraction) -> Promise | None:
        best: Promise | None = None
        s = 2
        while best is None or 2 ** (s - 1) * (2**s - 1) < best.d:
            for sign in (-1, 1):
                promise = self.member(s=s, sign=sign)
                if promise.serves(m=m, mu=mu):
                    best = smaller(best, promise)
            s += 1
        return best

    def _sizes(self, n: int, sign: int) -> tuple[int, int] | None:
        return (2 ** (n - 1) * (2**n + sign), 4**n) if 2 <= n <= 4096 else None


class TaylorETF(_Series):
    """``q^3 + 1`` lines from the isotropic points of a Hermitian form over F_(q^2), q odd.

    sign -1: ``R^(q^2-q+1)``, coherence 1/q.  sign +1: the complement, ``R^(q(q^2-q+1))``, coherence ``1/q^2``.
    """

    name = "taylor-etf"
    source = "Taylor 1977 (unitary two-graphs)"
    builder = "etf:taylor"
    _letter = "q"

    def least(self, *, m: int, mu: Fraction) -> Promise | None:
        best: Promise | None = None
        for sign, start in ((-1, above(1 / mu)), (1, integer_root(int(1 / mu), 2))):
            for q in prime_powers(max(start, integer_root(m, 3) - 1, 3)):
                if q % 2 and self.member(q=q, sign=sign).serves(m=m, mu=mu):
                    best = smaller(best, self.member(q=q, sign=sign))
                    break
        return best

    def _sizes(self, n: int, sign: int) -> tuple[int, int] | None:
        root = prime_root(n)
        if root is None or root[0] == 2:
            return None
        d = n * n - n + 1
        return (d if sign < 0 else n * d), n**3 + 1


class SymplecticETF(Buildable):
    """Two-graphs of a quadratic form on F_2^(2s): the ``2^(s-1) (2^s + type)`` vectors where a bent function is
    constant.

    type -1 or +1 picks the set, sign the matrix or its complement.
    """

    name = "symplectic-etf"
    source = "Taylor 1977 (orthogonal two-graphs)"
    builder = "etf:symplectic"

    def least(self, *, m: int, mu: Fraction) -> Promise | None:
        best: Promise | None = None
        s = 3
        while best is None or 4**s < 8 * best.d:  # d >= about m / 6 and m >= 4^s / 2 - 2^(s-1)
            for kind in (-1, 1):
                for sign in (-1, 1):
                    promise = self.member(s=s, type=kind, sign=sign)
                    if promise.serves(m=m, mu=mu):
                        best = smaller(best, promise)
            s += 1
        return best

    def member(self, **parameters: Any) -> Promise:
        if set(parameters) != {"s", "type", "sign"}:
            raise InputError(f"parameters must be s, type, sign, got {', '.join(parameters)}")
        (s,) = parameter({"s": parameters["s"]}, "s", least=3)
        kind, sign = parameters["type"], parameters["sign"]
        if s > 4096:
            raise InputError(f"s must be at most 4096, got {s}")
        if kind not in (-1, 1) or sign not in (-1, 1):
            raise InputError(f"type and sign must be -1 or 1, got {kind!r}, {sign!r}")
        m = 2 ** (s - 1) * (2**s + kind)
        # The Gram matrix of signs has eigenvalues kind * 2^s and -kind * 2^(s-1).
        low, high = sorted((kind * 2**s - 1, -kind * 2 ** (s - 1) - 1))
        if sign > 0:
            low, high = -high, -low
        # trace 0: multiplicities a of high and m - a of low
        d = m * -low // (high - low)
        return _etf(self.name, d, m, {"s": s, "type": kind, "sign": sign})


class SporadicETF(Buildable):
    """The 276 lines in R^23 and 176 in R^22 at 1/5 from the Golay code, and their complements."""

    name = "sporadic-etf"
    source = "Goethals and Seidel 1975; Taylor 1977"
    builder = "etf:sporadic"

    def least(self, *, m: int, mu: Fraction) -> Promise | None:
        best: Promise | None = None
        for lines, sign in ((176, -1), (276, -1), (176, 1), (276, 1)):
            promise = self.member(lines=lines, sign=sign)
            if promise.serves(m=m, mu=mu):
                best = smaller(best, promise)
        return best

    def member(self, **parameters: Any) -> Promise:
        lines, sign = parameters.get("lines"), parameters.get("sign")
        if set(parameters) != {"lines", "sign"} or lines not in (176, 276) or sign not in (-1, 1):
            raise InputError(f"parameters must be lines = 176 or 276 and sign = -1 or 1, got {parameters}")
        assert isinstance(lines, int)
        d = {176: 22, 276: 23}[lines]
        return _etf(self.name, d if sign < 0 else lines - d, lines, {"lines": lines, "sign": sign})
