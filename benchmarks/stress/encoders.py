"""``verify(..., readout="deployed")``: ends, kinds, classes and counts of awkward encoders, in rational arithmetic.

Thresholds are drawn where they hurt: at a reading itself, or a last bit beside it.
"""

from __future__ import annotations

import math
import random
import warnings
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

import lincs
from benchmarks.stress.awkward import cast, matrix
from benchmarks.stress.losses import exact_product
from lincs.errors import Note
from lincs.interference.deployed_results import DeployedCase, DeployedVerification

NAME = "encoders"

Array = npt.NDArray[Any]
Row = list[Fraction]
ZERO, ONE = Fraction(0), Fraction(1)


def cases(seed: int) -> Iterator[Callable[[], str | None]]:
    """One question about one encoder a trial."""
    n = 0
    while True:
        yield partial(_encoder, random.Random(f"{NAME} {seed} {n}"))
        n += 1


def _encoder(draw: random.Random) -> str | None:
    name, A = matrix(draw)
    m = A.shape[1]
    rng = np.random.default_rng(draw.randrange(2**31))
    with np.errstate(all="ignore"):
        B = A if draw.random() < 0.5 else cast(rng.standard_normal(A.shape), draw.choice(["f8", "f4"]))
        if not (np.isfinite(A.astype(np.float64)).all() and np.isfinite(B.astype(np.float64)).all()):
            return None
    M = exact_product(B, A)
    k = draw.choice([1, m, draw.randint(1, m)])
    bias = [_near(draw, draw.choice(M[i]) * draw.choice([0, 0, -1, 1])) for i in range(m)]
    threshold = [max(0.0, _near(draw, _reading(draw, M[i], i, k, Fraction(bias[i])))) for i in range(m)]
    low, tau = draw.choice([0.0, 0.0, 0.5]), draw.choice([ONE, Fraction(1, 3)])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            warnings.simplefilter("ignore", Note)
            found = lincs.verify(
                A,
                B,
                k=k,
                readout="deployed",
                bias=np.array(bias),
                threshold=np.array(threshold),
                active_min=low,
                tau=tau,
                precision=draw.choice([None, "double", "mixed"]),
                threads=draw.choice([1, 2]),
            )
    except lincs.InputError as error:
        return None if "overflow" in str(error) or "finite" in str(error) else f"{name}: {error}"
    assert isinstance(found, DeployedVerification)
    case = found.results[0]
    assert isinstance(case, DeployedCase)
    assert case.eps is not None
    where = f"{name}, k = {k}"
    values = []
    for i in range(m):
        beta, t = Fraction(bias[i]), Fraction(threshold[i])
        value = _worst(M[i], i, k, beta, t, Fraction(low))
        values.append(value)
        if not Fraction(float(found.lower[i, 0])) <= value <= Fraction(float(found.upper[i, 0])):
            return f"{where}: row {i} is outside its interval"
        kind = int(found.table.classes[i, 0])
        if kind < 3 and kind != _class(M[i], i, k, beta, t, tau):
            return f"{where}: row {i} is not {kind}"
    if not Fraction(case.eps.lo) <= max(values) <= Fraction(case.eps.hi):
        return f"{where}: {case.eps} misses the worst case"
    if len(case.witness.support) > k or case.witness.values is None:
        return f"{where}: the witness is no k-sparse input"
    own = case.witness.at(case.row)
    entries = zip(case.witness.support, case.witness.entries, strict=True)
    p = Fraction(bias[case.row]) + sum((M[case.row][j] * Fraction(z) for j, z in entries), ZERO)
    attained = abs((p if p > Fraction(threshold[case.row]) else ZERO) - own)
    return None if attained <= Fraction(case.eps.hi) else f"{where}: the witness attains more than {case.eps.hi}"


def _near(draw: random.Random, value: Fraction) -> float:
    """A double at the value or beside it; 0 where there is none."""
    try:
        x = float(value)
    except OverflowError:
        return 0.0
    x = draw.choice([x, x, math.nextafter(x, math.inf), math.nextafter(x, -math.inf), x / 2])
    return x if math.isfinite(x) else 0.0


def _sums(row: Row, i: int, k: int) -> tuple[Fraction, Fraction, Fraction]:
    """P_k, P_{k-1} and N_{k-1} of a row without its own entry."""
    up = sorted((max(x, ZERO) for j, x in enumerate(row) if j != i), reverse=True)
    down = sorted((max(-x, ZERO) for j, x in enumerate(row) if j != i), reverse=True)
    return sum(up[:k], ZERO), sum(up[: k - 1], ZERO), sum(down[: k - 1], ZERO)


def _reading(draw: random.Random, row: Row, i: int, k: int, beta: Fraction) -> Fraction:
    P, before, N = _sums(row, i, k)
    return beta + draw.choice([ZERO, P, before + row[i], row[i] - N, before, row[i] / 3])


def _worst(row: Row, i: int, k: int, beta: Fraction, t: Fraction, low: Fraction) -> Fraction:
    """By the pieces of the two extreme readings: every end, and both sides of every jump."""
    P, before, N = _sums(row, i, k)
    D = row[i]

    def read(p: Fraction) -> Fraction:
        return p if p > t else ZERO

    worst = read(beta + P)
    for at, sign in ((beta + before, 1), (beta - N, -1)):
        ends = [(s, read(at + D * s)) for s in (low, ONE)]
        if D and low <= (t - at) / D <= 1:
            s = (t - at) / D
            ends += [(s, ZERO), *([(s, t)] if (s < 1 if D > 0 else s > low) else [])]
        worst = max(worst, *(sign * (out - s) for s, out in ends))
    return worst


def _class(row: Row, i: int, k: int, beta: Fraction, t: Fraction, tau: Fraction) -> int:
    P, _, N = _sums(row, i, k)
    reach = row[i] * tau if row[i] > 0 else row[i]
    if beta + P <= t < beta + reach - N:
        return 0
    return 1 if reach > P + N else 2
