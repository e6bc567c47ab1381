"""``lincs probe``: the best linear read-out that a matrix allows, beside the cheap ones people use."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from lincs import layouts
from lincs.cli._options import check_destination, refuse
from lincs.cli._output import counter, print_json, show
from lincs.cli._reading import BFLOAT16, DIMS, FEATURES, WITHOUT, read
from lincs.errors import InputError

if TYPE_CHECKING:
    from lincs.recovery.cheap import ProbeComparison


def command(
    context: typer.Context,
    a: Path | None = typer.Argument(None, metavar="[A]", help="A: .npy, .npz, .safetensors, .pt; d x m."),
    k: str = typer.Option(..., "--k", help='Sparsities: "1,4,16", "1:8".'),
    example: bool = typer.Option(False, "--example", help="The packaged word vectors instead of a file."),
    sample: int | None = typer.Option(None, "--sample", help="Solve only this many features, drawn by --seed."),
    seed: int = typer.Option(0, "--seed", help="Seed of the sample."),
    features: str | None = typer.Option(None, "--features", help=FEATURES),
    without: str | None = typer.Option(None, "--without", help=WITHOUT),
    eps: str = typer.Option("1/2", "--eps", help="Level for shares of features and the largest k of linear recovery."),
    gap: float | None = typer.Option(
        None, "--gap", help="Relative gap of each feature's proof; default: 0.01 for more than 64 features, else sharp."
    ),
    sharp: bool = typer.Option(False, "--sharp", help="Every feature as sharp as can be, by the l1 homotopy (slow)."),
    per_feature: Path | None = typer.Option(None, "--per-feature", help="A row a feature: .csv, .npz or .parquet."),
    layout: str = typer.Option("auto", "--layout", help=layouts.help_text(pairs=False)),
    d: int | None = typer.Option(None, "--d", help=DIMS),
    bfloat16: bool = typer.Option(False, "--bfloat16", help=BFLOAT16),
    key: str | None = typer.Option(None, "--key", help="Array name inside the file."),
    normalize: bool = typer.Option(False, "--normalize", help="Unit norm for every feature."),
    output: Path | None = typer.Option(None, "-o", "--output", help="Write B, V and the kernel vector (.npz)."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document and nothing else."),
) -> None:
    """The best probes B for A at every k, proved from both sides, and what basis pursuit is certified for."""
    if (a is None) != example:
        raise InputError("give either a matrix file or --example")
    if example:
        refuse(context, ("layout", "key", "d", "bfloat16"), "with --example, which is no file of yours")
    if sample is None:
        refuse(context, ("seed",), "without --sample, which it draws")
    if sample is not None:
        refuse(context, ("features",), "with --sample, which draws them")
    if sharp:
        refuse(context, ("gap",), "with --sharp, which leaves none")
    check_destination(output, (".npz",), "output")
    check_destination(per_feature, (".csv", ".npz", ".parquet"), "per-feature file")
    from lincs.recovery.cheap import compare_probes

    if example:
        from lincs.data.example import example_matrix

        matrix: Any = example_matrix()
    else:
        assert a is not None
        matrix = read(a, layout=layout, key=key, d=d, bfloat16=bfloat16)
    with counter("features") as progress:
        found = compare_probes(
            matrix,
            k=k,
            features=features,
            without=without,
            sample=sample,
            seed=seed,
            eps=eps,
            gap=None if sharp else "auto" if gap is None else gap,
            progress=progress,
            normalize=normalize,
        )
    if as_json:
        print_json("probe", found, seed=seed if sample is not None else None)
    else:
        show(found)
    if output is not None:
        _write(found, output)
    if per_feature is not None:
        from lincs.interference.features import write_table

        write_table(found.columns(), per_feature)


def _write(found: ProbeComparison, output: Path) -> None:
    import numpy as np

    best = found.optimal
    try:
        np.savez(
            output,
            B=best.B,
            features=best.features,
            lower=best.lower,
            upper=best.upper,
            k=np.array(best.ks),
            kernel=best.kernel,
        )
    except OSError as error:
        raise InputError(f"{output} cannot be written: {error.strerror or error}") from None
