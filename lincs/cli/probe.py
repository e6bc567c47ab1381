"""``lincs probe``: the best linear read-out that a matrix allows, beside the cheap ones people use."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from lincs import layouts
from lincs.cli._options import check_destination, check_figure, refuse
from lincs.cli._output import counter, print_json, save_figure, show
from lincs.cli._reading import BFLOAT16, DEVICE, DIMS, FEATURES, WITHOUT, tell
from lincs.errors import InputError

if TYPE_CHECKING:
    from lincs.recovery.cheap import ProbeComparison


_LONG = "Long runs"
_READOUTS = "signed: features in [-1, 1]; nonnegative: in [0, 1]; affine: in [0, 1] and a free bias."


def command(
    context: typer.Context,
    a: Path | None = typer.Argument(None, metavar="[A]", help="A: .npy, .npz, .safetensors, .pt; d x m."),
    k: str = typer.Option(..., "--k", help='Sparsities: "1,4,16", "1:8".'),
    example: bool = typer.Option(False, "--example", help="The packaged word vectors instead of a file."),
    readout: str = typer.Option("signed", "--readout", help=_READOUTS),
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
    output: Path | None = typer.Option(
        None, "-o", "--output", help="Write B (.npy, .safetensors), or B, its errors and the kernel vector (.npz)."
    ),
    figure: Path | None = typer.Option(None, "--figure", help="Readable features against k (.png, .pdf, .svg)."),
    threads: int | None = typer.Option(None, "--threads", rich_help_panel=_LONG, help="Default: all processors."),
    device: str | None = typer.Option(None, "--device", rich_help_panel=_LONG, help=DEVICE),
    checkpoint: Path | None = typer.Option(
        None, "--checkpoint", rich_help_panel=_LONG, help="File for finished features, or a folder; default: here."
    ),
    checkpoint_every: float = typer.Option(
        30.0, "--checkpoint-every", rich_help_panel=_LONG, help="Seconds between two savings."
    ),
    resume: bool = typer.Option(False, "--resume", rich_help_panel=_LONG, help="Go on where a run was interrupted."),
    cluster: str | None = typer.Option(
        None, "--cluster", rich_help_panel=_LONG, help="Dask workers do it: tcp://host:8786, or local:4 (processes)."
    ),
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
        refuse(context, ("gap", "device"), "with --sharp, which leaves no gap and asks the l1 homotopy")
    if device is not None:
        refuse(context, ("cluster",), "with --device, which is this machine's")
    check_destination(output, (".npz", ".npy", ".safetensors"), "output")
    check_figure(figure)
    check_destination(per_feature, (".csv", ".npz", ".parquet"), "per-feature file")
    from lincs.recovery.cheap import compare_probes

    if example:
        from lincs.data.example import example_matrix

        matrix: Any = example_matrix()
        encoder = None
    else:
        assert a is not None
        matrix, encoder = _read(a, layout, key, d, bfloat16)
    from contextlib import nullcontext

    from lincs.parallel import cluster_client

    with nullcontext() if cluster is None else cluster_client(cluster) as client, counter("features") as progress:
        found = compare_probes(
            matrix,
            k=k,
            readout=readout,
            encoder=encoder,
            features=features,
            without=without,
            sample=sample,
            seed=seed,
            eps=eps,
            gap=None if sharp else "auto" if gap is None else gap,
            progress=progress,
            threads=threads,
            checkpoint=checkpoint or Path(),
            checkpoint_every=checkpoint_every,
            resume=resume,
            client=client,
            device=device,
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
    if figure is not None:
        from lincs.plots.probes import readable

        save_figure(readable(found), figure)


def _read(path: Path, layout: str, key: str | None, d: int | None, bfloat16: bool) -> tuple[Any, Any]:
    """A, and the encoder of the file if it has one."""
    from lincs.formats import How
    from lincs.reading import read_pair

    pair = read_pair(path, layout=layout, key=key, how=How(d=d, bfloat16=bfloat16))
    tell(pair.A, path, layout)
    return pair.A, pair.B if pair.given else None


def _write(found: ProbeComparison, output: Path) -> None:
    """B alone, as :func:`lincs.verify` reads it; or with all that is known of it (.npz)."""
    import numpy as np

    from lincs.writing import write_arrays

    best = found.optimal
    known = {
        "features": best.features,
        "lower": best.lower,
        "upper": best.upper,
        "k": np.array(best.ks),
        "kernel": best.kernel,
    }
    write_arrays(output, {"B": best.B, **(known if output.suffix == ".npz" else {})})
