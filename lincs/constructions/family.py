"""What a family of frames is, and the questions that every family answers for itself.

A *frame* here is m unit columns in R^d whose inner products are at most its coherence in absolute value.
When the coherence is strictly below ``mu = eps / (k - eps)``, scaling the transposed frame gives the probes
B of a pair that solves the problem (THEOREMS.md, theorem 3), so ``d(m, k, eps) <= d``.

A family answers ``least(m=..., mu=...)`` from formulas alone: nothing is built.  Coherences are kept squared, as
rationals, and compared strictly; a frame exactly on the threshold serves only when ``closed`` asks for at most mu, and
then one dimension more serves strictly (THEOREMS.md, 5 (l)).  Only :meth:`Family.frame` and
``orbit`` look at columns, and they import what they need for that: closed-form answers need neither numpy nor FLINT.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from inspect import isabstract
from typing import TYPE_CHECKING, Any, NamedTuple

from lincs.constructions.verified import verified
from lincs.errors import InputError, check_integer
from lincs.exact.roots import sqrt_above

if TYPE_CHECKING:
    from lincs.constructions.algebra.frame import Frame

__all__ = ["BUILT", "STRUCTURE", "THEOREM", "Family", "Orbit", "Promise", "parameter", "smaller"]

BUILT, STRUCTURE, THEOREM = "built and verified", "verified by structure", "theorem"


@dataclass(frozen=True, kw_only=True)
class Promise:
    """A frame known to exist: ``columns`` unit vectors in ``R^d`` with ``coherence^2 <= coherence_squared``.

    ``coherence_squared`` is None where the coherence is an irrational number decided in another way
    (``cos(pi/m)``), or not known before the frame is measured.  ``attained``: the coherence of the whole frame is
    exactly that, not only at most.  ``parameters`` are what the family needs to build it; ``search`` says how a
    searched frame was found, with its seed.
    """

    family: str
    d: int
    columns: int
    coherence_squared: Fraction | None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    attained: bool = False
    search: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def key(self) -> str:
        """The name of the member: ``kerdock s=4 p=0``."""
        return " ".join([self.family, *(f"{name}={value}" for name, value in self.parameters.items())])

    def serves(self, *, m: int, mu: Fraction, closed: bool = False) -> bool:
        """Whether m columns are there and the coherence is strictly below mu; at most mu when closed."""
        square = self.coherence_squared
        if self.columns < m or square is None:
            return False
        # square - mu^2, without building fractions: catalogue searches ask this very often
        excess = square.numerator * mu.denominator**2 - mu.numerator**2 * square.denominator
        return excess < 0 or (closed and excess == 0)


class Orbit(NamedTuple):
    """What a group says about a frame: its coherence is at most that; in which words; how much was looked at."""

    coherence: Fraction
    method: str
    checked: int


class Family(ABC):
    """One construction: its name, where it comes from, its frames in closed form and column by column.

    A class must say ``name``, ``source`` (author, year, theorem) and ``examples`` (parameters of small members, which
    the tests build and hold to their promises), and define :meth:`least`, :meth:`member` and :meth:`frame`.
    What else it can say has a default that claims nothing.
    """

    name: str
    source: str
    examples: tuple[Mapping[str, Any], ...]

    unit_norm: bool = True
    """Whether the columns have norm 1 up to rounding."""
    seeded: bool = False
    """Whether a member is drawn at random from ``d, m, seed``."""
    any_size: bool = False
    """Whether :meth:`least` is quick for numbers of any length."""
    most: Callable[..., Promise | None] | None = None
    """``most(d=..., mu=...)``: the member with the most columns in R^d, where that is known in closed form."""
    orbit: Callable[[Promise, int], Orbit] | None = None
    """``orbit(promise, m)``: the first m columns verified by a group (THEOREMS.md, 7), where there is a method."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if isabstract(cls):
            return
        for name in ("name", "source", "examples"):
            if not getattr(cls, name, None):
                raise TypeError(f"{cls.__name__} must say its {name}")

    @abstractmethod
    def least(self, *, m: int, mu: Fraction, closed: bool = False) -> Promise | None:
        """The frame of least d with at least m columns and coherence strictly below ``0 < mu <= 1``, or None.

        ``closed``: with coherence at most mu, exactly: never by a tolerance.
        A family offers a fixed set of frames, so harder questions (more columns, smaller mu) never get
        smaller d.
        """

    @abstractmethod
    def member(self, **parameters: Any) -> Promise:
        """The frame with these parameters; :class:`InputError` if there is none."""

    @abstractmethod
    def frame(self, parameters: Mapping[str, Any]) -> Frame:
        """The frame itself: its columns on request, or all of them by ``frame(...).columns(0, m)``."""

    def coherence_above(self, promise: Promise) -> Fraction | None:
        """A rational at or above the promised coherence (equal to it if that is rational); None without a promise."""
        return None if promise.coherence_squared is None else sqrt_above(promise.coherence_squared)

    def status(self, promise: Promise, *, m: int) -> str:
        """ "built and verified", "verified by structure" or "theorem", for the first m columns of a member.

        What is on record, and nothing beyond it; a record speaks of the first ``columns`` columns of a member, hence
        of fewer of them as well.
        """
        for kind, columns in verified().get(promise.key, ()):
            if m <= columns:
                return kind
        return THEOREM

    def builds(self, promise: Promise) -> bool:
        """Whether :meth:`frame` has columns for this member: some frames are only known to exist."""
        return True

    def integral(self, promise: Promise) -> bool:
        """Whether :meth:`frame` has integer vectors for this member, said without building it."""
        return False

    def most_rows(self, m: int) -> int | None:
        """The largest d of a member with m columns that is drawn at random; None: there is no largest."""
        return None

    def not_repeatable(self, parameters: Mapping[str, Any]) -> str | None:
        """Why a certificate may not name these parameters, in words; None if they name one frame and no other."""
        return None


def parameter(parameters: Mapping[str, Any], *names: str, least: int = 1) -> tuple[int, ...]:
    """The named integers (each at least ``least``) of a family's parameters, and nothing else."""
    if set(parameters) != set(names):
        raise InputError(f"parameters must be {', '.join(names) or 'empty'}, got {', '.join(parameters) or 'none'}")
    return tuple(check_integer(parameters[name], name, least=least) for name in names)


def smaller(best: Promise | None, other: Promise | None) -> Promise | None:
    """The one of smaller d; the first among equals."""
    if best is None or (other is not None and other.d < best.d):
        return other
    return best
