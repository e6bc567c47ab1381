"""The ladder's inequality once more, from integers alone: the second opinion that certificates are checked with.

Shares no code with :mod:`lincs.bounds.ladder`, which finds and uses them: binomial coefficients, one common
denominator, and a comparison of two integers.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import comb, prod
from typing import Any

__all__ = ["integer", "rational", "reason_against"]

_CHUNK = 4000  # Python refuses to read more than 4300 digits at once


def integer(value: Any) -> int | None:
    """An integer as JSON holds it: a number, or its digits where it is long; None for everything else, floats too."""
    if type(value) is int:
        return value
    return _digits(value) if isinstance(value, str) and len(value) > 15 else None


def _digits(text: str) -> int | None:
    """The number that these digits write, however many; None if they are not digits or begin with 0."""
    if not (text.isascii() and text.isdecimal()) or text[0] == "0":
        return None
    value = 0
    for start in range(0, len(text), _CHUNK):
        part = text[start : start + _CHUNK]
        value = value * 10 ** len(part) + int(part)
    return value


def rational(value: Any) -> Fraction | None:
    """A rational as JSON holds it: an integer, or "p/q" in lowest terms; None for everything else, floats too."""
    if (whole := integer(value)) is not None:
        return Fraction(whole)
    if not isinstance(value, str) or value.count("/") != 1:
        return None
    over, under = map(_digits, value.split("/"))
    if over is None or under is None or under < 2 or Fraction(over, under).denominator != under:
        return None
    return Fraction(over, under)


def reason_against(
    parameters: Mapping[str, Any], *, m: int, rank: int, mu: Fraction, excess: Fraction, strict: bool
) -> str:
    """Why p and c of the parameters do not prove ``rank M > rank`` (theorems 4e and 4i); an empty string if they do."""
    given = {"p", "c", "mu", *(["excess"] if excess else [])}
    if set(parameters) != given or not isinstance(parameters["c"], list):
        return f"its parameters are not {', '.join(sorted(given))}"
    p, c = integer(parameters["p"]), [integer(x) for x in parameters["c"]]
    if p is None or any(x is None for x in c):
        return "p or one of c is not an integer"
    for name, value in (("mu", mu), ("excess", excess)):
        if name in given and rational(parameters[name]) != value:
            return f"{name} is not {value}"
    return _against(p, [x for x in c if x is not None], m, rank, mu, excess, strict)


def _against(p: int, c: list[int], m: int, rank: int, mu: Fraction, excess: Fraction, strict: bool) -> str:
    if not 1 <= p <= 4096 or len(c) != (p + 1) // 2 or rank < 1:
        return "c does not have one number a level, p >= 1 and rank >= 1"
    if c[0] < 0 or c[-1] < 1 or sorted(c) != c:
        return "c is not 0 <= c_(p-1) <= c_(p-3) <= ... with a positive end"
    D = {n: sum(comb(rank + i - 1, i) for i in range(n % 2, n + 1, 2)) for n in range(p + 1)} | {-1: 0, -2: 0}
    if not D[p] <= m > D[p - 1]:
        return "D_p <= m and D_(p-1) < m do not hold"
    if excess and 2 * D[p - 1] > m:
        return "2 D_(p-1) <= m does not hold"
    at = {p - 1 - 2 * i: x for i, x in enumerate(c)}
    levels = list(range(p, -1, -2))
    H = {n: comb(rank + n - 1, n) for n in range(p + 1)}
    steps = [at.get(n + 1, 0) * (D[n] - D[n - 1]) + at.get(n - 1, 0) * (D[n - 1] - D[n - 2]) for n in levels]
    # L = left / common, and the right side is (a^2 Q m + (b^2 - a^2 + b^2 excess) S^2) / (b^2 m)
    common = prod(H[n] for n in levels)
    left = sum(step * step * (common // H[n]) for step, n in zip(steps, levels, strict=True))
    Q, S = sum(x * x * H[n] for n, x in at.items()), sum(x * H[n] for n, x in at.items())
    a, b = mu.numerator**2, mu.denominator**2
    right = a * Q * m + (b - a + b * excess) * S * S
    gap = left * b * m - right * common
    return "" if gap > 0 or (strict and gap == 0) else "its inequality does not fail: nothing is excluded"
