"""Upper bounds on d: what the constructions of the catalogue promise."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial

from lincs.bounds.question import Question
from lincs.bounds.rule import Outcome, Remark, Rule, refused
from lincs.constructions.catalogue import FAMILIES
from lincs.constructions.catalogue import family as family_of
from lincs.constructions.family import Family, Promise
from lincs.exact.roots import rational_root

__all__ = ["RULES", "frame_parameters"]


def _promise(family: Family, question: Question) -> Outcome:
    promise = family.least(m=question.m, mu=question.mu, closed=question.closed)
    if promise is None:
        return refused("no member has m columns and so small a coherence")
    return Outcome(promise.d, frame_parameters(promise, question.m))


def _most(most: Callable[..., Promise | None], question: Question, d: int) -> Outcome:
    promise = most(d=d, mu=question.mu, closed=question.closed)
    if promise is None or promise.columns <= d:
        return refused("reaches no more columns than d")
    return Outcome(promise.columns, frame_parameters(promise, promise.columns))


def frame_parameters(promise: Promise, m: int) -> dict[str, object]:
    """What a bracket says of a frame: what builds it, its columns and coherence, and how its first m are known."""
    parameters: dict[str, object] = {**promise.parameters, "columns": promise.columns}
    if promise.coherence_squared is not None:
        parameters["coherence"] = _root(promise.coherence_squared)
    parameters["status"] = family_of(promise.family).status(promise, m=m)
    return parameters


def _root(square: Fraction) -> Fraction | str:
    """The square root of a rational, exactly: a rational when it is one, else text."""
    root = rational_root(square)
    return f"sqrt({square})" if root is None else root


RULES = tuple(
    Rule[Question](
        name=family.name,
        side="upper",
        kind="construction",
        source=family.source,
        statement="m unit columns in R^d with coherence below eps/(k-eps)",
        remark=Remark("coherence below 1 serves when eps/k >= 1/2", "coherence below 1 serves when k = 1"),
        evaluate=partial(_promise, family),
        most=None if family.most is None else partial(_most, family.most),
        any_size=family.any_size,
    )
    for family in FAMILIES
)
