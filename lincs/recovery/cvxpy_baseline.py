"""The plain baseline of basis pursuit: one linear program a column, through cvxpy.

The split ``z = p - q`` with ``p, q >= 0`` keeps the program at ``d`` rows; cvxpy's own ``norm1`` would add ``2m``. The
problem is compiled once, with the right-hand side as a parameter, and HIGHS starts each column from the solution of the
one before.

Interior-point solvers stop early here: CLARABEL reports gaps near 4e-7 even when asked for 1e-9.  HIGHS (simplex) ends
in a vertex with gaps near 1e-12, which is why it is the default.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from lincs.errors import InputError
from lincs.recovery.basis_pursuit import Array, Solved
from lincs.recovery.highs import swallow_banner

__all__ = ["solve"]


def solve(A: Array, X: Array, *, solver: str | None = None) -> Solved:
    """``min ||z||_1, A z = x`` for every column ``x`` of ``X`` (d x n), with duals; NaN where it fails."""
    import cvxpy as cp

    solver = "HIGHS" if solver is None else str(solver).upper()
    if solver not in cp.installed_solvers():
        names = ", ".join(cp.installed_solvers())
        raise InputError(f"solver must be one of {names} (those that cvxpy finds installed), got {solver!r}")
    if solver == "HIGHS":
        swallow_banner()

    (d, m), n = A.shape, X.shape[1]
    parts = cp.Variable(2 * m, nonneg=True)
    right = cp.Parameter(d)
    equality = np.hstack([A, -A]) @ parts == right
    problem = cp.Problem(cp.Minimize(cp.sum(parts)), [equality])

    Z, Y = np.full((m, n), np.nan), np.full((d, n), np.nan)
    for column in range(n):
        if not X[:, column].any():
            Z[:, column] = Y[:, column] = 0.0
            continue
        right.value = X[:, column]
        if _solved(problem, solver):
            Z[:, column] = parts.value[:m] - parts.value[m:]
            Y[:, column] = equality.dual_value
    return Solved(Z, Y, solver)


def _solved(problem: Any, solver: str) -> bool:
    """Run the solver; whether it left a vector behind (how good that is, is not the solver's word to say)."""
    import cvxpy as cp

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "Solution may be inaccurate": our own check decides that
        try:
            problem.solve(solver=solver)
        except cp.error.SolverError:
            return False
    return problem.status in (cp.OPTIMAL, cp.OPTIMAL_INACCURATE)
