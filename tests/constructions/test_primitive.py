"""Primitive polynomials, by listing powers of their root."""

from __future__ import annotations

import pytest

from lincs.constructions.algebra.primitive import primitive_polynomial


def times_x(a: list[int], f: list[int], p: int) -> list[int]:
    """``x a`` modulo the monic polynomial f; coefficients, constant first."""
    top = a[-1]
    return [(low - top * c) % p for low, c in zip([0, *a[:-1]], f, strict=False)]


@pytest.mark.parametrize(("p", "e"), [(2, 2), (2, 9), (3, 5), (5, 4), (7, 3), (31, 2), (127, 2)])
def test_powers_of_the_root_are_everything_but_zero(p, e):
    f = primitive_polynomial(p, e)
    assert len(f) == e + 1
    assert f[-1] == 1
    a, seen = [1] + [0] * (e - 1), set()
    while tuple(a) not in seen:
        seen.add(tuple(a))
        a = times_x(a, f, p)
    assert len(seen) == p**e - 1


def test_where_no_table_has_one_it_is_the_least():
    """FLINT's table of Conway polynomials has no entry for p = 65537."""
    p = 65537
    f = primitive_polynomial(p, 2)
    assert f[2] == 1
    # x^(p+1) is the norm f(0), which must generate the group of F_p; p - 1 = 2^16.
    assert pow(f[0], (p - 1) // 2, p) == p - 1
    assert f == primitive_polynomial(p, 2)
    # Least: every smaller constant term with the same middle coefficient, and every smaller middle one, fails.
    assert f[1] in range(3)
    for middle in range(f[1] + 1):
        for constant in range(1, f[0] if middle == f[1] else 40):
            square = (middle * middle - 4 * constant) % p
            splits = pow(square, (p - 1) // 2, p) in (0, 1)
            smooth = pow(constant, (p - 1) // 2, p) != p - 1
            assert splits or smooth or not _full_order(middle, constant, p)


def _full_order(middle: int, constant: int, p: int) -> bool:
    """Whether x has order p^2 - 1 modulo x^2 + middle x + constant, which has no root."""
    order = p * p - 1
    primes = [r for r in range(2, 100_000) if order % r == 0 and all(r % s for s in range(2, int(r**0.5) + 1))]
    return all(_power(order // r, middle, constant, p) != (1, 0) for r in primes)


def _power(n: int, middle: int, constant: int, p: int) -> tuple[int, int]:
    result, base = (1, 0), (0, 1)
    while n:
        if n & 1:
            result = _times(result, base, middle, constant, p)
        base, n = _times(base, base, middle, constant, p), n >> 1
    return result


def _times(a: tuple[int, int], b: tuple[int, int], middle: int, constant: int, p: int) -> tuple[int, int]:
    square = a[1] * b[1]
    return (a[0] * b[0] - constant * square) % p, (a[0] * b[1] + a[1] * b[0] - middle * square) % p
