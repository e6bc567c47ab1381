"""One cell of the atlas: both ends of ``R(m, t)``, each with its rule, its numbers and its certificate."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from lincs.atlas.grid import slug
from lincs.bounds.explain import derivation
from lincs.bounds.question import Question
from lincs.bounds.rules import rules_for
from lincs.bounds.table import bound_table
from lincs.certificates.describe import frame_outline, outline
from lincs.constructions.catalogue import family
from lincs.constructions.plan import plan
from lincs.errors import InputError
from lincs.jsonable import jsonable
from lincs.problem import Problem
from lincs.results import Bound, Bracket

__all__ = ["Cell", "cell", "lower_certificate", "upper_certificate"]


@dataclass(frozen=True, kw_only=True)
class Cell:
    """``lower.value <= R(m, t) <= upper.value``."""

    m: int
    t: Fraction
    lower: Bound
    upper: Bound

    @property
    def slug(self) -> str:
        return slug(self.m, self.t)

    @property
    def ends(self) -> tuple[int, int]:
        low, high = self.lower.value, self.upper.value
        assert isinstance(low, int)
        assert isinstance(high, int)
        return low, high

    @property
    def names(self) -> tuple[str, str]:
        """The rules of both ends; a theorem with the frame that it stands on: "strictness on gold"."""
        frame = self.upper.parameters.get("family") if self.upper.kind == "theorem" else None
        return self.lower.name, self.upper.name if frame is None else f"{self.upper.name} on {frame}"

    @property
    def exact(self) -> bool:
        """Whether both ends agree: ``R(m, t)`` is known."""
        return self.lower.value == self.upper.value

    @property
    def bracket(self) -> Bracket:
        """The cell as the answer to ``lincs.bound(m=m, k=1, eps=t)``, without the rows that do not decide."""
        problem = Problem(m=self.m, k=1, eps=self.t)
        return Bracket(problem=problem, unknown="d", lower=self.lower, upper=self.upper, rows=())

    def derivation(self) -> tuple[list[str], list[str]]:
        """Both ends in words, as ``lincs bound --explain`` prints them."""
        lines = derivation(self.bracket)
        second = next(i for i, line in enumerate(lines) if line.startswith("d <= "))
        return lines[:second], lines[second:]

    def to_dict(self) -> dict[str, Any]:
        ends = {"lower": self.lower.to_dict(), "upper": self.upper.to_dict()}
        return {"m": jsonable(self.m), "t": jsonable(self.t), "exact": self.exact, **ends}


def cell(m: int, t: Fraction) -> Cell:
    """Evaluate one cell: the ends of ``bound_table``, and the two rules behind them once more for their numbers.

    >>> found = cell(16, Fraction(1, 5))
    >>> found.ends, found.exact, found.upper.name
    ((9, 9), True, 'paley-etf')
    """
    row = bound_table(m=m, k=1, eps=t).rows[0]
    question = Question(m=m, k=1, eps=t)
    named = {(rule.name, rule.side): rule for rule in rules_for("signed")}
    lower, upper = named[row.lower_name, "lower"], named[row.upper_name, "upper"]
    return Cell(
        m=m,
        t=t,
        lower=lower.bound(lower.answer(question)),
        upper=upper.bound(upper.answer(question)),
    )


# What a bracket adds to the parameters that a family needs to build its frame.
_ADDED = ("family", "columns", "coherence", "status")


def upper_certificate(found: Cell) -> dict[str, Any]:
    """What proves the upper end: the outline of the frame's certificate (``lincs build`` writes the whole, with the
    measured worst case and the hashes), or for a random bound the inequality that holds."""
    end = found.upper
    parameters = {name: value for name, value in end.parameters.items() if name not in _ADDED}
    if end.kind == "construction":
        try:
            decided = plan(m=found.m, k=1, eps=found.t, family=end.name, parameters=parameters)
        except InputError as error:  # a member that is promised, but too large to be planned
            return {**_statement(found, end), "note": str(error)}
        return outline(decided)
    if "family" in end.parameters:  # a theorem on a frame: of errors up to eps itself, in one dimension less
        promise = family(end.parameters["family"]).member(**parameters)
        return {**_statement(found, end), "frame": frame_outline(promise)}
    return _statement(found, end)


def lower_certificate(found: Cell) -> dict[str, Any]:
    """What proves the lower end: the rule and the exact numbers at which it excludes d - 1."""
    return _statement(found, found.lower)


def _statement(found: Cell, end: Bound) -> dict[str, Any]:
    sign = "d >=" if end.side == "lower" else "d <="
    claim = {"m": jsonable(found.m), "t": jsonable(found.t), sign: jsonable(end.value)}
    return {
        "kind": end.kind,
        "claim": claim,
        "rule": end.name,
        "parameters": jsonable(end.parameters),
        "source": end.source,
    }
