"""numpy's own files: ``.npy`` (memory-mapped) and ``.npz``, which scipy writes its sparse matrices into too."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.errors import InputError
from lincs.formats.base import Contents, Entry, Format, How, lone

__all__ = ["Npy", "Npz", "typed"]

_SPARSE = {"format", "shape", "data"}


def typed(array: npt.NDArray[Any], how: How, where: str) -> npt.NDArray[Any]:
    """Two-byte void elements, as numpy writes a bfloat16 array of ml_dtypes, are bfloat16 if the caller says so."""
    if array.dtype.kind != "V" or array.dtype.itemsize != 2 or array.dtype.names is not None:
        return array
    if not how.bfloat16:
        raise InputError(
            f"{where} holds elements of type |V2, which is what numpy makes of a bfloat16 array saved with ml_dtypes: "
            "say bfloat16 (--bfloat16) if that is what it is"
        )
    import ml_dtypes

    return array.view(ml_dtypes.bfloat16)


class Npy(Format):
    name = "npy"
    suffixes = (".npy",)

    def recognises(self, head: bytes, path: Path) -> bool:
        return head.startswith(b"\x93NUMPY")

    def read(self, path: Path, how: How) -> Contents:
        return lone(typed(np.load(path, mmap_mode="r", allow_pickle=False), how, str(path)))


class Npz(Format):
    name = "npz"
    suffixes = (".npz",)

    def recognises(self, head: bytes, path: Path) -> bool:
        if not head.startswith(b"PK\x03\x04") and not head.startswith(b"PK\x05\x06"):
            return False
        return not is_torch_archive(path)

    def read(self, path: Path, how: How) -> Contents:
        headers = _headers(path)
        if set(headers) >= _SPARSE:
            from scipy import sparse

            return lone(sparse.load_npz(path).toarray(), remark=f"{path}: a scipy sparse matrix")
        return Contents({name: self._entry(path, name, *header, how) for name, header in headers.items()})

    def _entry(self, path: Path, name: str, shape: tuple[int, ...], dtype: np.dtype[Any], how: How) -> Entry:
        def open_array() -> npt.NDArray[Any]:
            with np.load(path, allow_pickle=False) as archive:
                return typed(archive[name], how, f"{name} in {path}")

        if dtype.kind == "V" and dtype.itemsize == 2 and how.bfloat16:
            import ml_dtypes

            dtype = np.dtype(ml_dtypes.bfloat16)
        return Entry(shape, dtype, open_array)


def is_torch_archive(path: Path) -> bool:
    """Whether a zip file was written by torch."""
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.endswith("data.pkl") for name in archive.namelist())
    except (OSError, zipfile.BadZipFile):
        return False


def _headers(path: Path) -> dict[str, tuple[tuple[int, ...], np.dtype[Any]]]:
    """Shape and type of every array, without reading the arrays; pickled objects are left out."""
    found = {}
    with zipfile.ZipFile(path) as archive:
        for member in archive.namelist():
            with archive.open(member) as stream:
                head = io.BytesIO(stream.read(1 << 16))
            version = np.lib.format.read_magic(head)
            read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
            shape, _, dtype = read(head)
            if dtype.kind != "O":
                found[member.removesuffix(".npy")] = shape, dtype
    return found
