"""The identity, the simplex and lines in the plane."""

from __future__ import annotations

import numpy as np

from lincs.constructions.builders.fields import roots_of_unity
from lincs.constructions.builders.frame import Array, Frame, from_array

__all__ = ["constant", "identity", "plane_lines", "simplex"]


def identity(*, lines: int) -> Frame:
    """The standard basis of R^m."""

    def block(j0: int, j1: int) -> Array:
        part = np.zeros((lines, j1 - j0), dtype=np.int8)
        part[np.arange(j0, j1), np.arange(j1 - j0)] = 1
        return part

    return Frame(lines, lines, True, block)


def simplex(*, lines: int) -> Frame:
    """m unit vectors in R^(m-1), all inner products ``-1/(m-1)``: triangular coordinates.

    With ``n = m - 1``: ``x_ii = sqrt((n+1)(n-i) / (n (n-i+1)))`` and below it, for all later vectors, one number a row.
    """
    n = lines - 1
    i = np.arange(n)
    diagonal = np.sqrt((n + 1) * (n - i) / (n * (n - i + 1)))

    def block(j0: int, j1: int) -> Array:
        j = np.arange(j0, j1)
        part = np.where(i[:, None] < j, -(diagonal / (n - i))[:, None], 0.0)
        inside = j < n
        part[j[inside], np.flatnonzero(inside)] = diagonal[j[inside]]
        return part

    return Frame(n, lines, False, block)


def plane_lines(*, lines: int) -> Frame:
    """Unit vectors at the angles ``pi j / m``."""
    cosines, sines = roots_of_unity(2 * lines)
    return from_array(np.stack([cosines[:lines], sines[:lines]]), integer=False)


def constant(*, lines: int) -> Frame:
    """The number 1, m times."""
    return Frame(1, lines, True, lambda j0, j1: np.ones((1, j1 - j0), dtype=np.int8))
