"""The pages of an encoder as it is deployed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lincs.digits import percent
from lincs.page import Page, Table
from lincs.show.typical import add_typical
from lincs.show.verify import HOLDS, show_interval, show_witness, verdict

if TYPE_CHECKING:
    from lincs.interference.deployed_results import DeployedCase, DeployedVerification
    from lincs.interference.deployed_samples import DeployedSamples

__all__ = ["samples", "verification"]


def verification(result: DeployedVerification, names: list[str] | None = None) -> Page:
    """The worst error of the encoder for each k with its kind, and how many features are clean."""
    out = Page()
    b_dec = "" if result.b_dec is None else f", decoder bias {result.b_dec}"
    out.print(
        f"m = {result.m} features in d = {result.d} dimensions, the encoder as deployed: {result.activation}{b_dec}; "
        "z in [0, 1]^m",
    )
    if result.part:
        out.print(result.part)
    table = Table()
    table.add_column("k", justify="right")
    for title in ("worst error", "kind", "feature", "witness"):
        table.add_column(title)
    for title in ("clean", "cleanable", "beyond"):
        table.add_column(title, justify="right")
    if result.goal is not None:
        table.add_column(result.goal.words)
    total = len(result.lower)
    for case in result.results:
        assert case.eps is not None
        feature = str(case.row) if names is None else names[case.row]
        cells = [str(case.k), show_interval(case.eps), case.kind, feature, _witness(case, names)]  # type: ignore[attr-defined]
        counts: dict[str, int] = case.features  # type: ignore[attr-defined]
        cells += [percent(counts[name] / total) for name in ("clean", "cleanable", "beyond")]
        table.add_row(*cells, *([] if result.goal is None else [verdict(case)]))
    out.print(table)
    for line in _remarks(result):
        out.print(line)
    add_typical(result, out)
    return out


def _witness(case: Any, names: list[str] | None, most: int = 4) -> str:
    """The worst input; of a supremum that is not attained, what it is the limit of."""
    found: DeployedCase = case
    text = show_witness(found, names, most)
    if found.limit is not None:
        text += f" (approached as it falls to {found.limit:.4g})"
    return text


def _remarks(result: DeployedVerification) -> list[str]:
    undecided = sum(case.features["undecided"] for case in result.results)  # type: ignore[attr-defined]
    fires = "fires" if result.level == 0 else f"reads above {result.level}"
    clean = (
        f"clean: never {fires} while it is off, always does from z_i = {result.tau} on; cleanable: clean under another "
        "threshold; beyond: under none"
    )
    lines = [clean]
    for name, what in (("k_false", "no false firing up to k"), ("k_miss", "none missed up to k")):
        count = result.count(name)
        lines.append(f"{what}: {_count(count['least'], result)} (worst), {_count(count['median'], result)} (median)")
    if undecided:
        lines.append(f"undecided by proof, and in no column: {undecided} (feature, k) pairs")
    return lines


def _count(value: int, result: DeployedVerification) -> str:
    if value < 0:
        return "none, it fires at rest"
    if value >= result.m - 1:
        return "any number"
    return f"{value} or more" if value == result.table.keep else str(value)


def samples(result: DeployedSamples) -> Page:
    """The worst error over given inputs, and how often the encoder fired wrongly."""
    out = Page()
    counts = sorted(result.active)
    b_dec = "" if result.b_dec is None else f", decoder bias {result.b_dec}"
    out.print(
        f"{result.samples} inputs with {counts[0]} to {counts[-1]} active of m = {result.m} features, d = {result.d}, "
        f"the encoder as deployed: {result.activation}{b_dec}",
    )
    asked = "" if result.goal is None else f": {HOLDS[result.holds]} {result.goal.words}"
    where = f"feature {result.row} by input {result.sample}"
    out.print(f"worst error {show_interval(result.eps)} ({result.kind}), {where}{asked}")
    false, missed = (_range(pair) for pair in (result.false_firings, result.missed))
    above = "" if result.level == 0 else f" above {result.level}"
    out.print(
        f"false firings{above}: {false} ({result.false_firings[1] / result.samples:.3g} an input); missed: {missed} of "
        f"{result.at_least_tau} active values from {result.tau} on",
    )
    return out


def _range(ends: tuple[int, int]) -> str:
    return str(ends[0]) if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"
