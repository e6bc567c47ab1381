"""Rational enclosures of the few transcendental numbers that bounds are made of: pi, cos(pi/m), ln n, ln
C(n, k).

Everything is integer arithmetic on a fixed-point grid ``2^-bits``; each function returns rationals
``(lo, hi)`` with ``lo <= exact <= hi``, so whoever rounds outward from them states a theorem.  No floats,
no heavy imports.
"""

from __future__ import annotations

import math
from fractions import Fraction
from functools import lru_cache

__all__ = ["cos_pi_over_below", "ln", "ln_binomial", "pi"]

_BITS = 96
_LONG = 160  # beyond, logarithms come from balls

Enclosure = tuple[Fraction, Fraction]


def _atan_or_atanh(p: int, q: int, bits: int, *, sign: int) -> tuple[int, int]:
    """``2^bits * atanh(p/q)`` (sign = 1) or ``atan(p/q)`` (sign = -1) for ``0 <= p/q <= 1/2``, as integers
    lo, hi.

    Rounding down at every step leaves each power within 4/3 grid steps (the error shrinks fourfold before
    it grows by one) and each term within 7/3; once the power is 0 the rest of the series is below 2 steps.
    """
    power = (p << bits) // q
    total, terms, odd = 0, 0, 1
    factor = 1
    while power:
        total += factor * (power // odd)
        power = power * p * p // (q * q)
        odd += 2
        factor *= sign
        terms += 1
    slack = 3 * terms + 3
    return total - slack, total + slack


@lru_cache(maxsize=32)
def pi(bits: int = _BITS) -> Enclosure:
    """Enclosure of pi by Machin's formula ``pi = 16 atan(1/5) - 4 atan(1/239)``."""
    a_lo, a_hi = _atan_or_atanh(1, 5, bits, sign=-1)
    b_lo, b_hi = _atan_or_atanh(1, 239, bits, sign=-1)
    one = 1 << bits
    return Fraction(16 * a_lo - 4 * b_hi, one), Fraction(16 * a_hi - 4 * b_lo, one)


@lru_cache(maxsize=32)
def _ln2(bits: int) -> tuple[int, int]:
    lo, hi = _atan_or_atanh(1, 3, bits, sign=1)
    return 2 * lo, 2 * hi


@lru_cache(maxsize=4096)
def ln(x: Fraction | int, bits: int = _BITS) -> Enclosure:
    """Enclosure of the logarithm of a positive rational: ``ln(2^e f) = e ln 2 + 2 atanh((f-1)/(f+1))``."""
    x = Fraction(x)
    if x <= 0:
        raise ValueError(f"ln needs a positive number, got {x}")
    if x < 1:
        lo, hi = ln(1 / x, bits)
        return -hi, -lo
    if bits > _LONG:
        return _long_ln(x, bits)
    e = x.numerator.bit_length() - x.denominator.bit_length()
    p, q = x.numerator, x.denominator << e
    if p < q:
        e, p = e - 1, 2 * p
    # Here 1 <= p/q < 2, so 0 <= (p-q)/(p+q) < 1/3; cut it to a grid first, so that huge x cost nothing.
    grid = bits + 8
    u = ((p - q) << grid) // (p + q)
    u_lo, _ = _atan_or_atanh(u, 1 << grid, bits, sign=1)
    _, u_hi = _atan_or_atanh(u + 1, 1 << grid, bits, sign=1)
    l_lo, l_hi = _ln2(bits)
    one = 1 << bits
    return Fraction(e * l_lo + 2 * u_lo, one), Fraction(e * l_hi + 2 * u_hi, one)


def _long_ln(x: Fraction, bits: int) -> Enclosure:
    """The same from a ball, which is much faster for long numbers; the precision is absolute."""
    from flint import arb, ctx, fmpq

    before = ctx.prec
    try:
        ctx.prec = bits + 32
        value = arb(fmpq(x.numerator, x.denominator)).log()
        ends = [tuple(map(int, end.man_exp())) for end in (value.lower(), value.upper())]
    finally:
        ctx.prec = before
    lo, hi = (Fraction(man) * Fraction(2) ** exp for man, exp in ends)
    return lo, hi


def ln_binomial(n: int, k: int) -> Enclosure:
    """Enclosure of ``ln C(n, k)``: the exact integer while it is short, Robbins' form of Stirling beyond."""
    k = min(k, n - k)
    if k < 0:
        raise ValueError(f"C({n}, {k}) is zero")
    if k <= 64:
        return ln(math.comb(n, k))
    top, left, right = _ln_factorial(n), _ln_factorial(k), _ln_factorial(n - k)
    return top[0] - left[1] - right[1], top[1] - left[0] - right[0]


def _ln_factorial(n: int) -> Enclosure:
    """``ln n! = (n + 1/2) ln n - n + ln(2 pi)/2 + r``, ``1/(12n+1) < r < 1/(12n)``, n >= 1 (Robbins 1955)."""
    bits = _BITS + n.bit_length()
    lo, hi = ln(n, bits)
    half = Fraction(2 * n + 1, 2)
    stirling_lo = half * lo - n + ln(2 * pi(bits)[0], bits)[0] / 2
    stirling_hi = half * hi - n + ln(2 * pi(bits)[1], bits)[1] / 2
    return stirling_lo + Fraction(1, 12 * n + 1), stirling_hi + Fraction(1, 12 * n)


def cos_pi_over_below(m: int, mu: Fraction) -> bool:
    """Decide ``cos(pi/m) < mu`` for ``m >= 1``, rigorously.

    By Niven's theorem ``cos(pi/m)`` is rational only for m = 1, 2, 3, so for other m the two numbers differ
    and some finite precision separates them.
    """
    rational = {1: Fraction(-1), 2: Fraction(0), 3: Fraction(1, 2)}
    if m in rational:
        return rational[m] < mu
    if mu >= 1:
        return True
    if mu <= 0 or (1 - mu) * m * m >= 5:  # cos x >= 1 - x^2/2 and pi^2 < 10
        return False
    bits = 64 + 2 * m.bit_length()
    while True:
        lo, hi = _cos(tuple(p / m for p in pi(bits)), bits)
        if hi < mu:
            return True
        if lo > mu:
            return False
        bits *= 2


def _cos(angle: tuple[Fraction, ...], bits: int) -> Enclosure:
    """Enclosure of cos over an interval inside ``[0, 1]``: consecutive partial sums of Taylor's series
    bracket it."""
    return _cos_partial(angle[1], bits, even=True), _cos_partial(angle[0], bits, even=False)


def _cos_partial(x: Fraction, bits: int, *, even: bool) -> Fraction:
    """A partial sum below (``even``: an even number of terms) or above ``cos x``, within ``2^-bits``."""
    term, total, n = Fraction(1), Fraction(1), 0
    while True:
        n += 1
        term = term * x * x / ((2 * n - 1) * (2 * n))
        total = total - term if n % 2 else total + term
        if (n % 2 == 1) == even and term * (1 << bits) < 1:
            return total
