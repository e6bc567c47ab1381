"""The pages of verifications and descriptions."""

from __future__ import annotations

import cmath
import math
from pkgutil import resolve_name
from typing import TYPE_CHECKING

from lincs.digits import percent
from lincs.page import Page, Table
from lincs.show.headroom import beside, farthest
from lincs.show.typical import add_typical

if TYPE_CHECKING:
    from lincs.bounds.limits import Limits
    from lincs.exact.goal import Goal
    from lincs.interference.dictionary import Description
    from lincs.interference.sample_inputs import SampleVerification
    from lincs.results import Interval, Verification, WorstCase

HOLDS = {True: "proved", False: "refuted", None: "undecided"}


__all__ = ["description", "samples", "show_interval", "show_witness", "verdict", "verification"]


def verification(result: Verification, names: list[str] | None = None) -> Page:
    """The worst case for each k, the limits beside it, and what is known of random inputs."""
    out = Page()
    out.print(_title(result))
    if result.part:
        out.print(result.part)
    how = result.how
    table = Table()
    table.add_column("k", justify="right")
    for title in (how.words.column, "feature", "witness"):
        table.add_column(title)
    asked = result.goal is not None or not how.has_eps
    if asked:
        table.add_column("decodes" if result.goal is None else result.goal.words)
    for case in result.results:
        feature = str(case.row) if names is None else names[case.row]
        cells = [str(case.k), show_interval(case.interval), feature, show_witness(case, names)]
        table.add_row(*cells, *([verdict(case)] if asked else []))
    out.print(table)
    for line in headroom(result):
        out.print(line)
    if result.dead:
        shown = ", ".join(map(str, result.dead[:10])) + (" ..." if len(result.dead) > 10 else "")
        out.print(f"{len(result.dead)} dead (zero) features: {shown}")
    add_typical(result, out)
    return out


def verdict(case: WorstCase) -> str:
    """Whether what was asked holds, and if nobody knows, for how many rows."""
    return HOLDS[case.holds] + (f" ({case.undecided} rows)" if case.undecided else "")


def headroom(result: Verification) -> list[str]:
    """The user's own numbers beside what any pair of this shape must suffer and what a known frame reaches."""
    limits = result.limits
    return [] if limits is None else [*beside(limits, result.worst, d=result.d, m=result.m), *reach(result, limits)]


def reach(result: Verification, limits: Limits) -> list[str]:
    """The line about the largest k."""
    passed = [case.k for case in result.results if _passes(case, limits.goal, result.goal)]
    return farthest(limits, passed, whose="yours", best=f"possible with {result.how.name} features")


def _passes(case: WorstCase, goal: Goal | None, asked: Goal | None) -> bool:
    """Whether the worst case was proved to meet the goal of the limits; threshold: to decode."""
    if goal is None or case.eps is None:
        return case.interval.lo > 0
    return goal.met(case.eps.hi) or (goal == asked and case.holds is True)


def description(description: Description, title: str = "") -> Page:
    """Worst beside typical inputs, how many features survive, the geometry; then what was asked of the worst case."""
    out = Page()
    result = description.verification
    how = result.how
    out.print(f"{title}: {_title(result)}" if title else _title(result))
    if result.part:
        out.print(result.part)
    box, product = ("the unit discs", "B^H A") if result.is_complex else (how.box, "B'A")
    if description.typical is not None:
        out.print(
            f"Errors {how.words.error.format(product=product)} over k-sparse z in {box}; typical: "
            f"{description.typical[0].samples} random inputs, seed {description.seed}",
        )
    out.print()
    table = Table()
    table.add_column("k", justify="right")
    titles = [how.words.short]
    titles += ["unscaled worst"] if description.unscaled is not None else []
    titles += ["typical mean", "99 %"] if description.typical is not None else []
    titles += [f"features {description.goal.words}" if description.goal is not None else "features that decode"]
    titles += ["trivial"] if description.share_trivial is not None else []
    for name in titles:
        table.add_column(name, justify="right")
    table.add_column("worst feature: its worst input")
    names = None if description.names is None else list(description.names)
    for j, case in enumerate(result.results):
        cells = [str(case.k), show_interval(case.interval)]
        if description.unscaled is not None:
            cells.append(show_interval(description.unscaled[j]))
        if description.typical is not None:
            cells += [f"{description.typical[j].mean:.3f}", f"{description.typical[j].p99:.3f}"]
        cells.append(percent(description.share_below[j]))
        if description.share_trivial is not None:
            cells.append(percent(description.share_trivial[j]))
        table.add_row(*cells, f"{description.name(case.row)}: {show_witness(case, names)}")
    out.print(table)
    out.print()
    for line in [*headroom(result), *_remarks(description)]:
        out.print(line)
    if result.goal is not None or result.tells_more:
        out.add(resolve_name(result.page_by)(result, names))
    else:
        add_typical(result, out)
    return out


def _remarks(description: Description) -> list[str]:
    """What the table means, how many features survive, and the geometry in a line each."""
    shape = description.geometry
    lines = []
    if description.share_trivial is not None:
        lines.append("trivial: the zero probe (error 1) is as good as any scaling of the feature's own vector")
    what = description.verification.how.passes(description.goal)
    shares = ", ".join(f"{share}: k = {k}" for share, k in description.survival.items())
    lines.append(f"largest listed k at which features {what}: {shares}")
    limit, whose = max((shape.welch, "Welch's bound"), (shape.orthoplex, "the orthoplex bound"))
    welch = f", {shape.coherence.hi / limit:.1f} times {whose}" if limit else ""
    tight = "not spanning" if shape.tightness is None else f"{shape.tightness:.4g}"
    copies = f"{shape.duplicate_pairs} duplicate and {shape.antipodal_pairs} antipodal pairs"
    lines.append(
        f"coherence {shape.coherence.lo:.6f}{welch}; ratio of the frame bounds {tight}; {copies}, "
        f"{len(shape.dead)} dead features"
    )
    return lines


def samples(result: SampleVerification) -> Page:
    """The worst error over given inputs, and how far it goes beyond them."""
    out = Page()
    how = result.how
    counts = sorted(result.active)
    pair = "given pair" if result.pair == "given" else "probes a_i / ||a_i||^2"
    out.print(
        f"{result.samples} inputs with {counts[0]} to {counts[-1]} active of m = {result.m} features, d = {result.d}, "
        f"{pair}, {result.readout} read-out",
    )
    interval = result.eps if how.has_eps else result.margin
    if interval is None:
        out.print("no feature is sometimes active and sometimes not: there is nothing to separate")
        return out
    at = f" by input {result.sample}" if result.sample is not None else ""
    name = how.words.least
    asked = ""
    if result.goal is not None or not how.has_eps:
        asked = f": {HOLDS[result.holds]}" + ("" if result.goal is None else f" {result.goal.words}")
    out.print(f"{name} {show_interval(interval)}, feature {result.row}{at}{asked}")
    if result.values == "any":
        out.print(f"over any values in {how.box} on the supports of these inputs")
    if result.hull is not None:
        out.print(f"the same holds on the convex hull of {result.hull}: the error is convex in z")
    if result.new_inputs is not None and result.goal is not None:
        new, goal = result.new_inputs, result.goal
        missed = f"above {goal.level}" if goal.closed else f"{goal.level} or more"
        what = "an input" if result.values == "given" else "a support"
        out.print(
            f"if these are independent draws: {what} from the same source fails (error {missed}) with probability "
            f"at most {new.at_most:.3g}, at {new.confidence:.0%} confidence ({new.failures} of {new.samples} failed)",
        )
    return out


def _title(result: Verification) -> str:
    pair = {"given": "given pair (A, B)", "self-scaled": "B = A with the best scaling of each row"}[result.pair]
    title = f"m = {result.m} features in d = {result.d} dimensions, {pair}, {result.readout} read-out"
    if result.is_complex:
        title += ", complex: z with |z_j| <= 1, read as B^H x (for real inputs verify lincs.real_lift(A))"
    return title


def show_interval(interval: Interval | None) -> str:
    """The digits that are certain: one number if both ends agree to 9 digits, else both, rounded outward."""
    if interval is None:
        return "-"
    if f"{interval.lo:.9g}" == f"{interval.hi:.9g}":
        return f"{interval.lo:.9g}"
    return f"[{interval.lo!r}, {interval.hi!r}]"


def show_values(case: WorstCase, names: list[str], most: int) -> str:
    """``3 17=0.35``: the active features, with their values where these are not 1."""
    values = case.witness.values or ()
    parts = [name if value == 1 else f"{name}={value:.4g}" for name, value in zip(names, values, strict=True)]
    return " ".join(parts[:most]) + (f" ... ({len(parts)} in all)" if len(parts) > most else "") or "(nothing)"


def show_witness(case: WorstCase, names: list[str] | None = None, most: int = 6) -> str:
    """``+3 -17 +20``: the active features with their signs; of a complex pair ``3@45`` with its angle in degrees."""
    shown_names = [str(j) if names is None else names[j] for j in case.witness.support]
    if case.witness.values is not None:
        return show_values(case, shown_names, most)
    if case.witness.phases is None:
        parts = [
            f"{'+' if sign > 0 else '-'}{name}" for name, sign in zip(shown_names, case.witness.signs, strict=True)
        ]
    else:
        angles = [math.degrees(cmath.phase(z)) for z in case.witness.phases]
        parts = [f"{name}@{angle:.0f}" for name, angle in zip(shown_names, angles, strict=True)]
    shown = " ".join(parts[:most]) + (f" ... ({len(parts)} in all)" if len(parts) > most else "")
    return shown + ("  (trivial: the zero probe is as good)" if case.trivial else "")
