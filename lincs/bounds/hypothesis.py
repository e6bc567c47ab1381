"""The hypotheses of rules as objects: one source for the test, the words of ``--list`` and the refusal.

A rule names what it requires; :meth:`lincs.bounds.rule.Rule.answer` evaluates it only where all of that holds, so no
rule tests its hypotheses itself.  A hypothesis about eps also has words for a threshold, which has none: there a rule
for errors is asked with 1 in place of k and ``1/(2k)`` in place of eps, and ``eps/k < 1/2`` reads ``k >= 2``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic, TypeVar

from lincs.bounds.question import Counts, MarginQuestion, Question

__all__ = [
    "ABOVE_HALF",
    "AT_HALF",
    "EPS1",
    "HALF",
    "K1",
    "M2",
    "UP_TO_ONE",
    "Hypothesis",
    "at_margin",
    "eps_above",
    "eps_at_most",
    "k_at_least",
    "m_at_least",
    "unmet",
]

Q_contra = TypeVar("Q_contra", bound=Counts, contravariant=True)


@dataclass(frozen=True)
class Hypothesis(Generic[Q_contra]):
    """A condition on a question: its words, its test, and its words where a threshold is asked.

    ``margin``: the same condition with 1 in place of k and ``1/(2k)`` in place of eps, in words; empty where it then
    always holds, None where nobody asks it of a threshold.  ``closed``: its words where errors may also equal eps;
    None where those are the same.
    """

    text: str
    holds: Callable[[Q_contra], bool]
    margin: str | None = None
    closed: str | None = None

    def words(self, *, closed: bool = False) -> str:
        """The condition in words, for errors below eps or at most eps."""
        return self.closed if closed and self.closed is not None else self.text


def at_margin(hypotheses: Iterable[Hypothesis[Question]]) -> tuple[Hypothesis[MarginQuestion], ...]:
    """The hypotheses of a rule for errors that is asked about a threshold; ValueError if one has no words for that."""
    return tuple(found for hypothesis in hypotheses if (found := _one_at_margin(hypothesis)) is not None)


def _one_at_margin(hypothesis: Hypothesis[Question]) -> Hypothesis[MarginQuestion] | None:
    if hypothesis.margin is None:
        raise ValueError(f"a rule that requires {hypothesis.text} says nothing about a threshold")
    return (
        Hypothesis(hypothesis.margin, lambda question: hypothesis.holds(question.error)) if hypothesis.margin else None
    )


def unmet(hypotheses: Iterable[Hypothesis[Q_contra]], question: Q_contra) -> str:
    """The refusal: "needs ..." with every hypothesis that fails, or an empty string."""
    closed = getattr(question, "closed", False)
    failed = [hypothesis.words(closed=closed) for hypothesis in hypotheses if not hypothesis.holds(question)]
    if not failed:
        return ""
    return "needs " + " and ".join(filter(None, [", ".join(failed[:-1]), failed[-1]]))


def m_at_least(least: int) -> Hypothesis[Counts]:
    """``m >= least``."""
    return Hypothesis(f"m >= {least}", lambda question: question.m >= least, margin=f"m >= {least}")


def k_at_least(least: int) -> Hypothesis[Counts]:
    """``k >= least``."""
    return Hypothesis(f"k >= {least}", lambda question: question.k >= least)


def eps_at_most(limit: Fraction) -> Hypothesis[Question]:
    """``eps <= limit``, which holds of every threshold if ``limit >= 1/2``; ``eps < limit`` where eps may be attained.

    What is necessary for errors below every larger eps is necessary for errors of eps itself.
    """
    margin = "" if 2 * limit >= 1 else None
    return Hypothesis(
        f"eps <= {limit}",
        lambda question: question.eps < limit if question.closed else question.eps <= limit,
        margin,
        f"eps < {limit}",
    )


def eps_above(limit: Fraction) -> Hypothesis[Question]:
    """``eps > limit``; ``eps >= limit`` where eps may be attained."""
    return Hypothesis(
        f"eps > {limit}",
        lambda question: question.eps > limit or (question.closed and question.eps == limit),
        closed=f"eps >= {limit}",
    )


K1: Hypothesis[Counts] = Hypothesis("k = 1", lambda question: question.k == 1)
M2 = m_at_least(2)
EPS1 = eps_at_most(Fraction(1))
# For what suffices: beyond, the zero read-out does.
UP_TO_ONE: Hypothesis[Question] = Hypothesis("eps <= 1", lambda question: question.eps <= 1, margin="")
HALF: Hypothesis[Question] = Hypothesis("eps/k < 1/2", lambda question: 2 * question.eps < question.k, margin="k >= 2")
ABOVE_HALF: Hypothesis[Question] = Hypothesis(
    "eps/k > 1/2",
    lambda question: 2 * question.eps > question.k or (question.closed and 2 * question.eps == question.k),
    closed="eps/k >= 1/2",
)
AT_HALF: Hypothesis[Question] = Hypothesis("eps/k = 1/2", lambda question: 2 * question.eps == question.k)
