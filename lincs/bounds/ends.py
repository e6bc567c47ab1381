"""What holds of the unknown whatever the rules of the catalogue say: the ends that every bracket falls back on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic, TypeVar

from lincs.bounds.hypothesis import ABOVE_HALF, AT_HALF, K1, Hypothesis, eps_above
from lincs.bounds.question import Counts, MarginQuestion, Question
from lincs.problem import Problem
from lincs.results import Bound

__all__ = ["CIRCLE", "CONSTANT", "HALF_ANSWER", "LINES", "ZERO", "Everything", "every_m", "fallbacks"]

Q = TypeVar("Q", bound=Counts)


@dataclass(frozen=True)
class Everything(Generic[Q]):
    """Why every m is achieved at ``d >= least``, where the condition holds."""

    condition: Hypothesis[Q]
    least: int
    note: str


ZERO = Everything[Question](eps_above(Fraction(1)), 0, "B = 0 has error at most 1")
HALF_ANSWER = Everything[Question](eps_above(Fraction(1, 2)), 0, "B = 0 and bias 1/2 have error 1/2")
CONSTANT = Everything[Question](ABOVE_HALF, 1, "B^T A = J/2 has every entry within 1/2 of the identity")
LINES = Everything[Question](AT_HALF, 2, "m distinct lines in the plane")
CIRCLE = Everything[MarginQuestion](K1, 2, "m points on a circle: each is the nearest to itself")


def every_m(reasons: Iterable[Everything[Q]], question: Q, d: int) -> list[Bound]:
    """Both ends of a bracket of m that has no limit; empty where no reason applies."""
    for reason in reasons:
        if d >= reason.least and reason.condition.holds(question):
            return [_end(side, "unbounded", reason.note) for side in ("lower", "upper")]
    return []


_FALLBACKS: dict[str, tuple[tuple[str, Callable[[Problem], int | Fraction | str | None], str], ...]] = {
    "d": (),
    "m": (("upper", lambda problem: "unbounded", "no bound limits m within the work allowed"),),
    "k": (
        ("upper", lambda problem: problem.m, "k <= m"),
        ("lower", lambda problem: 0, "no k is known to work"),
    ),
    "eps": (
        ("lower", lambda problem: 0, "eps > 0"),
        ("upper", lambda problem: Fraction(1) if problem.closed else 1 + Fraction(1, 10**6), "beyond: B = 0"),
    ),
}


def fallbacks(problem: Problem) -> list[Bound]:
    """The ends that need no rule, for the unknown of the problem."""
    return [_end(side, value(problem), note) for side, value, note in _FALLBACKS[problem.unknown]]


def _end(side: str, value: int | Fraction | str | None, note: str) -> Bound:
    source = "THEOREMS.md, theorem 4, small cases"
    return Bound(name="trivial", side=side, kind="theorem", value=value, source=source, note=note)
