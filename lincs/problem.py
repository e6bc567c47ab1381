"""The question itself: ``(m, k, eps)``, and whichever of ``d``, ``m``, ``k``, ``eps`` is asked for.

``eps`` is a rational number from the moment it is read: the text ``"0.1"`` means 1/10, never the double nearest
to it.  By the reduction theorem only ``t = eps / k`` matters (THEOREMS.md, theorem 2), and in normal form only
``mu = t / (1 - t) = eps / (k - eps)`` (theorem 3).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from lincs import readouts
from lincs.errors import InputError, check_integer
from lincs.exact.goal import Goal
from lincs.jsonable import jsonable, shown

__all__ = ["READOUTS", "Problem", "parse_count", "parse_eps", "parse_goal", "parse_ks"]

READOUTS = tuple(readouts.READOUTS)

_MAX_DIGITS = 1000
_LARGEST = 10**_MAX_DIGITS
_LONGEST = 4 * _MAX_DIGITS  # characters of a number as text


def parse_eps(value: Any, name: str = "eps") -> Fraction:
    """Read a positive rational exactly: ``"1/4"``, ``"0.25"``, ``"1e-2"``, an int, a Fraction, or a float by its repr.

    A Python float stands for its shortest decimal repr, so ``0.1`` and ``"0.1"`` are both 1/10.
    Raises :class:`InputError` unless the value is finite and positive.
    """
    try:
        if isinstance(value, bool):
            raise ValueError
        if isinstance(value, int | Fraction):
            number = Fraction(value)
        elif isinstance(value, str):
            exponent = re.search(r"[eE]([+-]?\d+)\s*$", value)
            if len(value) > _LONGEST or (exponent and _too_long(exponent[1])):
                raise InputError(_too_large(name))
            number = Fraction(value.strip())
        else:
            number = Fraction(repr(float(value)))
    except InputError:
        raise
    except (ValueError, TypeError, ZeroDivisionError, OverflowError):
        raise InputError(f'{name} must be a positive number such as 0.25 or "1/4", got {shown(value)}') from None
    if number <= 0:
        raise InputError(f"{name} must be positive, got {value if len(shown(value)) < 60 else shown(value)}")
    if max(number.numerator, number.denominator) > _LARGEST:
        raise InputError(_too_large(name))
    return number


def parse_goal(eps: Any, *, closed: bool, readout: readouts.Readout) -> Goal | None:
    """What a read-out's errors are held to; None where no ``eps`` is given.

    Raises :class:`InputError` for a read-out that has a margin instead of an error, and for ``closed`` alone.
    """
    if not readout.has_eps:
        if eps is not None:
            raise InputError(f"eps must not be given for the {readout.name} read-out, which has a margin; got {eps}")
        if closed:
            raise InputError(f"closed must be left out for a {readout.name} read-out, which has no eps to attain")
        return None
    if eps is None:
        if closed:
            raise InputError("closed must come with the eps that may be attained, got none")
        return None
    return Goal(parse_eps(eps), closed=bool(closed))


def _too_long(exponent: str) -> bool:
    return len(exponent.lstrip("+-0")) > len(str(_MAX_DIGITS)) or abs(int(exponent)) > 2 * _MAX_DIGITS


def _too_large(name: str) -> str:
    return f"{name} must be made of integers up to 10^{_MAX_DIGITS}, got a longer number"


def parse_count(value: Any, name: str) -> int:
    """Read a positive integer exactly: ``16384``, ``"10^12"``, ``"2^24"``, ``"1e6"``, ``"1_000_000"``."""
    if not isinstance(value, str):
        number = check_integer(value, name)
        if number > _LARGEST:
            raise InputError(_too_large(name))
        return number
    text = value.strip().replace("_", "").replace(",", "")
    if power := re.fullmatch(r"(\d+)(?:\^|\*\*)(\d+)", text):
        if max(map(len, power.groups())) > _MAX_DIGITS + 1:
            raise InputError(_too_large(name))
        base, exponent = int(power[1]), int(power[2])
        if base > 1 and exponent * math.log10(base) > _MAX_DIGITS + 1:
            raise InputError(_too_large(name))
        return parse_count(base ** min(exponent, 1) if base < 2 else base**exponent, name)
    try:
        ratio = parse_eps(text, name)
    except InputError as error:
        if str(error) == _too_large(name):
            raise
        raise InputError(f"{name} must be a positive integer, got {shown(value)}") from None
    if ratio.denominator != 1:
        raise InputError(f"{name} must be a positive integer, got {shown(value)}")
    return check_integer(ratio.numerator, name)


def parse_ks(spec: Any, *, m: int | None = None) -> tuple[int, ...]:
    """Read the list of k: an int, an iterable of ints, or text such as ``"1,4,16"``, ``"1:40"``, ``"1:40:3"``.

    Ranges include their ends.  The result is sorted and free of duplicates.
    Raises :class:`InputError` for anything that is not in ``1 <= k <= m``.
    """
    if isinstance(spec, str):
        ks = _parse_k_text(spec)
    elif isinstance(spec, Iterable):
        ks = [check_integer(k, "k") for k in spec]
    else:
        ks = [check_integer(spec, "k")]
    if not ks:
        raise InputError(f"k must name at least one integer, got {spec!r}")
    if m is not None and max(ks) > m:
        raise InputError(f"k must be at most m = {m}, got {max(ks)}")
    return tuple(sorted(set(ks)))


def _parse_k_text(spec: str) -> list[int]:
    ks: list[int] = []
    for part in spec.split(","):
        match = re.fullmatch(r"\s*(\d+)(?::(\d+)(?::(\d+))?)?\s*", part)
        if not match:
            raise InputError(f'k must look like "4", "1,4,16", "1:40" or "1:40:3", got {spec!r}')
        first = check_integer(int(match[1]), "k")
        last = int(match[2] or first)
        step = check_integer(int(match[3] or 1), "the step of k")
        if last < first or last - first > 10_000_000 * step:
            raise InputError(f"k must be an increasing range of at most 10 million values, got {part.strip()!r}")
        ks.extend(range(first, last + 1, step))
    return ks


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One instance of linear compressed sensing; the quantity asked for is ``None``.

    ``d(m, k, eps)`` is the least ``d`` for which some real ``d x m`` matrices ``A, B`` satisfy
    ``||B^T A z - z||_inf < eps`` for every k-sparse ``z`` in ``[-1, 1]^m`` (Garg, Kleinberg and Peng 2026).
    ``closed``: with ``<= eps``, an error that may be attained.
    """

    m: int | None = None
    k: int | None = None
    eps: Fraction | None = None
    d: int | None = None
    readout: str = "signed"
    closed: bool = False

    def __post_init__(self) -> None:
        readouts.readout(self.readout)  # refuses an unknown word
        for name in ("m", "k", "d"):
            value = getattr(self, name)
            if value is not None:
                object.__setattr__(self, name, parse_count(value, name))
        if self.eps is not None:
            object.__setattr__(self, "eps", parse_eps(self.eps))
        if self.m is not None and self.k is not None and self.k > self.m:
            raise InputError(f"k must be at most m = {shown(self.m)}, got {shown(self.k)}")

    @property
    def unknown(self) -> str:
        """The one of d, m, k, eps that is not given; raises :class:`InputError` unless it is exactly one.

        A threshold read-out either separates or does not: it has no eps.
        """
        names: tuple[str, ...] = ("m", "k", "eps", "d")
        count = "three"
        if not readouts.readout(self.readout).has_eps:
            if self.closed:
                raise InputError("closed must be left out for a threshold read-out, which has no eps to attain")
            if self.eps is not None:
                raise InputError(f"eps must be left out for a threshold read-out, got {self.eps}")
            names, count = ("m", "k", "d"), "two"
        given = [name for name in names if getattr(self, name) is not None]
        if len(given) != len(names) - 1:
            raise InputError(f"give exactly {count} of {', '.join(names)}, got {', '.join(given) or 'none'}")
        return next(name for name in names if name not in given)

    @property
    def t(self) -> Fraction:
        """The entrywise accuracy ``eps / k`` that decides everything (reduction theorem)."""
        assert self.eps is not None
        assert self.k is not None
        return self.eps / self.k

    def to_dict(self) -> dict[str, Any]:
        return {name: jsonable(getattr(self, name)) for name in ("m", "k", "eps", "d", "readout", "closed")}
