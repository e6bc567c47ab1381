"""Character sums of polynomials over prime fields: all of them, by one transform for each orbit."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from math import gcd

import numpy as np

from lincs.constructions.algebra.fields import get_field, roots_of_unity
from lincs.constructions.algebra.orders import prime_root
from lincs.constructions.algebra.phases import exponents
from lincs.errors import InputError

__all__ = ["largest_phase_sum", "largest_punctured_sum", "largest_real_part", "punctured_parts", "quadratic_phases"]

_MOST_TRANSFORMS = 1 << 17


def quadratic_phases(q: int) -> int:
    """Check what makes ``|sum e(Tr(a x^2 + b x)/p)|^2 = q``: 2ad = 0 only for d = 0, and the trace is onto.

    ``|S|^2 = sum over d of e(..) sum over x of e(Tr(2 a d x)/p)``, and the inner sum vanishes unless 2ad = 0.
    Returns the number of values looked at.
    """
    field = get_field(q)
    x = field.elements
    assert field.p != 2
    twice = field.add(x, x)
    assert np.array_equal(np.flatnonzero(twice == 0), [0])
    counts = np.bincount(field.trace(x), minlength=field.p)
    assert np.all(counts == q // field.p)  # a linear sum e(Tr(cx)/p), c != 0, runs over each value equally often
    return 2 * q


def largest_real_part(q: int) -> tuple[Fraction, int]:
    """The largest real part of ``w sum e(Tr(a x^2)/3)`` over F_q, q a power of 3, a not 0, w a cube root of unity.

    Exactly, from how often each value of the trace occurs.  Also the number of values looked at.
    """
    field = get_field(q)
    assert field.p == 3
    x = field.elements
    twice = field.add(x, x)
    assert np.array_equal(np.flatnonzero(twice == 0), [0])  # so that x -> x + c takes away the linear coefficient
    largest, square = Fraction(0), field.mul(x, x)
    other = next(int(a) for a in x[1:] if int(field.quadratic_character(np.asarray([a]))[0]) < 0)
    for a in (1, other):
        counts = np.bincount(field.trace(field.mul(a, square)), minlength=3).tolist()
        largest = max(largest, *(abs(Fraction(2 * count - (q - count), 2)) for count in counts))
    return largest, 2 * q


def largest_phase_sum(*, q: int, largest: int, odd: bool) -> tuple[float, int]:
    """An upper bound, within 1e-6, on ``|sum over x in F_p of e(f(x)/p)|`` over all non-constant f of a family.

    f runs over the exponents up to ``largest`` (the odd ones only, if asked).  x -> cx changes the leading
    coefficient by a power of c, x -> x + c (when all exponents are there) removes the next one, and one discrete
    Fourier transform takes all linear coefficients at once.  Also returns the number of transforms.
    """
    root = prime_root(q)
    if root is None or root[1] != 1:
        raise InputError(f"q must be a prime for a transform of character sums, got {q}")
    powers = exponents(largest=largest, p=q, odd=odd)
    cosines, sines = roots_of_unity(q)
    table = cosines + 1j * sines
    generator = int(get_field(q).exp[1]) if q > 2 else 1
    x = np.arange(q, dtype=np.int64)
    monomials = {e: np.array([pow(int(v), e, q) for v in x], dtype=np.int64) for e in powers}
    orbits = [
        (lead, gcd(lead, q - 1), [e for e in powers[1:top] if odd or e != lead - 1])
        for top, lead in enumerate(powers)
        if lead > 1
    ]
    count = sum(classes * q ** len(middle) for _, classes, middle in orbits)
    if count > _MOST_TRANSFORMS:
        raise InputError(f"q and r must be smaller for {count} transforms of length {q}")
    best = 0.0
    for lead, classes, middle in orbits:
        for i, rest in product(range(classes), product(range(q), repeat=len(middle))):
            values = pow(generator, i, q) * monomials[lead]
            for c, e in zip(rest, middle, strict=True):
                values = values + c * monomials[e]
            transform = np.fft.fft(table[values % q])
            best = max(best, float(np.abs(transform).max()))
    # A transform of q numbers of modulus 1 in double precision is off by far less than this (q < 2^20).
    assert q < 1 << 20
    return best + 1e-6, count


def punctured_parts(q: int, dropped: Sequence[int]) -> float:
    """The largest real or imaginary part of ``sum of e((a x^2 + b x)/q)`` over x not dropped, (a, b) not 0.

    q is an odd prime.  One transform for each a up to (q-1)/2: (-a, -b) has the conjugate sum.
    """
    cosines, sines = roots_of_unity(q)
    a, x = np.arange((q + 1) // 2, dtype=np.int64)[:, None], np.arange(q, dtype=np.int64)
    values = (cosines + 1j * sines)[a * (x * x % q) % q]
    values[:, list(dropped)] = 0
    sums = np.fft.fft(values, axis=1)
    sums[0, 0] = 0
    return float(max(np.abs(sums.real).max(), np.abs(sums.imag).max()))


def largest_punctured_sum(q: int, dropped: Sequence[int]) -> tuple[float, int]:
    """:func:`punctured_parts` with room for rounding (an upper bound within 1e-6), and the number of transforms."""
    root = prime_root(q)
    if root is None or root[1] != 1 or not 2 < q < 1 << 12:
        raise InputError(f"q must be an odd prime below 4096 for a transform of all sums, got {q}")
    # A transform of q numbers of modulus at most 1 in double precision is off by far less.
    return punctured_parts(q, dropped) + 1e-6, (q + 1) // 2
