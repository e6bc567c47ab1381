"""Random pairs and the spaces of theorem 4e in floats, for its programs: what lemmas 2 to 4 speak of, computed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations_with_replacement
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

Array = npt.NDArray[Any]


def random_pair(rng: np.random.Generator, r: int, m: int, spread: float) -> tuple[Array, Array]:
    """``(A, M)``: r x m generic columns and a non-symmetric M of rank r with unit diagonal."""
    A = rng.normal(size=(r, m)) * rng.uniform(0.5, 2, size=m)
    B = A + spread * rng.normal(size=(r, m))
    M = B.T @ A
    return A, M / np.diag(M)[:, None]


def monomials(A: Array, degrees: Sequence[int]) -> Array:
    """The values of all monomials of these degrees at the columns of A."""
    r, m = A.shape
    rows = [
        np.prod(A[list(chosen)], axis=0) if chosen else np.ones(m)
        for n in degrees
        for chosen in combinations_with_replacement(range(r), n)
    ]
    return np.array(rows)


def projection(V: Array, w: Array) -> Array:
    """The orthogonal projection onto the rows of V, each coordinate multiplied by its weight."""
    Q, _ = np.linalg.qr((V * w).T)
    return np.asarray(Q @ Q.T)


def weights(spaces: Sequence[Array], gamma: Sequence[float]) -> Array:
    """Lemma 3: w with a constant diagonal of ``sum gamma_l Pi_l``, the minimiser of its convex function."""
    m = spaces[0].shape[1]
    total = sum(g * len(V) for g, V in zip(gamma, spaces, strict=True))

    def value(x: Array) -> tuple[float, Array]:
        x = x - x.mean()
        w = np.exp(x / 2)
        f, gradient = 0.0, np.full(m, -total / m)
        for g, V in zip(gamma, spaces, strict=True):
            if g > 0:
                _, R = np.linalg.qr((V * w).T)
                f += g * 2 * np.log(np.abs(np.diag(R))).sum()
                gradient += g * np.diag(projection(V, w))
        return f, gradient - gradient.mean()

    found = minimize(value, np.zeros(m), jac=True, method="BFGS", options={"gtol": 1e-11, "maxiter": 2000})
    return np.asarray(np.exp((found.x - found.x.mean()) / 2))


def smallest_entries(rng: np.random.Generator, r: int, m: int, start: Callable[[], tuple[Array, Array]]) -> float:
    """The largest ``|M_ij|`` off the unit diagonal after minimising its p-norm over (A, B), p rising."""
    A, B = start()
    off = ~np.eye(m, dtype=bool)
    for p in (8, 32, 128, 512):

        def value(z: Array, p: int = p) -> tuple[float, Array]:
            a, b = z[: r * m].reshape(r, m), z[r * m :].reshape(r, m)
            M = b.T @ a
            diagonal = np.diag(M)
            N = M / diagonal[:, None]
            size = np.abs(N) * off
            top = size.max()
            share = (size / top) ** (p - 1) * np.sign(N)
            norm = ((size / top) ** p).sum()
            # the logarithm of the p-norm and its gradient in N, then in M
            g = share / (top * norm) * off
            dM = g / diagonal[:, None]
            dM[np.arange(m), np.arange(m)] = -(g * N).sum(axis=1) / diagonal
            return float(np.log(top) + np.log(norm) / p), np.concatenate([(b @ dM).ravel(), (a @ dM.T).ravel()])

        z = minimize(
            value, np.concatenate([A.ravel(), B.ravel()]), jac=True, method="L-BFGS-B", options={"maxiter": 400}
        ).x
        A, B = z[: r * m].reshape(r, m), z[r * m :].reshape(r, m)
    M = B.T @ A
    return float((np.abs(M / np.diag(M)[:, None]) * off).max())
