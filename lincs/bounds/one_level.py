"""One level of the ladder for shifted rows: polynomials of degree at most p in place of a parity (theorem 4i).

With ``D_n = C(d+n, n)``, ``D_(-1) = 0``, entries at most mu but for one larger one a row that adds ``excess``, and
``s = mu^2``: for every p >= 1 with ``D_p <= m``, ``D_(p-1) < m`` and ``2 D_(p-1) <= m``,

    ``D_(p-2) + (D_(p-1) - D_(p-2))^2 / (D_p - D_(p-2)) <= s D_(p-1) + (1 - s + excess) D_(p-1)^2 / m``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Generic, TypeVar

from lincs.bounds.hypothesis import HALF, M2, Hypothesis, eps_at_most, k_at_least
from lincs.bounds.ladder_rules import affine_entries, threshold_entries
from lincs.bounds.ladder_search import MOST_BITS, MOST_RUNGS, Entries
from lincs.bounds.question import Counts
from lincs.bounds.rule import Outcome, Rule, refused
from lincs.bounds.words import number
from lincs.exact.search import first

__all__ = ["ONE_LEVEL", "ONE_LEVEL_THRESHOLD", "Level", "one_level_allows", "one_level_most", "one_level_rank"]

Q = TypeVar("Q", bound=Counts)


@dataclass(frozen=True)
class Level:
    """Degree p in d dimensions: ``D_(p-2)``, ``D_(p-1)``, ``D_p``."""

    p: int
    before: int
    below: int
    top: int

    @property
    def left(self) -> Fraction:
        return self.before + Fraction((self.below - self.before) ** 2, self.top - self.before)

    def right(self, m: int, entries: Entries) -> Fraction:
        return entries.s * self.below + (1 - entries.s + entries.excess) * Fraction(self.below**2, m)

    @property
    def fits_from(self) -> int:
        return max(self.top, self.below + 1, 2 * self.below)

    def excludes(self, m: int, entries: Entries) -> bool:
        return self.fits_from <= m and self.left > self.right(m, entries)

    def least_columns(self, entries: Entries) -> int | None:
        """The least m that is excluded; None if there is none."""
        gain = self.left - entries.s * self.below
        if gain <= 0:
            return None
        at = (1 - entries.s + entries.excess) * self.below**2 / gain
        return max(at.numerator // at.denominator + 1, self.fits_from)


def _levels(d: int) -> Iterator[Level]:
    """Degrees 1, 2, ...; in no dimensions only the first says anything (the second would divide 0 by 0)."""
    before, below, top = 0, 1, d + 1
    for p in range(1, MOST_RUNGS + 1 if d else 2):
        if top.bit_length() > MOST_BITS:
            return
        yield Level(p, before, below, top)
        before, below, top = below, top, top * (d + p + 1) // (p + 1)


def _excluding(m: int, d: int, entries: Entries) -> Level | None:
    for level in _levels(d):
        if level.top > m:
            return None
        if level.excludes(m, entries):
            return level
    return None


def one_level_allows(m: int, d: int, entries: Entries) -> bool:
    """Whether no degree excludes d."""
    return _excluding(m, d, entries) is None


def one_level_rank(m: int, entries: Entries) -> tuple[int, Level] | None:
    """``(d, level)``: the least d that is allowed, and the degree that excludes ``d - 1``; None if that is 0."""
    if one_level_allows(m, 0, entries):
        return None
    d = first(lambda d: one_level_allows(m, d, entries), 0)
    assert d is not None
    level = _excluding(m, d - 1, entries)
    assert level is not None
    return d, level


def one_level_most(d: int, entries: Entries) -> tuple[int, Level] | None:
    """``(m, level)``: the least m for which d is excluded; no larger degree does better once ``D_p`` is above it."""
    best: tuple[int, Level] | None = None
    for level in _levels(d):
        if best is not None and level.top >= best[0]:
            break
        least = level.least_columns(entries)
        if least is not None and (best is None or least < best[0]):
            best = least, level
    return best


class _Asked(Generic[Q]):
    """The rule for one read-out: what its entries are."""

    def __init__(self, entries: Callable[[Q], Entries]) -> None:
        self.entries = entries

    def evaluate(self, question: Q) -> Outcome:
        entries = self.entries(question)
        found = one_level_rank(question.m, entries)
        return refused("excludes no d") if found is None else Outcome(found[0], _parameters(found[1], entries))

    def suffices(self, question: Q, d: int) -> bool:
        return one_level_allows(question.m, d, self.entries(question))

    def most(self, question: Q, d: int) -> Outcome:
        entries = self.entries(question)
        found = one_level_most(d, entries)
        if found is None:
            return refused(f"degrees up to {MOST_RUNGS} set no limit")
        return Outcome(max(found[0] - 1, 1), _parameters(found[1], entries))


def _parameters(level: Level, entries: Entries) -> dict[str, Any]:
    return {"p": level.p, "mu": entries.mu, **({"excess": entries.excess} if entries.excess else {})}


def _words(m: int, d: int, parameters: Mapping[str, Any], closed: bool) -> list[str]:
    entries = Entries(parameters["mu"], strict=False, excess=parameters.get("excess", Fraction(0)))
    p = parameters["p"]
    level = next(level for level in _levels(d) if level.p == p)
    return [
        f"at d = {number(d)}: D_{p - 2}, D_{p - 1}, D_{p} = {number(level.before)}, {number(level.below)}, "
        f"{number(level.top)}, s = mu^2 = {number(entries.s)}",
        f"at m = {number(m)}: {number(level.left)} > {number(level.right(m, entries))}: impossible",
    ]


def _rule(asked: _Asked[Q], numbers: str, requires: tuple[Hypothesis[Q], ...]) -> Rule[Q]:
    return Rule(
        name="one-level",
        side="lower",
        kind="theorem",
        source="THEOREMS.md, theorem 4i",
        statement=(
            "D_(p-2) + (D_(p-1) - D_(p-2))^2 / (D_p - D_(p-2)) <= s D_(p-1) + (1 - s + excess) D_(p-1)^2 / m for every "
            f"p with D_p <= m and 2 D_(p-1) <= m, where D_n = C(d+n, n); {numbers}"
        ),
        requires=requires,
        evaluate=asked.evaluate,
        suffices=asked.suffices,
        most=asked.most,
        conclusion=_words,
        theorem="4i",
        program="t04i_shifted",
    )


ONE_LEVEL = _rule(
    _Asked(affine_entries),
    "s = mu^2, mu = eps/(k-eps), excess = max(4 eps^2 - s, 0), and 0 for k = 1",
    (M2, eps_at_most(Fraction(1, 2)), HALF),
)

ONE_LEVEL_THRESHOLD = _rule(_Asked(threshold_entries), "s = 1/(2k-1)^2, excess = 1 - s", (M2, k_at_least(2)))
