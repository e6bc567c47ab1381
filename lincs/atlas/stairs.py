"""The fine table behind the form of the atlas: for one (k, eps), both ends of d at values of m chosen where d changes.

d never falls when m grows, so a value of m proves something for all others: a lower end for every larger m, an upper
end for every smaller one.  Two values of m are near enough when an end differs by little between them, or when they do
themselves; otherwise one between them is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from math import isqrt
from typing import Any

from lincs.bounds.bracket import bound
from lincs.bounds.rules import CATALOGUES, Catalogue, catalogue_of
from lincs.bounds.table import lower_end, upper_end
from lincs.problem import Problem

__all__ = ["HARDEST", "SEEDS", "Stair", "Stairs", "stairs"]

HARDEST = "signed"  # the read-out whose frames serve all others
SEEDS = tuple(sorted({*(2**n for n in range(1, 51)), *(10**n for n in range(1, 16)), 10**18, 2**64, 10**24, 10**30}))


@dataclass(frozen=True, kw_only=True)
class Stair:
    """One end of d at m: ``d >= value`` (so for all larger m) or ``d <= value`` (so for all smaller), and its rule."""

    m: int
    value: int
    name: str


@dataclass(frozen=True, kw_only=True)
class Stairs:
    """Both ends of d at one (k, eps), each with rising m; eps is None for a threshold."""

    readout: str
    k: int
    eps: Fraction | None
    lower: tuple[Stair, ...]
    upper: tuple[Stair, ...]


def stairs(
    *,
    readout: str = "signed",
    k: int,
    eps: Fraction | None,
    seeds: Sequence[int] = SEEDS,
    dimensions: Iterable[int] = (),
    near: tuple[Fraction, Fraction] = (Fraction(103, 100), Fraction(107, 100)),
) -> Stairs:
    """Both ends at the ``seeds`` that are at least k, and between them until neighbours are near.

    What the signed read-out achieves at ``eps/k`` every other does (a threshold what it does at ``1/(2k)``), so only
    the signed one has upper ends.

    ``near``: for the lower and the upper end the ratio of d, and of m, below which nothing is asked between two m.
    ``dimensions``: d at which the largest m is solved for as well, whose ends are two more values.

    >>> found = stairs(k=1, eps=Fraction(1, 4), seeds=(16, 64))
    >>> [(stair.m, stair.value) for stair in found.lower][:2]
    [(16, 7), (27, 7)]
    """
    catalogue = catalogue_of(readout)
    ask = catalogue.ask(Problem(k=k, eps=eps, readout=readout))
    starts = sorted({max(m, k) for m in seeds})
    signed = catalogue is CATALOGUES[HARDEST]
    lower = _refined(lambda m: lower_end(catalogue.rules, ask(m=m)), starts, near[0])
    upper = _refined(lambda m: upper_end(catalogue.rules, ask(m=m)), starts, near[1]) if signed else []
    for d in dimensions:
        for stair, end in zip(_solved(readout, d, k, eps), (lower, upper), strict=True):
            if stair is not None:
                end.append(stair)
    frames = (_with_frame(stair, catalogue, ask(m=stair.m)) for stair in _kept(upper, -1))
    return Stairs(readout=readout, k=k, eps=eps, lower=_kept(lower, 1), upper=tuple(frames))


def _refined(end: Callable[[int], tuple[str, int]], starts: Sequence[int], near: Fraction) -> list[Stair]:
    """One end at the starts, and between them until neighbours are near."""
    known = {m: end(m) for m in starts}
    pairs = list(pairwise(starts))
    while pairs:
        low, high = pairs.pop()
        if high <= low * near or high == low + 1 or known[high][1] <= known[low][1] * near:
            continue
        middle = max(low + 1, isqrt(low * high))
        known[middle] = end(middle)
        pairs += [(low, middle), (middle, high)]
    return [Stair(m=m, value=value, name=name) for m, (name, value) in known.items()]


def _solved(readout: str, d: int, k: int, eps: Fraction | None) -> tuple[Stair | None, Stair | None]:
    """What the largest m at d says of d: one more needs more dimensions, that many need no more."""
    found = bound(d=d, k=k, eps=eps, readout=readout)
    achieved, limit = found.lower, found.upper
    low = Stair(m=limit.value + 1, value=d + 1, name=limit.name) if isinstance(limit.value, int) else None
    high = Stair(m=achieved.value, value=d, name=achieved.name) if isinstance(achieved.value, int) else None
    return low, high


def _with_frame(stair: Stair, catalogue: Catalogue[Any], question: Any) -> Stair:
    """The end with the frame that its theorem stands on, whose source is cited too: "strictness on gold"."""
    rule = next(rule for rule in catalogue.rules if (rule.name, rule.side) == (stair.name, "upper"))
    if rule.kind != "theorem":
        return stair
    frame = rule.answer(question).parameters.get("family")
    return stair if frame is None else replace(stair, name=f"{stair.name} on {frame}")


def _kept(found: Iterable[Stair], sign: int) -> tuple[Stair, ...]:
    """Rising in m, without those that another one implies, and of equal values the first and the last."""
    row = sorted(found, key=lambda stair: (stair.m, sign * stair.value))
    if sign < 0:
        row.reverse()
    best: list[Stair] = []
    for stair in row:
        gain = sign * (stair.value - best[-1].value) if best else 1
        if gain < 0:
            continue
        if gain == 0 and len(best) > 1 and best[-2].value == stair.value:
            best.pop()
        if best and best[-1].m == stair.m:
            best.pop()
        best.append(stair)
    return tuple(best if sign > 0 else reversed(best))
