"""Small matrices on which floating point goes wrong: ties, cancellation, extreme units, (nearly) dead features."""

from __future__ import annotations

import random
from typing import Any

import ml_dtypes
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

TYPES = ("f8", "f8", "f8", "f8", "f4", "f2", "bfloat16", "i1", "i4", "u1", "i8", "b1", ">f8", ">f4")
STYLES = (
    "gauss",
    "integers",
    "signs",
    "unit",
    "any exponent",
    "subnormal",
    "huge",
    "ties",
    "near one",
    "cancel",
    "last bit",
    "units of rows",
    "thirds",
    "float32 range",
    "copies",
    "units of features",
    "negative",
    "tiny",
    "edge",
)
_EDGE = [0.0, -0.0, 1.0, -1.0, 2.0**-537, 2.0**-538, 2.0**511, float(np.finfo(float).tiny), 5e-324, 1e154]


def matrix(draw: random.Random) -> tuple[str, Array]:
    """A name for what is special about it, and a d x m matrix (d <= 7, m <= 10) of some number type."""
    style, kind = draw.choice(STYLES), draw.choice(TYPES)
    d, m = draw.choice([1, 1, 2, 2, 3, 4, 5, 7]), draw.choice([1, 1, 2, 3, 3, 4, 5, 6, 8, 10])
    X = _values(style, d, m, draw, np.random.default_rng(draw.randrange(2**31)))
    if draw.random() < 0.15:
        X[:, draw.randrange(m)] = 0
    if draw.random() < 0.1 and m > 1:
        X[:, 0] = -X[:, 1]
    return f"{style} {kind}", cast(X, kind)


def cast(X: Array, kind: str) -> Array:
    with np.errstate(all="ignore"):
        if kind == "bfloat16":
            return np.asarray(X.astype(np.float32).astype(ml_dtypes.bfloat16))
        if kind in ("i1", "i4", "i8"):
            return np.clip(np.round(X), -100, 100).astype(kind)
        if kind == "u1":
            return np.clip(np.abs(np.round(X)), 0, 200).astype(kind)
        return np.asarray(np.abs(X) > 0.5) if kind == "b1" else X.astype(kind)


def _values(style: str, d: int, m: int, draw: random.Random, rng: np.random.Generator) -> Array:
    X: Array = rng.standard_normal((d, m))
    unit = X / np.linalg.norm(X, axis=0)
    ulp = 2.0**-52
    if style == "integers":
        return rng.integers(-3, 4, (d, m)).astype(float)
    if style == "signs":
        return np.asarray(rng.choice([-1.0, 1.0], (d, m)) * draw.choice([1, 0.5, d**-0.5, 1e-3]))
    if style == "unit":
        return np.asarray(unit)
    if style == "any exponent":
        return np.asarray(X * 10.0 ** rng.integers(-150, 150, (d, m)))
    if style == "subnormal":
        return rng.integers(-5, 6, (d, m)) * 5e-324 * draw.choice([1, 1e5, 1e10])
    if style == "huge":
        return np.asarray(X * draw.choice([1e300, 1e153, 1e150, 1e140, 1e100]))
    if style == "ties":
        return rng.choice([0.0, 0.1, -0.1, 0.3, 1 / 3], (d, m))
    if style == "near one":
        return np.asarray(unit * (1 + rng.integers(-3, 4, (1, m)) * ulp))
    if style == "cancel" and d > 1:
        X[0] = 1e8 * np.round(X[0] * 4)
        X[1] = -X[0] * (1 + rng.integers(-2, 3, m) * ulp)
    elif style == "last bit":
        return np.asarray(X[:, :1] * (1 + rng.integers(-2, 3, (d, m)) * ulp) * rng.choice([-1, 1], (1, m)))
    elif style == "units of rows":
        return np.asarray(X * 10.0 ** rng.integers(-100, 101, (d, 1)))
    elif style == "thirds":
        return rng.integers(-3, 4, (d, m)) / 3.0
    elif style == "float32 range":
        return np.asarray(X * draw.choice([1e38, 1e30, 1e-30, 1e-38, 1e-45, 1e19]))
    elif style == "copies":
        for j in range(1, m):
            if draw.random() < 0.6:
                X[:, j] = X[:, draw.randrange(j)] * draw.choice([1, -1, 2, 1])
    elif style == "units of features":
        return np.asarray(X * 10.0 ** rng.integers(-160, 140, (1, m)))
    elif style == "negative":
        return np.asarray(-np.abs(X) * 1e5)
    elif style == "tiny":
        return np.asarray(X * 1e-170)
    elif style == "edge":
        return rng.choice(_EDGE, (d, m))
    return X
