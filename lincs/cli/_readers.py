"""What ``lincs verify A --readers W`` takes and shows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from lincs.cli._output import console, counter, print_json
from lincs.errors import InputError

if TYPE_CHECKING:
    from lincs.interference.readers import Readers

__all__ = ["OPTIONS", "USED", "run"]

# The parameters of the command that speak of readers alone, and all that are used with them.
OPTIONS = frozenset({"readers_key", "targets", "writes_key"})
USED = OPTIONS | {
    "a", "b", "readers", "k", "layout", "key", "d", "bfloat16", "bias", "bias_key", "threshold", "tau", "level",
    "names", "per_feature", "figure", "as_json", "exact_rows", "threads",
}  # fmt: skip


def run(
    A: Any,
    B: Any,
    readers: Path,
    *,
    names: list[str] | None,
    per_feature: Path | None,
    figure: Path | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Verify, print, write; ends the command."""
    from lincs.interference.readers import verify_readers

    if options["k"] is None:
        raise InputError('give the sparsities as --k, for example --k "1,4,16"')
    with counter("readers") as progress:
        found = verify_readers(A, readers, B, progress=progress, **options)
    if as_json:
        print_json("verify", found)
    else:
        _print(found, names)
    if per_feature is not None:
        from lincs.interference.features import write_table

        write_table(found.columns(), per_feature)
    if figure is not None:
        from lincs.plots.readers import overview

        overview(found).savefig(figure, dpi=150)
    raise typer.Exit(0)


def _print(found: Readers, names: list[str] | None, most: int = 12) -> None:
    from rich.table import Table

    out = console()
    what = "the feature that pushes each most" if found.chosen else "as given"
    above = "" if found.level == 0 else f" above {found.level}"
    out.print(
        f"{found.n} readers of m = {found.m} features in d = {found.d} dimensions, z in [0, 1]^m; targets: {what}",
        markup=False,
    )
    table = Table(box=None, pad_edge=False)
    for title in ("k", "clean", "cleanable", "beyond", "worst false margin", "worst miss margin"):
        table.add_column(title, justify="right")
    for j, k in enumerate(found.ks):
        counts = found.counts(j)
        shares = [f"{counts[name]} ({counts[name] / found.n:.1%})" for name in ("clean", "cleanable", "beyond")]
        worst = [f"{ends[0][:, j].min():.4g}" for ends in (found.margin_false, found.margin_miss)]
        table.add_row(str(k), *shares, *worst)
    out.print(table)
    out.print(
        f"clean: never fires{above} while a feature of its target is off, always does while all of them are at "
        f"{found.tau} or more",
        markup=False,
    )
    out.print()
    table = Table(box=None, pad_edge=False)
    for title in ("reader", "target", "fire it alone", "no false firing to k", "none missed to k"):
        table.add_column(title, justify="right" if title != "target" else "left")
    if found.writes is not None:
        table.add_column("writes")

    def name(j: int) -> str:
        return str(j) if names is None else names[j]

    for i in range(min(found.n, most)):
        target = " and ".join(name(j) for j in found.targets[i].tolist() if j >= 0)
        cells = [
            str(i),
            target,
            str(found.alone[i]),
            _count(found.k_false[0, i], found),
            _count(found.k_miss[0, i], found),
        ]
        if found.writes is not None:
            pairs = zip(found.writes[i].tolist(), found.written[i].tolist(), strict=True)
            cells.append(" ".join(f"{name(j)} {value:+.3g}" for j, value in pairs))
        table.add_row(*cells)
    out.print(table)
    if found.n > most:
        out.print(f"... and {found.n - most} more (--per-feature readers.csv has all)", markup=False)


def _count(value: int, found: Readers) -> str:
    if value < 0:
        return "fires at rest"
    if value >= found.m:
        return "any"
    return f"{value} or more" if value == max(found.ks) else str(value)
