"""Small matrices of every awkward kind, for the groups that compare with exact enumeration."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["KINDS", "small_matrix"]

Array = npt.NDArray[Any]

_TINY = (1e-200, 1e-300, 5e-324)
_HUGE = (1e200, 1e300)


def _integers(rng: np.random.Generator, d: int, m: int) -> Array:
    return rng.integers(-3, 4, (d, m)).astype(np.float64)


def _near_column(rng: np.random.Generator, d: int, m: int) -> Array:
    A = _integers(rng, d, m)
    A[:, -1] = A[:, 0] + rng.integers(-2, 3, d) * rng.choice([1e-8, 1e-12, 1e-15])
    return A


def _near_rows(rng: np.random.Generator, d: int, m: int) -> Array:
    A = _integers(rng, d, m)
    A[-1] = A[0] + rng.integers(-2, 3, m) * rng.choice([1e-7, 1e-10, 1e-13, 1e-16])
    return A


def _copies(rng: np.random.Generator, d: int, m: int) -> Array:
    A = _integers(rng, d, m)
    A[:, 0] = A[:, -1] * rng.choice([1, -1, 2])
    return A


def _copied_rows(rng: np.random.Generator, d: int, m: int) -> Array:
    A = _integers(rng, d, m) if rng.random() < 0.5 else rng.standard_normal((d, m))
    A[-1] = A[0] * rng.choice([1, -2])
    return A


def _centred(rng: np.random.Generator, d: int, m: int) -> Array:
    """Every column (or row) less its mean, in single precision: dependent up to rounding, and independent exactly."""
    A = rng.standard_normal((d, m)).astype(np.float32 if rng.random() < 0.5 else np.float64)
    return np.asarray(A - A.mean(axis=int(rng.integers(2)), keepdims=True))


def _last_digits(rng: np.random.Generator, d: int, m: int) -> Array:
    return np.asarray(_integers(rng, d, m) * (1 + rng.integers(-1, 2, (d, m)) * 2.0**-52) / 3)


def _scaled(axis: int) -> Any:
    def draw(rng: np.random.Generator, d: int, m: int) -> Array:
        shape = (1, m) if axis else (d, 1)
        return np.asarray(_integers(rng, d, m) * 10.0 ** rng.integers(-9, 9, shape))

    return draw


KINDS: dict[str, Any] = {
    "integers": _integers,
    "thirds": lambda rng, d, m: _integers(rng, d, m) / 3,
    "signs": lambda rng, d, m: rng.choice([-1.0, 1.0], (d, m)),
    "gaussian": lambda rng, d, m: rng.standard_normal((d, m)),
    "single": lambda rng, d, m: rng.standard_normal((d, m)).astype(np.float32),
    "near column": _near_column,
    "near rows": _near_rows,
    "copies": _copies,
    "copied rows": _copied_rows,
    "centred": _centred,
    "last digits": _last_digits,
    "scaled columns": _scaled(1),
    "scaled rows": _scaled(0),
    "tiny": lambda rng, d, m: _integers(rng, d, m) * rng.choice(_TINY),
    "huge": lambda rng, d, m: _integers(rng, d, m) * rng.choice(_HUGE),
    "tiny gaussian": lambda rng, d, m: rng.standard_normal((d, m)) * 1e-200,
    "huge gaussian": lambda rng, d, m: rng.standard_normal((d, m)) * 1e300,
}


def small_matrix(rng: np.random.Generator) -> tuple[str, Array]:
    """A kind and a matrix of it, at most 4 x 6; now and then with a dead column."""
    d, m = int(rng.integers(1, 5)), int(rng.integers(1, 7))
    kind = str(rng.choice(list(KINDS)))
    A = KINDS[kind](rng, d, m)
    if rng.random() < 0.12:
        A[:, rng.integers(m)] = 0
    return kind, A
