"""Theorem 2b: the best probe of a row for features in [0, 1], by linear programs for both sides and the gauges."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog

TITLE = "best probes of features in [0, 1]"

Array = npt.NDArray[np.float64]
_CLOSE = 1e-7


def check() -> str:
    rng = np.random.default_rng(202)
    rows = laws = gauges = strict = 0
    for _ in range(24):
        d, m = sorted(rng.choice(np.arange(1, 8), 2, replace=False).tolist())
        A = rng.standard_normal((d, m)) * 10.0 ** rng.integers(-1, 2, m) * (rng.random((d, m)) < 0.8)
        for k in sorted({1, 2, m}):
            for loss, values, gauge in ((_nonnegative, _pieces, _shared), (_affine, _halves, _bias)):
                best = [_primal(A, i, k, values) for i in range(m)]
                for i, (value, b) in enumerate(best):
                    assert abs(loss(A.T @ b - np.eye(m)[i], k) - value) < _CLOSE, (A, i, k)
                    assert abs(_dual(A, i, k, gauge) - value) < _CLOSE, (A, i, k)
                    rows += 1
                worst = max(value for value, _ in best)
                if loss is _affine:
                    assert abs(worst - min(0.5, k * _with_bias(A))) < _CLOSE, (A, k)
                else:
                    nu = max(_widest(A, i) for i in range(m))
                    least = min(0.5, k * nu / (1 + k * nu))
                    assert worst > least - _CLOSE, (A, k)
                    strict += worst > least + _CLOSE
                laws += 1
    for _ in range(400):
        w, k = rng.standard_normal(int(rng.integers(1, 8))) * (rng.random() < 0.9), int(rng.integers(1, 5))
        E = rng.standard_normal(len(w))
        assert w @ E <= _shared_formula(w, k) * _nonnegative(E, k) + 1e-12, (w, E, k)
        assert w @ E <= _bias_formula(w, k) * _affine(E, k) + 1e-12, (w, E, k)
        assert abs(_shared_formula(w, k) - _least_factor(w, k, _shared)) < _CLOSE, (w, k)
        assert abs(_bias_formula(w, k) - _least_factor(w, k, _bias)) < _CLOSE, (w, k)
        gauges += 2
    assert strict > 0  # the non-negative bound is not an equality
    return f"{rows} rows by primal and dual programs, {laws} matrices and k against the laws, {gauges} gauges"


# --- the losses and gauges, as stated ---


def _top(v: Array, k: int) -> float:
    return float(np.sort(np.maximum(v, 0))[::-1][:k].sum())


def _nonnegative(E: Array, k: int) -> float:
    return max(_top(E, k), _top(-E, k))


def _affine(E: Array, k: int) -> float:
    return (_top(E, k) + _top(-E, k)) / 2


def _sides(w: Array) -> tuple[Array, Array]:
    return np.maximum(w, 0), np.maximum(-w, 0)


def _shared_formula(w: Array, k: int) -> float:
    return float(sum(max(side.max(), side.sum() / k) for side in _sides(w)))


def _bias_formula(w: Array, k: int) -> float:
    return 2 * float(max(np.abs(w).max(), max(side.sum() for side in _sides(w)) / k))


# --- the probe: S+_k(E) <= s iff some tau, u >= 0 have k tau + sum u <= s and u >= E - tau ---

_Values = Callable[[int], tuple[Array, Array]]


def _pieces(k: int) -> tuple[Array, Array]:
    """Cost of the two one-sided sums, and the rows of what else is asked of them: one variable above both."""
    return np.array([0.0, 0.0, 1.0]), np.array([[1.0, 0.0, -1.0], [0.0, 1.0, -1.0]])


def _halves(k: int) -> tuple[Array, Array]:
    return np.array([0.5, 0.5, 0.0]), np.zeros((0, 3))


def _primal(A: Array, i: int, k: int, values: _Values) -> tuple[float, Array]:
    """The least loss of row i and its probe; the variables are b, (tau, u) of either side, and (S+, S-, their cap)."""
    d, m = A.shape
    cost, more = values(k)
    target, none, eye, one = np.eye(m)[i], np.zeros((m, m + 1)), np.eye(m), np.ones((m, 1))
    side, last = np.hstack([-one, -eye]), np.zeros((m, 3))
    total, gap = np.append(float(k), np.ones(m)), np.zeros(m + 1)
    rows = [
        np.hstack([A.T, side, none, last]),
        np.hstack([-A.T, none, side, last]),
        np.concatenate([np.zeros(d), total, gap, [-1.0, 0.0, 0.0]])[None],
        np.concatenate([np.zeros(d), gap, total, [0.0, -1.0, 0.0]])[None],
        np.hstack([np.zeros((len(more), d + 2 * (m + 1))), more]),
    ]
    limits = np.concatenate([target, -target, np.zeros(2 + len(more))])
    bounds = [(None, None)] * d + [(0, None)] * (2 * (m + 1) + 3)
    found = linprog(
        np.concatenate([np.zeros(d + 2 * (m + 1)), cost]), np.vstack(rows), limits, bounds=bounds, method="highs-ds"
    )
    return _optimum(found), np.asarray(found.x)[:d]


def _optimum(found: Any) -> float:
    assert found.status == 0, found.message
    return float(found.fun)


# --- the kernel vector: w = p - q, p and q within K ---

_Gauge = Callable[[int, int], tuple[Array, Array]]


def _shared(m: int, k: int) -> tuple[Array, Array]:
    """K as ``rows (p, q, a) <= limits`` times the factor: p in aP, q in (1-a)P."""
    p, q, none, one = np.eye(m), np.eye(m), np.zeros((m, m)), np.ones((m, 1))
    rows = np.vstack([np.hstack([p, none, -one]), np.hstack([none, q, one])])
    sums = np.vstack([np.r_[np.ones(m), np.zeros(m), -k], np.r_[np.zeros(m), np.ones(m), k]])
    return np.vstack([rows, sums]), np.concatenate([np.zeros(m), np.ones(m), [0.0, k]])


def _bias(m: int, k: int) -> tuple[Array, Array]:
    """K as rows over (p, q, unused): both in P/2."""
    rows = np.hstack([np.eye(2 * m), np.zeros((2 * m, 1))])
    sums = np.vstack([np.r_[np.ones(m), np.zeros(m + 1)], np.r_[np.zeros(m), np.ones(m), 0.0]])
    return np.vstack([rows, sums]), np.concatenate([np.full(2 * m, 0.5), [k / 2, k / 2]])


def _dual(A: Array, i: int, k: int, gauge: _Gauge) -> float:
    d, m = A.shape
    rows, limits = gauge(m, k)
    cost = np.zeros(2 * m + 1)
    cost[i], cost[m + i] = -1, 1
    equal = np.hstack([A, -A, np.zeros((d, 1))])
    found = linprog(cost, rows, limits, equal, np.zeros(d), bounds=[(0, 1)] * (2 * m + 1), method="highs-ds")
    return -_optimum(found)


def _least_factor(w: Array, k: int, gauge: _Gauge) -> float:
    """The least f with ``w = p - q``, ``(p, q)`` in f times K; p, q, a are unknown, and so is f."""
    m = len(w)
    rows, limits = gauge(m, k)
    equal = np.hstack([np.eye(m), -np.eye(m), np.zeros((m, 2))])
    found = linprog(
        np.append(np.zeros(2 * m + 1), 1.0), np.hstack([rows, -limits[:, None]]), np.zeros(len(rows)), equal, w,
        bounds=(0, None), method="highs-ds",
    )  # fmt: skip
    return _optimum(found)


# --- the laws ---


def _least_norm(A: Array, i: int) -> float:
    """The least 1-norm of a kernel vector with ``w_i = 1``; infinite without one."""
    d, m = A.shape
    equal = np.vstack([np.hstack([A, -A]), np.hstack([np.eye(m)[i], -np.eye(m)[i]])[None]])
    found = linprog(np.ones(2 * m), A_eq=equal, b_eq=np.append(np.zeros(d), 1.0), bounds=(0, None), method="highs-ds")
    return np.inf if found.status == 2 else _optimum(found)


def _widest(A: Array, i: int) -> float:
    return 1 / _least_norm(A, i)


def _with_bias(A: Array) -> float:
    """``nu'`` by the larger matrix, of the features alone."""
    d, m = A.shape
    larger = np.vstack([np.hstack([A, np.zeros((d, 1))]), np.append(np.ones(m), -1.0)[None]])
    return max(_widest(larger, i) for i in range(m))
