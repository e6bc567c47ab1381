"""Many brackets at once: the two ends over a grid of problems, without the rows that cannot decide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any, TypeVar

from lincs.bounds.question import Counts, Question
from lincs.bounds.rule import Rule
from lincs.bounds.rules import CATALOGUES, catalogue_of
from lincs.errors import InputError
from lincs.problem import parse_count, parse_eps
from lincs.results import jsonable
from lincs.showing import Shown
from lincs.typing import Count, Level

__all__ = ["BoundTable", "TableRow", "bound_table", "lower_end", "upper_end"]

Q = TypeVar("Q", bound=Counts)


@dataclass(frozen=True, kw_only=True)
class TableRow:
    """Both ends of the bracket for d at one problem, and the rules that give them."""

    m: int
    k: int
    eps: Fraction
    lower: int
    lower_name: str
    upper: int
    upper_name: str

    def to_dict(self) -> dict[str, Any]:
        return {name: jsonable(getattr(self, name)) for name in self.__dataclass_fields__}


@dataclass(frozen=True, repr=False)
class BoundTable(Shown):
    """The rows of :func:`bound_table`, in the order of the grid."""

    page_by = "lincs.show.tables:bounds"
    drawn_by = "lincs.plots.results:table"
    cited_by = "lincs.show.sources:bounds"
    records_in = "rows"

    readout: str
    rows: tuple[TableRow, ...]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[TableRow]:
        return iter(self.rows)

    def to_dict(self) -> dict[str, Any]:
        return {"readout": self.readout, "rows": [row.to_dict() for row in self.rows]}


def bound_table(
    *, m: Count | Iterable[Count], k: Count | Iterable[Count], eps: Level | Iterable[Level], readout: str = "signed"
) -> BoundTable:
    """Brackets for d over a grid: each of m, k, eps is one value or an iterable, in the forms that ``bound`` reads.

    The ends are those of ``bound``; combinations with k > m are left out.

    >>> [(row.lower, row.upper) for row in bound_table(m="2^4", k=2, eps=["2/5", "1/6"])]
    [(9, 9), (15, 15)]
    """
    catalogue = catalogue_of(readout)
    if not catalogue.has_eps:
        *others, last = [name for name, known in CATALOGUES.items() if known.has_eps]
        raise InputError(f"readout must be {', '.join(others)} or {last} in a table, got {readout!r}")
    ms = [parse_count(value, "m") for value in _values(m)]
    ks = [parse_count(value, "k") for value in _values(k)]
    errors = [parse_eps(value) for value in _values(eps)]
    rows = [_row(catalogue.rules, Question(m=a, k=b, eps=c)) for a, b, c in product(ms, ks, errors) if b <= a]
    return BoundTable(readout, tuple(rows))


def _values(spec: Any) -> list[Any]:
    return list(spec) if isinstance(spec, Iterable) and not isinstance(spec, str) else [spec]


def lower_end(rules: Sequence[Rule[Q]], question: Q) -> tuple[str, int]:
    """The best lower rule, the first among equals, and its value."""
    return max(_evaluated(rules, question, "lower", "theorem"), key=lambda pair: pair[1])


def upper_end(rules: Sequence[Rule[Q]], question: Q) -> tuple[str, int]:
    """The best upper rule, the first among equals of a kind, and its value."""
    frames = (*_evaluated(rules, question, "upper", "construction"), *_evaluated(rules, question, "upper", "theorem"))
    high = min(frames, key=lambda pair: pair[1])
    for rule in rules:
        if rule.side != "upper" or rule.kind != "random" or high[1] <= 1:
            continue
        # A random bound is only searched for where it is known to beat the best construction.
        if rule.suffices is not None and not rule.within(question, high[1] - 1):
            continue
        outcome = rule.answer(question)
        if isinstance(outcome.value, int) and outcome.value < high[1]:
            high = rule.name, outcome.value
    return high


def _row(rules: Sequence[Rule[Question]], question: Question) -> TableRow:
    low, high = lower_end(rules, question), upper_end(rules, question)
    return TableRow(
        m=question.m,
        k=question.k,
        eps=question.eps,
        lower=low[1],
        lower_name=low[0],
        upper=high[1],
        upper_name=high[0],
    )


def _evaluated(rules: Sequence[Rule[Q]], question: Q, side: str, kind: str) -> Iterator[tuple[str, int]]:
    for rule in rules:
        if rule.side == side and rule.kind == kind:
            outcome = rule.answer(question)
            if isinstance(outcome.value, int):
                yield rule.name, outcome.value
