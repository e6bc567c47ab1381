"""Find certificates of :mod:`lincs.bounds.several`: a linear program by cutting planes, rounded and then proved.

Nothing here is trusted.  The search works in floats on a grid; what it finds is rounded to rationals, and only a
certificate whose exact proof succeeds is returned.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import Any

from lincs.bounds.chebyshev import chebyshev_rank
from lincs.bounds.polynomials import polynomial_dimension
from lincs.bounds.question import Question
from lincs.bounds.rule import Outcome, Rule, refused
from lincs.bounds.several import Certificate, Term, gap
from lincs.exact.search import first, least
from lincs.results import Bound

__all__ = ["certificate", "improve_d", "improve_m", "several_degrees"]

_GRID = 400
_ROUNDS = 40
_SCALE = 1 << 30
_EXTRA = 3  # degrees beyond the best single one


def several_degrees(*, m: int, mu: Fraction, start: int | None = None, top: int | None = None) -> Certificate | None:
    """The certificate that excludes the largest d, at least ``start`` (default: where one degree stops); or None.

    The bound it proves is ``d + 1``.  Whether d can be excluded is monotone in d: ``c_p`` falls as d grows.
    """
    single = chebyshev_rank(m=m, mu=mu)
    top = top or single.p + _EXTRA
    low = start or single.d
    found: dict[int, Certificate | None] = {low: certificate(m=m, mu=mu, d=low, top=top)}
    if found[low] is None:
        return None

    def allowed(d: int) -> bool:
        found[d] = certificate(m=m, mu=mu, d=d, top=top)
        return found[d] is None

    beyond = first(allowed, low)
    assert beyond is not None
    return found[beyond - 1]


def improve_d(rule: Rule[Question], question: Question, start: Any) -> Outcome:
    """A certificate that excludes ``start`` or more, as the bound one above it."""
    if why := rule.refusal(question):
        return refused(why)
    found = several_degrees(m=question.m, mu=question.mu, start=start)
    if found is None:
        return refused("several degrees exclude no d beyond the best other bound")
    return Outcome(found.d + 1, _parameters(found))


def improve_m(rule: Rule[Question], ask: Callable[..., Question], d: int, low: Bound, high: Bound) -> Outcome:
    """Lower the best limit of m by certificates, by bisection from the columns achieved."""
    question = ask(m=2)
    if why := rule.refusal(question):
        return refused(why)
    if not isinstance(low.value, int) or not isinstance(high.value, int):
        return refused("needs a finite limit")
    top = int(high.parameters.get("p", 1)) + _EXTRA
    found: dict[int, Certificate | None] = {}

    def excluded(m: int) -> bool:
        found[m] = certificate(m=m, mu=question.mu, d=d, top=top)
        return found[m] is not None

    beyond = least(excluded, max(low.value, 1), high.value + 1)
    best = found.get(beyond)
    if best is None:
        return refused("several degrees exclude no m below the best other bound")
    return Outcome(beyond - 1, _parameters(best))


def _parameters(found: Certificate) -> dict[str, Any]:
    return {"degrees": [f.p for f in found.terms], "certificate": found.to_dict()}


def certificate(*, m: int, mu: Fraction, d: int, top: int) -> Certificate | None:
    """A proved certificate that rank d is impossible, of degrees at most ``top``; None if none was found."""
    if m < 2 or not 0 < mu < 1 or d >= m:
        return None
    gaps = {p: gap(m, d, p) for p in range(1, top + 1) if polynomial_dimension(d, p) < m}
    if not gaps:
        return None
    terms = _search(gaps, mu)
    if terms is None:
        return None
    found = Certificate(m=m, d=d, mu=mu, terms=tuple(terms))
    return found if found.holds() else None


@lru_cache(maxsize=64)
def _basis(p: int) -> Any:
    """Chebyshev polynomials of degrees ``l = p mod 2, ..., p`` at ``y/mu`` in ``[0, 1]``: grid x degrees."""
    import numpy as np

    angle = np.linspace(0, np.pi / 2, _GRID)
    return np.cos(np.outer(angle, np.arange(p % 2, p + 1, 2)))


def _chebyshev_coefficients(n: int) -> list[int]:
    before, value = [1], [0, 1]
    if n == 0:
        return before
    for _ in range(n - 1):
        before, value = (
            value,
            [2 * a - b for a, b in zip([0, *value], [*before, *[0] * (len(value) + 1 - len(before))], strict=True)],
        )
    return value


def _values_at_one(p: int, x: Fraction) -> list[Fraction]:
    """``T_l(x)`` for ``l = p mod 2, ..., p``."""
    values = [Fraction(1), x]
    while len(values) <= p:
        values.append(2 * x * values[-1] - values[-2])
    return values[p % 2 : p + 1 : 2]


def _search(gaps: dict[int, Fraction], mu: Fraction) -> list[Term] | None:
    """Polynomials ``f_i`` with ``sum lambda_i f_i^2 / c_i < 1`` on the grid, ``f_i(1) = 1``, ``sum lambda_i = 1``.

    The linear program looks for a distribution nu on the grid that satisfies every constraint found so far; each round
    adds, for every degree, the constraint that nu violates most (a least-squares problem).  When the program is
    infeasible its dual is the answer.
    """
    import numpy as np
    from scipy.optimize import linprog

    at_one = {p: np.array([float(v) for v in _scaled(_values_at_one(p, 1 / mu))]) for p in gaps}
    peak = {p: max(_values_at_one(p, 1 / mu)) for p in gaps}
    # c_p f(1)^2 in the scale where the largest T_l(x) is 1: safe in floats for any mu.
    level = {p: float(gaps[p] * peak[p] ** 2) for p in gaps}
    uniform = np.full(_GRID, 1 / _GRID)
    nu = uniform
    cuts: list[Any] = []
    found: list[tuple[int, Any]] = []
    for round_ in range(_ROUNDS):
        fresh = False
        for p, value in at_one.items():
            basis = _basis(p)
            gram = (basis * nu[:, None]).T @ basis
            direction = np.linalg.lstsq(gram, value, rcond=1e-13)[0]
            coefficients = direction / (value @ direction)
            square = (basis @ coefficients) ** 2 / level[p]
            if nu @ square < 1 - 1e-10 or round_ == 0:
                cuts.append(square)
                found.append((p, coefficients))
                fresh = True
        if not fresh:
            return None
        matrix = np.hstack([-np.array(cuts), np.ones((len(cuts), 1))])
        program = linprog(
            np.r_[np.zeros(_GRID), -1.0],
            A_ub=matrix,
            b_ub=np.zeros(len(cuts)),
            A_eq=np.r_[np.ones(_GRID), 0.0][None, :],
            b_eq=[1.0],
            bounds=[(0, None)] * _GRID + [(None, None)],
            method="highs",
        )
        if program.status != 0 or program.x is None or program.fun is None:
            return None
        if -program.fun < 1 - 1e-9:
            weights = -program.ineqlin.marginals
            return [
                _rational(p, coefficients * np.sqrt(w / level[p]))
                for w, (p, coefficients) in zip(weights, found, strict=True)
                if w > 1e-9
            ]
        # Keep a little of the uniform distribution: it makes the least-squares problems well posed.
        share = 0.02 if round_ < 8 else 0.001
        nu = (1 - share) * program.x[:_GRID] + share * uniform
    return None


def _scaled(values: list[Fraction]) -> list[Fraction]:
    peak = max(values)
    return [v / peak for v in values]


def _rational(p: int, chebyshev: Any) -> Term:
    """Round Chebyshev coefficients to a rational grid and expand them in powers of ``y/mu``."""
    powers = [Fraction(0)] * (p // 2 + 1)
    for a, n in zip(chebyshev, range(p % 2, p + 1, 2), strict=True):
        rounded = Fraction(round(float(a) * _SCALE), _SCALE)
        for i, c in enumerate(_chebyshev_coefficients(n)):
            if c:
                powers[i // 2] += rounded * c
    return Term(p, tuple(powers))
