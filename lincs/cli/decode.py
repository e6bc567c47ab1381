"""``lincs decode``: basis pursuit on given superpositions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from lincs import layouts
from lincs.cli._options import check_destination, refuse
from lincs.cli._output import print_json
from lincs.cli._reading import read
from lincs.errors import InputError

if TYPE_CHECKING:
    from lincs.recovery.basis_pursuit import BasisPursuit


def command(
    context: typer.Context,
    a: Path = typer.Argument(..., metavar="A", help="A: .npy, .npz, .safetensors, .pt; d x m."),
    x: Path = typer.Argument(..., metavar="X", help="Superpositions: .npy, a vector (d) or d x n."),
    output: Path | None = typer.Option(None, "-o", "--output", help="Write z (.npy; m, or m x n)."),
    method: str = typer.Option("homotopy", "--method", help="homotopy, highs or cvxpy."),
    noise: float | None = typer.Option(None, "--noise", help="Allow ||A z - x||_2 up to this (denoising)."),
    layout: str = typer.Option("columns", "--layout", help=f"Layout of A: {layouts.help_text(pairs=False)}"),
    key: str | None = typer.Option(None, "--key", help="Name of A inside its file."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document and nothing else."),
) -> None:
    """The sparsest-looking z with A z = x: least l1 norm, each column with its proof.

    Exit code: 0 every column solved, 3 some column is inaccurate or has no solution.
    """
    import numpy as np

    from lincs.recovery.basis_pursuit import basis_pursuit

    check_destination(output, (".npy",), "output")
    A, X = read(a, layout=layout, key=key), _vectors(x)
    if noise is not None:
        refuse(context, ("method",), "with --noise, which the homotopy alone solves")
        from lincs.recovery.lasso import basis_pursuit_denoising

        denoised = basis_pursuit_denoising(A, X, noise=noise)
        if as_json:
            print_json("decode", denoised)
        else:
            n = np.atleast_1d(denoised.gap).size
            print(
                f"{n} columns, asked for ||A z - x|| <= {noise}: at most {np.max(denoised.residual):.9g}; "
                f"largest duality gap at its multiplier {np.max(denoised.gap):.2e}"
            )
        _save(output, denoised.z)
        return
    found = basis_pursuit(A, X, method=method)
    if as_json:
        print_json("decode", found)
    else:
        _print(found)
    _save(output, found.z)
    if any(status in ("inaccurate", "failed") for status in found.status):
        raise typer.Exit(3)


def _vectors(file: Path) -> Any:
    import numpy as np

    try:
        return np.load(file, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise InputError(f"{file} cannot be read as a .npy file: {' '.join(str(error).split())}") from None


def _save(output: Path | None, z: Any) -> None:
    import numpy as np

    if output is None:
        return
    try:
        np.save(output, z)
    except OSError as error:
        raise InputError(f"{output} cannot be written: {error.strerror or error}") from None


def _print(found: BasisPursuit) -> None:
    import numpy as np

    counts = {word: found.status.count(word) for word in ("proved", "optimal", "inaccurate", "failed")}
    print(", ".join(f"{count} {word}" for word, count in counts.items() if count) + f" of {len(found.status)} columns")
    z = found.z.reshape(len(found.z), -1)
    solved = np.isfinite(z).all(axis=0)
    if solved.any():
        sizes = np.abs(z[:, solved])
        active = (sizes > 1e-9 * sizes.max(axis=0)).sum(axis=0)
        print(
            f"active features: {active.min()} to {active.max()} (above 1e-9 of the largest); "
            f"proved to be the only minimiser for A z: {int((found.margin[solved] > 0).sum())} columns"
        )
