"""``lincs compare``: the linear read-out of a matrix against basis pursuit, and the phase diagram of both."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from lincs.cli._output import console, counter, print_json
from lincs.errors import InputError
from lincs.problem import parse_count

if TYPE_CHECKING:
    from lincs.recovery.compare import Comparison
    from lincs.recovery.phase import PhaseDiagram


def command(
    matrix: Path | None = typer.Option(None, "--matrix", help="A: a .npy, .npz, .safetensors or .pt file, d x m."),
    example: bool = typer.Option(False, "--example", help="The packaged word vectors instead of a file."),
    d: str | None = typer.Option(None, "--d", help="Dimensions of a random A (with --m and --family)."),
    m: str | None = typer.Option(None, "--m", help="Features of a random A, or of the phase diagram (256)."),
    family: str = typer.Option("gaussian", "--family", help="Random family: gaussian, spherical, rademacher, ..."),
    k: str | None = typer.Option(None, "--k", help='Sparsities: "4", "1,4,16", "1:8", "1:40:3" (ends included).'),
    trials: int | None = typer.Option(None, "--trials", help="Random inputs for each k (20), or a cell (50)."),
    seed: int = typer.Option(0, "--seed", help="Seed of the random inputs, and of a random A."),
    entries: str = typer.Option("uniform", "--entries", help="Non-zero entries: uniform (in [-1, 1]) or signs."),
    probes: bool | None = typer.Option(None, "--probes/--no-probes", help="Optimal probes too; default: if quick."),
    phase: bool = typer.Option(False, "--phase", help="The (d/m, k/d) phase diagram of L1 beside the linear region."),
    cells: int = typer.Option(40, "--cells", help="Cells along each side of the phase diagram."),
    eps: str = typer.Option("1/2", "--eps", help="Level of the linear region in the phase diagram."),
    checkpoint: Path | None = typer.Option(
        None, "--checkpoint", help="Finished columns of the phase diagram (.npz): the same command goes on."
    ),
    layout: str = typer.Option("columns", "--layout", help="columns (d x m) or rows (m x d)."),
    key: str | None = typer.Option(None, "--key", help="Name of the array inside the file."),
    normalize: bool = typer.Option(False, "--normalize", help="Scale every feature to unit norm first."),
    figure: Path | None = typer.Option(None, "--figure", help="Draw it (.png, .pdf, .svg)."),
    table: Path | None = typer.Option(None, "--table", help="Write the table (.csv or .md)."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document and nothing else."),
) -> None:  # fmt: skip
    """Worst and typical linear error of A beside the L1 recovery of the same inputs; --phase: where each works."""
    if phase:
        if matrix is not None or example or d is not None or k is not None:
            raise InputError("--phase draws its own matrices: leave out --matrix, --example, --d and --k")
        _phase(m, cells, trials or 50, seed, eps, checkpoint, figure, table, as_json)
        return
    if k is None:
        raise InputError('give the sparsities as --k, for example --k "1:8"')
    from lincs.recovery.compare import compare

    A = _matrix(matrix, example, d, m, family, seed)
    with counter("trials") as progress:
        result = compare(
            A, k=k, trials=trials or 20, seed=seed, entries=entries, probes=probes, layout=layout, key=key,
            normalize=normalize, progress=progress,
        )  # fmt: skip
    if figure is not None:
        from lincs.plots.recovery import comparison

        _draw(comparison(result), figure)
    if table is not None:
        _write(result, table)
    if as_json:
        print_json("compare", result, seed=seed)
    else:
        _print(result)


def _matrix(matrix: Path | None, example: bool, d: str | None, m: str | None, family: str, seed: int) -> Any:
    """The one source of A that was named."""
    random = d is not None or m is not None
    if (matrix is not None) + example + random != 1:
        raise InputError("give exactly one of --matrix FILE, --example, and --d with --m")
    if example:
        from lincs.data.example import example_matrix

        return example_matrix()
    if matrix is not None:
        return matrix
    if d is None or m is None:
        raise InputError("a random matrix needs both --d and --m")
    from lincs.constructions.catalogue import family as named

    columns = parse_count(m, "m")
    chosen = named(family)
    return chosen.frame(chosen.member(d=parse_count(d, "d"), m=columns, seed=seed).parameters).columns(
        0, columns
    )


def _phase(
    m: str | None, cells: int, trials: int, seed: int, eps: str, checkpoint: Path | None, figure: Path | None,
    table: Path | None, as_json: bool,
) -> None:  # fmt: skip
    from lincs.recovery.phase import phase_diagram

    with counter("dimensions") as progress:
        diagram = phase_diagram(
            m=parse_count(m or "256", "m"), cells=cells, trials=trials, seed=seed, eps=eps, checkpoint=checkpoint,
            progress=progress,
        )  # fmt: skip
    if figure is not None:
        from lincs.plots.recovery import phase

        _draw(phase(diagram), figure)
    if table is not None:
        raise InputError("--table is for curves over k; the phase diagram is printed by --json")
    if as_json:
        print_json("compare", diagram, seed=seed)
    else:
        _print_phase(diagram)


def _draw(ax: Any, file: Path) -> None:
    try:
        ax.figure.savefig(file, dpi=150)
    except (OSError, ValueError) as error:
        raise InputError(f"{file} cannot be written: {error}") from None


_COLUMNS = (
    "k",
    "linear_optimal",
    "linear_scaled",
    "typical_scaled",
    "typical_unit_gain",
    "l1_recovered",
    "l1_lo",
    "l1_hi",
)


def _write(result: Comparison, file: Path) -> None:
    """The table as .csv or .md; upper ends of the worst cases."""
    lines = []
    for row in result.rows:
        best = "" if row.optimal is None else repr(row.optimal.hi)
        share = row.recovered / result.trials
        numbers = (row.worst.hi, row.median, row.unit_median, share, row.rate.lo, row.rate.hi)
        lines.append([str(row.k), best, *(repr(float(x)) for x in numbers)])
    if file.suffix == ".csv":
        text = "\n".join(",".join(line) for line in [list(_COLUMNS), *lines]) + "\n"
    elif file.suffix == ".md":
        rule = ["---"] * len(_COLUMNS)
        text = "\n".join("| " + " | ".join(line) + " |" for line in [list(_COLUMNS), rule, *lines]) + "\n"
    else:
        raise InputError(f"--table must end in .csv or .md, got {file}")
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{file} cannot be written: {error.strerror or error}") from None


def _print_phase(diagram: PhaseDiagram) -> None:
    from rich.table import Table

    out = console()
    out.print(
        f"m = {diagram.m}, {diagram.trials} random inputs a cell (seed {diagram.seed}); L1 on Gaussian matrices, "
        f"linear read-out with worst case below {diagram.eps}\n",
        markup=False,
    )
    table = Table(box=None, pad_edge=False)
    for title in ("d", "d/m", "L1: k/d at half", "Donoho-Tanner", "linear: largest k", "any matrix, at most"):
        table.add_column(title, justify="right")
    for i, dimension in enumerate(diagram.ds.tolist()):
        table.add_row(
            str(dimension), f"{dimension / diagram.m:.3f}", f"{diagram.half[i]:.3f}", f"{diagram.transition[i]:.3f}",
            str(diagram.linear_k[i]), str(diagram.linear_limit[i]),
        )  # fmt: skip
    out.print(table)
    out.print(
        f"\nlargest distance of the measured half line from the curve, 0.1 <= d/m <= 0.9: {diagram.deviation:.3f}",
        markup=False,
    )


def _print(result: Comparison) -> None:
    from rich.table import Table

    inputs = {"uniform": "uniform in [-1, 1]", "signs": "random signs"}[result.entries]
    out = console()
    out.print(
        f"{result.d} x {result.m}, {result.trials} random inputs for each k "
        f"(uniform support, entries {inputs}, seed {result.seed});\n"
        "typical: median over the trials; unit gain: probes a_i / ||a_i||^2 instead of the best worst case; L1 is "
        f"expected to fail around k = {result.transition:.1f} on a Gaussian matrix of this shape\n",
        markup=False,
    )
    table = Table(box=None, pad_edge=False)
    for title in (
        "k", "optimal probes: worst case", "scaled A^T: worst case", "typical", "unit gain: typical", "largest",
        "L1 recovers", "95 % interval", "",
    ):  # fmt: skip
        table.add_column(title, justify="right")
    for row in result.rows:
        notes = ["trivial: the zero probe is as good"] if row.trivial else []
        notes += [f"{row.unsolved} unsolved"] if row.unsolved else []
        table.add_row(
            str(row.k),
            "-" if row.optimal is None else f"{row.optimal.hi:.6f}",
            f"{row.worst.hi:.6f}",
            f"{row.median:.6f}",
            f"{row.unit_median:.6f}",
            f"{row.unit_largest:.6f}",
            f"{row.recovered}/{result.trials}",
            f"{row.rate.lo:.3f} - {row.rate.hi:.3f}",
            "; ".join(notes),
        )
    out.print(table)
