"""The kernel of splitting.py: one pass over a block, between two matrix products."""

from __future__ import annotations

import numpy as np

from lincs.jit import kernel

__all__ = ["step"]


@kernel()
def step(X, P, Z, U, S, relax, decay, thresholds, columns):
    """From ``X = Z - U`` and its part ``P`` in the row space to the next X, Z and U, in place; all m x n.

    ``X - P`` is the projection on the kernel of A; z is its over-relaxed value (plus U), soft-thresholded entry by
    entry, and 1 where a row is the column's own feature.  ``S`` becomes ``decay S + X``, of the X before.
    """
    m, n = X.shape
    stay = np.float32(1.0) - relax
    two = np.float32(2.0)
    for i in range(m):
        for j in range(n):
            x = X[i, j]
            S[i, j] = decay * S[i, j] + x
            t = relax * (x - P[i, j]) + stay * Z[i, j] + U[i, j]
            h = thresholds[j]
            u = max(-h, min(h, t))
            z = t - u
            U[i, j] = u
            Z[i, j] = z
            X[i, j] = z - u
    for j in range(n):
        i = columns[j]
        t = U[i, j] + Z[i, j]
        Z[i, j] = np.float32(1.0)
        U[i, j] = t - np.float32(1.0)
        X[i, j] = two - t
