"""``lincs compare``: the linear read-out of a matrix against basis pursuit, and the phase diagram of both."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from lincs import layouts
from lincs.cli._compare_tables import write_comparison, write_minimal
from lincs.cli._options import check_destination, check_figure, refuse, refuse_all_but
from lincs.cli._output import counter, print_json, save_figure, show, workers
from lincs.cli._reading import BFLOAT16, read
from lincs.errors import InputError
from lincs.problem import parse_count
from lincs.recovery import DECODERS


def command(
    context: typer.Context,
    matrix: Path | None = typer.Option(None, "--matrix", help="A: a .npy, .npz, .safetensors or .pt file, d x m."),
    example: bool = typer.Option(False, "--example", help="The packaged word vectors instead of a file."),
    d: str | None = typer.Option(None, "--d", help="Dimensions of a random A (with --m and --family)."),
    m: str | None = typer.Option(None, "--m", help="Features of a random A, or of the phase diagram (256)."),
    family: str = typer.Option(
        "gaussian", "--family", help="Random family: gaussian, spherical, rademacher, ...; a list for --minimal."
    ),
    k: str | None = typer.Option(None, "--k", help='Sparsities: "4", "1,4,16", "1:8", "1:40:3" (ends included).'),
    trials: int | None = typer.Option(None, "--trials", help="Random inputs for each k (20), or a cell (50)."),
    seed: int = typer.Option(0, "--seed", help="Seed of the random inputs, and of a random A."),
    entries: str = typer.Option("uniform", "--entries", help="Non-zero entries: uniform (in [-1, 1]) or signs."),
    probes: bool | None = typer.Option(None, "--probes/--no-probes", help="The best probes too; default: if quick."),
    phase: bool = typer.Option(False, "--phase", help="The (d/m, k/d) phase diagram of L1 beside the linear region."),
    cells: int = typer.Option(40, "--cells", help="Cells along each side of the phase diagram."),
    eps: str = typer.Option("1/2", "--eps", help="Level of the linear read-out, for --phase and --minimal."),
    minimal: bool = typer.Option(False, "--minimal", help="The least d at which each decoder passes, for each k."),
    decoders: str = typer.Option(",".join(DECODERS), "--decoders", help="Decoders of --minimal, separated by commas."),
    seeds: int = typer.Option(5, "--seeds", help="Matrices of each family for --minimal."),
    sample: str = typer.Option(
        "all", "--sample", help="Features whose optimal probes --minimal solves: all, or a number of them."
    ),
    checkpoint: Path | None = typer.Option(
        None, "--checkpoint", help="What --phase (.npz) or --minimal (.json) has finished: the same command goes on."
    ),
    cluster: str | None = typer.Option(
        None, "--cluster", help="Dask workers make the phase diagram: tcp://host:8786, or local:4."
    ),
    layout: str = typer.Option("auto", "--layout", help=layouts.help_text(pairs=False)),
    bfloat16: bool = typer.Option(False, "--bfloat16", help=BFLOAT16),
    key: str | None = typer.Option(None, "--key", help="Name of the array inside the file."),
    normalize: bool = typer.Option(False, "--normalize", help="Scale every feature to unit norm first."),
    figure: Path | None = typer.Option(None, "--figure", help="Draw it (.png, .pdf, .svg)."),
    table: Path | None = typer.Option(None, "--table", help="Write the table (.csv or .md)."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document and nothing else."),
) -> None:
    """Worst and typical linear error of A beside the L1 recovery of the same inputs.

    --phase: where each of them works; --minimal: the least d that each needs, as k grows.
    """
    check_figure(figure)
    check_destination(table, (".csv", ".md"), "table")
    if phase:
        refuse_all_but(context, _PHASE, "with --phase, which draws its own matrices")
        with workers(cluster):
            _phase(m, cells, trials or 50, seed, eps, checkpoint, figure, as_json)
        return
    if minimal:
        refuse_all_but(context, _MINIMAL, "with --minimal, which draws its own matrices, one search after the other")
        _minimal(
            m or "512",
            k or "1:10",
            eps,
            family,
            decoders,
            seeds,
            seed,
            trials or 50,
            sample,
            checkpoint,
            figure,
            table,
            as_json,
        )
        return
    refuse_all_but(context, _CURVE, "without --phase or --minimal")
    if matrix is None:
        refuse(context, ("layout", "key", "bfloat16"), "without a file to read")
    if matrix is not None or example:
        refuse(context, ("family",), "with a matrix of your own")
    if k is None:
        raise InputError('give the sparsities as --k, for example --k "1:8"')
    from lincs.recovery.compare import compare

    A = _matrix(matrix, layout, key, bfloat16, example, d, m, family, seed)
    with counter("trials") as progress:
        result = compare(
            A,
            k=k,
            trials=trials or 20,
            seed=seed,
            entries=entries,
            probes=probes,
            normalize=normalize,
            progress=progress,
        )
    if as_json:
        print_json("compare", result, seed=seed)
    else:
        show(result)
    if figure is not None:
        from lincs.plots.recovery import comparison

        save_figure(comparison(result), figure)
    if table is not None:
        write_comparison(result, table)


_DRAWN = {"m", "trials", "seed", "figure", "as_json"}
_PHASE = _DRAWN | {"phase", "cells", "eps", "checkpoint", "cluster"}
_MINIMAL = _DRAWN | {"minimal", "k", "eps", "family", "decoders", "seeds", "sample", "checkpoint", "table"}
_CURVE = _DRAWN | {
    "matrix",
    "example",
    "d",
    "family",
    "k",
    "entries",
    "probes",
    "layout",
    "key",
    "bfloat16",
    "normalize",
    "table",
}


def _matrix(
    matrix: Path | None,
    layout: str,
    key: str | None,
    bfloat16: bool,
    example: bool,
    d: str | None,
    m: str | None,
    family: str,
    seed: int,
) -> Any:
    """The one source of A that was named."""
    random = m is not None or (d is not None and matrix is None)
    if (matrix is not None) + example + random != 1:
        raise InputError("give exactly one of --matrix FILE, --example, and --d with --m")
    if example:
        from lincs.data.example import example_matrix

        return example_matrix()
    if matrix is not None:
        return read(matrix, layout=layout, key=key, d=None if d is None else parse_count(d, "d"), bfloat16=bfloat16)
    if d is None or m is None:
        raise InputError("a random matrix needs both --d and --m")
    from lincs.constructions.catalogue import family as named

    columns = parse_count(m, "m")
    chosen = named(family)
    return chosen.frame(chosen.member(d=parse_count(d, "d"), m=columns, seed=seed).parameters).columns(0, columns)


def _phase(
    m: str | None,
    cells: int,
    trials: int,
    seed: int,
    eps: str,
    checkpoint: Path | None,
    figure: Path | None,
    as_json: bool,
) -> None:
    from lincs.recovery.phase import phase_diagram

    with counter("dimensions") as progress:
        diagram = phase_diagram(
            m=parse_count(m or "256", "m"),
            cells=cells,
            trials=trials,
            seed=seed,
            eps=eps,
            checkpoint=checkpoint,
            progress=progress,
        )
    if as_json:
        print_json("compare", diagram, seed=seed)
    else:
        show(diagram)
    if figure is not None:
        from lincs.plots.recovery import phase

        save_figure(phase(diagram), figure)


def _minimal(
    m: str,
    k: str,
    eps: str,
    family: str,
    decoders: str,
    seeds: int,
    seed: int,
    trials: int,
    sample: str,
    checkpoint: Path | None,
    figure: Path | None,
    table: Path | None,
    as_json: bool,
) -> None:
    from lincs.recovery.minimal import minimal_dimension

    with counter("searches") as progress:
        result = minimal_dimension(
            m=parse_count(m, "m"),
            k=k,
            eps=eps,
            families=family,
            decoders=decoders.split(","),
            seeds=seeds,
            seed=seed,
            trials=trials,
            sample=None if sample == "all" else parse_count(sample, "sample"),
            checkpoint=checkpoint,
            progress=progress,
        )
    if as_json:
        print_json("compare", result, seed=seed)
    else:
        show(result)
    if figure is not None:
        from lincs.plots.minimal import minimal

        save_figure(minimal(result), figure)
    if table is not None:
        write_minimal(result, table)
