"""Groupmax encoders: a feature is lost to a single rival of its block, so that the largest value at which it is lost is
exact.

Feature i at ``z_i = s`` is lost to j when ``p_j >= p_i`` is possible: ``beta_j - beta_i + (M_ji - M_ii) s`` plus the
k - 1 largest positive entries of ``M_j - M_i`` off column i is not negative.  That is linear in s.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.exact.rounding import U
from lincs.interference.deployed_record import Ends
from lincs.interference.groupmax_rows import lost
from lincs.interference.selecting import SelectingRecord
from lincs.interference.worst import Analysis
from lincs.parallel import run_tasks, thread_count
from lincs.readouts.deployed import Errors

__all__ = ["GroupMaxRecord"]

Array = npt.NDArray[Any]


class GroupMaxRecord(SelectingRecord):
    """The largest pre-activation of each of ``keep`` consecutive blocks is kept."""

    @cached_property
    def lost(self) -> Array:
        """Ends of the largest value at which each feature can be lost (-1: at none)."""
        return np.full((2, self.m, len(self.ks)), -1.0)

    def finish(self, found: Analysis) -> None:
        self._pair_tests(found)
        super().finish(found)

    def _pair_tests(self, found: Analysis) -> None:
        question = found.question
        A, B, size = question.A, question.B, self.m // self.chosen.keep
        if size == 1:
            return
        counts = np.array([k - 1 for k in self.ks], dtype=np.int64)
        beta = self.bias(slice(None))

        def work(block: int) -> None:
            rows = np.arange(block * size, (block + 1) * size)
            M = np.empty((size, self.m))
            b = B.take(rows)
            for start, stop in A.panels():
                M[:, start:stop] = b @ A.rows(start, stop).T
            out = np.full((2, size, len(counts)), -1.0)
            for end in range(2):
                sign = 2 * end - 1
                lost(
                    M, block * size, beta[end][rows], beta[1 - end][rows], self.readout.low[rows],
                    sign * found.radius[rows], counts, sign * 8 * U, out[end],
                )  # fmt: skip
            self.lost[:, rows] = out

        run_tasks(range(self.chosen.keep), work, threads=thread_count(question.threads))

    def under(self, found: Analysis, j: int, low: Errors, high: Errors) -> Ends:
        return np.maximum(low.under, self.lost[0, :, j]), np.maximum(high.under, self.lost[1, :, j])

    def kept_margin(self, found: Analysis, j: int) -> Array:
        """Positive where no value from tau on is ever lost."""
        return np.where(self.lost[1, :, j] < float(self.detection.tau), 1.0, -1.0)
