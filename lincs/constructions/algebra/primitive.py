"""A primitive polynomial of every finite field: FLINT's look-up of Conway's, else the least one."""

from __future__ import annotations

from itertools import count
from typing import Any

__all__ = ["primitive_polynomial"]


def primitive_polynomial(p: int, e: int) -> list[int]:
    """Coefficients, constant first, of a monic polynomial of degree e >= 2 over F_p with a primitive root x.

    Conway's where FLINT knows it (all fields of up to 2^24 elements among them), else the least one, coefficients read
    as digits.  The same in every run: certificates rebuild their matrices from it.

    >>> primitive_polynomial(2, 4)  # x^4 + x + 1
    [1, 1, 0, 0, 1]
    """
    from flint import fmpz, fq_default_ctx, nmod_poly

    order = p**e - 1
    parts = [order // int(prime) for prime, _ in fmpz(order).factor()]
    modulus = fq_default_ctx(p, e).modulus()  # irreducible; of no fixed form where Conway's is not known
    known = [int(modulus[i]) for i in range(e + 1)]
    if _generates(nmod_poly(known, p), order, parts):
        return known
    for n in count(1):
        coefficients = [n // p**i % p for i in range(e)] + [1]
        if coefficients[0] and _generates(nmod_poly(coefficients, p), order, parts):
            return coefficients
    raise AssertionError("unreachable: every finite field has a primitive element")


def _generates(f: Any, order: int, parts: list[int]) -> bool:
    """Whether x has this order modulo f: then its powers are all non-zero residues, and f is irreducible."""
    from flint import nmod_poly

    x = nmod_poly([0, 1], f.modulus())
    return bool(x.pow_mod(order, f) == 1) and all(x.pow_mod(part, f) != 1 for part in parts)
