"""The bracket: the best proved bound of each side, and every other one beside it."""

from __future__ import annotations

from typing import Any

from lincs.bounds import lower, published, upper
from lincs.errors import InputError
from lincs.problem import Problem
from lincs.results import Bound, Bracket

__all__ = ["bound"]


def bound(
    *, m: Any = None, k: Any = None, eps: Any = None, d: Any = None, readout: str = "signed"
) -> Bracket:
    """Bracket whichever of d, m, k, eps is not given.

    ``d(m, k, eps)`` is the least d for which some real d x m matrices A, B satisfy
    ``||B^T A z - z||_inf < eps`` for every k-sparse ``z`` in ``[-1, 1]^m`` (Garg, Kleinberg and Peng 2026,
    "linear compressed sensing"). For unknown d the lower end is proved necessary and the upper end is
    achieved; ties go to the bound listed first.

    >>> answer = bound(m=16384, k=4, eps=0.25)
    >>> answer.lower.value, answer.upper.value
    (222, 256)
    """
    problem = Problem(m=m, k=k, eps=eps, d=d, readout=readout)
    if problem.unknown != "d":
        raise InputError(f"the unknown must be d, got {problem.unknown}")
    if readout != "signed":
        raise InputError(f"readout must be signed, got {readout!r}")
    return _assemble(problem, [*lower.rows(problem), *upper.rows(problem), *published.rows(problem)])


def _assemble(problem: Problem, rows: list[Bound]) -> Bracket:
    lower_end = max(_deciding(rows, "lower"), key=_value)
    upper_end = min(_deciding(rows, "upper"), key=_value)
    others = tuple(row for row in rows if row is not lower_end and row is not upper_end)
    assert _value(lower_end) <= _value(upper_end), f"contradiction: {lower_end} and {upper_end}"
    return Bracket(problem=problem, unknown=problem.unknown, lower=lower_end, upper=upper_end, rows=others)


def _deciding(rows: list[Bound], side: str) -> list[Bound]:
    return [row for row in rows if row.side == side and row.decides]


def _value(row: Bound) -> int:
    assert isinstance(row.value, int)
    return row.value
