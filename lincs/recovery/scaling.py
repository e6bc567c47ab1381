"""Units: a matrix and its right-hand sides brought near 1 by powers of two, which changes no digit.

The kernel of ``A``, and with it every question about probes and basis pursuit, stays as it is when a row of ``A`` is
multiplied by a number.  So ``A`` is worked with as ``S = D A``, ``D`` diagonal with powers of two, and probes, dual
vectors and solutions are brought back by powers of two.  Where a result leaves the range of doubles on the way back it
is read again from what is returned (``round_trip``), so that a claim is about that very array.

An entry that underflows in ``S`` moves by at most ``2^-1075``; every bound here adds ``TINY`` for that.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.errors import InputError

__all__ = ["TINY", "Units", "times_down", "times_up", "unit_columns", "unit_rows"]

Array = npt.NDArray[np.float64]
Exponents = npt.NDArray[np.int32]

TINY = 1e-290  # more than underflow can cost in a sum of products of numbers near 1, for fewer than 2^60 terms

_PLAIN = 500
_APART = 20  # a row this many binary orders below the largest entry gets its own unit


class Units:
    """``S = D A`` with ``D = diag(2^-exponents)``; the rows of S have entries near 1."""

    def __init__(self, A: Array) -> None:
        self.exponents = unit_rows(A)
        self.matrix: Array = np.ldexp(A, -self.exponents[:, None])

    def dual(self, y: Array, name: str) -> tuple[Array, Array]:
        """``y`` (d x n) of S as that of A, and what it then is for S: ``A^T y' = S^T (D^-1 y')``."""
        return self.round_trip(y, -self.exponents[:, None], name)

    @staticmethod
    def round_trip(value: Array, exponents: Any, name: str) -> tuple[Array, Array]:
        """``value 2^exponents`` as doubles, and those doubles times ``2^-exponents``; raises where they overflow.

        The second is ``value`` itself (the same object) where no digit was lost.
        """
        with np.errstate(over="ignore", under="ignore"):
            if np.abs(exponents).max(initial=0) < _PLAIN:  # as exact as ldexp, and faster
                out = value * np.ldexp(1.0, exponents)
                back = out * np.ldexp(1.0, np.negative(exponents))
            else:
                out = np.ldexp(value, exponents)
                back = np.ldexp(out, np.negative(exponents))
        if np.array_equal(back, value, equal_nan=True):
            return out, value
        if (np.isinf(out) & np.isfinite(value)).any():
            raise InputError(f"{name} overflow float64: rescale A")
        return out, back


def unit_rows(A: Array) -> Exponents:
    """The exponent of two of every row's unit: one for all rows but those far below the largest entry."""
    sizes = np.abs(A).max(axis=1)
    own = np.frexp(sizes)[1]
    common = int(own[sizes > 0].max(initial=0)) if (sizes > 0).any() else 0
    return np.where((sizes > 0) & (own < common - _APART), own, common).astype(np.int32)


def unit_columns(X: Array, exponents: Exponents) -> tuple[Array, Exponents]:
    """``D X`` with every column divided by a power of two near its largest entry; and those exponents (n)."""
    own = np.frexp(X)[1] - exponents[:, None]
    common = np.where(X == 0, np.iinfo(np.int32).min, own).max(axis=0)
    common = np.where((X != 0).any(axis=0), common, 0).astype(np.int32)
    with np.errstate(under="ignore"):
        return np.ldexp(X, -(exponents[:, None] + common[None, :])), common


def times_down(value: Array, powers: Exponents) -> Array:
    """A double ``<= value 2^powers``, for ``value >= 0`` or -inf."""
    with np.errstate(over="ignore", under="ignore"):
        out = np.ldexp(value, powers)
        out = np.where(np.isinf(out) & np.isfinite(value), np.finfo(np.float64).max, out)
        return np.asarray(np.where(np.ldexp(out, -powers) > value, np.nextafter(out, 0.0), out))


def times_up(value: Array, powers: Exponents) -> Array:
    """A double ``>= value 2^powers``, for ``value >= 0``."""
    with np.errstate(over="ignore", under="ignore"):
        out = np.ldexp(value, powers)
        return np.asarray(np.where(np.ldexp(out, -powers) < value, np.nextafter(out, np.inf), out))
