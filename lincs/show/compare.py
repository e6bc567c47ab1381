"""The pages of linear read-outs beside basis pursuit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lincs.page import Page, Table
from lincs.show.headroom import beside

if TYPE_CHECKING:
    from lincs.recovery.compare import Comparison
    from lincs.recovery.minimal import MinimalDimension
    from lincs.recovery.phase import PhaseDiagram

__all__ = ["comparison", "minimal", "phase"]


def _number(value: float | None, missing: str = "-") -> str:
    return missing if value is None else f"{value:g}"


def minimal(result: MinimalDimension) -> Page:
    """The least d of each decoder for each k, beside the proved bracket."""
    out = Page()
    solved = "all features" if result.sample is None else f"{result.sample} sampled features (at most that of all)"
    out.print(
        f"Least d at m = {result.m}, eps = {result.eps}; medians of {result.seeds} matrices from seed {result.seed}\n"
        "matched-filter: every k-sparse input read within eps by rescaled A^T; "
        f"optimal-probes: by the best B, {solved};\n"
        f"l1: half of {result.trials} random k-sparse inputs recovered; proved: the bracket, whatever the matrix\n",
    )
    table = Table()
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
    fits = Table()
    for title in ("curve", "d ~ k^b: b [95 %]", "d / log(m/k) ~ k^b: b [95 %]"):
        fits.add_column(title, justify="left" if title == "curve" else "right")
    for name, plain, logged in lines:
        if plain is not None:
            fits.add_row(name, str(plain), "" if logged is None else str(logged))
    if fits.rows:
        out.print()
        out.print(fits)
    return out


def phase(diagram: PhaseDiagram) -> Page:
    """Where L1 and a linear read-out work, d after d."""
    out = Page()
    out.print(
        f"m = {diagram.m}, {diagram.trials} random inputs a cell (seed {diagram.seed}); L1 on Gaussian matrices, "
        f"linear read-out with worst case below {diagram.eps}\n",
    )
    table = Table()
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
    )
    return out


def comparison(result: Comparison) -> Page:
    """Worst and typical linear errors beside the L1 recovery of the same inputs."""
    inputs = {"uniform": "uniform in [-1, 1]", "signs": "random signs"}[result.entries]
    out = Page()
    out.print(
        f"{result.d} x {result.m}, {result.trials} random inputs for each k "
        f"(uniform support, entries {inputs}, seed {result.seed});\n"
        "typical: median over the trials; unit gain: probes a_i / ||a_i||^2 instead of the best worst case; L1 is "
        f"expected to fail around k = {result.transition:.1f} on a Gaussian matrix of this shape\n",
    )
    table = Table()
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
    best = {row.k: (row.worst if row.optimal is None else row.optimal).hi for row in result.rows}
    whose = "scaled A^T" if any(row.optimal is None for row in result.rows) else "optimal probes"
    for n, line in enumerate(beside(result.limits, best, d=result.d, m=result.m, whose=whose)):
        out.print(f"\n{line}" if n == 0 else line)
    return out
