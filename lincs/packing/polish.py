"""From a smooth minimum to a local minimum of the coherence itself, to machine precision.

Two tools, used in turn.  *Linear programs*: minimise mu over small moves of the lines with every product linearised,
inside a trust region; they find which products are active, and their multipliers.  *Newton's method* on the conditions
of a minimum with these active products: stationarity, all active products equal to mu in absolute value, unit norms.
It converges quadratically where the minimum is not a vertex, which linear programs alone approach slowly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import optimize, sparse

from lincs.packing.energy import normalised, orbits

__all__ = ["Polished", "polish"]

Array = npt.NDArray[Any]

_linprog: Any = optimize.linprog  # its stubs know no sparse matrices

_MOST_NEWTON = 900  # unknowns of a dense Newton system


@dataclass(frozen=True)
class Polished:
    """Base vectors ``X`` (rows, unit), their coherence, the number of active products and the last residual."""

    X: Array
    coherence: float
    active: int
    residual: float


@dataclass(frozen=True)
class _Pairs:
    """Products to watch: base vector i with the image ``group[g]`` of base vector j, and their signed values."""

    i: Array
    j: Array
    g: Array
    value: Array


def polish(X: Array, group: Array | None = None, *, rounds: int = 15, tolerance: float = 1e-14) -> Polished:
    """Lower the coherence of one frame (rows ``t x d``, unit) to a local minimum."""
    X = normalised(X)
    best = _coherence(X, group)
    radius, active, multipliers = 0.02, None, np.zeros(0)
    for _ in range(rounds):
        step = _linear_step(X, group, radius)
        if step is None:
            break
        moved, predicted, active, multipliers = step
        found = _coherence(moved, group)
        gain, promised = best - found, best - predicted
        if promised < tolerance:
            break
        if gain > 0:
            X, best = moved, found
        radius *= 2.0 if gain > 0.75 * promised else 0.7 if gain > 0.25 * promised else 0.2
        if group is None and active is not None and (gain <= 0.5 * promised or gain < 1e-6):
            X, best, radius = _try_newton(X, best, active, multipliers, radius)
        if radius < 1e-9:
            break
    residual = 0.0 if active is None else _residual(X, group, active, multipliers)
    return Polished(X, best, 0 if active is None else len(active.i), residual)


def _pairs(X: Array, group: Array | None, floor: float) -> tuple[_Pairs, Array]:
    """All products of at least ``floor`` in absolute value, each unordered pair of base vectors once; and all lines."""
    t = len(X)
    Z = orbits(X, group)
    G = X @ Z.T
    G[np.arange(t), np.arange(t)] = 0.0
    large = np.abs(G) >= floor
    rows, columns = np.nonzero(large)
    keep = columns % t >= rows  # (i, g j) stands for (j, g^-1 i) as well
    rows, columns = rows[keep], columns[keep]
    return _Pairs(rows, columns % t, columns // t, G[rows, columns]), Z


def _coherence(X: Array, group: Array | None) -> float:
    t = len(X)
    G = X @ orbits(X, group).T
    G[np.arange(t), np.arange(t)] = 0.0
    return float(np.abs(G).max())


def _derivatives(pairs: _Pairs, X: Array, Z: Array, group: Array | None) -> tuple[Array, Array]:
    """The gradients of ``sign * product`` by base vectors i and j: two arrays ``pairs x d``."""
    sign = np.sign(pairs.value)[:, None]
    by_i = Z[pairs.g * len(X) + pairs.j]
    by_j = X[pairs.i]
    if group is not None:  # <x_i, g x_j> = <g^T x_i, x_j>
        by_j = np.einsum("pab,pa->pb", group[pairs.g], by_j)
    return by_i * sign, by_j * sign


def _linear_step(X: Array, group: Array | None, radius: float) -> tuple[Array, float, _Pairs, Array] | None:
    """One linear program: the moved lines, the predicted coherence, the active products and their multipliers."""
    t, d = X.shape
    top = _coherence(X, group)
    pairs, Z = _pairs(X, group, top - 4 * radius * np.sqrt(d))
    count = len(pairs.i)
    # Moves lie in the tangent space: with Q_i an orthonormal basis of it, dx_i = Q_i u_i.
    Q = _tangents(X)
    by_i, by_j = _derivatives(pairs, X, Z, group)
    left = np.einsum("pa,pab->pb", by_i, Q[pairs.i])
    right = np.einsum("pa,pab->pb", by_j, Q[pairs.j])
    row = np.repeat(np.arange(count), d - 1)
    at = np.arange(d - 1)
    entries = np.concatenate([left.ravel(), right.ravel(), -np.ones(count)])
    rows = np.concatenate([row, row, np.arange(count)])
    columns = np.concatenate(
        [
            (pairs.i[:, None] * (d - 1) + at).ravel(),
            (pairs.j[:, None] * (d - 1) + at).ravel(),
            np.full(count, t * (d - 1)),
        ]
    )
    matrix = sparse.csr_matrix((entries, (rows, columns)), shape=(count, t * (d - 1) + 1))
    cost = np.zeros(t * (d - 1) + 1)
    cost[-1] = 1.0
    bounds: list[tuple[float | None, float | None]] = [(-1.0, 1.0)] * (t * (d - 1)) + [(None, 0.0)]
    # In units of the radius, so that small steps are solved as well as large ones.
    slack = (top - np.abs(pairs.value)) / radius
    solved = _linprog(
        cost,
        A_ub=matrix,
        b_ub=slack,
        bounds=bounds,
        method="highs-ds",
    )
    if solved.status != 0:
        return None
    move = np.einsum("tab,tb->ta", Q, solved.x[:-1].reshape(t, d - 1)) * radius
    weights = -solved.ineqlin.marginals
    used = np.flatnonzero(weights > 1e-9)
    active = _Pairs(pairs.i[used], pairs.j[used], pairs.g[used], pairs.value[used])
    return normalised(X + move), top + radius * float(solved.x[-1]), active, weights[used]


def _tangents(X: Array) -> Array:
    """Orthonormal bases of the hyperplanes orthogonal to the rows: ``t x d x (d-1)`` (Householder)."""
    d = X.shape[1]
    v = X.copy()
    v[:, 0] += np.where(X[:, 0] >= 0, 1.0, -1.0)
    H = np.eye(d) - 2 * v[:, :, None] * v[:, None, :] / np.einsum("ta,ta->t", v, v)[:, None, None]
    return np.asarray(H[:, :, 1:])


def _residual(X: Array, group: Array | None, active: _Pairs, multipliers: Array) -> float:
    """How far the multipliers are from proving a stationary point: the tangent part of their combined gradient."""
    Z = orbits(X, group)
    by_i, by_j = _derivatives(active, X, Z, group)
    total = np.zeros_like(X)
    np.add.at(total, active.i, multipliers[:, None] * by_i)
    np.add.at(total, active.j, multipliers[:, None] * by_j)
    total -= X * np.einsum("ti,ti->t", total, X)[:, None]
    return float(np.abs(total).max())


def _try_newton(X: Array, best: float, active: _Pairs, multipliers: Array, radius: float) -> tuple[Array, float, float]:
    """Newton's method from here with this active set; kept only if the coherence goes down."""
    t, d = X.shape
    if t * (d + 1) + len(active.i) + 1 > _MOST_NEWTON:
        return X, best, radius
    moved = _newton(X, active, multipliers)
    if moved is None:
        return X, best, radius
    found = _coherence(moved, None)
    if found < best:
        return moved, found, min(radius, max(10 * float(np.abs(moved - X).max()), 1e-7))
    return X, best, radius


def _newton(X: Array, active: _Pairs, multipliers: Array, *, steps: int = 8) -> Array | None:
    """Solve the conditions of a minimum for ``(x, lambda, nu, mu)`` by Newton steps of least norm.

    The least norm takes care of rotations, of free lines and of dependent active products.
    """
    t, d = X.shape
    a = len(active.i)
    sign = np.sign(active.value)
    lam = multipliers / multipliers.sum()
    mu = float(np.abs(np.einsum("pi,pi->p", X[active.i], X[active.j])).max())
    n = t * d
    for _ in range(steps):
        by_i, by_j = X[active.j] * sign[:, None], X[active.i] * sign[:, None]
        slopes = np.zeros((a, t, d))  # of the signed products
        at = np.arange(a)
        slopes[at, active.i] += by_i
        slopes[at, active.j] += by_j
        J = slopes.reshape(a, n)
        pull = (lam @ J).reshape(t, d)
        nu = np.einsum("ti,ti->t", pull, X)
        W = np.zeros((t, t))
        np.add.at(W, (active.i, active.j), lam * sign)
        W += W.T
        norms = np.zeros((t, t, d))
        norms[np.arange(t), np.arange(t)] = X
        N = norms.reshape(t, n)
        size = n + a + t + 1
        K = np.zeros((size, size))
        K[:n, :n] = np.kron(W - np.diag(nu), np.eye(d))
        K[:n, n : n + a] = J.T
        K[n : n + a, :n] = J
        K[:n, n + a : n + a + t] = -N.T
        K[n + a : n + a + t, :n] = -N
        K[n : n + a, -1] = K[-1, n : n + a] = -1.0
        products = sign * np.einsum("pi,pi->p", X[active.i], X[active.j])
        right = np.concatenate(
            [
                -(pull - nu[:, None] * X).ravel(),
                mu - products,
                (np.einsum("ti,ti->t", X, X) - 1) / 2,
                [1 - lam.sum()],
            ]
        )
        error = float(np.abs(right).max())
        if error < 1e-15:
            break
        solution = np.linalg.lstsq(K, right, rcond=1e-11)[0]
        move = solution[:n].reshape(t, d)
        if not np.isfinite(move).all() or np.abs(move).max() > 0.1:
            return None
        X = X + move
        lam = lam + solution[n : n + a]
        mu += float(solution[-1])
    return normalised(X)
