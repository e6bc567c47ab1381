"""Basis pursuit and other small linear programs straight through HiGHS, one model for many right-hand sides.

The split ``z = p - q`` with ``p, q >= 0`` keeps the program at d rows.  Each column starts from the basis of the one
before.  What HiGHS says of its own answer is not used: certify.py judges it.
"""

from __future__ import annotations

import os
import sys
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.errors import InputError
from lincs.recovery.basis_pursuit import Solved

__all__ = ["new_model", "solve", "swallow_banner"]

Array = npt.NDArray[np.float64]


def solve(A: Array, X: Array, *, solver: str | None = None) -> Solved:
    """``min ||z||_1, A z = x`` for every column x of X (d x n), with duals; NaN where HiGHS has no optimum."""
    if solver is not None and solver.upper() != "HIGHS":
        raise InputError(f"solver must be left out for method highs, got {solver!r}")
    import highspy

    (d, m), n = A.shape, X.shape[1]
    model = new_model(np.ones(2 * m), np.hstack([A, -A]), np.zeros(d), np.zeros(d))
    Z, Y = np.full((m, n), np.nan), np.full((d, n), np.nan)
    rows = np.arange(d, dtype=np.int32)
    for t in range(n):
        if not X[:, t].any():
            Z[:, t] = Y[:, t] = 0.0
            continue
        model.changeRowsBounds(d, rows, X[:, t], X[:, t])
        model.run()
        if model.getModelStatus() == highspy.HighsModelStatus.kOptimal:
            solution = model.getSolution()
            parts = np.array(solution.col_value)
            Z[:, t] = parts[:m] - parts[m:]
            Y[:, t] = solution.row_dual
    return Solved(Z, Y, "HIGHS")


def new_model(cost: Array, matrix: Array, row_lower: Array, row_upper: Array, lower: Array | None = None) -> Any:
    """A silent HiGHS model ``min cost . v`` with ``row_lower <= matrix v <= row_upper`` and ``v >= lower`` (0)."""
    swallow_banner()
    import highspy
    from scipy import sparse

    columns = sparse.csc_array(matrix)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = matrix.shape[1], matrix.shape[0]
    lp.col_cost_ = cost
    lp.col_lower_ = np.zeros(len(cost)) if lower is None else lower
    lp.col_upper_ = np.full(len(cost), highspy.kHighsInf)
    lp.row_lower_, lp.row_upper_ = row_lower, row_upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = (
        columns.indptr,
        columns.indices,
        columns.data,
    )
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    # Far below the defaults of 1e-7, so that the duality gap of a vertex is rounding alone.
    model.setOptionValue("primal_feasibility_tolerance", 1e-10)
    model.setOptionValue("dual_feasibility_tolerance", 1e-10)
    model.passModel(lp)
    return model


@cache
def swallow_banner() -> None:
    """Drop the banner that highspy 1.16 prints with its first instance, once a process.

    C code prints it on stdout before any option can be set, and stdout belongs to the caller's results.
    """
    import highspy

    sys.stdout.flush()
    try:
        keep = os.dup(1)
    except OSError:  # no stdout at all: nothing to protect
        return
    sink = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(sink, 1)
        highspy.Highs()
    finally:
        os.dup2(keep, 1)
        os.close(keep)
        os.close(sink)
