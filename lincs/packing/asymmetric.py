"""Pairs (A, B) optimised freely: can ``B != c A`` beat every symmetric frame?

In normal form (THEOREMS.md, 3) ``M = B^T A`` has unit diagonal, and ``mu = max |M_ij|`` off the diagonal decides
what the pair reaches: ``t = eps/k > mu / (1 + mu)``.  Here ``mu`` is the largest ``|M_ij / M_ii|``, so that rows of B
need not be scaled.  The search lowers a smooth maximum of these for many pairs at once, then takes joint linear
programs with a trust region, and alternating ones (the best B for A, the best A for B), which are exact.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import optimize, sparse

from lincs.packing.lbfgs import minimise

__all__ = ["best_probes", "exact_ratio", "pair_energy", "polish_pair", "ratios", "relax_pairs"]

Array = npt.NDArray[Any]

_linprog: Any = optimize.linprog  # its stubs know no sparse matrices

_STAGES = (
    (2, 40, 1.0),
    (8, 60, 0.5),
    (32, 80, 1.0),
    (128, 80, 0.5),
    (512, 100, 1.0),
    (2**11, 100, 1.0),
    (2**13, 150, 0.5),
    (2**15, 150, 1.0),
    (2**17, 150, 1.0),
)
_SMALLEST = 1e-280


def ratios(A: Array, B: Array) -> Array:
    """The largest ``|b_i . a_j| / |b_i . a_i|`` of each pair of a batch, rows ``(R, m, d)``."""
    M = np.matmul(B, A.swapaxes(1, 2))
    at = np.arange(M.shape[1])
    diagonal = np.abs(M[:, at, at])
    M[:, at, at] = 0.0
    return np.asarray((np.abs(M).max(axis=2) / np.maximum(diagonal, 1e-300)).max(axis=1))


def pair_energy(A: Array, B: Array, q: int) -> tuple[Array, Array, Array]:
    """``log(sum of |M_ij / M_ii|^(2 q)) / (2 q)``, i != j, and its gradients by A and B; rows ``(R, m, d)``."""
    M = np.matmul(B, A.swapaxes(1, 2))
    at = np.arange(M.shape[1])
    diagonal = M[:, at, at]
    N = M / diagonal[:, :, None]
    N[:, at, at] = 0.0
    top = np.abs(N).max(axis=(1, 2))[:, None, None]
    W = N / top
    power = np.square(W)
    np.maximum(power, _SMALLEST ** (1 / q), out=power)
    reached = 1
    while reached < q:
        W *= power
        np.square(power, out=power)
        reached *= 2
    total = power.sum(axis=(1, 2))
    W /= total[:, None, None] * top  # derivatives by N_ij
    D = W / diagonal[:, :, None]
    D[:, at, at] = -(W * N).sum(axis=2) / diagonal
    return np.log(top[:, 0, 0]) + np.log(total) / (2 * q), np.matmul(D.swapaxes(1, 2), B), np.matmul(D, A)


def relax_pairs(A: Array, B: Array, *, stages: tuple[tuple[int, int, float], ...] = _STAGES) -> tuple[Array, Array]:
    """Lower a batch of pairs through the stages (q, iterations, share kept); the survivors, the best first."""
    count, m, d = A.shape
    for q, iterations, share in stages:

        def value(x: Array, q: int = q) -> tuple[Array, Array]:
            pair = x.reshape(len(x), 2, m, d)
            values, by_a, by_b = pair_energy(pair[:, 0], pair[:, 1], q)
            return values, np.stack([by_a, by_b], axis=1).reshape(len(x), -1)

        x, values = minimise(value, np.stack([A, B], axis=1).reshape(count, -1), iterations=iterations, memory=8)
        values = np.where(np.isfinite(values), values, np.inf)
        count = max(1, round(count * share))
        pairs = x[np.argsort(values, kind="stable")[:count]].reshape(count, 2, m, d)
        A, B = balanced(pairs[:, 0], pairs[:, 1])
    return A, B


def balanced(A: Array, B: Array) -> tuple[Array, Array]:
    """The same ratios with unit rows of A, ``M_ii = 1``, and coordinates in which A^T A is a multiple of the identity.

    Replacing (A, B) by (A T, B T^-T) changes no product; a balanced choice keeps them well conditioned.
    """
    for _ in range(3):
        values, vectors = np.linalg.eigh(np.matmul(A.swapaxes(1, 2), A))
        root = np.sqrt(np.maximum(values, 1e-12 * values[:, -1:]))
        A = np.matmul(A, vectors) / root[:, None, :]
        B = np.matmul(B, vectors) * root[:, None, :]
        A = A / np.sqrt(np.einsum("rmi,rmi->rm", A, A))[..., None]
    return A, B / np.einsum("rmi,rmi->rm", A, B)[..., None]


def best_probes(A: Array) -> tuple[Array, Array]:
    """For rows ``m x d`` of A the probes of least ratio, one linear program each: B (``m x d``) and the ratios (m)."""
    m, d = A.shape
    B, values = np.zeros((m, d)), np.zeros(m)
    cost = np.append(np.zeros(d), 1.0)
    for i in range(m):
        others = np.delete(A, i, axis=0)
        upper = np.block([[others, -np.ones((m - 1, 1))], [-others, -np.ones((m - 1, 1))]])
        solved = _linprog(
            cost,
            A_ub=upper,
            b_ub=np.zeros(2 * m - 2),
            A_eq=np.append(A[i], 0.0)[None],
            b_eq=[1.0],
            bounds=[(None, None)] * d + [(0, None)],
            method="highs",
        )
        if solved.status == 0:
            x = np.asarray(solved.x)
            B[i], values[i] = x[:d], x[d]
        else:
            B[i], values[i] = A[i] / (A[i] @ A[i]), np.inf
    return B, values


def polish_pair(A: Array, B: Array, *, rounds: int = 40) -> tuple[Array, Array, float]:
    """Joint linear programs over small moves of A and B (rows ``m x d``) with a trust region."""
    a, b = balanced(A[None], B[None])
    A, B = a[0], b[0]
    best, radius = float(ratios(A[None], B[None])[0]), 0.02
    for _ in range(rounds):
        moved = _joint_step(A, B, best, radius)
        if moved is None:
            break
        a, b, predicted = moved
        b = b / np.einsum("mi,mi->m", a, b)[:, None]
        found = float(ratios(a[None], b[None])[0])
        if best - predicted < 1e-14:
            break
        gain = best - found
        if gain > 0:
            A, B, best = a, b, found
        radius *= 2.0 if gain > 0.75 * (best - predicted) and gain > 0 else 0.7 if gain > 0 else 0.2
        if radius < 1e-10:
            break
    return A, B, best


def _joint_step(A: Array, B: Array, top: float, radius: float) -> tuple[Array, Array, float] | None:
    """Minimise mu over moves of at most ``radius`` with ``M_ij`` linearised and ``M_ii = 1``."""
    m, d = A.shape
    M = B @ A.T
    i, j = np.nonzero((np.abs(M) >= top - 8 * radius * np.sqrt(d)) & ~np.eye(m, dtype=bool))
    sign = np.sign(M[i, j])[:, None]
    count, at = len(i), np.arange(d)
    rows = np.repeat(np.arange(count), d)
    entries = np.concatenate([(sign * B[i]).ravel(), (sign * A[j]).ravel(), -np.ones(count)])
    columns = np.concatenate(
        [
            (j[:, None] * d + at).ravel(),
            (m * d + i[:, None] * d + at).ravel(),
            np.full(count, 2 * m * d),
        ]
    )
    upper = sparse.csr_matrix(
        (entries, (np.concatenate([rows, rows, np.arange(count)]), columns)), shape=(count, 2 * m * d + 1)
    )
    k = np.arange(m)
    rows = np.repeat(k, d)
    own = (k[:, None] * d + at).ravel()
    equal = sparse.csr_matrix(
        (np.concatenate([B.ravel(), A.ravel()]), (np.concatenate([rows, rows]), np.concatenate([own, m * d + own]))),
        shape=(m, 2 * m * d + 1),
    )
    cost = np.append(np.zeros(2 * m * d), 1.0)
    bounds: list[tuple[float | None, float | None]] = [(-1.0, 1.0)] * (2 * m * d) + [(None, 0.0)]
    solved = _linprog(
        cost,
        A_ub=upper,
        b_ub=(top - np.abs(M[i, j])) / radius,
        A_eq=equal,
        b_eq=np.zeros(m),
        bounds=bounds,
        method="highs-ds",
    )
    if solved.status != 0:
        return None
    move = solved.x[:-1].reshape(2, m, d) * radius
    return A + move[0], B + move[1], top + radius * float(solved.x[-1])


def exact_ratio(A: Array, B: Array) -> Fraction:
    """The largest ``|b_i . a_j / b_i . a_i|`` of integer rows ``m x d``, exactly."""
    a, b = A.tolist(), B.tolist()
    best = Fraction(0)
    for i, probe in enumerate(b):
        products = [sum(x * y for x, y in zip(probe, row, strict=True)) for row in a]
        largest = max((abs(p) for j, p in enumerate(products) if j != i), default=0)
        best = max(best, Fraction(largest, abs(products[i])))
    return best
