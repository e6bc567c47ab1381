"""The page of readers over a dictionary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lincs.digits import percent
from lincs.page import Page, Table

if TYPE_CHECKING:
    from lincs.interference.readers import Readers

__all__ = ["page"]


def page(found: Readers, names: list[str] | None = None, most: int = 12) -> Page:
    """How many readers answer for their targets, and the first ones in full."""
    out = Page()
    what = "the feature that pushes each most" if found.chosen else "as given"
    above = "" if found.level == 0 else f" above {found.level}"
    out.print(
        f"{found.n} readers of m = {found.m} features in d = {found.d} dimensions, z in [0, 1]^m; targets: {what}",
    )
    table = Table()
    for title in ("k", "clean", "cleanable", "beyond", "worst false margin", "worst miss margin"):
        table.add_column(title, justify="right")
    for j, k in enumerate(found.ks):
        counts = found.counts(j)
        shares = [f"{counts[name]} ({percent(counts[name] / found.n)})" for name in ("clean", "cleanable", "beyond")]
        worst = [f"{ends[0][:, j].min():.4g}" for ends in (found.margin_false, found.margin_miss)]
        table.add_row(str(k), *shares, *worst)
    out.print(table)
    out.print(
        f"clean: never fires{above} while a feature of its target is off, always does while all of them are at "
        f"{found.tau} or more",
    )
    out.print()
    table = Table()
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
        out.print(f"... and {found.n - most} more (--per-feature readers.csv has all)")
    return out


def _count(value: int, found: Readers) -> str:
    if value < 0:
        return "fires at rest"
    if value >= found.m:
        return "any"
    return f"{value} or more" if value == max(found.ks) else str(value)
