"""The one door through which matrices come in: arrays, torch tensors, files, folders, and what has been read already.

Every command and every public function reads here, so that a layout, a key or a scale means the same everywhere and is
honoured or refused, never dropped.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.errors import InputError
from lincs.layouts import layout_of
from lincs.matrices import Matrix, check_array, check_scales

__all__ = ["Pair", "as_matrix", "dense", "read_pair", "right_side"]

Array = npt.NDArray[Any]
_PATH = (str, os.PathLike)


def as_matrix(
    value: Any, *, name: str | None = None, layout: str = "columns", key: str | None = None, normalize: bool = False
) -> Matrix:
    """Turn an array, a torch tensor, a path or a :class:`Matrix` into a Matrix.

    Arrays and files are ``d x m``, or ``m x d`` with ``layout="rows"``; of a file in a named layout it is the decoder.
    ``key`` names an array of a file.  Raises :class:`InputError` for anything that is not a non-empty real
    two-dimensional matrix, and for an option that has no meaning here.  Whether its entries are finite is found out
    when they are read.
    """
    how = layout_of(layout)
    shown = name or (str(value) if isinstance(value, str) else "A")
    if isinstance(value, Matrix):
        if layout != "columns" or key is not None:
            raise InputError(f"{shown} is a Matrix, which has its layout already: it takes no layout and no key")
        return value.normalized() if normalize and not value.normalize else value
    if isinstance(value, _PATH):
        return how.read(value, key=key, normalize=normalize, name=name)
    if how.named:
        raise InputError(f"layout {layout} is that of a file, but {shown} is no file")
    if key is not None:
        raise InputError(f"key names an array of a file, but {shown} is no file; got {key!r}")
    array = _array(value, shown)
    check_array(array.shape, array.dtype, shown)
    shape = (array.shape[0], array.shape[1])
    return Matrix(array, shape, array.dtype, layout=layout, normalize=normalize, name=shown)


def _array(value: Any, name: str) -> Array:
    """Anything that numpy takes, and torch tensors of any device and number type."""
    if hasattr(value, "detach") and hasattr(value, "cpu"):
        value = value.detach().cpu()
        # numpy has no bfloat16 of its own; float32 holds every bfloat16 exactly.
        value = (value.float() if str(value.dtype) == "torch.bfloat16" else value).numpy()
    try:
        return np.asanyarray(value)
    except ValueError:
        raise InputError(f"{name} must be a rectangular matrix, got rows of different lengths") from None


@dataclass(frozen=True)
class Pair:
    """A and B of one shape; ``given`` says that B was: else B is A, to be scaled row by row."""

    A: Matrix
    B: Matrix
    given: bool

    @property
    def probes(self) -> Matrix | None:
        """B if it was given, as the public functions take it."""
        return self.B if self.given else None


def read_pair(
    A: Any,
    B: Any = None,
    *,
    layout: str = "columns",
    layout_b: str | None = None,
    key: str | None = None,
    key_b: str | None = None,
    normalize: bool = False,
    scales: Any = None,
) -> Pair:
    """A and B as :func:`lincs.verify` reads them.

    Without B the pair is not given, unless the layout names both matrices of A's file or ``key_b`` another array of it.
    ``scales`` (m,): feature j ranges over ``[-s_j, s_j]``, and errors are relative to ``s_i``.

    Raises :class:`InputError` for shapes that differ and for options that have no meaning together.
    """
    how = layout_of(layout)
    is_path = isinstance(A, _PATH)
    if how.named:
        if B is not None or key is not None or key_b is not None or layout_b is not None or not is_path:
            raise InputError(f"layout {layout} reads A and B from one file, without B and without keys")
        pair = Pair(*how.read_pair(A, normalize=normalize), given=True)
    else:
        if B is None and key_b is not None:
            if not is_path:
                raise InputError(f"key_b names an array of a file, but A is no file; got {key_b!r}")
            B = A  # another array of the same file
        pair = _two(A, B, (layout, key), _second(B, layout, layout_b, key, key_b), normalize)
    a, b = pair.A, pair.B
    if (a.d, a.m) != (b.d, b.m):
        raise InputError(f"B must have the shape of A, {a.d} x {a.m}, got {b.d} x {b.m}")
    if scales is None:
        return pair
    # Feature j in [-s_j, s_j] and errors relative to s_i are the pair (A diag(s), B diag(1/s)) on [-1, 1]; a probe
    # that is to be scaled anyway absorbs its own factor.
    factors = check_scales(scales, a.m)
    scaled = a.with_scales(factors)
    return Pair(scaled, b.with_scales(1 / factors) if pair.given else scaled, pair.given)


_How = tuple[str, str | None]  # layout and key


def _second(B: Any, layout: str, layout_b: str | None, key: str | None, key_b: str | None) -> _How:
    if B is None and layout_b is not None:
        raise InputError(f"layout_b must come with a B to read, got {layout_b!r} alone")
    if layout_b is not None and layout_of(layout_b, "layout_b").named:
        raise InputError(f"layout_b must be columns or rows, got {layout_b!r}")
    return layout_b or layout, key_b if key_b is not None else key if isinstance(B, _PATH) else None


def _two(A: Any, B: Any, how: _How, how_b: _How, normalize: bool) -> Pair:
    a = as_matrix(A, layout=how[0], key=how[1], normalize=normalize)
    if B is None:
        return Pair(a, a, given=False)
    same_file = isinstance(A, _PATH) and isinstance(B, _PATH) and os.fspath(A) == os.fspath(B)
    if how == how_b and (B is A or same_file):
        return Pair(a, a, given=True)
    name = str(B) if isinstance(B, str) else "B"
    return Pair(a, as_matrix(B, name=name, layout=how_b[0], key=how_b[1], normalize=normalize), given=True)


def dense(
    A: Any, *, layout: str = "columns", key: str | None = None, normalize: bool = False
) -> npt.NDArray[np.float64]:
    """The whole of ``A`` (as :func:`as_matrix` reads it) as a finite ``d x m`` float64 array."""
    matrix = as_matrix(A, layout=layout, key=key, normalize=normalize)
    return _finite(matrix.rows(0, matrix.m, np.float64).T, "A")


def right_side(X: Any) -> npt.NDArray[np.float64]:
    """``X`` as a finite float64 vector or matrix that is not empty."""
    array = _array(X, "X")
    if array.dtype.kind not in "biuf":
        raise InputError(f"X must hold real numbers, got dtype {array.dtype}")
    if array.ndim not in (1, 2) or array.size == 0:
        raise InputError(f"X must be a vector or a matrix and not empty, got shape {array.shape}")
    out = array.astype(np.float64)
    if array.dtype.itemsize >= 8 and np.isfinite(out).all() and (out.astype(array.dtype) != array).any():
        raise InputError("X must hold numbers that float64 holds exactly: round it first")
    return _finite(out, "X")


def _finite(array: npt.NDArray[np.float64], name: str) -> npt.NDArray[np.float64]:
    if not np.isfinite(array).all():
        position = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise InputError(f"{name} must be finite, got {array[position]} at {position}")
    return array
