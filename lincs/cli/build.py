"""``lincs build``: the matrices behind an upper bound, with a certificate beside them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from lincs.cli._options import check_destination
from lincs.cli._output import console, counter, print_json
from lincs.errors import InputError

if TYPE_CHECKING:
    from lincs.certificates.build import Built


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
    out: Path = typer.Option(..., "--out", "-o", help="A .npz file for A and B; the certificate goes beside it."),
    closed: bool = typer.Option(False, "--closed", help="Errors up to eps itself: <= eps in place of < eps."),
    threads: int | None = typer.Option(None, "--threads", help="Default: all processors."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document and nothing else."),
) -> None:
    """Build and verify a pair (A, B) for (m, k, eps), or the first m columns of one named frame."""
    check_destination(out, (".npz",), "output")
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
        )
    if as_json:
        print_json("build", built, seed=built.plan.promise.search.get("seed", values.get("seed")))
    else:
        _print(built)


_SHOWN = ("d", "m", "seed", "restarts", "symmetry")  # of a search


def _parameter(text: str) -> tuple[str, int | str]:
    name, _, value = text.partition("=")
    if name.strip() == "symmetry":
        return "symmetry", value.strip()
    try:
        return name.strip(), int(value)
    except ValueError:
        raise InputError(f"parameter must look like s=3, got {text!r}") from None


def _print(built: Built) -> None:
    plan = built.plan
    promise = plan.promise
    shown = {
        name: value
        for name, value in (promise.search or promise.parameters).items()
        if name in _SHOWN or not promise.search
    }
    named = " ".join(f"{name}={value}" for name, value in shown.items())
    out = console()
    out.print(
        f"m = {plan.m} features in d = {promise.d} dimensions: {promise.family} {named}, "
        f"B = c A with c = {float(plan.scale):.9g}",
        markup=False,
    )
    high = f"{built.measured.hi:.9g}"
    # the interval is a cell of a grid: where eps lies inside, the proof is finer than the printed number
    worst = f"{high} < {plan.eps}" if Fraction(high) < plan.eps else f"below {plan.eps} by less than 1e-8"
    if plan.exact:
        worst = f"{plan.eps} exactly at most, A integers and B = c A / |a|^2 in rationals"
    out.print(f"worst case over {plan.k}-sparse inputs: {worst}, verified", markup=False)
    if plan.note:
        out.print(f"fewer dimensions: {plan.note}", markup=False)
    for name in built.files:
        out.print(f"wrote {name}", markup=False)
