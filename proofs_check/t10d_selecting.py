"""Theorem 10d: TopK is as hard as HITTING SET, its bracket holds, and groupmax loses a feature where it says."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from lincs import verify

TITLE = "encoders that select"
QUICK = {"instances": 6, "encoders": 8}

Array = npt.NDArray[np.float64]


def hits(sets: list[set[int]], universe: int, budget: int) -> bool:
    return any(
        all(part & set(chosen) for part in sets)
        for size in range(budget + 1)
        for chosen in itertools.combinations(range(universe), size)
    )


def vertices(m: int, k: int, values: tuple[float, ...] = (1.0,)) -> Iterator[Array]:
    for size in range(k + 1):
        for chosen in itertools.combinations(range(m), size):
            for entries in itertools.product(values, repeat=size):
                z = np.zeros(m)
                z[list(chosen)] = entries
                yield z


def can_be_missed(sets: list[set[int]], universe: int, budget: int) -> bool:
    """Whether feature 0 of the encoder of the proof is pushed out at a vertex with z_0 = 1."""
    n = len(sets)
    m = 1 + n + universe
    M, beta = np.eye(m), np.zeros(m)
    for j, part in enumerate(sets):
        M[1 + j, 0] = 1
        M[1 + j, [1 + n + e for e in part]] = 1
        beta[1 + j] = -1
    beta[1 + n :] = -1
    for z in vertices(m, budget + 1):
        if z[0] == 1:
            p = M @ z + beta
            if (p[1:] >= p[0]).sum() >= n:
                return True
    return False


def can_be_false(sets: list[set[int]], universe: int, budget: int) -> bool:
    """Whether feature 0, off, is the largest and positive at a vertex."""
    n = len(sets)
    m = 2 + n + universe  # feature 0, source 0, readers, elements
    M, beta = np.eye(m), np.zeros(m)
    M[0, 1] = 1
    beta[1] = -1
    for j, part in enumerate(sets):
        M[2 + j, 1] = 2
        M[2 + j, [2 + n + e for e in part]] = -1
    beta[2 + n :] = -1
    for z in vertices(m, budget + 1):
        p = M @ z + beta
        if z[0] == 0 and p[0] > 0 and (p[1:] <= p[0]).all():
            return True
    return False


def selected(p: Array, keep: int, blocks: bool) -> Array:
    """What a TopK or groupmax encoder reads; ties go to the smallest index."""
    out = np.zeros_like(p)
    size = len(p) // keep
    places = [b * size + int(np.argmax(p[b * size : (b + 1) * size])) for b in range(keep)]
    kept = places if blocks else list(np.argsort(-p, kind="stable")[:keep])
    out[kept] = np.maximum(p[kept], 0)
    return out


def check(instances: int = 40, encoders: int = 40) -> str:
    rng = np.random.default_rng(12)
    yes = 0
    for _ in range(instances):
        universe, n = int(rng.integers(2, 5)), int(rng.integers(1, 4))
        sets = [set(np.flatnonzero(rng.random(universe) < 0.5).tolist()) or {0} for _ in range(n)]
        budget = int(rng.integers(1, 3))
        answer = hits(sets, universe, budget)
        assert can_be_missed(sets, universe, budget) == answer, (sets, budget)
        assert can_be_false(sets, universe, budget) == answer, (sets, budget)
        yes += answer
    brackets, tight = 0, 0
    for n in range(encoders):
        m, blocks = 6, bool(n % 2)
        M = np.eye(m) + rng.normal(0, 0.15, (m, m))
        beta = rng.normal(0, 0.05, m)
        keep = 3 if blocks else int(rng.integers(2, 5))
        for k in (1, 2, 3):
            found = verify(
                np.eye(m),
                M.T,
                k=k,
                readout="deployed",
                bias=beta,
                activation=f"{'groupmax' if blocks else 'topk'}:{keep}",
                tau="1/2",
            ).results[0]
            assert found.eps is not None
            worst = max(
                float(np.abs(selected(M @ z + beta, keep, blocks) - z).max()) for z in vertices(m, k, (0.5, 1.0))
            )
            assert worst <= found.eps.hi + 1e-9
            brackets += 1
            tight += found.eps.hi - worst < 1e-6
    return f"{instances} hitting sets both ways ({yes} yes), {brackets} brackets of encoders, {tight} of them attained"
