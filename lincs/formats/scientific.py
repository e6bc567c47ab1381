"""Matrices of other scientific software, read by scipy: MATLAB and Matrix Market."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from lincs.errors import InputError
from lincs.formats.base import Contents, Format, How, lone, of_array

__all__ = ["Matlab", "MatrixMarket"]


class Matlab(Format):
    name = "MATLAB"
    suffixes = (".mat",)

    def recognises(self, head: bytes, path: Path) -> bool:
        return head.startswith(b"MATLAB") or (path.suffix.lower() == ".mat" and not head.startswith(b"\x89HDF"))

    def read(self, path: Path, how: How) -> Contents:
        from scipy import io

        try:
            held = io.loadmat(path)
        except NotImplementedError:
            raise InputError(f"{path} is a MATLAB 7.3 file, which is HDF5: save it with -v7") from None
        arrays = {
            name: np.asarray(value.toarray() if hasattr(value, "toarray") else value)
            for name, value in held.items()
            if not name.startswith("__")
        }
        return Contents({name: of_array(array) for name, array in arrays.items() if array.dtype.kind in "biufc"})


class MatrixMarket(Format):
    name = "Matrix Market"
    suffixes = (".mtx",)

    def recognises(self, head: bytes, path: Path) -> bool:
        return head.startswith(b"%%MatrixMarket")

    def read(self, path: Path, how: How) -> Contents:
        from scipy import io

        matrix = io.mmread(path)
        return lone(np.asarray(matrix.toarray() if hasattr(matrix, "toarray") else matrix))
