"""Theorem 10e: what fires a reader, and which conjunctions it answers for, against every input."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np

from lincs import verify, verify_readers

TITLE = "readers that are not the features' own"
QUICK = {"readers": 40}


def check(readers: int = 300) -> str:
    rng = np.random.default_rng(13)
    kinds = [0, 0, 0]
    told = 0
    for _ in range(readers):
        m = int(rng.integers(3, 6))
        c = int(rng.choice([1, 2, 2, 3][: min(4, m)]))
        v = rng.integers(-4, 9, m) / 8
        target = rng.choice(m, c, replace=False).tolist()
        beta, tau = float(rng.integers(-12, 3)) / 8, Fraction(int(rng.integers(1, 5)), 4)
        ks = tuple(range(1, m + 1))
        A = np.vstack([np.eye(m), np.zeros(m)])
        W = np.append(v, 0.0)[:, None]
        found = verify_readers(A, W, k=ks, bias=beta, targets=[target], tau=tau)
        for j, k in enumerate(ks):
            off, on = [], []
            for size in range(k + 1):
                for chosen in itertools.combinations(range(m), size):
                    others = Fraction(beta) + sum(
                        (Fraction(float(v[i])) for i in chosen if i not in target), Fraction(0)
                    )
                    if set(target) <= set(chosen):
                        for values in itertools.product((tau, Fraction(1)), repeat=c):
                            pairs = zip(target, values, strict=True)
                            on.append(others + sum((Fraction(float(v[i])) * x for i, x in pairs), Fraction(0)))
                    else:
                        off.append(others + sum((Fraction(float(v[i])) for i in chosen if i in target), Fraction(0)))
            clean = max(off) <= 0 and (not on or min(on) > 0)
            could = not on or max(off) < min(on)
            kind = int(found.classes[0, j])
            assert kind == (0 if clean else 1 if could else 2), (v, target, beta, tau, k)
            kinds[kind] += 1
            if c == 2 and k >= 2 and kind < 2 and tau == 1:
                # What the first of the two says while the second is on: a threshold read-out of it at k - 1.
                rest = [i for i in range(m) if i != target[1]]
                E = np.eye(len(rest))
                B = np.tile(v[rest], (len(rest), 1)).T
                row = rest.index(target[0])
                margin = verify(E, B, k=min(k - 1, len(rest)), readout="threshold", features=[row]).results[0].margin
                assert margin is not None
                assert margin.lo > 0
                told += 1
    assert min(kinds) > 0
    counts = f"{kinds[0]} clean, {kinds[1]} cleanable, {kinds[2]} beyond"
    return f"{sum(kinds)} (reader, k) pairs: {counts}; {told} told at k - 1"
