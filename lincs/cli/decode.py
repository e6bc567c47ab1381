"""``lincs decode``: basis pursuit on given superpositions."""

from __future__ import annotations

from pathlib import Path

import typer

from lincs import layouts
from lincs.cli._options import check_destination, refuse
from lincs.cli._output import print_json, show
from lincs.cli._reading import BFLOAT16, DIMS, read


def command(
    context: typer.Context,
    a: Path = typer.Argument(..., metavar="A", help="A: .npy, .npz, .safetensors, .pt; d x m."),
    x: Path = typer.Argument(..., metavar="X", help="Superpositions: a vector (d) or d x n."),
    output: Path | None = typer.Option(None, "-o", "--output", help="Write z (m, or m x n; .npy, .npz, .safetensors)."),
    truth: Path | None = typer.Option(
        None, "--truth", help="The true inputs (m, or m x n; .npy or sparse .npz): what of them is recovered."
    ),
    method: str = typer.Option("homotopy", "--method", help="homotopy, highs or cvxpy."),
    noise: float | None = typer.Option(None, "--noise", help="Allow ||A z - x||_2 up to this (denoising)."),
    layout: str = typer.Option("auto", "--layout", help=f"Layout of A: {layouts.help_text(pairs=False)}"),
    d: int | None = typer.Option(None, "--d", help=DIMS),
    bfloat16: bool = typer.Option(False, "--bfloat16", help=BFLOAT16),
    key: str | None = typer.Option(None, "--key", help="Name of A inside its file."),
    key_x: str | None = typer.Option(None, "--key-x", help="Name of X inside its file."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document and nothing else."),
) -> None:
    """The sparsest-looking z with A z = x: least l1 norm, each column with its proof.

    Exit code: 0 every column solved, 3 some column is inaccurate or has no solution.
    """
    from lincs.files import read_array
    from lincs.interference.sample_inputs import load_inputs
    from lincs.recovery.basis_pursuit import BasisPursuit, basis_pursuit
    from lincs.recovery.lasso import Lasso, basis_pursuit_denoising
    from lincs.writing import write_arrays

    check_destination(output, (".npy", ".npz", ".safetensors"), "output")
    if noise is not None:
        refuse(context, ("method",), "with --noise, which the homotopy alone solves")
    A, X = read(a, layout=layout, key=key, d=d, bfloat16=bfloat16), read_array(x, key=key_x, option="--key-x")
    true = None if truth is None else load_inputs(truth)
    found: BasisPursuit | Lasso
    if noise is None:
        found, shown = basis_pursuit(A, X, method=method), {}
    else:
        found, shown = basis_pursuit_denoising(A, X, noise=noise), {"noise": noise}
    recovered = None if true is None else found.against(true)
    if as_json:
        more = {} if recovered is None else {"truth": recovered.to_dict()}
        print_json("decode", {**found.to_dict(), **more})
    else:
        show(found, **shown)
        if recovered is not None:
            show(recovered)
    if output is not None:
        write_arrays(output, {"z": found.z})
    if isinstance(found, BasisPursuit) and any(status in ("inaccurate", "failed") for status in found.status):
        raise typer.Exit(3)
