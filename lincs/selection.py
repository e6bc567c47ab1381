"""Some features of a dictionary, by their indices in the file: which rows are asked for, which do not exist.

Indices are 0-based and always those of the file, also where features were left out.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.errors import InputError, check_integer
from lincs.files import read_array
from lincs.jsonable import shown
from lincs.matrices import Matrix

__all__ = ["Selection", "indices", "select"]

Indices = npt.NDArray[np.intp]

_DEAD = "dead"
_LIST = re.compile(r"[\d\s,:]*\d[\d\s,:]*")


def indices(spec: Any, name: str, *, m: int, dead: Indices | None = None) -> Indices:
    """The distinct 0-based indices that ``spec`` names, in its order.

    ``spec`` is an int, a sequence of ints, a boolean mask (m,), text like ``"0,5,10:20"`` (ends included; the word
    ``dead`` stands for the features ``dead``, if there may be such), or a file: ``.npy`` with ints or a mask, or text
    with one index a line.  Raises :class:`InputError` for anything else, and for what is no index below ``m``.
    """
    found = np.concatenate([np.zeros(0, dtype=np.intp), *_parts(spec, name, m, dead)])
    if found.size and (found.min() < 0 or found.max() >= m):
        bad = int(found[(found < 0) | (found >= m)][0])
        raise InputError(f"{name} must be indices below m = {m}, got {bad}")
    if len(np.unique(found)) < len(found):
        values, counts = np.unique(found, return_counts=True)
        raise InputError(f"{name} must be distinct, got {int(values[counts > 1][0])} twice")
    return found


def _parts(spec: Any, name: str, m: int, dead: Indices | None) -> list[Indices]:
    if isinstance(spec, str) and (spec.strip() == _DEAD or _LIST.fullmatch(spec.replace(_DEAD, "0"))):
        return [_part(part.strip(), name, m, dead) for part in spec.split(",")]
    if isinstance(spec, str | os.PathLike):
        return [_of_file(Path(spec), name, m)]
    if isinstance(spec, int | np.integer) and not isinstance(spec, bool):
        return [np.array([check_integer(spec, name, least=0)], dtype=np.intp)]
    return [_of_array(np.asarray(spec), name, m)]


def _part(part: str, name: str, m: int, dead: Indices | None) -> Indices:
    if part == _DEAD:
        if dead is None:
            raise InputError(f"{name} must be indices, got the word {_DEAD!r}")
        return dead
    match = re.fullmatch(r"(\d+)\s*(?::\s*(\d+)\s*(?::\s*(\d+))?)?", part)
    if match is None:
        raise InputError(f'{name} must look like "7", "0,5,10:20" or "0:100:10" (ends included), got {shown(part)}')
    first, last, step = int(match[1]), int(match[2] or match[1]), int(match[3] or 1)
    if last < first or step < 1:
        raise InputError(f"{name} must be increasing ranges, got {shown(part)}")
    if last >= m:
        raise InputError(f"{name} must be indices below m = {m}, got {shown(last)}")
    return np.arange(first, last + 1, step, dtype=np.intp)


def _of_file(file: Path, name: str, m: int) -> Indices:
    if not file.is_file():
        raise InputError(f"{name} must be a list of indices or a file of them, got {shown(str(file))}")
    if file.suffix.lower() in (".npy", ".npz"):
        return _of_array(read_array(file, option="one array in the file"), f"{name} ({file})", m)
    try:
        lines = file.read_text(encoding="utf-8-sig").split()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file} cannot be read as UTF-8 text: {error}") from None
    for line in lines:
        if not (line.isascii() and line.isdigit()):
            raise InputError(f"{name} ({file}) must be one index a line, got {shown(line)}")
    return _of_array(np.array([int(line) for line in lines], dtype=object), f"{name} ({file})", m)


def _of_array(array: npt.NDArray[Any], name: str, m: int) -> Indices:
    if array.size == 0:
        return np.zeros(0, dtype=np.intp)
    if array.dtype.kind == "b":
        if array.shape != (m,):
            raise InputError(f"{name} must be a mask of shape ({m},), got {array.shape}")
        return np.flatnonzero(array)
    if array.ndim != 1 or array.dtype.kind not in "iuO":
        raise InputError(f"{name} must be a list of integers or a mask, got {array.dtype} of shape {array.shape}")
    if array.dtype.kind == "O":
        values = [check_integer(value, name, least=0) for value in array.tolist()]
        array = np.array([min(value, m) for value in values])
    return array.astype(np.intp)


class Selection:
    """Which of the file's ``total`` features exist (``living``, ascending) and which rows are asked for.

    ``rows`` are places among the living, in the order asked for; None means all of them.
    """

    def __init__(self, total: int, living: Indices | None, rows: Indices | None) -> None:
        self.total, self.living, self.rows = total, living, rows

    @property
    def left_out(self) -> int:
        return 0 if self.living is None else self.total - len(self.living)

    def alive(self, matrix: Matrix) -> Matrix:
        """The matrix without the features that do not exist."""
        return matrix if self.living is None else matrix.only(self.living)

    def original(self, places: Any) -> Any:
        """Indices in the file of places among the living; -1 stays -1."""
        if self.living is None:
            return places
        places = np.asarray(places)
        return np.where(places < 0, -1, self.living[places])

    @property
    def asked(self) -> Indices | None:
        """Indices in the file of the rows that a result is about; None where these are all features of the file."""
        if self.rows is None:
            return self.living
        return self.rows if self.living is None else self.living[self.rows]


def select(matrix: Matrix, *, features: Any = None, without: Any = None) -> Selection:
    """Read both lists for the features of ``matrix``; without either nothing is read and nothing is left out.

    Raises :class:`InputError` for a bad list, when nothing is left, and for a feature that is asked for but left out.
    """
    living = None
    if without is not None:
        dead = None
        if isinstance(without, str) and _DEAD in without:
            dead = np.flatnonzero(matrix.norms() == 0)
        gone = np.ones(matrix.m, dtype=bool)
        gone[indices(without, "without", m=matrix.m, dead=dead)] = False
        living = np.flatnonzero(gone)
        if not len(living):
            raise InputError(f"without must leave at least one of the {matrix.m} features")
    rows = None
    if features is not None:
        rows = indices(features, "features", m=matrix.m)
        if not len(rows):
            raise InputError("features must name at least one feature")
        if living is not None:
            missing = rows[~np.isin(rows, living)]
            if len(missing):
                raise InputError(f"feature {missing[0]} is asked for by features but left out by without")
            rows = np.searchsorted(living, rows).astype(np.intp)
    return Selection(matrix.m, living, rows)
