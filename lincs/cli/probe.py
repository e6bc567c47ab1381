"""``lincs probe``: the best linear read-out that a matrix allows, beside the cheap ones people use."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from lincs import layouts
from lincs.cli._options import check_destination, refuse
from lincs.cli._output import console, counter, print_json
from lincs.cli._reading import BFLOAT16, DIMS, FEATURES, WITHOUT, read
from lincs.cli._verify_tables import show_interval
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
        _print(found)
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


def _print(found: ProbeComparison) -> None:
    from rich.table import Table

    best, out = found.optimal, console()
    drawn = "chosen features" if best.seed is None else f"sampled features (seed {best.seed})"
    some = "" if best.complete else f" over {len(best.features)} {drawn}"
    left_out = f" ({best.left_out} more left out)" if best.left_out else ""
    out.print(
        f"d = {best.d}, m = {best.m}{left_out}: nu(A) = {show_interval(best.nu)}{some}, at feature {best.worst}",
        markup=False,
    )
    out.print(
        f"best linear worst case at k: min(1, k nu); rows: worst row of the {len(best.features)} solved\n",
        markup=False,
    )
    table = Table(box=None, pad_edge=False)
    for title in ("k", "optimal probes", "A^T, best scale", "pseudo-inverse", f"ridge ({found.ridge:.3g})"):
        table.add_column(title, justify="right")
    for j, k in enumerate(best.ks):
        optimal = best.eps[j] if best.complete else best.worst_row(j)
        table.add_row(
            str(k),
            show_interval(optimal),
            *(f"{values[j]:.6g}" for values in (found.adjoint, found.pinv, found.ridged)),
        )
    out.print(table)
    out.print(f"\nshare of these features whose row stays below {found.eps}:\n", markup=False)
    table = Table(box=None, pad_edge=False)
    for title in ("k", "optimal probes", "A^T, best scale", "pseudo-inverse", f"ridge ({found.ridge:.3g})"):
        table.add_column(title, justify="right")
    for j, k in enumerate(best.ks):
        table.add_row(str(k), *(f"{found.shares[name][j]:.1%}" for name in ("optimal", "adjoint", "pinv", "ridge")))
    out.print(table)
    if found.guarantees is not None:
        sure = found.guarantees
        out.print(
            f"\nL1 recovers every k-sparse z for k <= {sure.uniform_l1[0]} (nu {sure.by_nu}, "
            f"coherence {sure.by_coherence}, Babel {sure.by_babel}) and "
            + (
                f"fails for some from k = {sure.uniform_l1[1] + 1} on"
                if sure.uniform_l1[1] < sure.m
                else "is not known to fail for any k"
            )
            + f"\na linear read-out stays below {sure.eps} up to k = {sure.linear[0]}"
            + ("" if sure.linear[0] == sure.linear[1] else f" to {sure.linear[1]}"),
            markup=False,
        )
