"""The tables of ``lincs compare``, on the console and as .csv or .md files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lincs.cli._output import console
from lincs.errors import InputError

if TYPE_CHECKING:
    from lincs.recovery.compare import Comparison
    from lincs.recovery.minimal import MinimalDimension
    from lincs.recovery.phase import PhaseDiagram

__all__ = ["print_comparison", "print_minimal", "print_phase", "write_comparison", "write_minimal"]


_COLUMNS = (
    "k",
    "linear_optimal",
    "linear_scaled",
    "typical_scaled",
    "typical_unit_gain",
    "l1_recovered",
    "l1_lo",
    "l1_hi",
)


def write_comparison(result: Comparison, file: Path) -> None:
    """The table as .csv or .md; upper ends of the worst cases."""
    lines = []
    for row in result.rows:
        best = "" if row.optimal is None else repr(row.optimal.hi)
        share = row.recovered / result.trials
        numbers = (row.worst.hi, row.median, row.unit_median, share, row.rate.lo, row.rate.hi)
        lines.append([str(row.k), best, *(repr(float(x)) for x in numbers)])
    _write_table([list(_COLUMNS), *lines], file)


def write_minimal(result: MinimalDimension, file: Path) -> None:
    """One line for each k: the bracket, then the median of each curve."""
    titles = ["k", "lower", "upper", *(f"{c.decoder} {c.family}" for c in result.curves)]
    lines = [
        [
            str(k),
            str(result.lower[j]),
            str(result.upper[j]),
            *(_number(c.median[j], "") for c in result.curves),
        ]
        for j, k in enumerate(result.ks)
    ]
    _write_table([titles, *lines], file)


def _write_table(rows: Sequence[Sequence[str]], file: Path) -> None:
    if file.suffix == ".csv":
        text = "\n".join(",".join(line) for line in rows) + "\n"
    elif file.suffix == ".md":
        lines = [rows[0], ["---"] * len(rows[0]), *rows[1:]]
        text = "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"
    else:
        raise InputError(f"--table must end in .csv or .md, got {file}")
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{file} cannot be written: {error.strerror or error}") from None


def _number(value: float | None, missing: str = "-") -> str:
    return missing if value is None else f"{value:g}"


def print_minimal(result: MinimalDimension) -> None:
    from rich.table import Table

    out = console()
    solved = "all features" if result.sample is None else f"{result.sample} sampled features (at most that of all)"
    out.print(
        f"Least d at m = {result.m}, eps = {result.eps}; medians of {result.seeds} matrices from seed {result.seed}\n"
        "matched-filter: every k-sparse input read within eps by rescaled A^T; "
        f"optimal-probes: by the best B, {solved};\n"
        f"l1: half of {result.trials} random k-sparse inputs recovered; proved: the bracket, whatever the matrix\n",
        markup=False,
    )
    table = Table(box=None, pad_edge=False)
    for title in ("k", "proved", *(f"{c.decoder}\n{c.family}" for c in result.curves)):
        table.add_column(title, justify="right")
    for j, k in enumerate(result.ks):
        table.add_row(str(k), f"{result.lower[j]} - {result.upper[j]}", *(_number(c.median[j]) for c in result.curves))
    out.print(table)
    lines = [
        ("proved lower end", result.lower_exponent, None),
        ("proved upper end", result.upper_exponent, None),
        *((f"{c.decoder}, {c.family}", c.exponent, c.exponent_log) for c in result.curves),
    ]
    fits = Table(box=None, pad_edge=False)
    for title in ("curve", "d ~ k^b: b [95 %]", "d / log(m/k) ~ k^b: b [95 %]"):
        fits.add_column(title, justify="left" if title == "curve" else "right")
    for name, plain, logged in lines:
        if plain is not None:
            fits.add_row(name, str(plain), "" if logged is None else str(logged))
    if fits.rows:
        out.print()
        out.print(fits)


def print_phase(diagram: PhaseDiagram) -> None:
    from rich.table import Table

    out = console()
    out.print(
        f"m = {diagram.m}, {diagram.trials} random inputs a cell (seed {diagram.seed}); L1 on Gaussian matrices, "
        f"linear read-out with worst case below {diagram.eps}\n",
        markup=False,
    )
    table = Table(box=None, pad_edge=False)
    for title in ("d", "d/m", "L1: k/d at half", "Donoho-Tanner", "linear: largest k", "any matrix, at most"):
        table.add_column(title, justify="right")
    for i, dimension in enumerate(diagram.ds.tolist()):
        table.add_row(
            str(dimension),
            f"{dimension / diagram.m:.3f}",
            f"{diagram.half[i]:.3f}",
            f"{diagram.transition[i]:.3f}",
            str(diagram.linear_k[i]),
            str(diagram.linear_limit[i]),
        )
    out.print(table)
    out.print(
        f"\nlargest distance of the measured half line from the curve, 0.1 <= d/m <= 0.9: {diagram.deviation:.3f}",
        markup=False,
    )


def print_comparison(result: Comparison) -> None:
    from rich.table import Table

    inputs = {"uniform": "uniform in [-1, 1]", "signs": "random signs"}[result.entries]
    out = console()
    out.print(
        f"{result.d} x {result.m}, {result.trials} random inputs for each k "
        f"(uniform support, entries {inputs}, seed {result.seed});\n"
        "typical: median over the trials; unit gain: probes a_i / ||a_i||^2 instead of the best worst case; L1 is "
        f"expected to fail around k = {result.transition:.1f} on a Gaussian matrix of this shape\n",
        markup=False,
    )
    table = Table(box=None, pad_edge=False)
    for title in (
        "k",
        "optimal probes: worst case",
        "scaled A^T: worst case",
        "typical",
        "unit gain: typical",
        "largest",
        "L1 recovers",
        "95 % interval",
        "",
    ):
        table.add_column(title, justify="right")
    for row in result.rows:
        notes = ["trivial: the zero probe is as good"] if row.trivial else []
        notes += [f"{row.unsolved} unsolved"] if row.unsolved else []
        table.add_row(
            str(row.k),
            "-" if row.optimal is None else f"{row.optimal.hi:.6f}",
            f"{row.worst.hi:.6f}",
            f"{row.median:.6f}",
            f"{row.unit_median:.6f}",
            f"{row.unit_largest:.6f}",
            f"{row.recovered}/{result.trials}",
            f"{row.rate.lo:.3f} - {row.rate.hi:.3f}",
            "; ".join(notes),
        )
    out.print(table)
