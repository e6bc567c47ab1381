"""``lincs build``: the matrices behind an upper bound, with a certificate beside them."""

from __future__ import annotations

import sys
from pathlib import Path

import typer

from lincs.cli._options import check_destination
from lincs.cli._output import counter, print_json, show
from lincs.errors import InputError
from lincs.writing import ARRAYS


def command(
    m: str | None = typer.Option(None, "--m", help='Features: 16384, "10^4"; default: all of a named frame.'),
    k: str = typer.Option(..., "--k", help="Sparsity: at most k features at once."),
    eps: str | None = typer.Option(None, "--eps", help="Accuracy, exactly: 0.25, 1/4, 1e-2."),
    family: str | None = typer.Option(None, "--family", help="One family by name instead of the least d."),
    parameters: list[str] = typer.Option(
        [],
        "--parameter",
        "-p",
        help="Its parameters: -p s=3 -p p=0 (random frames: d, m, seed; packing: also restarts, symmetry, order).",
    ),
    out: Path = typer.Option(
        ..., "--out", "-o", help="A .npz or .safetensors file for A and B; the certificate goes beside it."
    ),
    closed: bool = typer.Option(False, "--closed", help="Errors up to eps itself: <= eps in place of < eps."),
    yes: bool = typer.Option(False, "--yes", "-y", help="Begin a check of hours without asking."),
    threads: int | None = typer.Option(None, "--threads", help="Default: all processors."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document and nothing else."),
) -> None:
    """Build and verify a pair (A, B) for (m, k, eps), or the first m columns of one named frame."""
    check_destination(out, ARRAYS, "output")
    from lincs.certificates.build import build

    values = dict(map(_parameter, parameters))
    with counter("inner products") as progress:
        built = build(
            m=m,
            k=k,
            eps=eps,
            family=family,
            parameters=values or None,
            out=out,
            closed=closed,
            threads=threads,
            progress=progress,
            agree=None if yes else _agree,
        )
    if as_json:
        print_json("build", built, seed=built.plan.promise.search.get("seed", values.get("seed")))
    else:
        show(built)


def _agree(seconds: float) -> bool:
    """Ask the person at the terminal; where there is none, say which option begins it."""
    from lincs.certificates.effort import in_words

    takes = f"the check of every pair of features takes about {in_words(seconds)} here"
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise InputError(f"{takes}: begin it with --yes")
    return typer.confirm(f"{takes}; begin?", err=True)


def _parameter(text: str) -> tuple[str, int | str]:
    name, _, value = text.partition("=")
    if name.strip() == "symmetry":
        return "symmetry", value.strip()
    try:
        return name.strip(), int(value)
    except ValueError:
        raise InputError(f"parameter must look like s=3, got {text!r}") from None
