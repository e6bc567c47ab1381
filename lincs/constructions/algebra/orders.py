"""Which integers serve as orders: prime powers, and the Hadamard orders that elementary constructions reach.

Primality is decided, never guessed: Miller-Rabin with the first 13 primes as bases is a proof below 3.3e24
(Sorenson and Webster 2015), and larger numbers are simply not used.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache

from lincs.constructions.algebra.sequences import COMPOSED, T_LENGTHS, WILLIAMSON

__all__ = [
    "PROVED_BELOW",
    "above",
    "ceil_root",
    "conference_orders",
    "hadamard_orders",
    "hadamard_recipe",
    "integer_root",
    "is_conference_order",
    "is_hadamard_order",
    "is_prime_power",
    "most_below",
    "prime_powers",
    "prime_root",
]

PROVED_BELOW = 3_317_044_064_679_887_385_961_981  # Sorenson and Webster 2015
_BASES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41)
_SMALL_FACTORS = tuple(n for n in range(4, 257, 4))


@lru_cache(maxsize=1 << 16)
def is_prime(n: int) -> bool:
    """Whether n is prime; False also for n beyond the range where the test is a proof."""
    if n < 2 or n >= PROVED_BELOW:
        return False
    for p in _BASES:
        if n % p == 0:
            return n == p
    odd, twos = n - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    return all(_is_strong_probable_prime(n, base, odd, twos) for base in _BASES)


def _is_strong_probable_prime(n: int, base: int, odd: int, twos: int) -> bool:
    x = pow(base, odd, n)
    if x in (1, n - 1):
        return True
    for _ in range(twos - 1):
        x = x * x % n
        if x == n - 1:
            return True
    return False


def integer_root(n: int, k: int) -> int:
    """``floor(n^(1/k))`` by Newton's iteration on integers."""
    if k == 2:
        return math.isqrt(n)
    x = 1 << -(-n.bit_length() // k)
    while True:
        y = ((k - 1) * x + n // x ** (k - 1)) // k
        if y >= x:
            return x
        x = y


def above(x: Fraction, *, closed: bool = False) -> int:
    """The least integer strictly greater than x; at least x when closed."""
    return -(-x.numerator // x.denominator) if closed else x.numerator // x.denominator + 1


def most_below(x: Fraction, *, closed: bool = False) -> int:
    """The largest integer strictly less than x; at most x when closed."""
    return x.numerator // x.denominator if closed else -(-x.numerator // x.denominator) - 1


def ceil_root(n: int, k: int) -> int:
    """The least integer r with ``r^k >= n``."""
    root = integer_root(n, k)
    return root if root**k >= n else root + 1


@lru_cache(maxsize=1 << 16)
def prime_root(q: int) -> tuple[int, int] | None:
    """``(p, e)`` with ``q = p^e``, p prime, e >= 1, or None."""
    if q < 2 or q >= PROVED_BELOW:
        return None
    for small in (2, 3, 5, 7):
        if q % small == 0:
            e = 0
            while q % small == 0:
                q, e = q // small, e + 1
            return (small, e) if q == 1 else None
    for e in range(q.bit_length() // 3, 0, -1):  # 7 and less are gone, so the root exceeds 2^3
        root = integer_root(q, e)
        if root**e == q and is_prime(root):
            return root, e
    return None


def is_prime_power(q: int) -> bool:
    """Whether q is a prime power ``p^e``, e >= 1 (within the range where primality is proved)."""
    return prime_root(q) is not None


def prime_powers(start: int) -> Iterator[int]:
    """The prime powers ``>= start`` in increasing order."""
    q = max(start, 2)
    while q < PROVED_BELOW:
        if is_prime_power(q):
            yield q
        q += 1


@lru_cache(maxsize=1 << 16)
def hadamard_recipe(n: int) -> tuple[str, *tuple[int, ...]] | None:
    """How a Hadamard matrix of order n is built, or None if none of these ways gives one.

    ``("sylvester",)``: 1, 2 (Sylvester 1867).  ``("paley-1",)``, ``("paley-2",)``: ``q + 1`` for prime powers
    ``q = 3 mod 4`` and ``2(q + 1)`` for ``q = 1 mod 4`` (Paley 1933).  ``("product", a, b)``: a Kronecker product; one
    factor is 2 or at most 256, which keeps this a short search and misses no order that the smaller factor of a
    product of two could reach below 65536.  ``("composed", t, w)``: T-sequences of length t with Williamson matrices
    of order w (Williamson 1944, Cooper and Wallis 1972, Turyn 1974).

    Of the multiples of 4 up to 668, missing are 292, 404, 412, 436, 452, 508, 584, 596, 604, 652 and 668: all
    but the last are known by computer searches whose data is not stored here.
    """
    if n in (1, 2):
        return ("sylvester",)
    if n % 4 != 0:
        return None
    if n >= 2 * PROVED_BELOW:
        return _large_recipe(n)
    if is_prime_power(n - 1):  # n - 1 = 3 mod 4
        return ("paley-1",)
    if (n // 2 - 1) % 4 == 1 and is_prime_power(n // 2 - 1):
        return ("paley-2",)
    if n // 2 % 4 in (0, 2) and hadamard_recipe(n // 2) is not None:
        return ("product", 2, n // 2)
    for a in _SMALL_FACTORS:
        if a * a > n:
            break
        if n % a == 0 and hadamard_recipe(a) is not None and hadamard_recipe(n // a) is not None:
            return ("product", a, n // a)
    if n in COMPOSED:
        t, w = next((t, n // 4 // t) for t in (1, *T_LENGTHS) if n // 4 % t == 0 and n // 4 // t in WILLIAMSON)
        return ("composed", t, w)
    return None


def _large_recipe(n: int) -> tuple[str, *tuple[int, ...]] | None:
    """Beyond the proved primes only products are left: a power of two, at most one small factor, a proved order.

    The power is taken at once: a number of a thousand digits is as deep as its logarithm, and the search must not be.
    """
    for a in (1, *_SMALL_FACTORS):
        rest, left = divmod(n, a)
        if left or hadamard_recipe(a) is None:
            continue
        halvings = max(0, rest.bit_length() - PROVED_BELOW.bit_length())  # the least that bring it below
        if rest % (1 << halvings) == 0 and hadamard_recipe(rest >> halvings) is not None:
            return ("product", 2, n // 2) if halvings else ("product", a, rest)
    return None


def is_hadamard_order(n: int) -> bool:
    """Whether :func:`hadamard_recipe` gives a Hadamard matrix of order n."""
    return hadamard_recipe(n) is not None


def is_conference_order(n: int) -> bool:
    """Whether Paley's symmetric conference matrix of order n exists: ``n - 1`` a prime power, 1 mod 4 (1933)."""
    return n % 4 == 2 and n > 2 and is_prime_power(n - 1)


def hadamard_orders(start: int) -> Iterator[int]:
    """Hadamard orders ``>= start`` in increasing order."""
    if start <= 1:
        yield 1
    if start <= 2:
        yield 2
    n = max(4, -(-start // 4) * 4)
    while n < 2 * PROVED_BELOW:
        if is_hadamard_order(n):
            yield n
        n += 4


def conference_orders(start: int) -> Iterator[int]:
    """Orders ``>= start`` of Paley's symmetric conference matrices in increasing order."""
    n = max(6, start + (2 - start) % 4)
    while n < PROVED_BELOW:
        if is_conference_order(n):
            yield n
        n += 4
