"""Numba kernels of training: draw a batch, differentiate, step AdamW; a whole instance without leaving the kernel.

Random numbers are xoshiro128++ (Blackman and Vigna 2019), one generator for each place of the batch, so that the loop
over the batch vectorises.  One 32-bit number serves twice: it decides whether a feature is on (``u < p``) and, divided
by p, is its value.

Arrays are (features or hidden dimensions, batch), so a product of the two is one BLAS call.  Kernels do not validate.
"""

from __future__ import annotations

import numpy as np

from lincs.jit import kernel

__all__ = ["draw", "gradient", "mean_loss", "run"]

_FAST = {"reassoc", "contract"}  # sums may be reordered; NaN stays NaN


@kernel()
def uniforms(state, out):
    """Fill ``out`` (batch,) with uniform numbers in [0, 1), advancing ``state`` (4, batch) of uint32."""
    s0, s1, s2, s3 = state[0], state[1], state[2], state[3]
    for t in range(len(out)):
        a = np.uint32(s0[t] + s3[t])
        r = np.uint32(np.uint32(np.uint32(a << np.uint32(7)) | np.uint32(a >> np.uint32(25))) + s0[t])
        shifted = np.uint32(s1[t] << np.uint32(9))
        c = s2[t] ^ s0[t]
        d = s3[t] ^ s1[t]
        s1[t] = s1[t] ^ c
        s0[t] = s0[t] ^ d
        s2[t] = c ^ shifted
        s3[t] = np.uint32(np.uint32(d << np.uint32(11)) | np.uint32(d >> np.uint32(21)))
        out[t] = np.float32(np.int32(r >> np.uint32(8))) * np.float32(2.0**-24)


@kernel()
def draw(state, density, kind, size, x, spare):
    """Fill ``x`` (n, batch): kind 0 independent, 1 correlated, 2 anticorrelated sets of ``size`` features."""
    n, batch = x.shape
    if kind == 0:
        for i in range(n):
            p = np.float32(density[i])
            inverse = np.float32(1) / p
            row = x[i]
            uniforms(state, row)
            for t in range(batch):
                row[t] = row[t] * inverse if row[t] < p else np.float32(0)
        return
    for start in range(0, n, size):
        p = np.float32(density[start])
        uniforms(state, spare)
        for place in range(size):
            row = x[start + place]
            if kind == 1:
                uniforms(state, row)
                for t in range(batch):
                    row[t] = row[t] if spare[t] < p else np.float32(0)
            else:
                for t in range(batch):
                    v = spare[t] / p - np.float32(place)
                    row[t] = v if (v >= 0) and (v < 1) else np.float32(0)


@kernel(fastmath=_FAST)
def residuals(out, x, b, importance, relu, gb):
    """Turn ``out`` = W^T W x into the derivative of the batch's mean loss in it; fill gb (n,), return that loss."""
    n, batch = x.shape
    loss = 0.0
    for i in range(n):
        row, target, bias = out[i], x[i], b[i]
        squares = row[0] * 0
        total = row[0] * 0
        if relu:
            for t in range(batch):
                z = row[t] + bias
                on = z > 0
                e = (z if on else z * 0) - target[t]
                squares += e * e
                e = e if on else e * 0
                total += e
                row[t] = e
        else:
            for t in range(batch):
                e = row[t] + bias - target[t]
                squares += e * e
                total += e
                row[t] = e
        factor = 2 * importance[i] / batch
        for t in range(batch):
            row[t] *= factor
        gb[i] = factor * total
        loss += importance[i] * squares / batch
    return loss


@kernel()
def gradient(W, b, importance, relu, x, gW, gb):
    """The loss of the batch ``x`` (n, batch); its derivatives go to ``gW`` (m, n) and ``gb`` (n,)."""
    hidden = np.dot(W, x)
    out = np.dot(W.T, hidden)
    loss = residuals(out, x, b, importance, relu, gb)
    gW[:] = np.dot(hidden, out.T)
    gW += np.dot(np.dot(W, out), x.T)
    return loss


@kernel()
def adam(theta, g, first, second, lr, decay, beta1, beta2, eps, t):
    """One step of AdamW (Loshchilov and Hutter 2019) on flat arrays, in torch's order of operations."""
    c1 = 1 - beta1**t
    c2 = np.sqrt(1 - beta2**t)
    for i in range(len(theta)):
        theta[i] *= 1 - lr * decay
        first[i] = beta1 * first[i] + (1 - beta1) * g[i]
        second[i] = beta2 * second[i] + (1 - beta2) * g[i] * g[i]
        theta[i] -= lr / c1 * first[i] / (np.sqrt(second[i]) / c2 + eps)


@kernel()
def run(W, b, importance, density, kind, size, relu, state, steps, lr, decay):
    """Train ``W`` (m, n) and ``b`` (n,) of one instance in place for ``steps`` steps of AdamW."""
    m, n = W.shape
    batch = state.shape[1]
    x = np.empty((n, batch), dtype=W.dtype)
    spare = np.empty(batch, dtype=W.dtype)
    gW, gb = np.empty_like(W), np.empty_like(b)
    first_W, second_W = np.zeros(m * n, dtype=W.dtype), np.zeros(m * n, dtype=W.dtype)
    first_b, second_b = np.zeros(n, dtype=W.dtype), np.zeros(n, dtype=W.dtype)
    flat, flat_g = W.reshape(m * n), gW.reshape(m * n)
    for t in range(1, steps + 1):
        draw(state, density, kind, size, x, spare)
        gradient(W, b, importance, relu, x, gW, gb)
        adam(flat, flat_g, first_W, second_W, lr, decay, 0.9, 0.999, 1e-8, t)
        adam(b, gb, first_b, second_b, lr, decay, 0.9, 0.999, 1e-8, t)


@kernel()
def mean_loss(W, b, importance, density, kind, size, relu, state, batches):
    """The loss over ``batches`` fresh batches."""
    n, batch = W.shape[1], state.shape[1]
    x = np.empty((n, batch), dtype=W.dtype)
    spare = np.empty(batch, dtype=W.dtype)
    gb = np.empty_like(b)
    total = 0.0
    for _ in range(batches):
        draw(state, density, kind, size, x, spare)
        out = np.dot(W.T, np.dot(W, x))
        total += residuals(out, x, b, importance, relu, gb)
    return total / batches
