"""The catalogue: which rules answer for which read-out, and what they are asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any, Generic, TypeVar

from lincs import readouts
from lincs.bounds import (
    caps,
    chebyshev,
    classical,
    decoders,
    ends,
    kernel,
    ladder_rules,
    one_level,
    powers,
    published,
    row_shift,
    signs,
    small,
    strictness,
    unshifted,
    upper,
)
from lincs.bounds.ends import Everything
from lincs.bounds.hypothesis import at_margin
from lincs.bounds.question import Counts, MarginQuestion, Question
from lincs.bounds.rule import Remark, Rule
from lincs.errors import InputError
from lincs.problem import Problem

__all__ = ["CATALOGUES", "Catalogue", "catalogue_of", "of_margin", "rules_for"]

Q = TypeVar("Q", bound=Counts)


@dataclass(frozen=True)
class Catalogue(Generic[Q]):
    """What is known for one read-out.

    ``question``: what its rules are asked.  ``rules``: lower ones first; among equal values the one listed first names
    the bracket's end.  ``every_m``: where no m is the largest.
    """

    question: type[Q]
    rules: tuple[Rule[Q], ...]
    every_m: tuple[Everything[Q], ...]

    @property
    def has_eps(self) -> bool:
        """Whether the read-out has an error, and so an eps."""
        return "eps" in self.question.__dataclass_fields__

    def ask(self, problem: Problem) -> Callable[..., Q]:
        """The question of a problem, as a function of the unknown (by name; of nothing when that is d)."""
        given = {name: getattr(problem, name) for name in self.question.__dataclass_fields__}
        return partial(self.question, **{name: value for name, value in given.items() if value is not None})


def of_margin(rule: Rule[Question]) -> Rule[MarginQuestion]:
    """A rule that suffices for an error, asked about a threshold by the error that implies it."""
    if rule.side != "upper":
        raise ValueError(f"{rule.name} is necessary for an error, which says nothing about a threshold")
    suffices = rule.suffices
    return Rule[MarginQuestion](
        name=rule.name,
        side=rule.side,
        kind=rule.kind,
        source=rule.source,
        statement=f"with 1 in place of k and 1/(2k) in place of eps: {rule.statement}",
        requires=at_margin(rule.requires),
        setting=rule.setting,
        remark=rule.remark and Remark(rule.remark.margin, rule.remark.margin),
        theorem=rule.theorem,
        program=rule.program,
        evaluate=lambda question: rule.evaluate(question.error),
        suffices=suffices and (lambda question, d: suffices(question.error, d)),
        any_size=rule.any_size,
    )


_RANK = (chebyshev.RULE, *kernel.RULES, *classical.RULES, ladder_rules.LADDER)
_SUFFICIENT = (caps.RULE, *signs.RULES, *published.UPPER)
_SHIFTED = (row_shift.ROW_SHIFT, ladder_rules.LADDER_SHIFT, one_level.ONE_LEVEL, *classical.SHIFTED)
_ERROR = (*upper.RULES, strictness.RULE, small.ZERO, small.CONSTANT, *_SUFFICIENT)
_EVERY_M = (ends.ZERO, ends.CONSTANT, ends.LINES)

# One place for what a read-out's rules are.
CATALOGUES: dict[str, Catalogue[Any]] = {
    "signed": Catalogue(
        Question,
        (
            chebyshev.RULE,
            *powers.RULES,
            small.TRIVIAL,
            *kernel.RULES,
            *classical.RULES,
            ladder_rules.LADDER,
            small.full_rank(Fraction(1)),
            *published.LOWER,
            *_ERROR,
            *decoders.RULES,
        ),
        _EVERY_M,
    ),
    "nonnegative": Catalogue(
        Question,
        (
            *map(unshifted.of_nonnegative, _RANK),
            *_SHIFTED,
            small.full_rank(Fraction(1, 2)),
            small.TRIVIAL_NONNEGATIVE,
            *_ERROR,
        ),
        _EVERY_M,
    ),
    "affine": Catalogue(
        Question,
        (
            *_SHIFTED,
            small.full_rank(Fraction(1, 2)),
            small.TRIVIAL_AFFINE,
            small.HALF_ANSWER,
            small.ANTIPODAL,
            *_ERROR,
        ),
        (ends.ZERO, ends.HALF_ANSWER, ends.CONSTANT, ends.LINES),
    ),
    "threshold": Catalogue(
        MarginQuestion,
        (
            row_shift.ROW_SHIFT_THRESHOLD,
            ladder_rules.LADDER_THRESHOLD,
            one_level.ONE_LEVEL_THRESHOLD,
            unshifted.THRESHOLD,
            small.FULL_RANK_THRESHOLD,
            small.LINE,
            small.TRIVIAL_THRESHOLD,
            small.CIRCLE,
            *map(of_margin, (*upper.RULES, strictness.RULE, *_SUFFICIENT)),
        ),
        (ends.CIRCLE,),
    ),
}


def catalogue_of(readout: str) -> Catalogue[Any]:
    """The catalogue of a read-out; InputError for a word that names none, and for one of which no bound is known."""
    name = readouts.readout(readout).name
    if name not in CATALOGUES:
        raise InputError(f"readout must be one of {', '.join(CATALOGUES)}: no bound is known for {name}")
    return CATALOGUES[name]


def rules_for(readout: str) -> tuple[Rule[Any], ...]:
    """Every rule for a read-out, lower ones first."""
    return catalogue_of(readout).rules
