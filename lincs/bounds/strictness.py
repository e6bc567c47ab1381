"""Frames exactly on the threshold: strictness costs at most one dimension (THEOREMS.md, 5 (l)).

If m unit vectors of R^d have inner products of at most ``0 < mu < 1``, some m vectors of R^(d+1) have normalised ones
strictly below mu.  Append ``e_1 > e_2 > ...`` with ``0 < e_1 <= 1`` and ``e_(i+1) <= (mu/3) e_i``: for i < j the inner
product is at most ``mu + e_i e_j <= mu (1 + e_i^2/3)``, and the lengths are ``sqrt(1 + e_i^2) > 1 + e_i^2/3`` and more
than 1.  So whatever family of frames is best at "at most mu", its dimension and one more is enough.
"""

from __future__ import annotations

from lincs.bounds.hypothesis import HALF
from lincs.bounds.question import Question
from lincs.bounds.rule import Outcome, Rule, refused
from lincs.bounds.upper import frame_parameters
from lincs.constructions.catalogue import FAMILIES, least_frame

__all__ = ["NAME", "RULE"]

NAME = "strictness"


def _least(question: Question) -> Outcome:
    promise = least_frame(FAMILIES, m=question.m, mu=question.mu, closed=True)
    if promise is None:
        return refused("no frame has m columns and coherence at most eps/(k-eps)")
    parameters = {"family": promise.family, **frame_parameters(promise, question.m)}
    on = promise.coherence_squared is None or promise.coherence_squared == question.mu**2
    where = "exactly on the threshold" if on else "at most eps/(k-eps)"
    return Outcome(promise.d + 1, parameters, f"a frame in R^{promise.d}, {where}, and one coordinate more")


RULE = Rule[Question](
    name=NAME,
    side="upper",
    kind="theorem",
    source="THEOREMS.md, 5 (l), on the frame named",
    statement="m unit columns in R^(d-1) with coherence at most eps/(k-eps)",
    requires=(HALF,),
    evaluate=_least,
    theorem="5",
    program="t05c_strictness",
)
