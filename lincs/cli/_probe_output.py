"""What ``lincs probe`` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lincs.cli._output import console
from lincs.cli._verify_tables import show_interval

if TYPE_CHECKING:
    from lincs.recovery.cheap import ProbeComparison

__all__ = ["print_probes"]

_BEST = "optimal probes"
_TITLES = {"adjoint": "A^T, best scale", "pinv": "pseudo-inverse", "ridge": "ridge ({:.3g})", "encoder": "its encoder"}


def print_probes(found: ProbeComparison) -> None:
    from rich.table import Table

    from lincs.readouts import readout

    best, out = found.optimal, console()
    how = readout(best.readout)
    drawn = "chosen features" if best.seed is None else f"sampled features (seed {best.seed})"
    some = "" if best.complete else f" over {len(best.features)} {drawn}"
    left_out = f" ({best.left_out} more left out)" if best.left_out else ""
    where = f"at feature {best.worst}{how.suffix}"
    out.print(f"d = {best.d}, m = {best.m}{left_out}: nu(A) = {show_interval(best.nu)}{some}, {where}", markup=False)
    law = "" if not how.linear_in_k else f"best linear worst case at k: min({how.zero_probe}, k nu); "
    out.print(f"{law}rows: worst row of the {len(best.features)} solved\n", markup=False)
    worst = {"adjoint": found.adjoint, "pinv": found.pinv, "ridge": found.ridged}
    if found.encoder is not None:
        worst["encoder"] = found.encoder
    titles = {name: _TITLES[name].format(found.ridge) for name in worst}
    table = Table(box=None, pad_edge=False)
    for title in ("k", _BEST, *titles.values()):
        table.add_column(title, justify="right")
    for j, k in enumerate(best.ks):
        optimal = best.eps[j] if best.complete else best.worst_row(j)
        table.add_row(str(k), show_interval(optimal), *(f"{values[j]:.6g}" for values in worst.values()))
    out.print(table)
    out.print(f"\nshare of these features whose row stays below {found.eps}:\n", markup=False)
    table = Table(box=None, pad_edge=False)
    for title in ("k", _BEST, *titles.values()):
        table.add_column(title, justify="right")
    for j, k in enumerate(best.ks):
        table.add_row(str(k), *(f"{found.shares[name][j]:.1%}" for name in ("optimal", *titles)))
    out.print(table)
    if found.guarantees is not None:
        sure = found.guarantees
        out.print(
            f"\nL1 recovers every k-sparse z for k <= {sure.uniform_l1[0]} (nu {sure.by_nu}, "
            f"coherence {sure.by_coherence}, Babel {sure.by_babel}) and "
            + (
                f"fails for some from k = {sure.uniform_l1[1] + 1} on"
                if sure.uniform_l1[1] < sure.m
                else "is not known to fail for any k"
            )
            + f"\na linear read-out stays below {sure.eps} up to k = {sure.linear[0]}"
            + ("" if sure.linear[0] == sure.linear[1] else f" to {sure.linear[1]}"),
            markup=False,
        )
