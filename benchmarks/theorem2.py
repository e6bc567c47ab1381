"""``python -m benchmarks.theorem2``: random matrices of the size that Theorem 2 states, verified.

Garg, Kleinberg and Peng (2026): ``d = ceil((8 k^2 / eps^2) ln(2 m^2) + 2)`` rows of random signs, ``A = B``.  The exact
worst case over all k-sparse inputs is below eps for every seed; how far below shows what a union bound gives away.
"""

from __future__ import annotations

import numpy as np

import lincs


def main(m: int = 8192, k: int = 2, seeds: int = 3) -> None:
    answer = lincs.bound(m=m, k=k, eps="1/2")
    rows = [answer.lower, answer.upper, *answer.rows]
    stated = next(row for row in rows if row.name == "garg-kleinberg-peng-2")
    assert isinstance(stated.value, int)
    print(f"m = {m}, k = {k}, eps = 1/2: Theorem 2 states d = {stated.value}")
    for seed in range(seeds):
        signs = np.random.default_rng(seed).choice(np.array([-1, 1], np.int8), (stated.value, m))
        A, B = signs.astype(np.float32), signs.astype(np.float32) / np.float32(stated.value)
        case = lincs.verify(A, B, k=k, eps="1/2").results[0]
        assert case.eps is not None
        print(f"seed {seed}: worst case {case.eps.hi:.4f}, {'holds' if case.holds else 'fails'}")
    low, high = answer.lower.value, answer.upper
    print(f"d = {high.value} suffices ({high.name}); d >= {low} is a theorem")


if __name__ == "__main__":
    main()
