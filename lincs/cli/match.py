"""``lincs match``: two dictionaries of one space, feature by feature."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from lincs import layouts
from lincs.cli._options import check_destination, check_figure, refuse
from lincs.cli._output import console, counter, print_json, save_figure
from lincs.cli._reading import lines
from lincs.cli._verify_tables import show_interval

if TYPE_CHECKING:
    from lincs.interference.match import Match

_LISTED = 10


def command(
    context: typer.Context,
    a: Path = typer.Argument(..., metavar="A", help="A dictionary (.npy, .npz, .safetensors, .pt, a folder); d x m."),
    b: Path = typer.Argument(..., metavar="B", help="Another one of the same d; its m may differ."),
    signed: bool = typer.Option(False, "--signed", help="Largest cosine instead of the largest |cosine|."),
    level: str = typer.Option("0.7", "--level", help="Features that do not reach it are listed as unmatched."),
    levels: str = typer.Option("0.7,0.9,0.95,0.99", "--levels", help="Levels that shares are counted at."),
    assignment: bool = typer.Option(True, "--assignment/--no-assignment", help="Pair the features one to one."),
    candidates: int = typer.Option(8, "--candidates", help="Nearest features kept of each, for large assignments."),
    layout: str = typer.Option("auto", "--layout", help=f"Layout of A: {layouts.help_text(pairs=False)}"),
    layout_b: str | None = typer.Option(None, "--layout-b", help="Layout of B, if another."),
    key: str | None = typer.Option(None, "--key", help="Name of A inside its file."),
    key_b: str | None = typer.Option(None, "--key-b", help="Name of B inside its file, if it differs."),
    names: Path | None = typer.Option(
        None, "--names", help="Text file with the name of each feature of A, one a line."
    ),
    names_b: Path | None = typer.Option(None, "--names-b", help="The same for B."),
    per_feature: Path | None = typer.Option(
        None, "--per-feature", help="A row for each feature of A, then of B: .csv, .npz or .parquet."
    ),
    figure: Path | None = typer.Option(None, "--figure", help="Histogram and sorted curves of the best cosines."),
    threads: int | None = typer.Option(None, "--threads", help="Default: all processors."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document and nothing else."),
) -> None:
    """The best cosine of every feature both ways, their means (MMCS), and a one-to-one assignment."""
    check_destination(per_feature, (".csv", ".npz", ".parquet"), "per-feature file")
    check_figure(figure)
    if as_json and per_feature is None and figure is None:
        refuse(context, ("names", "names_b"), "with --json, which tells features by their indices")
    from lincs.interference.match import match, match_table

    with counter("cosines") as progress:
        found = match(
            a,
            b,
            signed=signed,
            level=level,
            levels=[text.strip() for text in levels.split(",")],
            assignment=assignment,
            candidates=candidates,
            names=None if names is None else lines(names),
            names_b=None if names_b is None else lines(names_b),
            layout=layout,
            layout_b=layout_b,
            key=key,
            key_b=key_b,
            threads=threads,
            progress=progress,
        )
    if as_json:
        print_json("match", found)
    else:
        _print(found, str(a), str(b))
    if per_feature is not None:
        from lincs.interference.features import write_table

        write_table(match_table(found), per_feature)
    if figure is not None:
        from lincs.plots.match import match as draw

        save_figure(draw(found), figure)


def _print(found: Match, a: str, b: str) -> None:
    from rich.table import Table

    out = console()
    quantity = "cosine" if found.signed else "|cosine|"
    out.print(f"A: {a}, B: {b}; d = {found.d}, largest {quantity} of every feature with the other side\n", markup=False)
    table = Table(box=None, pad_edge=False)
    titles = ["", "m", "dead", "mean (MMCS)", *(f">= {text}" for text in found.a.share_above)]
    for title in (*titles, f"unmatched (< {float(found.level):g})"):
        table.add_column(title, justify="right")
    for name, side in (("A", found.a), ("B", found.b)):
        shares = (f"{share:.1%}" for share in side.share_above.values())
        cells = (name, str(side.m), str(len(side.dead)), show_mean(side.mean_max.lo, side.mean_max.hi), *shares)
        table.add_row(*cells, str(len(side.unmatched)))
    out.print(table)
    out.print()
    if found.pairs is not None:
        assert found.left_over is not None
        how = "of all assignments" if found.all_pairs else "among nearest candidates"
        out.print(
            f"one to one: {len(found.pairs)} pairs, total {found.total:.6f}, the largest {how} (none is above "
            f"{found.total_at_most:.6f}); left over: {found.left_over[0]} of A, {found.left_over[1]} of B",
            markup=False,
        )
    for name, side in (("A", found.a), ("B", found.b)):
        if side.unmatched:
            shown = ", ".join(side.name(i) for i in side.unmatched[:_LISTED])
            more = " ..." if len(side.unmatched) > _LISTED else ""
            out.print(f"unmatched of {name}: {shown}{more}", markup=False)


def show_mean(lo: float, hi: float) -> str:
    """Six digits where both ends agree on them, else the enclosure."""
    from lincs.interval import Interval

    return f"{lo:.6f}" if f"{lo:.6f}" == f"{hi:.6f}" else show_interval(Interval(lo, hi))
