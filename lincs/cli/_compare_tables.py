"""The tables of ``lincs compare`` as .csv or .md files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lincs.errors import InputError

if TYPE_CHECKING:
    from lincs.recovery.compare import Comparison
    from lincs.recovery.minimal import MinimalDimension

__all__ = ["write_comparison", "write_minimal"]


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
            *("" if (d := c.median[j]) is None else f"{d:g}" for c in result.curves),
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
