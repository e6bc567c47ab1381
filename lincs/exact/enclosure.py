"""Rational enclosures of the few transcendental numbers that bounds are made of: pi, ln x, ln C(n, k), cos(pi/m).

Each function returns rationals ``(lo, hi)`` with ``lo <= exact <= hi``, the ends of a ball of python-flint (Johansson
2017), so whoever rounds outward from them states a theorem.  No floats.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from lincs.exact.ball import ball, ends, precision

__all__ = ["cos_pi_over_below", "ln", "ln_binomial", "pi"]

_BITS = 96
_GUARD = 32  # bits beyond those asked for, so that the ends are closer than asked even for long numbers

Enclosure = tuple[Fraction, Fraction]


@lru_cache(maxsize=32)
def pi(bits: int = _BITS) -> Enclosure:
    """Enclosure of pi, of width below ``2^-bits``."""
    from flint import arb

    with precision(bits + _GUARD):
        return ends(arb.pi())


@lru_cache(maxsize=4096)
def ln(x: Fraction | int, bits: int = _BITS) -> Enclosure:
    """Enclosure of the logarithm of a positive rational, of width below ``2^-bits`` for x between ``2^+-(2^24)``."""
    if x <= 0:
        raise ValueError(f"ln needs a positive number, got {x}")
    with precision(bits + _GUARD):
        return ends(ball(x).log())


@lru_cache(maxsize=4096)
def ln_binomial(n: int, k: int) -> Enclosure:
    """Enclosure of ``ln C(n, k)`` by logarithms of the gamma function, of width below ``2^-96``."""
    from flint import arb

    k = min(k, n - k)
    if k < 0:
        raise ValueError(f"C({n}, {k}) is zero")
    with precision(_BITS + _GUARD + 2 * n.bit_length()):
        top, left, right = (arb(number + 1).lgamma() for number in (n, k, n - k))
        return ends(top - left - right)


def cos_pi_over_below(m: int, mu: Fraction, *, closed: bool = False) -> bool:
    """Decide ``cos(pi/m) < mu`` (``<=`` when closed) for ``m >= 1``, rigorously.

    By Niven's theorem ``cos(pi/m)`` is rational only for m = 1, 2, 3, so for other m the two numbers differ and some
    finite precision separates them.
    """
    from flint import arb, fmpq

    rational = {1: Fraction(-1), 2: Fraction(0), 3: Fraction(1, 2)}
    if m in rational:
        return rational[m] < mu or (closed and rational[m] == mu)
    if mu >= 1:
        return True
    if mu <= 0 or (1 - mu) * m * m >= 5:  # cos x >= 1 - x^2/2 and pi^2 < 10
        return False
    bits = 64 + 2 * m.bit_length()
    while True:
        with precision(bits):
            cosine, limit = arb.cos_pi_fmpq(fmpq(1, m)), ball(mu)
            if cosine < limit:
                return True
            if cosine > limit:
                return False
        bits *= 2
