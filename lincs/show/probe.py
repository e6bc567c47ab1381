"""The pages of the best linear read-out that a matrix allows, and of what follows for basis pursuit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lincs.digits import percent
from lincs.page import Page, Table
from lincs.show.headroom import beside, farthest
from lincs.show.verify import show_interval

if TYPE_CHECKING:
    from lincs.recovery.cheap import ProbeComparison
    from lincs.recovery.guarantees import RecoveryGuarantees
    from lincs.recovery.probes import OptimalProbes

__all__ = ["comparison", "guarantees", "probes"]


_BEST = "optimal probes"
_TITLES = {"adjoint": "A^T, best scale", "pinv": "pseudo-inverse", "ridge": "ridge ({:.3g})", "encoder": "its encoder"}


def comparison(found: ProbeComparison) -> Page:
    """The best probes beside the cheap ones, and what basis pursuit is certified for."""
    from lincs.readouts import readout

    best, out = found.optimal, Page()
    how = readout(best.readout)
    out.print(_title(best))
    law = f"best linear worst case at k: min({how.zero_probe}, k nu); " if how.linear_in_k else ""
    out.print(f"{law}rows: worst row of the {len(best.features)} solved\n")
    worst = {"adjoint": found.adjoint, "pinv": found.pinv, "ridge": found.ridged}
    if found.encoder is not None:
        worst["encoder"] = found.encoder
    titles = {name: _TITLES[name].format(found.ridge) for name in worst}
    table = _table("k", _BEST, *titles.values())
    for j, k in enumerate(best.ks):
        optimal = best.eps[j] if best.complete else best.worst_row(j)
        table.add_row(str(k), show_interval(optimal), *(f"{values[j]:.6g}" for values in worst.values()))
    out.print(table)
    out.print(f"\nshare of these features whose row stays below {found.eps}:\n")
    table = _table("k", _BEST, *titles.values())
    for j, k in enumerate(best.ks):
        least, most = percent(found.shares["optimal"][j]), percent(found.possible[j])
        shares = [percent(found.shares[name][j]) for name in titles]
        table.add_row(str(k), least if least == most else f"{least} to {most}", *shares)
    out.print(table)
    for line in _headroom(found):
        out.print(line)
    if found.guarantees is not None:
        out.print()
        out.add(guarantees(found.guarantees))
    return out


def _headroom(found: ProbeComparison) -> list[str]:
    """What another A of this shape would allow."""
    best, limits = found.optimal, found.limits
    if limits is None or not best.complete:
        return []
    worst = {k: ends.hi for k, ends in zip(best.ks, best.eps, strict=True)}
    passed = [k for k, error in worst.items() if limits.goal is not None and limits.goal.met(error)]
    lines = beside(limits, worst, d=best.d, m=best.m, whose="best B for A")
    return ["", *lines, *farthest(limits, passed, whose="best B for A", best="best pair")]


def _table(*titles: str) -> Table:
    table = Table()
    for title in titles:
        table.add_column(title, justify="right")
    return table


def probes(best: OptimalProbes) -> Page:
    """The least worst case at each k."""
    out = Page()
    out.print(_title(best))
    table = _table("k", "worst case", "worst row solved")
    for j, k in enumerate(best.ks):
        table.add_row(str(k), show_interval(best.eps[j]), show_interval(best.worst_row(j)))
    out.print(table)
    return out


def _title(best: OptimalProbes) -> str:
    from lincs.readouts import readout

    drawn = "chosen features" if best.seed is None else f"sampled features (seed {best.seed})"
    some = "" if best.complete else f" over {len(best.features)} {drawn}"
    left_out = f" ({best.left_out} more left out)" if best.left_out else ""
    nu = f"nu(A) = {show_interval(best.nu)}{some}, at feature {best.worst}{readout(best.readout).suffix}"
    return f"d = {best.d}, m = {best.m}{left_out}: {nu}"


def guarantees(sure: RecoveryGuarantees) -> Page:
    """Up to which k basis pursuit recovers everything, and a linear read-out stays below eps."""
    out = Page()
    fails = (
        f"fails for some from k = {sure.uniform_l1[1] + 1} on"
        if sure.uniform_l1[1] < sure.m
        else "is not known to fail for any k"
    )
    out.print(
        f"L1 recovers every k-sparse z for k <= {sure.uniform_l1[0]} (nu {sure.by_nu}, coherence {sure.by_coherence}, "
        f"Babel {sure.by_babel}) and {fails}"
    )
    most = "" if sure.linear[0] == sure.linear[1] else f" to {sure.linear[1]}"
    out.print(f"a linear read-out stays below {sure.eps} up to k = {sure.linear[0]}{most}")
    return out
