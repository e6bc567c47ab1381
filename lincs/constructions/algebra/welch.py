"""Welch's bound, which equiangular tight frames meet."""

from __future__ import annotations

from fractions import Fraction

__all__ = ["welch_squared"]


def welch_squared(*, d: int, m: int) -> Fraction:
    """Welch's (1974) bound on the squared coherence of m lines in R^d: ``(m-d) / (d (m-1))``."""
    return Fraction(m - d, d * (m - 1))
