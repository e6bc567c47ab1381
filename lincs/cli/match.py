"""``lincs match``: two dictionaries of one space, feature by feature."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from lincs import layouts
from lincs.cli._options import check_destination, check_figure, refuse
from lincs.cli._output import counter, print_json, save_figure, show
from lincs.cli._reading import lines

if TYPE_CHECKING:
    pass


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
        show(found, a=str(a), b=str(b))
    if per_feature is not None:
        from lincs.interference.features import write_table

        write_table(match_table(found), per_feature)
    if figure is not None:
        from lincs.plots.match import match as draw

        save_figure(draw(found), figure)
