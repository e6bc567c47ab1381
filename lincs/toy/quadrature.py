"""Numba kernels: the exact expected loss of a small ReLU model with its gradient, and BFGS on it.

Given which features are on, output i errs by ``(x_i - relu(z))^2`` with ``z = a . x + b`` affine in the values, which
are uniform on a cube.  Beside ``x_i^2`` the integrand is ``z^2 - 2 z x_i`` where z > 0 and nothing elsewhere.
Integrating one variable after the other gives piecewise polynomials of degree 2, 3 and 4; the pieces end where the
plane z = 0 meets a vertex of the remaining cube, so Gauss' rule with 2 or 3 nodes on each piece is exact.
"""

from __future__ import annotations

import numpy as np

from lincs.jit import kernel

__all__ = ["minimise_all", "relu_loss"]

_N2 = np.array([0.5 - np.sqrt(3) / 6, 0.5 + np.sqrt(3) / 6])
_N3 = np.array([0.5 - np.sqrt(0.15), 0.5, 0.5 + np.sqrt(0.15)])
_W3 = np.array([5 / 18, 8 / 18, 5 / 18])


@kernel()
def _last(acc, weight, a, c, x, own, level, count):
    """Add the integral over the last variable, where ``z = a[level] x + c``.

    ``acc`` is (value, d/db, d/da_0, ...) over the ``count`` active variables; ``own`` is the place of x_i among them,
    or -1 when feature i is off.
    """
    slope = a[level]
    lo, hi = 0.0, 1.0
    if c > 0:
        if slope < -c:
            hi = -c / slope
    elif slope > -c:
        lo = -c / slope
    else:
        return
    for q in range(2):
        x[level] = lo + (hi - lo) * _N2[q]
        z = slope * x[level] + c
        w = weight * (hi - lo) * 0.5
        target = x[own] if own >= 0 else 0.0
        acc[0] += w * z * (z - 2 * target)
        g = 2 * w * (z - target)
        acc[1] += g
        for j in range(count):
            acc[2 + j] += g * x[j]


@kernel()
def _pieces(cuts, a, c, level, count):
    """Where, in (0, 1), z = 0 meets a vertex of the cube of the variables after ``level``; sorted, with both ends."""
    found = 1
    cuts[0] = 0.0
    slope = a[level]
    rest = count - level - 1
    for vertex in range(1 << rest):
        at = c
        for j in range(rest):
            if vertex >> j & 1:
                at += a[level + 1 + j]
        if slope != 0.0:
            root = -at / slope
            if 0.0 < root < 1.0:
                cuts[found] = root
                found += 1
    cuts[found] = 1.0
    cuts[: found + 1].sort()
    return found


@kernel()
def _cube(acc, a, b, x, own, count, outer, inner):
    """Add the integral over ``count`` <= 3 active variables."""
    if count == 1:
        _last(acc, 1.0, a, b, x, own, 0, 1)
        return
    pieces = _pieces(outer, a, b, 0, count)
    for piece in range(pieces):
        width = outer[piece + 1] - outer[piece]
        for q in range(3):
            x[0] = outer[piece] + width * _N3[q]
            w = width * _W3[q]
            c = b + a[0] * x[0]
            if count == 2:
                _last(acc, w, a, c, x, own, 1, 2)
                continue
            parts = _pieces(inner, a, c, 1, count)
            for part in range(parts):
                length = inner[part + 1] - inner[part]
                for r in range(3):
                    x[1] = inner[part] + length * _N3[r]
                    _last(acc, w * length * _W3[r], a, c + a[1] * x[1], x, own, 2, 3)


@kernel()
def relu_loss(W, b, importance, density, patterns, gW, gb):
    """The expected loss of ``relu(W^T W x + b)``, n <= 3; derivatives go to ``gW`` (m, n), ``gb`` (n,).

    ``patterns`` (2^n,) are the probabilities of the on/off patterns, ``density`` (n,) their margins.
    """
    n = W.shape[1]
    A = np.dot(W.T, W)
    G = np.zeros((n, n))
    acc, a, x = np.empty(2 + n), np.empty(n), np.empty(n)
    outer, inner = np.empty(6), np.empty(6)
    on = np.empty(n, dtype=np.int64)
    loss = 0.0
    for i in range(n):
        value = density[i] / 3
        slope = 0.0
        for pattern in range(len(patterns)):
            if patterns[pattern] == 0.0:
                continue
            count, own = 0, -1
            for j in range(n):
                if pattern >> j & 1:
                    if j == i:
                        own = count
                    on[count] = j
                    a[count] = A[i, j]
                    count += 1
            if count == 0:
                if b[i] > 0:
                    value += patterns[0] * b[i] * b[i]
                    slope += patterns[0] * 2 * b[i]
                continue
            acc[:] = 0.0
            _cube(acc, a, b[i], x, own, count, outer, inner)
            value += patterns[pattern] * acc[0]
            slope += patterns[pattern] * acc[1]
            for j in range(count):
                G[i, on[j]] += importance[i] * patterns[pattern] * acc[2 + j]
        loss += importance[i] * value
        gb[i] = importance[i] * slope
    gW[:] = np.dot(W, G + G.T)
    return loss


@kernel()
def _descend(W, b, importance, density, patterns, iterations, tolerance):
    """BFGS with a backtracking line search, in place; returns the loss."""
    m, n = W.shape
    size = m * n + n
    gW, gb = np.empty((m, n)), np.empty(n)
    theta, g = np.empty(size), np.empty(size)
    theta[: m * n], theta[m * n :] = W.ravel(), b
    loss = relu_loss(W, b, importance, density, patterns, gW, gb)
    g[: m * n], g[m * n :] = gW.ravel(), gb
    H = np.eye(size)
    idle = 0  # steps in a row that only rounding can tell apart
    for iteration in range(iterations):
        if np.abs(g).max() <= tolerance:
            break
        p = -np.dot(H, g)
        slope = np.dot(p, g)
        if slope >= 0:
            H[:] = np.eye(size)
            p = -g
            slope = np.dot(p, g)
        longest = np.abs(p).max()
        step = min(1.0, 0.5 / longest) if iteration else 0.1 / longest
        accepted = False
        new = loss
        for _ in range(40):
            trial = theta + step * p
            W[:] = trial[: m * n].reshape(m, n)
            b[:] = trial[m * n :]
            new = relu_loss(W, b, importance, density, patterns, gW, gb)
            if new <= loss + 1e-4 * step * slope:
                accepted = True
                break
            step *= 0.5
        if not accepted:
            W[:] = theta[: m * n].reshape(m, n)
            b[:] = theta[m * n :]
            break
        h = np.empty(size)
        h[: m * n], h[m * n :] = gW.ravel(), gb
        idle = idle + 1 if loss - new <= 1e-15 * abs(loss) else 0
        if idle == 5:
            break
        s, y = step * p, h - g
        theta, g, loss = theta + s, h, new
        sy = np.dot(s, y)
        if sy > 1e-12 * np.sqrt(np.dot(s, s) * np.dot(y, y)):
            if iteration == 0:
                H *= sy / np.dot(y, y)
            Hy = np.dot(H, y)
            H += (1 + np.dot(y, Hy) / sy) / sy * np.outer(s, s) - (np.outer(Hy, s) + np.outer(s, Hy)) / sy
    return loss


@kernel()
def minimise_all(starts, importance, density, patterns, iterations, tolerance):
    """The best local minimum from ``starts`` (restarts, m, n), which are overwritten; returns W, b and all losses."""
    restarts, _, n = starts.shape
    losses, biases = np.empty(restarts), np.zeros((restarts, n))
    for r in range(restarts):
        losses[r] = _descend(starts[r], biases[r], importance, density, patterns, iterations, tolerance)
    best = np.argmin(losses)
    return starts[best], biases[best], losses
