"""``python -m benchmarks.theorem1``: basis pursuit decodes where no linear read-out can.

One Gaussian matrix A with far fewer rows than *any* matrix needs for linear read-out at (m, k, 1/2): L1 recovers every
random k-sparse input from A z, each with a proof, while the best linear read-out of this A does no better than none.
"""

from __future__ import annotations

import numpy as np

import lincs
from lincs.interference.inputs import dense_inputs


def main(m: int = 1024, k: int = 10, d: int = 128, trials: int = 500) -> None:
    needed = lincs.bound(m=m, k=k, eps="1/2").lower
    print(
        f"linear read-out at m = {m}, k = {k}, eps = 1/2 needs d >= {needed.value} ({needed.name}), whatever the matrix"
    )
    A = np.random.default_rng(0).standard_normal((d, m)) / np.sqrt(d)
    best = lincs.optimal_probes(A, k=k, sample=64, row_programs=False)
    error = best.eps[0].lo
    print(
        f"a Gaussian matrix with d = {d}: k nu(A) >= {k * best.nu.lo:.3f}, its best linear read-out errs by {error:g}"
    )
    Z = dense_inputs(m, k, samples=trials, seed=1)
    found = lincs.basis_pursuit(A, A @ Z)
    right = int((np.abs(found.z - Z).max(axis=0) < 1e-6).sum())
    proved = found.status.count("proved")
    print(f"basis pursuit on the same matrix recovers {right} of {trials} random inputs, {proved} proved optimal")


if __name__ == "__main__":
    main()
