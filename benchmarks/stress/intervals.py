"""``verify`` and ``verify_samples``: ends, features, decisions and witnesses, in rational arithmetic."""

from __future__ import annotations

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
from benchmarks.stress.losses import ZERO, best_loss, exact_product, given_loss
from lincs.errors import Note

NAME = "intervals"
READOUTS = ("signed", "signed", "nonnegative", "affine", "threshold")

Array = npt.NDArray[Any]


def cases(seed: int) -> Iterator[Callable[[], str | None]]:
    """One question about one pair, or about one set of inputs, a trial."""
    n = 0
    while True:
        yield partial(_samples if n % 4 == 3 else _pair, random.Random(f"{NAME} {seed} {n}"))
        n += 1


def _drawn_pair(draw: random.Random) -> tuple[str, Array, Array | None]:
    """A (always finite) and B; None: self-scaled."""
    while True:
        name, A = matrix(draw)
        with np.errstate(all="ignore"):
            wide = A.astype(np.float64)
            mode = draw.choice(["given", "same", "self", "self", "gain", "reversed"])
            B: Array | None = A
            if mode == "given":
                rng = np.random.default_rng(draw.randrange(2**31))
                B = cast(
                    rng.standard_normal(A.shape) * 10.0 ** rng.integers(-3, 3),
                    draw.choice(["f8", "f4", "f2", "bfloat16"]),
                )
            elif mode == "self":
                B = None
            elif mode == "gain":
                squares = (wide**2).sum(axis=0)
                B = wide / np.where(squares > 0, squares, 1)
            elif mode == "reversed":
                B = np.ascontiguousarray(A[:, ::-1])
        if np.isfinite(wide).all() and (B is None or np.isfinite(B.astype(np.float64)).all()):
            return f"{name}, {mode}", A, B


def _level(draw: random.Random, worst: Fraction) -> Fraction | None:
    """A level to ask about: none, or as close to the truth as can be."""
    tiny = Fraction(1, 10**40)
    levels = [
        worst,
        worst,
        worst * (1 + tiny),
        worst * (1 - tiny),
        Fraction(1, 2),
        Fraction(1),
        worst + Fraction(1, 2**1080),
    ]
    level = draw.choice([None, *levels])
    # a level is a number a user can write: positive, of at most a thousand digits
    return level if level is None or (level > 0 and max(level.as_integer_ratio()) <= 10**1000) else None


def _pair(draw: random.Random) -> str | None:
    name, A, B = _drawn_pair(draw)
    readout, m = draw.choice(READOUTS), A.shape[1]
    k = draw.choice([1, m, draw.randint(1, m)])
    M = exact_product(A if B is None else B, A)
    loss = best_loss if B is None else given_loss
    exact = [loss(M[i], i, k, readout) for i in range(m)]
    worst = max(exact)
    level = None if readout == "threshold" else _level(draw, worst)
    rows = draw.choice([1000, 1000, 1])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            warnings.simplefilter("ignore", Note)
            found = lincs.verify(
                A,
                B,
                k=k,
                eps=level,
                readout=readout,
                precision=draw.choice([None, "double", "mixed"]),
                threads=draw.choice([1, 2]),
                exact_rows=rows,
            )
    except lincs.InputError as error:  # out of the range of float64, by its name
        return None if "overflow" in str(error) or "within float64" in str(error) else f"{name}: {error}"
    where = f"{name}, {readout}, k = {k}, level {level}"
    case = found.results[0]
    lo, hi = _ends(case.eps, case.margin)
    attained = _attained(case, M, readout)
    if not lo <= worst <= hi:
        return f"{where}: {float(lo)}..{float(hi)} misses the worst case"
    if not lo <= attained <= hi:
        return f"{where}: the witness attains a value outside {float(lo)}..{float(hi)}"
    if len(case.witness.support) > k:
        return f"{where}: the witness has more than k features"
    for i, value in enumerate(exact):
        if not Fraction(float(found.lower[i, 0])) <= value <= Fraction(float(found.upper[i, 0])):
            return f"{where}: row {i} is outside its interval"
    if B is None and readout != "threshold":
        zero = Fraction(1, 2) if readout == "affine" else Fraction(1)
        if case.trivial and worst != zero:
            return f"{where}: a probe is called zero that does better"
    return _decided(where, case.holds, worst, ZERO if readout == "threshold" else level, rows >= 1000)


def _decided(where: str, holds: bool | None, worst: Fraction, level: Fraction | None, must: bool) -> str | None:
    if level is None:
        return None
    if holds is None:
        return f"{where}: undecided" if must else None
    return None if holds is (worst < level) else f"{where}: holds = {holds} is wrong"


def _ends(eps: Any, margin: Any) -> tuple[Fraction, Fraction]:
    """The ends of the loss; a float that is not finite raises."""
    return (Fraction(-margin.hi), Fraction(-margin.lo)) if eps is None else (Fraction(eps.lo), Fraction(eps.hi))


def _attained(case: Any, M: list[list[Fraction]], readout: str) -> Fraction:
    """The loss of the witness with the factor that is returned."""
    row, factor = M[case.row], 1 if case.scale is None else Fraction(float(case.scale[case.row]))

    def output(z: Any) -> Fraction:
        active = zip(z.support, z.signs, strict=True)
        return Fraction(sum((factor * sign * row[j] for j, sign in active), ZERO))

    def error(z: Any) -> Fraction:
        own = int(dict(zip(z.support, z.signs, strict=True)).get(case.row, 0))
        return output(z) - own

    if readout == "threshold":
        return output(case.witness) - output(case.witness.counterpart)
    if readout == "affine":
        return (error(case.witness) - error(case.witness.counterpart)) / 2
    return abs(error(case.witness))


_VALUES = [0, 0, 1.0, -1, 0.1, 1 / 3, 1e10, 1e-10, 2.0**33 * (1 + 2.0**-40), 1e200]


def _samples(draw: random.Random) -> str | None:
    name, A, B = _drawn_pair(draw)
    B = A if B is None else B
    readout, m, n = draw.choice(READOUTS), A.shape[1], draw.choice([1, 2, 5])
    Z = np.array([[draw.choice(_VALUES) for _ in range(n)] for _ in range(m)], dtype=np.float64)
    if readout in ("nonnegative", "affine"):
        Z = np.abs(Z)
    if readout == "threshold":
        Z = (Z != 0).astype(np.float64)
    exact = _sample_losses(exact_product(B, A), Z, readout)
    known = [value for value in exact if value is not None]
    level = None if readout == "threshold" or not known else _level(draw, max(known))
    where = f"{name}, {readout}, {n} inputs, level {level}"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            found = lincs.verify_samples(A, B, Z, eps=level, readout=readout)
    except lincs.InputError as error:
        return None if "overflow" in str(error) else f"{where}: {error}"
    for i, value in enumerate(exact):
        if value is not None and not Fraction(float(found.lower[i])) <= value <= Fraction(float(found.upper[i])):
            return f"{where}: row {i} is outside its interval"
    if not known:
        return None if found.row is None else f"{where}: a margin of nothing"
    lo, hi = _ends(found.eps, found.margin)
    if not lo <= max(known) <= hi:
        return f"{where}: {float(lo)}..{float(hi)} misses the worst input"
    return _decided(where, found.holds, max(known), ZERO if readout == "threshold" else level, False)


def _sample_losses(M: list[list[Fraction]], Z: Array, readout: str) -> list[Fraction | None]:
    columns = [[Fraction(float(v)) for v in column] for column in Z.T]
    losses: list[Fraction | None] = []
    for i, row in enumerate(M):
        outputs = [sum((x * v for x, v in zip(row, z, strict=True)), ZERO) for z in columns]
        errors = [out - z[i] for out, z in zip(outputs, columns, strict=True)]
        on = [out for out, z in zip(outputs, columns, strict=True) if z[i]]
        off = [out for out, z in zip(outputs, columns, strict=True) if not z[i]]
        if readout == "threshold":
            losses.append(max(off) - min(on) if on and off else None)
        elif readout == "affine":
            losses.append((max(errors) - min(errors)) / 2)
        else:
            losses.append(max(map(abs, errors)))
    return losses
