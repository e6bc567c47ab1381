"""``lincs decode``: basis pursuit on given superpositions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from lincs import layouts
from lincs.cli._options import check_destination, refuse
from lincs.cli._output import print_json, show
from lincs.cli._reading import BFLOAT16, DIMS, read
from lincs.errors import InputError


def command(
    context: typer.Context,
    a: Path = typer.Argument(..., metavar="A", help="A: .npy, .npz, .safetensors, .pt; d x m."),
    x: Path = typer.Argument(..., metavar="X", help="Superpositions: a vector (d) or d x n."),
    output: Path | None = typer.Option(None, "-o", "--output", help="Write z (.npy; m, or m x n)."),
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
    from lincs.recovery.basis_pursuit import basis_pursuit

    check_destination(output, (".npy",), "output")
    A, X = read(a, layout=layout, key=key, d=d, bfloat16=bfloat16), read_array(x, key=key_x, option="--key-x")
    if noise is not None:
        refuse(context, ("method",), "with --noise, which the homotopy alone solves")
        from lincs.recovery.lasso import basis_pursuit_denoising

        denoised = basis_pursuit_denoising(A, X, noise=noise)
        if as_json:
            print_json("decode", denoised)
        else:
            show(denoised, noise=noise)
        _save(output, denoised.z)
        return
    found = basis_pursuit(A, X, method=method)
    if as_json:
        print_json("decode", found)
    else:
        show(found)
    _save(output, found.z)
    if any(status in ("inaccurate", "failed") for status in found.status):
        raise typer.Exit(3)


def _save(output: Path | None, z: Any) -> None:
    import numpy as np

    if output is None:
        return
    try:
        np.save(output, z)
    except OSError as error:
        raise InputError(f"{output} cannot be written: {error.strerror or error}") from None
