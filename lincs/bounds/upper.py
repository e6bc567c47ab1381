"""Upper bounds on d: what the constructions of the catalogue promise, and the trivial pairs."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial

from lincs.bounds.rule import Outcome, Question, Rule, refused
from lincs.constructions.catalogue import FAMILIES
from lincs.constructions.family import Family, Promise
from lincs.exact.roots import rational_root

__all__ = ["RULES"]


def _promise(family: Family, question: Question) -> Outcome:
    promise = family.least(m=question.m, mu=question.mu)
    if promise is None:
        return refused("no member has m columns and coherence below eps/(k-eps)")
    return Outcome(promise.d, _parameters(family, promise, question.m))


def _most(most: Callable[..., Promise | None], family: Family, k: int, eps: Fraction, d: int) -> Outcome:
    promise = most(d=d, mu=Question(m=max(k, 2), k=k, eps=eps).mu)
    if promise is None or promise.columns <= d:
        return refused("reaches no more columns than d")
    return Outcome(promise.columns, _parameters(family, promise, promise.columns))


def _parameters(family: Family, promise: Promise, m: int) -> dict[str, object]:
    parameters: dict[str, object] = {**promise.parameters, "columns": promise.columns}
    if promise.coherence_squared is not None:
        parameters["coherence"] = _root(promise.coherence_squared)
    parameters["status"] = family.status(promise, m=m)
    return parameters


def _root(square: Fraction) -> Fraction | str:
    """The square root of a rational, exactly: a rational when it is one, else text."""
    root = rational_root(square)
    return root if root is not None else f"sqrt({square})"


def _zero(question: Question) -> Outcome:
    if question.eps <= 1:
        return refused("needs eps > 1")
    return Outcome(0, note="B = 0 has error at most 1, below eps")


def _constant(question: Question) -> Outcome:
    if question.eps > 1 or 2 * question.t <= 1:
        return refused("needs eps <= 1 and eps/k > 1/2")
    return Outcome(1, note="B^T A = J/2 has every entry within 1/2 of the identity")


RULES = (
    *(
        Rule(
            name=family.name,
            side="upper",
            kind="construction",
            source=family.source,
            statement="m unit columns in R^d with coherence below eps/(k-eps)",
            hypotheses="none (coherence below 1 serves when eps/k >= 1/2)",
            evaluate=partial(_promise, family),
            most=None if family.most is None else partial(_most, family.most, family),
            any_size=family.any_size,
        )
        for family in FAMILIES
    ),
    Rule(
        name="zero",
        side="upper",
        kind="construction",
        source="THEOREMS.md, theorem 4, small cases",
        statement="d = 0: answer zero",
        hypotheses="eps > 1",
        evaluate=_zero,
        any_size=True,
    ),
    Rule(
        name="constant",
        side="upper",
        kind="construction",
        source="THEOREMS.md, theorem 4, small cases",
        statement="d = 1: every entry of B^T A is 1/2",
        hypotheses="eps <= 1, eps/k > 1/2",
        evaluate=_constant,
        any_size=True,
    ),
)
