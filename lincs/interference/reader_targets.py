"""The conjunctions that readers are asked about: one to three features for each."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.errors import InputError
from lincs.files import array_names, read_array
from lincs.jsonable import shown

__all__ = ["MOST", "check_targets"]

MOST = 3  # features of a conjunction
_KEY = "targets"  # the array of a file that holds several


def check_targets(targets: Any, *, n: int, m: int) -> npt.NDArray[np.intp]:
    """(n, 3) indices below m, -1 where a target has fewer, from an array, lists, or a file of these.

    A text file has a line for every reader: indices with blanks or commas between.
    """
    if isinstance(targets, str | os.PathLike):
        targets = _of_file(Path(targets))
    rows = targets.tolist() if hasattr(targets, "tolist") else list(targets)
    if len(rows) != n:
        raise InputError(f"targets must be one for each of the {n} readers, got {len(rows)}")
    out = np.full((n, MOST), -1, dtype=np.intp)
    for i, row in enumerate(rows):
        members = [j for j in (row if isinstance(row, list | tuple) else [row]) if j != -1]
        if not 1 <= len(members) <= MOST or not all(isinstance(j, int | np.integer) for j in members):
            raise InputError(f"targets must be one to {MOST} features for each reader, got {shown(row)} for reader {i}")
        if len(set(members)) < len(members) or min(members) < 0 or max(members) >= m:
            raise InputError(f"targets must be distinct indices below m = {m}, got {shown(row)} for reader {i}")
        out[i, : len(members)] = members
    return out


def _of_file(file: Path) -> Any:
    if not file.is_file():
        raise InputError(f"targets must be indices or a file of them, got {shown(str(file))}")
    if file.suffix.lower() in (".npy", ".npz"):
        names = array_names(file)
        key = _KEY if _KEY in names and len(names) > 1 else None
        array = read_array(file, key=key, option=f"the name {_KEY!r}")
        if array.dtype.kind not in "iu" or array.ndim not in (1, 2):
            raise InputError(f"targets ({file}) must be integers, got {array.dtype} of shape {array.shape}")
        return array
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
        return [[int(word) for word in line.replace(",", " ").split()] for line in lines if line.strip()]
    except (OSError, ValueError) as error:
        raise InputError(f"{file} cannot be read as indices, a line a reader: {' '.join(str(error).split())}") from None
