"""How many dimensions random inputs need: upper bounds by random and by flat frames, lower bounds by rank.

Inputs are random signs on a uniform k-subset (or on a Bernoulli support of rate k/m: what is said of the expected
number from below).  ``typical-chebyshev`` is about ``P(some |X_i| >= eps) <= delta``, ``typical-expected`` about the
expected number of such i, and every upper bound is about both (THEOREMS.md, 11b and 11c).  Searches run in floating
point; what they find is proved again in rational arithmetic.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from lincs.bounds.hypothesis import EPS1, Hypothesis
from lincs.bounds.polynomials import degrees, least_dimension, polynomial_dimension
from lincs.bounds.question import COLUMN_BITS, SEARCH_BITS, Question
from lincs.bounds.rule import Outcome, Rule, refused
from lincs.exact.enclosure import ln

__all__ = ["RULES", "TypicalQuestion", "least_x", "random_frames"]

_DEGREES = 39  # odd ones up to this
_RATIOS = 400  # eps^2/s^2 from 1/20 to 50
_SCALES, _FINER = 200, 20  # shrunk probes c on a grid, and on a finer one about the best


@dataclass(frozen=True, kw_only=True)
class TypicalQuestion(Question):
    """The question with a probability ``delta``: of some misread feature, or of how many to expect."""

    delta: Fraction

    @property
    def within_reach(self) -> bool:
        """Whether floating point holds everything that is searched."""
        return not self.beyond and self.delta.denominator <= self.delta.numerator << COLUMN_BITS


REACH: Hypothesis[TypicalQuestion] = Hypothesis(
    f"m, 1/delta <= 2^{COLUMN_BITS} and k, 1/eps <= 2^{SEARCH_BITS}", lambda question: question.within_reach
)
SIXTH: Hypothesis[TypicalQuestion] = Hypothesis("delta < 1/6", lambda question: question.delta < Fraction(1, 6))
HALF_DELTA: Hypothesis[TypicalQuestion] = Hypothesis("delta < 1/2", lambda question: 2 * question.delta < 1)
BELOW_HALF: Hypothesis[TypicalQuestion] = Hypothesis("eps < 1/2", lambda question: 2 * question.eps < 1)
SMALL: Hypothesis[TypicalQuestion] = Hypothesis("eps^2/k < 1/2", lambda question: 2 * question.eps**2 < question.k)


# -- random frames -----------------------------------------------------------------------------------------------------


def _tail(n: float, a: float, eps: float) -> tuple[float, float]:
    """The least of ``-lam eps - (n/2) ln(1 - a lam^2)``, and its lam."""
    lam = (-n * a + math.sqrt((n * a) ** 2 + 4 * eps * eps * a)) / (2 * eps * a)
    return -lam * eps - n / 2 * math.log1p(-a * lam * lam), lam


@dataclass(frozen=True)
class _Part:
    """``count`` rows in which ``k`` others are active and the error has room ``eps``, in a random sign frame."""

    count: int
    k: int
    eps: Fraction

    def forms(self, d: int, uniform: bool) -> Iterator[tuple[int, Fraction]]:
        """(n, a) of every bound ``2 e^{-lam eps} (1 - a lam^2)^{-n/2}`` of the probability of one row."""
        yield d, Fraction(self.k, d * d)
        if uniform:
            yield self.k, Fraction(1, 3 * d)

    def log(self, d: int, uniform: bool) -> float:
        """About the logarithm of the bound of all rows."""
        if not self.count or not self.k:
            return -math.inf
        room = float(self.eps)
        return math.log(2 * self.count) + min(_tail(n, float(a), room)[0] for n, a in self.forms(d, uniform))

    def proved(self, d: int, uniform: bool, most: Fraction) -> bool:
        """Whether the bound of all rows is at most ``most``, in rational arithmetic."""
        if not self.count or not self.k:
            return True
        if most <= 0:
            return False
        target = ln(most)[0] - ln(2 * self.count)[1]
        for n, a in self.forms(d, uniform):
            lam = Fraction(_tail(n, float(a), float(self.eps))[1])
            if a * lam * lam < 1 and -lam * self.eps - Fraction(n, 2) * ln(1 - a * lam * lam)[0] <= target:
                return True
        return False


def _parts(question: TypicalQuestion, c: Fraction) -> tuple[_Part, _Part]:
    """Inactive features have room ``eps/c``, active ones ``(eps - (1-c))/c``."""
    m, k, eps = question.m, question.k, question.eps
    return _Part(m - k, k, eps / c), _Part(k, k - 1, (eps - (1 - c)) / c)


def _log_sum(parts: tuple[_Part, _Part], d: int, uniform: bool) -> float:
    logs = [part.log(d, uniform) for part in parts]
    top = max(logs)
    return top if top == -math.inf else top + math.log(sum(math.exp(log - top) for log in logs))


def _proved(parts: tuple[_Part, _Part], d: int, uniform: bool, delta: Fraction) -> bool:
    """Both parts within delta: the active rows get a little more than they seem to need."""
    share = math.exp(min(parts[1].log(d, uniform) - math.log(delta), 0.0)) if parts[1].k and parts[1].count else 0.0
    active = min(Fraction(share * (1 + 1e-9)), Fraction(1)) * delta
    return parts[1].proved(d, uniform, active) and parts[0].proved(d, uniform, delta - active)


def random_frames(question: TypicalQuestion, *, uniform: bool = False, shrink: bool = True) -> tuple[int, Fraction]:
    """``(d, c)``: random sign frames with probes ``c a_i`` misread at most delta features on average."""
    eps, delta = question.eps, question.delta
    u = eps**2 / question.k
    most = 2 * question.k / eps**2 * (1 - u) / (1 - 2 * u) * ln(2 * question.m / delta)[1]
    best, scale = -(-most.numerator // most.denominator), Fraction(1)
    log_delta = math.log(delta)
    low = max(1 - eps, Fraction(0))
    step = (1 - low) / _SCALES
    stages: tuple[Iterable[int], ...] = (range(_SCALES), range(-_FINER, _FINER + 1)) if shrink else (range(1),)
    for stage in stages:
        around = scale
        for n in stage:
            c = around - step * n  # from 1 downwards, then about the best one
            if not low < c <= 1:
                continue
            parts = _parts(question, c)
            if best > 1 and _log_sum(parts, best - 1, uniform) > log_delta:
                continue  # no less than what is known
            d = least_true(partial(_reaches, parts, uniform, log_delta), best)
            while d < best and not _proved(parts, d, uniform, delta):
                d += 1 + d // 10**9
            if d < best:
                best, scale = d, c
        step /= _FINER
    return best, scale


def _reaches(parts: tuple[_Part, _Part], uniform: bool, log_delta: float, d: int) -> bool:
    return _log_sum(parts, d, uniform) <= log_delta


def least_true(holds: partial[bool], high: int) -> int:
    """The least d up to ``high``, which holds, from which on the condition does."""
    low = 0
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def _random(uniform: bool, question: TypicalQuestion) -> Outcome:
    d, c = random_frames(question, uniform=uniform)
    return Outcome(d, {**_said(question, _BOTH, "uniform" if uniform else "signs"), "c": c})


# -- flat frames -------------------------------------------------------------------------------------------------------


def _flat(question: TypicalQuestion) -> Outcome:
    """The least Kerdock dimension 4^s with m columns at which Hoeffding's bound is within delta."""
    least = 2 * question.k / question.eps**2 * ln(2 * question.m / question.delta)[1]
    d = 4
    while d * (d // 2 + 1) < question.m or d < least:
        d *= 4
    return Outcome(d, {**_said(question, _BOTH), "columns": d * (d // 2 + 1)})


# -- lower bounds ------------------------------------------------------------------------------------------------------


def least_x(delta: Fraction) -> Fraction:
    """A rational x just above the least one with ``(x-1)^2/(2x(3x+1)) > delta`` (delta < 1/6)."""
    a, b = 1 - 6 * float(delta), -2 - 2 * float(delta)
    x = Fraction((-b + math.sqrt(b * b - 4 * a)) / (2 * a) * (1 + 1e-12)).limit_denominator(1 << 60)
    while not (x - 1) ** 2 > 2 * x * (3 * x + 1) * delta:
        x *= 1 + Fraction(1, 1 << 30)
    return x


def _good(question: TypicalQuestion) -> int:
    """At least so many columns whose feature alone misreads nothing: ``m - (m/k) ln(1/(1 - 2 delta))``, rounded up."""
    lost = Fraction(question.m, question.k) * ln(1 / (1 - 2 * question.delta))[1]
    return math.ceil(question.m - lost)


def _rank(question: TypicalQuestion) -> Outcome:
    good, x = _good(question), least_x(question.delta)
    if good < 1:
        return refused("needs columns that misread nothing alone")
    mu = question.eps / (1 - question.eps)
    best = Outcome(1, {**_said(question, _SOME), "p": 1})
    for p, square, unit in degrees(mu):
        if p > _DEGREES:
            break
        if p % 2 == 0:
            continue
        # sum of squares of a row of T_p(M/mu)/T_p(1/mu), off its diagonal
        spread = p * p * x * Fraction(question.m, question.k) * Fraction(unit, square)
        rank = math.ceil(good / (1 + spread))
        d = least_dimension(partial(polynomial_dimension, p=p), rank)
        if best.value is not None and d > best.value:
            best = Outcome(d, {**_said(question, _SOME), "p": p})
    return best


def _expected(question: TypicalQuestion) -> Outcome:
    good = _good(question)
    if good < 1:
        return refused("needs columns that misread nothing alone")
    eps, rate = question.eps, Fraction(question.k, question.m)
    best, at = Fraction(0), {}
    log_room = math.log(question.delta) - math.log(good) + math.log(2)
    for n in range(_RATIOS):
        y = Fraction(math.exp(math.log(0.05) + n / (_RATIOS - 1) * math.log(1000))).limit_denominator(
            10**6
        )  # eps^2 / s^2
        for blocks in range(1, 60):
            s2 = eps**2 / y
            value = Fraction(good, 2) / (1 + s2 / (rate * (1 - eps) ** 2))
            if value <= best:
                break  # the same for every number of blocks
            w2 = s2 / blocks - rate * eps**2
            if w2 <= (eps / blocks) ** 2:
                continue
            q = (1 - (eps / blocks) ** 2 / w2) ** 2 / (2 * (3 + eps**2 / w2))
            if blocks * math.log(q) <= log_room - 1e-6:
                continue
            if Fraction(good, 2) * q**blocks > question.delta:
                best, at = value, {"blocks": blocks, "y": y}
    if not at:
        return refused("needs rows that fail often enough: larger m, or smaller delta")
    return Outcome(math.floor(best) + 1, {**_said(question, _EXPECTED), **at})


def _one(question: TypicalQuestion) -> Outcome:
    """What the good columns need one at a time: every entry of E among them is below eps."""
    from lincs.bounds.rules import rules_for

    good = _good(question)
    if good < 1:
        return refused("needs columns that misread nothing alone")
    alone = Question(m=good, k=1, eps=question.eps)
    lower = [rule for rule in rules_for("signed") if rule.side == "lower" and rule.kind == "theorem"]
    found = [(outcome.value, rule.name) for rule in lower if isinstance((outcome := rule.answer(alone)).value, int)]
    d, name = max(found, key=lambda entry: entry[0])
    return Outcome(d, {**_said(question, _SOME), "columns": good, "bound": name})


_SOME, _EXPECTED, _BOTH = "some feature", "expected number", "expected number"


def _said(question: TypicalQuestion, criterion: str, values: str = "signs") -> dict[str, object]:
    return {"criterion": criterion, "values": values, "delta": question.delta}


RULES: tuple[Rule[TypicalQuestion], ...] = (
    Rule[TypicalQuestion](
        name="typical-chebyshev",
        side="lower",
        kind="typical",
        any_size=True,
        source="second moments and rank (THEOREMS.md, theorem 11c)",
        statement=(
            "D_p(d) >= m' / (1 + p^2 x (m/k) / T_p((1-eps)/eps)^2) for odd p, m' = m - (m/k) ln(1/(1-2 delta)), "
            "x least with (x-1)^2/(2x(3x+1)) > delta"
        ),
        setting="random signs, P(some feature misread) <= delta",
        requires=(REACH, SIXTH, BELOW_HALF),
        evaluate=_rank,
        theorem="11c",
        program="t11c_typical_lower",
    ),
    Rule[TypicalQuestion](
        name="typical-one",
        side="lower",
        kind="typical",
        any_size=True,
        source="columns that misread nothing alone (THEOREMS.md, theorem 11c)",
        statement="d >= d(m', 1, eps), m' = m - (m/k) ln(1/(1-2 delta)): every bound at k = 1",
        setting="random signs, P(some feature misread) <= delta",
        requires=(REACH, HALF_DELTA, BELOW_HALF),
        evaluate=_one,
        theorem="11c",
        program="t11c_typical_lower",
    ),
    Rule[TypicalQuestion](
        name="typical-expected",
        side="lower",
        kind="typical",
        any_size=True,
        source="blocks of a row and rank (THEOREMS.md, theorem 11c)",
        statement=(
            "d > (m'/2) / (1 + s^2 (m/k)/(1-eps)^2) if (m'/2) q^L > delta, w^2 = s^2/L - (k/m) eps^2 > (eps/L)^2, "
            "q = (1 - eps^2/(L w)^2)^2 / (2 (3 + eps^2/w^2))"
        ),
        setting="random signs, Bernoulli supports, expected number of misread features <= delta",
        requires=(REACH, HALF_DELTA, BELOW_HALF),
        evaluate=_expected,
        theorem="11c",
        program="t11c_typical_lower",
    ),
    Rule[TypicalQuestion](
        name="typical-random",
        side="upper",
        kind="typical",
        any_size=True,
        source="random signs, probes c a_i (THEOREMS.md, theorem 11b)",
        statement="d = (2k/eps^2) ((1-u)/(1-2u)) ln(2m/delta), u = eps^2/k, or less, by the best c and exponent",
        setting="random signs on a uniform k-subset",
        requires=(REACH, EPS1, SMALL),
        evaluate=partial(_random, False),
        theorem="11b",
        program="t11b_typical_upper",
    ),
    Rule[TypicalQuestion](
        name="typical-random-uniform",
        side="upper",
        kind="typical",
        any_size=True,
        source="random signs, probes c a_i (THEOREMS.md, theorem 11b)",
        statement="2 m e^(-lam eps) (1 - lam^2/(3d))^(-k/2) <= delta for some lam, at the best c",
        setting="values uniform in [-1, 1] on a uniform k-subset",
        requires=(REACH, EPS1, SMALL),
        evaluate=partial(_random, True),
        theorem="11b",
        program="t11b_typical_upper",
    ),
    Rule[TypicalQuestion](
        name="typical-flat",
        side="upper",
        kind="typical",
        any_size=True,
        source="Kerdock sets and Hoeffding 1963 (THEOREMS.md, theorem 11b)",
        statement="d = 4^s >= (2k/eps^2) ln(2m/delta), m <= d(d/2 + 1)",
        setting="random signs on a uniform k-subset",
        requires=(REACH, EPS1),
        evaluate=_flat,
        theorem="11b",
        program="t11b_typical_upper",
    ),
)
