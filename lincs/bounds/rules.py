"""The catalogue: which rules answer for which read-out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from lincs.bounds import decoders, kernel, lower, published, random, readouts, symmetric, upper
from lincs.bounds.afford import affordable
from lincs.bounds.rule import Outcome, Question, Rule, refused

__all__ = ["SHARPENED", "rules_for"]

# Not evaluated like the others: it costs a linear program, so it runs on demand (lincs.bounds.bracket).
SHARPENED = Rule(
    name="several-degrees",
    side="lower",
    kind="theorem",
    source="THEOREMS.md, theorem 4c",
    statement=(
        "polynomials f_i with sum f_i(y)^2 < sum (m/D_i(d) - 1)/(m-1) f_i(1)^2 on all of [-mu, mu], "
        "mu = eps/(k-eps): a rational certificate, proved on the whole interval"
    ),
    hypotheses="m >= 2, eps <= 1, eps/k < 1/2; on request (--sharpen)",
    evaluate=lambda question: refused("on request"),
)

_SUFFICIENT = (*upper.RULES, *random.RULES, *published.UPPER)


def _half(question: Question) -> Outcome:
    if 2 * question.eps <= 1:
        return refused("needs eps > 1/2")
    return Outcome(0, note="B = 0 and bias 1/2")


_HALF = Rule(
    name="half",
    side="upper",
    kind="construction",
    source="THEOREMS.md, theorem 4d",
    statement="d = 0: answer 1/2",
    hypotheses="eps > 1/2, free bias",
    evaluate=_half,
    any_size=True,
)


def _margin(question: Question) -> Question:
    """A threshold at k works when all inner products are below ``1/(2k-1)``: the signed problem at
    ``t = 1/(2k)``."""
    return Question(m=question.m, k=1, eps=Fraction(1, 2 * question.k))


def _with_margin(rule: Rule) -> Rule:
    evaluate: Callable[[Question], Outcome] = rule.evaluate
    suffices: Callable[[Question, int], bool] | None = rule.suffices
    return replace(
        rule,
        evaluate=lambda question: evaluate(_margin(question)),
        suffices=suffices and (lambda question, d: suffices(_margin(question), d)),
        statement=f"at t = 1/(2k) in place of eps/k: {rule.statement}",
        readouts=("threshold",),
        most=None,
    )


_ALL: dict[str, tuple[Rule, ...]] = {
    "signed": (
        *lower.RULES,
        *kernel.RULES,
        readouts.full_rank(Fraction(1)),
        *published.LOWER,
        *_SUFFICIENT,
        *symmetric.RULES,
        *decoders.RULES,
    ),
    "nonnegative": (*readouts.NONNEGATIVE, *_SUFFICIENT),
    "affine": (*readouts.AFFINE, _HALF, readouts.ANTIPODAL, *_SUFFICIENT),
    "threshold": (*readouts.THRESHOLD, readouts.CIRCLE, *(_with_margin(rule) for rule in _SUFFICIENT)),
}


_BY_READOUT = {name: tuple(map(affordable, rules)) for name, rules in _ALL.items()}


def rules_for(readout: str) -> tuple[Rule, ...]:
    """Every rule for a read-out, lower ones first; among equal values the one listed first names the
    bracket's end."""
    return _BY_READOUT[readout]
