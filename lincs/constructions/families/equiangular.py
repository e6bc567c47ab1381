"""Real equiangular tight frames (ETFs): m lines that meet Welch's bound with equality.

A real ETF is a symmetric matrix S of zeros on the diagonal and signs elsewhere with two eigenvalues ``theta > 0`` and
``-1/mu``: ``I + mu S`` is the Gram matrix.  ``-S`` gives the *complement*, m lines in ``R^(m-d)`` with ``1/theta``.
Existence: Fickus and Mixon, "Tables of the existence of equiangular tight frames" (2015).
"""

from __future__ import annotations

from abc import abstractmethod
from functools import lru_cache
from typing import Any

from lincs.constructions.algebra.welch import welch_squared
from lincs.constructions.family import Family, Promise, parameter
from lincs.errors import InputError

__all__ = ["Series", "equiangular"]


def equiangular(family: str, d: int, m: int, parameters: dict[str, Any]) -> Promise:
    """The promise of m equiangular lines that span R^d tightly: Welch's bound, exactly."""
    return _cached(family, d, m, tuple(parameters.items()))


@lru_cache(maxsize=1 << 14)
def _cached(family: str, d: int, m: int, items: tuple[tuple[str, Any], ...]) -> Promise:
    squared = welch_squared(d=d, m=m)
    return Promise(family=family, d=d, columns=m, coherence_squared=squared, parameters=dict(items), attained=True)


class Series(Family):
    """ETFs in a series with one number n and a sign."""

    _letter: str

    @abstractmethod
    def _sizes(self, n: int, sign: int) -> tuple[int, int] | None:
        """``(d, m)``, or None; both grow with n."""

    def member(self, **parameters: Any) -> Promise:
        n, sign = parameter(parameters, self._letter, "sign", least=-1)
        sizes = self._sizes(n, sign) if n >= 1 and sign in (-1, 1) else None
        if sizes is None:
            raise InputError(f"{self._letter}, sign must name a member of {self.name}, got {n}, {sign}")
        return equiangular(self.name, *sizes, {self._letter: n, "sign": sign})
