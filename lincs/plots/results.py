"""``result.plot()`` of results that no other module draws: brackets, verifications, tables, probes."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from lincs.plots.axes import below, headroom, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from lincs.bounds.table import BoundTable
    from lincs.recovery.cheap import ProbeComparison
    from lincs.recovery.probes import OptimalProbes
    from lincs.results import Bound, Bracket, Verification
    from lincs.tables.benchmark import BenchmarkTable

__all__ = ["bracket", "probe_comparison", "probes", "table", "verification"]

_LARGEST = 10**300  # of what is drawn; beyond are no floats
_SHOWN = 8  # bounds of each side


def bracket(result: Bracket, ax: Axes | None = None) -> Axes:
    """The best bounds of either side as dots (pale: of other decoders), and between them what is not known."""
    ax = new_axes(ax)
    ends = (result.lower, result.upper)
    others = [row for row in result.rows if row.name not in {end.name for end in ends}]
    drawn: list[Bound] = []
    for side, sign in (("lower", -1), ("upper", 1)):
        mine = [row for row in (*ends, *others) if row.side == side and row.applies and _finite(row.value)]
        drawn += sorted(mine, key=lambda row: sign * _number(row))[:_SHOWN][::sign]
    for y, row in enumerate(drawn):
        colour = "C0" if row.side == "lower" else "C3"
        ax.plot(_number(row), y, "D" if row in ends else "o", color=colour, alpha=1.0 if row.decides else 0.35)
    if all(_finite(end.value) for end in ends):
        ax.axvspan(_number(ends[0]), _number(ends[1]), color="0.9", zorder=0)
    ax.set_yticks(range(len(drawn)), [row.name for row in drawn], fontsize=8)
    ax.set_xscale("log")
    ax.set_xlabel(result.unknown)
    ax.set_title(result.headline, fontsize=9)
    ax.grid(axis="x", alpha=0.3)
    return ax


def _number(row: Bound) -> float:
    assert isinstance(row.value, int | Fraction)
    return float(row.value)


def _finite(value: Any) -> bool:
    return isinstance(value, int | Fraction) and 0 < value < _LARGEST


def verification(result: Verification, ax: Axes | None = None) -> Axes:
    """The worst case against k, beside what any pair of this shape must suffer and what a known frame reaches."""
    from matplotlib.ticker import MaxNLocator

    ax = new_axes(ax)
    ks = list(result.ks)
    how = result.how
    worst = [case.interval.hi if how.has_eps else case.interval.lo for case in result.results]
    ax.plot(ks, worst, "o-", color="C3", label="yours (proved)")
    limits = result.limits
    if limits is not None and limits.cases:
        headroom(limits, ax)
    level = 0.0 if not how.has_eps else None if result.eps is None else float(result.eps)
    if level is not None:
        ax.axhline(level, color="0.5", lw=0.8, ls=":", label="asked" if how.has_eps else "decodes above")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set_xlabel("k, features active at once")
    ax.set_ylabel(how.words.axis)
    ax.set_title(f"{result.m} features in {result.d} dimensions, {result.readout} read-out", fontsize=10)
    below(ax)
    return ax


def table(result: BoundTable | BenchmarkTable, ax: Axes | None = None) -> Axes:
    """Both ends of d against m, a band for each k and eps."""
    ax = new_axes(ax)
    groups: dict[tuple[int, Any], list[dict[str, Any]]] = {}
    for row in result.to_dict()["rows"]:
        groups.setdefault((row["k"], row["eps"]), []).append(row)
    for n, ((k, eps), rows) in enumerate(groups.items()):
        rows.sort(key=lambda row: int(row["m"]))
        m, low, high = ([float(row[name]) for row in rows] for name in ("m", "lower", "upper"))
        ax.fill_between(m, low, high, color=f"C{n % 10}", alpha=0.3, label=f"k = {k}, eps = {eps}")
        ax.plot(m, low, ".-", color=f"C{n % 10}", lw=0.8)
        ax.plot(m, high, ".-", color=f"C{n % 10}", lw=0.8)
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.set_xlabel("features m")
    ax.set_ylabel("dimensions d")
    ax.legend(fontsize=7)
    return ax


def probes(result: OptimalProbes, ax: Axes | None = None) -> Axes:
    """The least worst case of any linear read-out against k."""
    ax = new_axes(ax)
    ax.plot(result.ks, [eps.hi for eps in result.eps], "o-", color="C3", label="best probes (proved)")
    return _errors(ax, f"{result.m} features in {result.d} dimensions")


def probe_comparison(result: ProbeComparison, ax: Axes | None = None) -> Axes:
    """Worst cases against k: the best probes, and the cheap ones at their best scale."""
    ax = new_axes(ax)
    best = result.optimal
    curves = [("A^T", result.adjoint), ("pseudo-inverse", result.pinv), ("ridge", result.ridged)]
    curves += [] if result.encoder is None else [("its encoder", result.encoder)]
    for name, values in curves:
        ax.plot(best.ks, values, ".-", lw=1, label=f"{name}, best scale")
    if result.limits is not None and best.complete:
        headroom(result.limits, ax)
    own = best.eps if best.complete else [best.worst_row(j) for j in range(len(best.ks))]
    ax.plot(best.ks, [eps.hi for eps in own], "o-", color="C3", label="best probes (proved)")
    return _errors(ax, f"{best.m} features in {best.d} dimensions")


def _errors(ax: Axes, title: str) -> Axes:
    from matplotlib.ticker import MaxNLocator

    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set_xlabel("k, features active at once")
    ax.set_ylabel("worst-case error")
    ax.set_title(title, fontsize=10)
    below(ax)
    return ax
