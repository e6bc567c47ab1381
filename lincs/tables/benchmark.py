"""The rows of a benchmark table: one problem (m, k, eps) each, everything lincs knows of its d side by side."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from datetime import date as calendar_date
from fractions import Fraction
from pkgutil import resolve_name
from typing import Any

from lincs.bounds.decoders import any_decoder, gordon_width_squared
from lincs.bounds.published import theorem_2, theorem_3
from lincs.bounds.question import Question
from lincs.bounds.rules import rules_for
from lincs.bounds.table import TableRow, bound_table
from lincs.errors import InputError
from lincs.exact.ball import ceiling_above
from lincs.jsonable import jsonable
from lincs.problem import parse_count, parse_eps
from lincs.showing import Shown
from lincs.typing import Count, Level
from lincs.version import __version__

__all__ = ["BenchmarkTable", "Entry", "benchmark_table", "header_date"]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One problem.  ``None`` where a quantity's hypotheses fail.

    ``lower <= d(m, k, eps) <= upper`` for linear read-outs, with the rules' names and how the upper end was verified.
    ``basis_pursuit``: a d at which some A lets basis pursuit recover every k-sparse z (l1, no eps).
    ``any_decoder``: min(m, 2k), exactly what the best decoder of all needs (eps <= 1/2).
    ``theorem_2``, ``theorem_3``: the upper and lower formula of Garg, Kleinberg and Peng (2026).
    """

    m: int
    k: int
    eps: Fraction
    lower: int
    upper: int
    lower_name: str
    upper_name: str
    status: str
    basis_pursuit: int | None
    any_decoder: int | None
    theorem_2: int | None
    theorem_3: int | None

    @property
    def ratio(self) -> float | None:
        """upper / lower, or None for d = 0."""
        return self.upper / self.lower if self.lower else None

    def to_dict(self) -> dict[str, Any]:
        own = {name: jsonable(getattr(self, name)) for name in self.__dataclass_fields__}
        return {**own, "ratio": None if self.ratio is None else round(self.ratio, 4)}


@dataclass(frozen=True, kw_only=True, repr=False)
class BenchmarkTable(Shown):
    """The entries of :func:`benchmark_table`, with what is needed to make them again."""

    page_by = "lincs.show.tables:benchmark"
    drawn_by = "lincs.plots.results:table"
    cited_by = "lincs.show.sources:benchmark"
    records_in = "rows"

    entries: tuple[Entry, ...]
    version: str
    date: str
    rerun: str

    def __str__(self) -> str:
        """As ``lincs table`` prints it, in markdown."""
        render: Callable[[BenchmarkTable, str], str] = resolve_name("lincs.tables.formats:render")
        return render(self, "markdown").rstrip()

    def to_dict(self) -> dict[str, Any]:
        rows = [entry.to_dict() for entry in self.entries]
        return {"version": self.version, "date": self.date, "rerun": self.rerun, "rows": rows}


def header_date(given: str | None = None) -> str:
    """The date for headers, YYYY-MM-DD: the one given, else that of SOURCE_DATE_EPOCH, else today (UTC)."""
    if given is not None:
        try:
            return calendar_date.fromisoformat(given).isoformat()
        except (TypeError, ValueError):
            raise InputError(f"date must be like 2026-02-28, got {given!r}") from None
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    return (datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)).date().isoformat()


def benchmark_table(
    *,
    m: Count | Iterable[Count] | None = None,
    k: Count | Iterable[Count] | None = None,
    eps: Level | Iterable[Level] | None = None,
    problems: Iterable[Sequence[Any]] | None = None,
    date: str | None = None,
    rerun: str = "",
) -> BenchmarkTable:
    """What is known of d over a grid (each of m, k, eps one value or an iterable) or a list of (m, k, eps).

    Raises:
        InputError: both or neither of grid and list are given, or one of them is empty or has k > m throughout.

    >>> table = benchmark_table(m="2^4", k=2, eps=["2/5", "1/6"], date="2026-01-01")
    >>> [(e.lower, e.upper, e.upper_name, e.basis_pursuit, e.any_decoder) for e in table.entries]
    [(9, 9, 'paley-etf', 16, 4), (15, 15, 'simplex', 16, 4)]
    """
    if problems is None:
        if m is None or k is None or eps is None:
            raise InputError("give m, k and eps, or a list of problems")
        rows = bound_table(m=m, k=k, eps=eps).rows
    elif m is not None or k is not None or eps is not None:
        raise InputError("give m, k and eps, or a list of problems, not both")
    else:
        rows = tuple(row for problem in problems for row in _one(problem))
    if not rows:
        raise InputError("the table must have at least one problem with k <= m")
    entries = tuple(map(_entry, rows))
    return BenchmarkTable(entries=entries, version=__version__, date=header_date(date), rerun=rerun)


def _one(problem: Sequence[Any]) -> tuple[TableRow, ...]:
    if len(problem) != 3:
        raise InputError(f"a problem must be m, k, eps, got {problem!r}")
    m, k, eps = parse_count(problem[0], "m"), parse_count(problem[1], "k"), parse_eps(problem[2])
    if k > m:
        raise InputError(f"k must be at most m = {m}, got {k}")
    return bound_table(m=m, k=k, eps=eps).rows


def _entry(row: TableRow) -> Entry:
    m, k, eps = row.m, row.k, row.eps
    return Entry(
        m=m,
        k=k,
        eps=eps,
        lower=row.lower,
        upper=row.upper,
        lower_name=row.lower_name,
        upper_name=row.upper_name,
        status=_status(row),
        basis_pursuit=min(m, ceiling_above(gordon_width_squared(m=m, k=k)) + 1),
        any_decoder=any_decoder(m=m, k=k) if 2 * eps <= 1 else None,
        theorem_2=theorem_2(m=m, k=k, eps=eps) if eps <= 1 else None,
        theorem_3=theorem_3(m=m, k=k, eps=eps),
    )


def _status(row: TableRow) -> str:
    """How the upper end is known: the record of its construction, "random" (it exists), or "theorem"."""
    rule = next(r for r in rules_for("signed") if (r.name, r.side) == (row.upper_name, "upper"))
    if rule.kind == "random":
        return "random"
    outcome = rule.answer(Question(m=row.m, k=row.k, eps=row.eps))
    return str(outcome.parameters.get("status", "theorem"))
