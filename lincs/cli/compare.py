"""``lincs compare``: the linear read-out of a matrix against basis pursuit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from lincs.cli._output import console, print_json
from lincs.errors import InputError

if TYPE_CHECKING:
    from lincs.recovery.compare import Comparison


def command(
    matrix: str | None = typer.Option(None, "--matrix", help="A: a .npy, .npz or .safetensors file."),
    example: bool = typer.Option(False, "--example", help="The packaged word vectors instead of a file."),
    k: str = typer.Option(..., "--k", help='Sparsities: "4", "1,4,16", "1:8", "1:40:3" (ends included).'),
    trials: int = typer.Option(20, "--trials", help="Random inputs for each k."),
    seed: int = typer.Option(0, "--seed", help="Seed of the random inputs."),
    entries: str = typer.Option(
        "uniform", "--entries", help="Non-zero entries: uniform (in [-1, 1]) or signs."
    ),
    layout: str = typer.Option("columns", "--layout", help="columns (d x m) or rows (m x d)."),
    key: str | None = typer.Option(None, "--key", help="Name of the array inside .npz or .safetensors."),
    normalize: bool = typer.Option(False, "--normalize", help="Scale every feature to unit norm first."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document and nothing else."),
) -> None:
    """Worst and typical linear error of A, and how often basis pursuit recovers the same random inputs."""
    if (matrix is None) != example:
        raise InputError("give either --matrix FILE or --example")
    from rich.console import Console
    from rich.progress import Progress

    from lincs.data.example import example_matrix
    from lincs.recovery.compare import compare

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("basis pursuit", total=None)
        result = compare(
            example_matrix() if example else matrix,
            k=k,
            trials=trials,
            seed=seed,
            entries=entries,
            layout=layout,
            key=key,
            normalize=normalize,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    if as_json:
        print_json("compare", result, seed=seed)
    else:
        _print(result)


def _print(result: Comparison) -> None:
    from rich.table import Table

    inputs = {"uniform": "uniform in [-1, 1]", "signs": "random signs"}[result.entries]
    out = console()
    out.print(
        f"{result.d} x {result.m}, {result.trials} random inputs for each k "
        f"(uniform support, entries {inputs}, seed {result.seed});\n"
        "typical: median over the trials; unit gain: probes a_i / ||a_i||^2 instead of the best worst case\n",
        markup=False,
    )
    table = Table(box=None, pad_edge=False)
    for title in (
        "k", "linear: worst case", "typical", "largest", "unit gain: typical", "largest",
        "L1 recovers", "95 % interval", "",
    ):  # fmt: skip
        table.add_column(title, justify="right")
    for row in result.rows:
        notes = ["trivial: the zero probe is as good"] if row.trivial else []
        notes += [f"{row.unsolved} unsolved"] if row.unsolved else []
        table.add_row(
            str(row.k),
            f"{row.worst.hi:.6f}",
            f"{row.median:.6f}",
            f"{row.largest:.6f}",
            f"{row.unit_median:.6f}",
            f"{row.unit_largest:.6f}",
            f"{row.recovered}/{result.trials}",
            f"{row.rate.lo:.3f} - {row.rate.hi:.3f}",
            "; ".join(notes),
        )
    out.print(table)
