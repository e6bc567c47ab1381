"""What any pair of a shape must suffer and what a known frame reaches, to be put beside a user's own numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from lincs import readouts
from lincs.bounds.bracket import bound
from lincs.errors import ContradictionError, InputError
from lincs.exact.goal import Goal
from lincs.exact.rounding import float_down, float_up
from lincs.jsonable import jsonable

__all__ = ["Limit", "Limits", "limits_of"]

_SOLVED = 4  # numbers of active features that are solved for where one solve does not serve all


@dataclass(frozen=True, kw_only=True)
class Limit:
    """At k active features: no pair has a worst error below ``excluded``; some pair reaches ``achieved``.

    Both are at most the error of the zero read-out, and rounded outward.
    """

    k: int
    excluded: float
    achieved: float

    def to_dict(self) -> dict[str, Any]:
        return {"k": self.k, "excluded": self.excluded, "achieved": self.achieved}


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The limits of all d x m pairs, for the read-out and the k of a verification (at most four k but for signed).

    ``largest_k``: the largest k at which some pair of this shape reads every input as well as ``goal`` asks (threshold:
    decodes it) is at least the first and at most the second.
    """

    goal: Goal | None
    cases: tuple[Limit, ...]
    largest_k: tuple[int, int] | None

    @property
    def eps(self) -> Fraction | None:
        """The level of the goal."""
        return None if self.goal is None else self.goal.level

    def at(self, k: int) -> Limit | None:
        """The limits at this k, where they were solved for."""
        return next((case for case in self.cases if case.k == k), None)

    def checked(self, worst: Mapping[int, float]) -> Limits:
        """Itself, beside upper ends of a pair's worst errors by k; raises ContradictionError if one is below them."""
        for k, error in worst.items():
            case = self.at(k)
            if case is not None and error < case.excluded:
                raise ContradictionError(
                    f"at k = {k} this pair errs by {error} at most, and a bound says every pair of its shape by "
                    f"{case.excluded} at least"
                )
        return self

    def to_dict(self) -> dict[str, Any]:
        largest = None if self.largest_k is None else {"achieved": self.largest_k[0], "at_most": self.largest_k[1]}
        return {
            "eps": jsonable(self.eps),
            "closed": self.goal is not None and self.goal.closed,
            "results": [case.to_dict() for case in self.cases],
            "largest_k": largest,
        }


@lru_cache(maxsize=256)
def limits_of(*, d: int, m: int, ks: tuple[int, ...], readout: str, goal: Goal | None = None) -> Limits | None:
    """The limits of this shape; None where nothing is known of the read-out."""
    how = readouts.READOUTS.get(readout)
    if how is None:
        return None
    level = (Goal(Fraction(1, 2)) if goal is None else goal) if how.has_eps else None
    asked: dict[str, Any] = {} if level is None else {"eps": level.level, "closed": level.closed}
    try:
        cases = tuple(_cases(d, m, ks, readout)) if how.has_eps else ()
        found = bound(m=m, d=d, **asked, readout=readout)
    except InputError:  # a shape or a level that the rules do not speak of
        return None
    ends = found.lower.value, found.upper.value
    largest = (int(ends[0]), int(ends[1])) if all(isinstance(end, int) for end in ends) else None  # type: ignore[arg-type]
    return Limits(goal=level, cases=cases, largest_k=None if largest is None else (largest[0], min(largest[1], m)))


def _cases(d: int, m: int, ks: tuple[int, ...], readout: str) -> list[Limit]:
    how = readouts.READOUTS[readout]
    nothing = how.zero_probe if how.zero_probe is not None else Fraction(1)
    # The signed question depends on eps/k alone (THEOREMS.md, theorem 2): one solve serves every k.
    one = bound(m=m, d=d, k=1, readout=readout) if not how.one_sided else None
    out = []
    for k in ks if one is not None else _spread(ks):
        found = one if one is not None else bound(m=m, d=d, k=k, readout=readout)
        times = k if one is not None else 1
        low, high = (Fraction(end.value) * times for end in (found.lower, found.upper))  # type: ignore[arg-type]
        out.append(Limit(k=k, excluded=float_down(min(low, nothing)), achieved=float_up(min(high, nothing))))
    return out


def _spread(ks: tuple[int, ...]) -> list[int]:
    """At most four of the ks, the first and the last among them."""
    if len(ks) <= _SOLVED:
        return list(ks)
    last = len(ks) - 1
    return [ks[round(n * last / (_SOLVED - 1))] for n in range(_SOLVED)]
