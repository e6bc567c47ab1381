"""Optimal probes, their files, and recovery guarantees against exact enumeration and an exact simplex method."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

import lincs
from benchmarks.stress.exact import (
    Vector,
    columns_of,
    dot,
    image,
    l1_minimum,
    nu,
    row_value,
    uniform_recovery,
)
from benchmarks.stress.small import small_matrix

__all__ = ["NAME", "cases"]

NAME = "probes"

ZERO = Fraction(0)


def cases(seed: int) -> Iterator[Callable[[], str | None]]:
    """Trials without end; each returns None, or one line that says what is wrong."""
    draw = random.Random(seed)
    while True:
        yield partial(_probes, draw.getrandbits(48))
        yield partial(_guarantees, draw.getrandbits(48))


def _probes(seed: int) -> str | None:
    rng = np.random.default_rng(seed)
    kind, A = small_matrix(rng)
    columns, m = columns_of(A), A.shape[1]
    where = f"optimal_probes seed={seed} {kind} {A.dtype} A={A.tolist()}"
    ks = sorted({1, int(rng.integers(1, m + 1)), m})
    readout = ("signed", "signed", "nonnegative", "affine")[int(rng.integers(4))]
    gap = (None, None, 0.05)[int(rng.integers(3))]
    where = f"{where} readout={readout} gap={gap} k={ks}"
    try:
        found = lincs.optimal_probes(A, k=ks, readout=readout, gap=gap)
    except lincs.InputError as error:
        return None if "overflow" in str(error) else f"{where}: {error}"
    true = nu(columns)
    if readout != "affine" and not Fraction(found.nu.lo) <= true <= Fraction(found.nu.hi):
        return f"{where}: nu in [{found.nu.lo!r}, {found.nu.hi!r}] misses {float(true)!r}"
    j = int(rng.integers(len(ks)))
    values = [row_value(columns, i, ks[j], readout) for i in range(m)]
    if not Fraction(found.eps[j].lo) <= max(values) <= Fraction(found.eps[j].hi):
        return f"{where}: eps at k = {ks[j]} in {found.eps[j]} misses {float(max(values))!r}"
    for i, value in enumerate(values):
        if not Fraction(float(found.lower[i, j])) <= value <= Fraction(float(found.upper[i, j])):
            ends = f"[{found.lower[i, j]!r}, {found.upper[i, j]!r}]"
            return f"{where}: row {i} at k = {ks[j]} in {ends} misses {float(value)!r}"
    return _returned(where, columns, found)


def _returned(where: str, columns: list[Vector], found: Any) -> str | None:
    """The very B of the result, written and read again, against nu; the kernel vector against its distance."""
    with io.BytesIO() as file:
        np.savez(file, B=found.B)
        file.seek(0)
        B = np.load(file)["B"]
    for i, probe in enumerate(columns_of(B)):
        errors = [dot(probe, column) - (i == j) for j, column in enumerate(columns)]
        high, low = max(ZERO, *errors), max(ZERO, *(-error for error in errors))
        error = (high + low) / 2 if found.readout == "affine" else max(high, low)
        if error > Fraction(found.nu.hi):
            return f"{where}: B errs by {float(error)!r} in row {i}, above {found.nu.hi!r}"
    if found.nu.lo > 0:
        w = [Fraction(float(v)) for v in found.kernel]
        away = l1_minimum(columns, image(columns, w))[0]
        if away is None or away > Fraction(found.kernel_distance):
            return f"{where}: the kernel is further than {found.kernel_distance!r} from the vector returned"
    elif found.kernel.any():
        return f"{where}: a kernel vector beside nu.lo = 0"
    return None


def _guarantees(seed: int) -> str | None:
    rng = np.random.default_rng(seed)
    kind, A = small_matrix(rng)
    columns, m = columns_of(A), A.shape[1]
    true = nu(columns)
    level = Fraction(int(rng.integers(1, 4)), 3) if rng.random() < 0.7 or not 0 < true <= 1 else true
    where = f"recovery_guarantees seed={seed} {kind} eps={level} A={A.tolist()}"
    try:
        found = lincs.recovery_guarantees(A, eps=level)
    except lincs.InputError as error:
        return None if "overflow" in str(error) else f"{where}: {error}"
    uniform = uniform_recovery(columns)
    if not found.uniform_l1[0] <= uniform <= found.uniform_l1[1]:
        by = f"nu {found.by_nu}, coherence {found.by_coherence}, Babel {found.by_babel}"
        return f"{where}: L1 recovers up to k = {uniform}, not in {found.uniform_l1} ({by})"
    linear = m if true == ZERO else min(m, -(-level // true) - 1)
    if not found.linear[0] <= linear <= found.linear[1]:
        return f"{where}: linear up to k = {linear}, not in {found.linear}"
    return None
