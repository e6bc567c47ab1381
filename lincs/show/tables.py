"""The pages of tables over a grid of questions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lincs.page import Page, Table
from lincs.show.bound import shown_count

if TYPE_CHECKING:
    from lincs.bounds.table import BoundTable
    from lincs.tables.benchmark import BenchmarkTable

__all__ = ["benchmark", "bounds"]


def bounds(found: BoundTable) -> Page:
    """Both ends for each question."""
    out = Page()
    out.print(f"d for {len(found.rows)} questions, {found.readout} read-out")
    table = Table()
    for title in ("m", "k", "eps", "lower", "upper"):
        table.add_column(title, justify="right")
    table.add_column("lower by")
    table.add_column("upper by")
    for row in found.rows:
        numbers = (row.m, row.k, row.eps, row.lower, row.upper)
        table.add_row(*map(shown_count, numbers), row.lower_name, row.upper_name)
    out.print(table)
    return out


def benchmark(found: BenchmarkTable) -> Page:
    """Both ends for each question beside other decoders and the paper's two formulas."""
    out = Page()
    out.print(f"d for {len(found.entries)} questions, lincs {found.version}, {found.date}")
    table = Table()
    titles = ("m", "k", "eps", "lower", "upper", "L1 suffices", "any decoder", "theorem 2", "theorem 3")
    for title in titles:
        table.add_column(title, justify="right")
    for name in ("lower by", "upper by"):
        table.add_column(name)
    for e in found.entries:
        numbers = (e.m, e.k, e.eps, e.lower, e.upper, e.basis_pursuit, e.any_decoder, e.theorem_2, e.theorem_3)
        cells = ("-" if x is None else shown_count(x) for x in numbers)
        table.add_row(*cells, e.lower_name, e.upper_name)
    out.print(table)
    return out
