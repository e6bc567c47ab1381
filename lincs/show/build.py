"""The pages of what was built, checked and written."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from lincs.page import Page

if TYPE_CHECKING:
    from lincs.atlas.build import Site
    from lincs.certificates.build import Built
    from lincs.certificates.check import Check

__all__ = ["built", "checked", "site"]

_SHOWN = ("d", "m", "seed", "restarts", "symmetry")  # of a search


def built(built: Built) -> Page:
    """What was built, its worst case, and the files."""
    plan = built.plan
    promise = plan.promise
    shown = {
        name: value
        for name, value in (promise.search or promise.parameters).items()
        if name in _SHOWN or not promise.search
    }
    named = " ".join(f"{name}={value}" for name, value in shown.items())
    out = Page()
    out.print(
        f"m = {plan.m} features in d = {promise.d} dimensions: {promise.family} {named}, "
        f"B = c A with c = {float(plan.scale):.9g}",
    )
    high = f"{built.measured.hi:.9g}"
    # the interval is a cell of a grid: where eps lies inside, the proof is finer than the printed number
    worst = f"{high} < {plan.eps}" if Fraction(high) < plan.eps else f"below {plan.eps} by less than 1e-8"
    if plan.exact:
        worst = f"{plan.eps} exactly at most, A integers and B = c A / |a|^2 in rationals"
    out.print(f"worst case over {plan.k}-sparse inputs: {worst}, verified")
    if plan.note:
        out.print(f"fewer dimensions: {plan.note}")
    for name in built.files:
        out.print(f"wrote {name}")
    return out


def checked(result: Check) -> Page:
    """Accepted or refused, and why."""
    out = Page()
    if not result.accepted:
        out.print(f"refused: {result.reason}")
    elif result.problem is not None and result.measured is not None:
        problem = result.problem
        out.print(
            f"accepted: m = {problem.m}, k = {problem.k}, eps = {problem.eps}, d = {problem.d}; worst case "
            f"{result.measured.hi:.9g} ({result.reason})"
        )
    else:
        out.print(f"accepted: {result.proved} ({result.reason})")
    return out


def site(result: Site) -> Page:
    """What was written where."""
    out = Page()
    out.print(
        f"wrote {result.folder}/index.html: {result.cells} cells, {result.exact} exactly known, {result.files} files, "
        f"{result.bytes / 1e6:.1f} MB"
    )
    return out
