"""The ladder theorem as rules: for the signed read-out, and for rows shifted by a constant (theorems 4e and 4i).

A row-shifted matrix has rank at most d + 1, and its entries are at most mu but for one larger one a row: excluding rank
r says ``d >= r``.  Entries of a signed read-out are strictly below mu, of a shifted one only at most that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial
from typing import Any, Generic, TypeVar

from lincs.bounds.hypothesis import EPS1, HALF, M2, Hypothesis, eps_at_most, k_at_least
from lincs.bounds.ladder import Ladder, Levels
from lincs.bounds.ladder_search import MOST_RUNGS, Entries, ladder_allows, ladder_most, ladder_rank
from lincs.bounds.plain_ladder import reason_against
from lincs.bounds.question import Counts, MarginQuestion, Question
from lincs.bounds.rule import Outcome, Rule, refused
from lincs.bounds.words import number

__all__ = ["LADDER", "LADDER_SHIFT", "LADDER_THRESHOLD", "affine_entries", "signed_entries", "threshold_entries"]

Q = TypeVar("Q", bound=Counts)


def signed_entries(question: Question) -> Entries:
    """Below ``eps/(k-eps)``, all of them (theorems 2 and 3); at most that where errors may equal eps."""
    return Entries(question.mu, strict=not question.closed)


def affine_entries(question: Question) -> Entries:
    """At most ``eps/(k-eps)``, but for one entry a row of at most ``2 eps``, which k = 1 has none of (theorem 4d)."""
    mu = question.mu
    excess = max(4 * question.eps**2 - mu * mu, Fraction(0)) if question.k > 1 else Fraction(0)
    return Entries(mu, strict=False, excess=excess)


def threshold_entries(question: MarginQuestion) -> Entries:
    """At most ``1/(2k-1)``, but for one entry a row of at most 1 (theorem 4d)."""
    mu = Fraction(1, 2 * question.k - 1)
    return Entries(mu, strict=False, excess=1 - mu * mu)


class _Asked(Generic[Q]):
    """The ladder for one read-out: what its entries are, and by how much the rank may exceed d."""

    def __init__(self, entries: Callable[[Q], Entries], shift: int) -> None:
        self.entries, self.shift = entries, shift

    def proves(self, question: Q, d: int, parameters: Mapping[str, Any]) -> str:
        """See :class:`lincs.bounds.rule.Certified`."""
        entries = self.entries(question)
        return reason_against(
            parameters,
            m=question.m,
            rank=d + self.shift,
            mu=entries.mu,
            excess=entries.excess,
            strict=entries.strict,
        )

    def evaluate(self, question: Q) -> Outcome:
        entries = self.entries(question)
        found = ladder_rank(question.m, entries)
        if found is None:
            return refused("excludes no rank")
        return Outcome(found.rank + 1 - self.shift, _parameters(found, entries))

    def suffices(self, question: Q, d: int) -> bool:
        return d >= 1 and ladder_allows(question.m, d + self.shift, self.entries(question))

    def most(self, question: Q, d: int) -> Outcome:
        entries = self.entries(question)
        found = ladder_most(d + self.shift, entries)
        if found is None:
            return refused(f"degrees up to {MOST_RUNGS} set no limit")
        least, ladder = found
        return Outcome(max(least - 1, 1), _parameters(ladder, entries))


def _parameters(ladder: Ladder, entries: Entries) -> dict[str, Any]:
    """The certificate and what it speaks of; ``excess`` only where there is one."""
    excess = {"excess": entries.excess} if entries.excess else {}
    return {"p": ladder.p, "c": list(ladder.c), "mu": entries.mu, **excess}


def _words(shift: int, strict: bool, m: int, d: int, parameters: Mapping[str, Any], closed: bool) -> list[str]:
    """The inequality that fails, with its numbers: for small p it is checked by hand."""
    ladder, s = Ladder(d + shift, parameters["p"], tuple(parameters["c"])), parameters["mu"] ** 2
    excess = parameters.get("excess", Fraction(0))
    levels = Levels(ladder.rank, ladder.p)
    sides, p = ladder.sides(levels), ladder.p
    right = sides.right(m=m, s=s, excess=excess)
    c = ", ".join(f"c_{n} = {number(x)}" for n, x in zip(range(p - 1, -1, -2), ladder.c, strict=True))
    plus = f" + {number(excess)}" if excess else ""
    lines = [f"rank r = {number(ladder.rank)}, p = {p}, {c}"]
    for name, values in (("D", levels.D), ("H", levels.H), ("E", levels.E[:-1])):
        if p <= _BY_HAND:
            lines.append(f"{name}_0, {name}_1, ... = {', '.join(map(number, values))}")
    twice = f", 2 D_{p - 1}(r) = {number(2 * levels.D[p - 1])}" if excess else ""
    return [
        *lines,
        f"D_{p}(r) = {number(levels.D[p])}{twice} <= m = {number(m)}",
        f"L = {_summed(ladder, levels)} = {number(sides.L)}",
        f"Q = sum c_l^2 H_l = {number(sides.Q)}, S = sum c_l H_l = {number(sides.S)}, s = mu^2 = {number(s)}",
        f"L {'>=' if strict and not closed else '>'} {number(right)} = s Q + (1 - s{plus}) S^2/m: impossible",
    ]


def _summed(ladder: Ladder, levels: Levels) -> str:
    """L as it is added up: with its numbers where the degree is small."""
    if ladder.p > _BY_HAND:
        return "sum over n = p, p-2, ... of (c_(n+1) E_n + c_(n-1) E_(n-1))^2 / H_n"
    parts = [f"{number(step)}^2/{number(levels.H[n])}" for n, step in ladder.steps(levels).items()]
    return f"sum (c_(n+1) E_n + c_(n-1) E_(n-1))^2 / H_n = {' + '.join(parts)}"


_BY_HAND = 5  # degrees up to this are shown with all their numbers

_INEQUALITY = (
    "sum (c_(n+1) E_n + c_(n-1) E_(n-1))^2 / H_n {sign} s Q + {factor} S^2/m for every p with D_p(r) <= m, "
    "D_(p-1)(r) < m and all 0 <= c_(p-1) <= c_(p-3) <= ..., where D_n(r) = C(r+n-1, n) + C(r+n-3, n-2) + ..., "
    "H_n = D_n - D_(n-2), E_n = D_n - D_(n-1), Q = sum c_l^2 H_l, S = sum c_l H_l"
)


def _rule(
    asked: _Asked[Q],
    *,
    theorem: str,
    statement: str,
    requires: tuple[Hypothesis[Q], ...],
    program: str,
    strict: bool,
) -> Rule[Q]:
    return Rule(
        name="ladder",
        side="lower",
        kind="theorem",
        source=f"THEOREMS.md, theorem {theorem}",
        statement=statement,
        requires=requires,
        evaluate=asked.evaluate,
        suffices=asked.suffices,
        most=asked.most,
        conclusion=partial(_words, asked.shift, strict),
        certified=asked,
        theorem=theorem,
        program=program,
    )


LADDER = _rule(
    _Asked(signed_entries, 0),
    theorem="4e",
    statement=f"{_INEQUALITY.format(sign='<', factor='(1 - s)')}; r = d, s = mu^2, mu = eps/(k-eps)",
    requires=(M2, EPS1, HALF),
    program="t04e_ladder",
    strict=True,
)

_SHIFTED = _INEQUALITY.format(sign="<=", factor="(1 - s + excess)")

LADDER_SHIFT = _rule(
    _Asked(affine_entries, 1),
    theorem="4i",
    statement=(
        f"{_SHIFTED}; r = d + 1, s = mu^2, mu = eps/(k-eps), excess = max(4 eps^2 - s, 0), and 0 for k = 1; "
        "2 D_(p-1)(r) <= m if excess > 0"
    ),
    requires=(M2, eps_at_most(Fraction(1, 2)), HALF),
    program="t04i_shifted",
    strict=False,
)

LADDER_THRESHOLD = _rule(
    _Asked(threshold_entries, 1),
    theorem="4i",
    statement=f"{_SHIFTED}; r = d + 1, s = 1/(2k-1)^2, excess = 1 - s; 2 D_(p-1)(r) <= m",
    requires=(M2, k_at_least(2)),
    program="t04i_shifted",
    strict=False,
)
