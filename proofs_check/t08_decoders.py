"""Theorem 8: other decoders. The 2k theorem exactly on small cases, the widths against seeded simulation."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import combinations, product

import numpy as np

from lincs.bounds.decoders import any_decoder, gordon_width_squared, typical_fraction
from proofs_check.t04_chebyshev_rank import _rank

TITLE = "other decoders"


def check() -> str:
    kernels = _two_k()
    widths = _widths()
    return f"{kernels} matrices for the 2k theorem, {widths} widths and typical thresholds against simulation"


def _two_k() -> int:
    """Vandermonde: any 2k columns independent.  Fewer rows: the split kernel vector is a counterexample."""
    tried = 0
    for k, m in ((1, 4), (2, 6), (3, 7)):
        d = any_decoder(m=m, k=k)
        vandermonde = [[Fraction(x) ** i for x in range(1, m + 1)] for i in range(d)]
        for support in combinations(range(m), min(m, 2 * k)):
            assert _rank([[row[j] for j in support] for row in vandermonde]) == len(support)
            tried += 1
        rng = random.Random(k)
        for _ in range(10):
            a = np.array([[rng.randint(-4, 4) for _ in range(m)] for _ in range(d - 1)], dtype=float).reshape(-1, m)
            support = tuple(rng.sample(range(m), min(m, 2 * k)))
            w = np.zeros(m)
            w[list(support)] = np.linalg.svd(a[:, support])[2][-1] if d > 1 else 1
            w /= np.abs(w).max()
            z, other = w.copy(), -w
            z[list(support[k:])], other[list(support[:k])] = 0, 0
            assert np.count_nonzero(z) <= k
            assert np.count_nonzero(other) <= k
            assert np.allclose(a @ z, a @ other)
            assert np.abs(z - other).max() == 1
            tried += 1
    return tried


def _widths() -> int:
    """The typical curve and the uniform width against simulated means.

    ``m psi(k/m)`` is the mean squared distance of a Gaussian to the scaled subdifferential at the best scale.
    """
    rng = np.random.default_rng(8)
    tried = 0
    scales = np.linspace(0, 4, 161)[:, None, None]
    for m, k in product((50, 200), (2, 10, 20)):
        below, above = typical_fraction(m=m, k=k)
        low, high = float(below.lower()), float(above.upper())
        assert 0 < low <= high < low + 1e-6
        g = rng.standard_normal((1500, m))
        on, off = g[:, :k], np.abs(g[:, k:])
        distance = ((on - scales) ** 2).sum(2) + (np.maximum(off - scales, 0) ** 2).sum(2)
        mean = distance.mean(1).min()
        assert abs(mean / m - low) < 0.03, (m, k, mean / m, low)
        ordered = np.sort(np.abs(g), axis=1)[:, ::-1]
        uniform = ((ordered[:, :k] + scales) ** 2).sum(2) + (np.maximum(ordered[:, k:] - scales, 0) ** 2).sum(2)
        width = np.sqrt(uniform.min(0)).mean()
        assert width**2 <= float(gordon_width_squared(m=m, k=k).upper()), (m, k)
        tried += 2
    return tried
