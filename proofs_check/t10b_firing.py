"""Theorems 10b and 10c: false firing, missed features and what a threshold can do, against every support."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from lincs import verify
from lincs.interference.deployed_results import DeployedVerification
from proofs_check.t10_deployed import ONE, Row, sums

TITLE = "firing, missing and thresholds"
QUICK = {"encoders": 40}


def clean(v: Row, D: Fraction, beta: Fraction, t: Fraction, tau: Fraction, k: int) -> bool:
    falsely = any(beta + c > t for c in sums(v, k))
    missed = any(beta + c + D * s <= t for c in sums(v, k - 1) for s in (tau, ONE))
    return not falsely and not missed


def check(encoders: int = 250) -> str:
    rng = np.random.default_rng(11)
    seen, features = {0: 0, 1: 0, 2: 0}, 0
    for _ in range(encoders):
        m = int(rng.integers(2, 6))
        M = rng.integers(-4, 5, (m, m)) / 8
        np.fill_diagonal(M, rng.integers(0, 13, m) / 8)
        bias, t = rng.integers(-3, 4, m) / 8, rng.integers(0, 5, m) / 8
        tau = Fraction(int(rng.integers(1, 5)), 4)
        found = verify(np.eye(m), M.T, k=range(1, m + 1), readout="deployed", bias=bias, threshold=t, tau=tau)
        assert isinstance(found, DeployedVerification)
        for i in range(m):
            v = [Fraction(float(x)) for j, x in enumerate(M[i]) if j != i]
            D, beta, mine = Fraction(float(M[i, i])), Fraction(float(bias[i])), Fraction(float(t[i]))
            for j, k in enumerate(range(1, m + 1)):
                kind = int(found.table.classes[i, j])
                is_clean = clean(v, D, beta, mine, tau, k)
                # Where a threshold helps, one of the readings themselves does: the largest while it is off.
                highest = max(beta + c for c in sums(v, k))
                could = clean(v, D, beta, highest, tau, k)
                assert kind == (0 if is_clean else 1 if could else 2), (M[i], bias[i], t[i], tau, k)
                if kind < 2:
                    best = Fraction(float(found.table.best_threshold[i, j]))
                    assert clean(v, D, beta, best, tau, k), "the middle of what a threshold may be"
                falsely = any(beta + c > mine for c in sums(v, k))
                assert falsely == (min(k, m - 1) > found.table.k_false[0, i])  # m - 1 companions are all there are
                missed = any(beta + c + D * s <= mine for c in sums(v, k - 1) for s in (tau, ONE))
                assert missed == (k > found.table.k_miss[0, i])
                seen[kind] += 1
                features += 1
    assert min(seen.values()) > 0
    return f"{features} (feature, k) pairs: {seen[0]} clean, {seen[1]} cleanable, {seen[2]} beyond any threshold"
