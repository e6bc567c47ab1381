"""``python -m benchmarks.theorem3``: nothing works below the lower bound.

Below the proved d, the best linear read-out of every matrix errs by eps or more: random matrices of five kinds with
their *optimal* probes, and a frame with some rows removed.  What ``lincs build`` writes for the question works.
"""

from __future__ import annotations

import numpy as np

import lincs
from lincs.constructions.catalogue import family

KINDS = ("gaussian", "spherical", "rademacher", "sparse-signs", "subsampled-hadamard")


def main(m: int = 256, k: int = 2, seeds: int = 10) -> None:
    answer = lincs.bound(m=m, k=k, eps="1/2")
    low, high = answer.lower.value, answer.upper.value
    assert isinstance(low, int)
    print(f"m = {m}, k = {k}, eps = 1/2: {low} <= d <= {high} ({answer.lower.name}, {answer.upper.name})")
    for name in KINDS:
        chosen = family(name)
        values = []
        for seed in range(seeds):
            frame = chosen.frame(chosen.member(d=low - 1, m=m, seed=seed).parameters)
            values.append(lincs.optimal_probes(frame.columns(0, m), k=k, row_programs=False).eps[0].lo)
        print(f"d = {low - 1}, {name}: least worst case of {seeds} matrices with optimal probes {min(values):.3f}")
    built = lincs.build(m=m, k=k, eps="1/2")
    case = lincs.verify(built.A, built.B, k=k, eps="1/2").results[0]
    assert case.eps is not None
    verdict = "holds" if case.holds else "fails"
    print(f"d = {len(built.A)}, {built.plan.promise.family}: worst case {case.eps.hi:.4f}, {verdict}")
    fewer = lincs.optimal_probes(np.asarray(built.A, dtype=np.float64)[: low - 1], k=k, row_programs=False).eps[0].lo
    print(f"d = {low - 1}, the same frame without its last rows, optimal probes: {fewer:.3f}")


if __name__ == "__main__":
    main()
