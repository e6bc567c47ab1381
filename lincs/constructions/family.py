"""What a family of frames is, and the closed-form question every family answers.

A *frame* here is m unit columns in R^d whose inner products are at most its coherence in absolute value.
When the coherence is strictly below ``mu = eps / (k - eps)``, scaling the transposed frame gives the probes
B of a pair that solves the problem (THEOREMS.md, theorem 3), so ``d(m, k, eps) <= d``.

A family answers ``least(m=..., mu=...)`` from formulas alone: nothing is built.  Coherences are kept
squared, as rationals, and compared strictly; a frame exactly on the threshold does not serve.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Protocol, runtime_checkable

__all__ = ["Family", "Promise", "above"]


@dataclass(frozen=True, kw_only=True)
class Promise:
    """A frame known to exist: ``columns`` unit vectors in ``R^d`` with ``coherence^2 <= coherence_squared``.

    ``coherence_squared`` is None where the coherence is an irrational number decided in another way
    (``cos(pi/m)``). ``parameters`` are what the family needs to build it.
    """

    family: str
    d: int
    columns: int
    coherence_squared: Fraction | None
    parameters: Mapping[str, Any] = field(default_factory=dict)


@runtime_checkable
class Family(Protocol):
    """One construction: its name, where it comes from, and its frames in closed form."""

    @property
    def name(self) -> str: ...

    @property
    def source(self) -> str: ...

    def least(self, *, m: int, mu: Fraction) -> Promise | None:
        """The frame of least d with at least m columns and coherence strictly below ``0 < mu <= 1``, or None.

        A family offers a fixed set of frames, so harder questions (more columns, smaller mu) never get
        smaller d.
        """
        ...


def above(x: Fraction) -> int:
    """The least integer strictly greater than x."""
    return x.numerator // x.denominator + 1
