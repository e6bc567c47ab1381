"""``python -m benchmarks.recovery``: decoding and probes beside cvxpy, HiGHS, SCS, scipy and scikit-learn, in one run.

Throughput is in columns a second, each solver on as many columns as fit into a few seconds; ``ratio`` is lincs over
the solver.  ``good`` counts the columns whose residual and duality gap (the residual alone for solvers that give no
dual) meet 1e-6, judged alike for all.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt

import lincs
from benchmarks import dictionary_probes
from benchmarks.interference import machine
from lincs.interference.inputs import dense_inputs
from lincs.recovery import highs, rowprogram

Array = npt.NDArray[Any]
Decode = Callable[[Array, Array], Array]


def problem(d: int, m: int, k: int, n: int) -> tuple[Array, Array, Array]:
    """Gaussian A (unit columns on average), n seeded k-sparse inputs Z and their superpositions X."""
    A = np.random.default_rng(0).standard_normal((d, m)) / np.sqrt(d)
    Z = dense_inputs(m, k, samples=n, seed=1)
    return A, Z, A @ Z


def judged(method: str, solver: str | None = None) -> Callable[[Array, Array], tuple[Array, int]]:
    """A lincs method: its solutions, and how many of them are good."""

    def run(A: Array, X: Array) -> tuple[Array, int]:
        found = lincs.basis_pursuit(A, X, method=method, solver=solver)
        return found.z, sum(status in ("proved", "optimal") for status in found.status)

    return run


def fresh_cvxpy(A: Array, X: Array) -> tuple[Array, int]:
    """A new cvxpy problem for every column, as most scripts do."""
    out = [judged("cvxpy")(A, X[:, [t]]) for t in range(X.shape[1])]
    return np.hstack([z for z, _ in out]), sum(good for _, good in out)


def scipy_linprog(A: Array, X: Array) -> tuple[Array, int]:
    from scipy.optimize import linprog

    m = A.shape[1]
    matrix = np.hstack([A, -A])
    Z = np.zeros((m, X.shape[1]))
    for t, x in enumerate(X.T):
        part = linprog(np.ones(2 * m), A_eq=matrix, b_eq=x, bounds=(0, None), method="highs").x
        if part is not None:
            Z[:, t] = part[:m] - part[m:]
    return Z, int((np.linalg.norm(A @ Z - X, axis=0) <= 1e-6 * np.linalg.norm(X, axis=0)).sum())


def recovered(decode: Decode) -> Callable[[Array, Array], tuple[Array, int]]:
    def run(A: Array, X: Array) -> tuple[Array, int]:
        Z = decode(A, X)
        return Z, int((np.linalg.norm(A @ Z - X, axis=0) <= 1e-6 * np.linalg.norm(X, axis=0)).sum())

    return run


def orthogonal_matching(k: int) -> Decode:
    def decode(A: Array, X: Array) -> Array:
        from sklearn.linear_model import orthogonal_mp

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return np.asarray(orthogonal_mp(A, X, n_nonzero_coefs=k)).reshape(A.shape[1], -1)

    return decode


def lars(A: Array, X: Array) -> Array:
    from sklearn.linear_model import lars_path

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ends = [lars_path(A, x, method="lasso", alpha_min=0.0, return_path=False)[2] for x in X.T]
    return np.stack(ends, axis=1)


def spgl1_decode(A: Array, X: Array) -> Array:
    import spgl1

    return np.stack([spgl1.spg_bp(A, x, opt_tol=1e-9, bp_tol=1e-9)[0] for x in X.T], axis=1)


def decoding(d: int, m: int, k: int, seconds: float) -> None:
    solvers: dict[str, tuple[int, Callable[[Array, Array], tuple[Array, int]]]] = {
        "lincs, homotopy": (2000, judged("homotopy")),
        "lincs, HiGHS warm": (16, judged("highs")),
        "cvxpy, HIGHS, re-used parameter": (8, judged("cvxpy")),
        "cvxpy, HIGHS, fresh": (4, fresh_cvxpy),
        "cvxpy, CLARABEL": (4, judged("cvxpy", "CLARABEL")),
        "cvxpy, SCS": (2, judged("cvxpy", "SCS")),
        "scipy linprog (highs)": (4, scipy_linprog),
    }
    if find_spec("sklearn"):
        solvers["scikit-learn OMP (not L1, knows k)"] = (64, recovered(orthogonal_matching(k)))
        solvers["scikit-learn lars_path"] = (16, recovered(lars))
    if find_spec("spgl1"):
        solvers["spgl1"] = (8, recovered(spgl1_decode))
    print(f"\nd = {d}, m = {m}, k = {k}")
    print(f"{'':38s} {'columns/s':>10s} {'ratio':>8s} {'good':>12s}")
    first = 0.0
    for name, (columns, run) in solvers.items():
        A, _, X = problem(d, m, k, columns)
        run(A, X[:, :2])  # compiled, imported
        start, used, good, rounds = time.perf_counter(), 0.0, 0, 0
        while rounds == 0 or used < seconds:
            good = run(A, X)[1]
            rounds += 1
            used = time.perf_counter() - start
        rate = columns * rounds / used
        first = first or rate
        print(f"{name:38s} {rate:10.2f} {first / rate:8.1f} {good:>6d}/{columns}", flush=True)


def probes(d: int, m: int) -> None:
    A = np.random.default_rng(0).standard_normal((d, m))
    A /= np.linalg.norm(A, axis=0)
    lincs.optimal_probes(A, k=1, features=[0], gap=None)
    start = time.perf_counter()
    found = lincs.optimal_probes(A, k=[1, 2, 4], gap=None)
    fast = time.perf_counter() - start
    # The peer: one warm HiGHS model of the kernel program, 32 of the rows at k = 1.
    program = rowprogram.KernelProgram(A)
    program.solve(0, 1)
    rows = range(1, m, m // 32)
    start = time.perf_counter()
    values = {i: program.solve(i, 1)[0] for i in rows}
    slow = (time.perf_counter() - start) * m / len(values)
    agreement = max(abs(found.lower[i, 0] - lo) for i, lo in values.items())
    print(f"\nall {m} optimal probes at {d} x {m}: lincs {fast:.2f} s")
    print(f"warm HiGHS {slow:.0f} s (from {len(values)} of the rows), ratio {slow / fast:.0f}")
    print(f"largest gap {(found.upper - found.lower).max():.1e}, largest difference {agreement:.1e}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=2.0, help="least time for each solver")
    parser.add_argument("--large", action="store_true", help="only the 256 x 1024 problems")
    parser.add_argument("--dictionary", action="store_true", help="only the probes of the packaged table")
    parser.add_argument("--full", action="store_true", help="with --dictionary: of 8,192 words of the full table too")
    parser.add_argument("--rounds", type=int, default=3, help="of --dictionary")
    options = parser.parse_args()
    highs.swallow_banner()
    print(machine())
    if options.dictionary:
        dictionary_probes.main(rounds=options.rounds, full=options.full)
        return
    if not options.large:
        decoding(64, 256, 8, options.seconds)
        probes(64, 512)
    decoding(256, 1024, 32, options.seconds)
    decoding(256, 1024, 58, options.seconds)


if __name__ == "__main__":
    main()
