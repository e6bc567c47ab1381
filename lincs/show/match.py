"""The page of two dictionaries of one space."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lincs.digits import percent
from lincs.interval import Interval
from lincs.page import Page, Table
from lincs.show.verify import show_interval

if TYPE_CHECKING:
    from lincs.interference.match import Match

__all__ = ["page", "show_mean"]

_LISTED = 10


def page(found: Match, a: str = "", b: str = "") -> Page:
    """The best cosines both ways, the assignment, and what is left over; ``a``, ``b``: what the sides are called."""
    out = Page()
    called = f"A: {a}, B: {b}; " if a and b else ""
    quantity = "cosine" if found.signed else "|cosine|"
    out.print(f"{called}d = {found.d}, largest {quantity} of every feature with the other side\n")
    table = Table()
    titles = ["", "m", "dead", "mean (MMCS)", *(f">= {text}" for text in found.a.share_above)]
    for title in (*titles, f"unmatched (< {float(found.level):g})"):
        table.add_column(title, justify="right")
    for name, side in (("A", found.a), ("B", found.b)):
        shares = (percent(share) for share in side.share_above.values())
        cells = (name, str(side.m), str(len(side.dead)), show_mean(side.mean_max.lo, side.mean_max.hi), *shares)
        table.add_row(*cells, str(len(side.unmatched)))
    out.print(table)
    out.print()
    if found.pairs is not None:
        assert found.left_over is not None
        how = "of all assignments" if found.all_pairs else "among nearest candidates"
        out.print(
            f"one to one: {len(found.pairs)} pairs, total {found.total:.6f}, the largest {how} (none is above "
            f"{found.total_at_most:.6f}); left over: {found.left_over[0]} of A, {found.left_over[1]} of B",
        )
    for name, side in (("A", found.a), ("B", found.b)):
        if side.unmatched:
            shown = ", ".join(side.name(i) for i in side.unmatched[:_LISTED])
            more = " ..." if len(side.unmatched) > _LISTED else ""
            out.print(f"unmatched of {name}: {shown}{more}")
    return out


def show_mean(lo: float, hi: float) -> str:
    """Six digits where both ends agree on them, else the enclosure."""
    return f"{lo:.6f}" if f"{lo:.6f}" == f"{hi:.6f}" else show_interval(Interval(lo, hi))
