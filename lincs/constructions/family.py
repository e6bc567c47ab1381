"""What a family of frames is, and the closed-form question every family answers.

A *frame* here is m unit columns in R^d whose inner products are at most its coherence in absolute value.
When the coherence is strictly below ``mu = eps / (k - eps)``, scaling the transposed frame gives the probes
B of a pair that solves the problem (THEOREMS.md, theorem 3), so ``d(m, k, eps) <= d``.

A family answers ``least(m=..., mu=...)`` from formulas alone: nothing is built.  Coherences are kept
squared, as rationals, and compared strictly; a frame exactly on the threshold does not serve.  Building is another
module's work (:mod:`lincs.constructions.builders`), named by ``builder`` and imported when a frame is asked for, so
that closed-form answers need neither numpy nor galois.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from lincs.errors import InputError, check_integer

if TYPE_CHECKING:
    from lincs.constructions.builders.frame import Frame

__all__ = ["Buildable", "Family", "Promise", "above", "ceil_root", "parameter", "smaller"]


@dataclass(frozen=True, kw_only=True)
class Promise:
    """A frame known to exist: ``columns`` unit vectors in ``R^d`` with ``coherence^2 <= coherence_squared``.

    ``coherence_squared`` is None where the coherence is an irrational number decided in another way
    (``cos(pi/m)``).  ``attained``: the coherence of the whole frame is exactly that, not only at most.  ``parameters``
    are what the family needs to build it; ``search`` says how a searched frame was found, with its seed.
    """

    family: str
    d: int
    columns: int
    coherence_squared: Fraction | None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    attained: bool = True
    search: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def serves(self, *, m: int, mu: Fraction) -> bool:
        """Whether m columns are there and the coherence is strictly below mu."""
        square = self.coherence_squared
        if self.columns < m or square is None:
            return False
        # square < mu^2, without building fractions: catalogue searches ask this very often
        return square.numerator * mu.denominator**2 < mu.numerator**2 * square.denominator


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

    def member(self, **parameters: Any) -> Promise:
        """The frame with these parameters; :class:`InputError` if there is none."""
        ...

    def frame(self, parameters: Mapping[str, Any]) -> Frame:
        """The frame itself: its columns on request, or all of them by ``frame(...).columns(0, m)``."""
        ...


class Buildable:
    """What all families share: the builder is a function ``"module:function"`` of the parameters."""

    builder: str

    def frame(self, parameters: Mapping[str, Any]) -> Frame:
        module, _, function = self.builder.partition(":")
        frame: Frame = getattr(import_module(f"lincs.constructions.builders.{module}"), function)(**parameters)
        return frame


def parameter(parameters: Mapping[str, Any], *names: str, least: int = 1) -> tuple[int, ...]:
    """The named integers (each at least ``least``) of a family's parameters, and nothing else."""
    if set(parameters) != set(names):
        raise InputError(f"parameters must be {', '.join(names) or 'empty'}, got {', '.join(parameters) or 'none'}")
    return tuple(check_integer(parameters[name], name, least=least) for name in names)


def above(x: Fraction) -> int:
    """The least integer strictly greater than x."""
    return x.numerator // x.denominator + 1


def ceil_root(n: int, k: int) -> int:
    """The least integer r with ``r^k >= n``."""
    from lincs.constructions.orders import integer_root

    root = integer_root(n, k)
    return root if root**k >= n else root + 1


def smaller(best: Promise | None, other: Promise | None) -> Promise | None:
    """The one of smaller d; the first among equals."""
    if best is None or (other is not None and other.d < best.d):
        return other
    return best
