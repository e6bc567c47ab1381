"""``lincs bound``: the bracket for whichever of d, m, k, eps is left out."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import typer

from lincs.bounds.bracket import bound
from lincs.cli._output import console, print_json

if TYPE_CHECKING:
    from lincs.results import Bound, Bracket


def command(
    m: str | None = typer.Option(None, "--m", help='Features: 16384, "10^12", "2^24", "1e6".'),
    k: str | None = typer.Option(None, "--k", help="Sparsity: at most k features at once."),
    eps: str | None = typer.Option(None, "--eps", help="Accuracy, exactly: 0.25, 1/4, 1e-2."),
    d: str | None = typer.Option(None, "--d", help="Dimensions (neurons)."),
    readout: str = typer.Option(
        "signed", "--readout", help="Read-out: signed, nonnegative, affine, threshold."
    ),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document and nothing else."),
) -> None:
    """Bracket the one of d, m, k, eps that is not given."""
    bracket = bound(m=m, k=k, eps=eps, d=d, readout=readout)
    if as_json:
        print_json("bound", bracket)
    else:
        _print(bracket)


def _print(bracket: Bracket) -> None:
    from rich.table import Table

    out = console()
    out.print(_headline(bracket), markup=False)
    out.print()
    table = Table(box=None, pad_edge=False)
    table.add_column("side")
    table.add_column(bracket.unknown, justify="right")
    for title in ("bound", "parameters", "source"):
        table.add_column(title)
    for row in (bracket.lower, bracket.upper):
        table.add_row(f"best {row.side}", *_cells(row), style="bold")
    for row in sorted(bracket.rows, key=lambda row: (row.side, not row.applies)):
        table.add_row(row.side, *_cells(row), style="" if row.applies else "dim")
    out.print(table)


def _headline(bracket: Bracket) -> str:
    problem = bracket.problem
    given = {name: getattr(problem, name) for name in ("d", "m", "k", "eps") if name != bracket.unknown}
    ends = f"{show(bracket.lower.value)} <= {bracket.unknown} <= {show(bracket.upper.value)}"
    readout = "" if problem.readout == "signed" else f", {problem.readout} read-out"
    return f"{ends}   ({', '.join(f'{name} = {show(value)}' for name, value in given.items())}{readout})"


def _cells(row: Bound) -> tuple[str, str, str, str]:
    """The cells of a row after its side; square brackets would be markup, and rows have none."""
    parameters = " ".join(f"{name}={show(value)}" for name, value in row.parameters.items())
    source = row.source if row.applies else row.note
    return "-" if row.value is None else show(row.value), row.name, parameters, source


def show(value: Any) -> str:
    """A number for people: integers of more than 24 digits are cut to a power of ten (never in the JSON)."""
    if isinstance(value, Fraction) and value.denominator != 1:
        return f"{show(value.numerator)}/{show(value.denominator)}"
    text = str(value)
    if isinstance(value, int | Fraction) and len(text) > 24:
        return f"{text[0]}.{text[1:4]}e{len(text) - 1}"
    return text
