"""One known bound as an object: what it says, when it may be used, where it comes from, and how it is
evaluated.

Every bound on d is a *rule*.  A rule of side "lower" names a d that is necessary, one of side "upper" a d
that suffices.  The same rules answer the inverse questions: :mod:`lincs.bounds.solve` searches the largest
m or k, or the least eps, that a rule allows or reaches at a given d.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from lincs.results import Bound

__all__ = ["Outcome", "Question", "Rule", "refused"]


@dataclass(frozen=True, kw_only=True)
class Question:
    """The three numbers a rule is evaluated at; ``eps`` is exact and ``1 <= k <= m``."""

    m: int
    k: int
    eps: Fraction

    @property
    def t(self) -> Fraction:
        """``eps / k``: all that matters for the signed read-out (THEOREMS.md, theorem 2)."""
        return self.eps / self.k

    @property
    def mu(self) -> Fraction:
        """``eps / (k - eps)``, the coherence of the normal form (theorem 3), cut to 1.

        A frame of distinct lines has coherence below 1, so nothing is lost above.
        """
        t = self.t
        return t / (1 - t) if 2 * t < 1 else Fraction(1)


@dataclass(frozen=True)
class Outcome:
    """What a rule says: a value of d (of m, k or eps when solved for those), or None and the reason."""

    value: int | Fraction | None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""


def refused(note: str) -> Outcome:
    """The outcome of a rule whose hypotheses fail."""
    return Outcome(None, note=note)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A bound on d.  ``statement`` and ``hypotheses`` are for people; ``evaluate`` checks the latter.

    ``most`` answers at once what the generic search would find step by step: the largest m at
    ``(k, eps, d)``, not excluded by a lower rule or reached by an upper one, as an outcome whose value is
    m.  ``suffices`` decides whether a rule allows (lower) or reaches (upper) one given d, where that is much cheaper
    than finding its least d.  ``any_size``: evaluated at numbers of any length; all others see questions cut
    to what they afford (:mod:`lincs.bounds.afford`).
    """

    name: str
    side: str
    kind: str
    source: str
    statement: str
    hypotheses: str
    evaluate: Callable[[Question], Outcome]
    readouts: tuple[str, ...] = ("signed",)
    most: Callable[[int, Fraction, int], Outcome] | None = None
    suffices: Callable[[Question, int], bool] | None = None
    any_size: bool = False

    def bound(self, outcome: Outcome, *, side: str | None = None) -> Bound:
        """The outcome as a row of a bracket."""
        return Bound(
            name=self.name,
            side=side or self.side,
            kind=self.kind,
            value=outcome.value,
            source=self.source,
            parameters=outcome.parameters,
            note=outcome.note,
        )
