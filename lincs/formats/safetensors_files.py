"""safetensors: one file, memory-mapped, or many files by an index (``*.safetensors.index.json``)."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.errors import InputError
from lincs.formats.base import Contents, Entry, Format, How

__all__ = ["Safetensors", "SafetensorsIndex"]

# The number types of safetensors, as numpy (or ml_dtypes) names them.
_TYPES = {
    "F64": "float64",
    "F32": "float32",
    "F16": "float16",
    "BF16": "bfloat16",
    "F8_E4M3": "float8_e4m3fn",
    "F8_E5M2": "float8_e5m2",
    "I8": "int8",
    "I16": "int16",
    "I32": "int32",
    "I64": "int64",
    "U8": "uint8",
    "U16": "uint16",
    "U32": "uint32",
    "U64": "uint64",
    "BOOL": "bool",
    "C64": "complex64",
}
_LONGEST_HEADER = 100_000_000  # the format's own limit


class Safetensors(Format):
    name = "safetensors"
    suffixes = (".safetensors",)

    def recognises(self, head: bytes, path: Path) -> bool:
        size = int.from_bytes(head[:8], "little")
        return len(head) > 8 and head[8:9] == b"{" and 0 < size <= min(_LONGEST_HEADER, os.path.getsize(path) - 8)

    def read(self, path: Path, how: How) -> Contents:
        import ml_dtypes  # noqa: F401 - registers its types with numpy
        from safetensors import safe_open

        safe_open(str(path), framework="numpy")  # the library checks the header against the file
        with path.open("rb") as file:
            size = int.from_bytes(file.read(8), "little")
            header = json.loads(file.read(size))
        header.pop("__metadata__", None)
        return Contents({name: self._entry(path, name, part, 8 + size) for name, part in header.items()})

    def _entry(self, path: Path, name: str, part: dict[str, Any], start: int) -> Entry:
        shape, kind = tuple(part["shape"]), part["dtype"]
        if kind not in _TYPES:

            def refuse() -> Any:
                raise InputError(f"{path} holds {name!r} as {kind}; lincs reads {', '.join(_TYPES)}")

            return Entry(shape, np.dtype(np.float64), refuse)
        dtype = np.dtype(_TYPES[kind])
        offset = start + part["data_offsets"][0]
        return Entry(shape, dtype, _mapped(path, dtype, offset, shape))


def _mapped(path: Path, dtype: np.dtype[Any], offset: int, shape: tuple[int, ...]) -> Callable[[], npt.NDArray[Any]]:
    def open_array() -> npt.NDArray[Any]:
        count = int(np.prod(shape))
        if count == 0:
            return np.empty(shape, dtype)
        raw = np.memmap(path, np.uint8, "r", offset, (count * dtype.itemsize,))
        return raw.view(dtype).reshape(shape)

    return open_array


class SafetensorsIndex(Format):
    name = "safetensors index"
    suffixes = (".index.json",)

    def recognises(self, head: bytes, path: Path) -> bool:
        return path.name.endswith(".index.json") and head.lstrip().startswith(b"{")

    def read(self, path: Path, how: How) -> Contents:
        where = json.loads(path.read_text(encoding="utf-8")).get("weight_map")
        if not isinstance(where, dict):
            raise InputError(f"{path} has no weight_map, which says where each array lies")
        arrays: dict[str, Entry] = {}
        for shard in sorted(set(where.values())):
            file = path.parent / shard
            if not file.is_file():
                raise InputError(f"{path} names {shard}, which is not beside it")
            held = Safetensors().read(file, how).arrays
            arrays |= {name: held[name] for name, of in where.items() if of == shard and name in held}
        return Contents(arrays, remark=f"{path}: {len(arrays)} arrays in {len(set(where.values()))} files")
