"""The file of A and B beside a certificate: its name, what its headers say, and that it holds the rebuilt pair.

A .npz file holds its arrays one after the other, each with a header; a .safetensors file has one header for all.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lincs.certificates.describe import SUFFIX, sha256
from lincs.jsonable import shown
from lincs.writing import ARRAYS

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Array = npt.NDArray[np.float64]

__all__ = ["Refused", "check_file", "compare", "file_beside", "in_one_line", "stored_shapes"]


class Refused(Exception):
    """A field that is not what the rebuilt object gives."""


def in_one_line(error: Exception) -> str:
    """What an error says, in one line that is not too long."""
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= 300 else f"{text[:300]}..."


def file_beside(path: Path, entry: dict[str, str]) -> Path:
    name, stem = entry["name"], path.name.removesuffix(SUFFIX)
    if name not in [stem + suffix for suffix in ARRAYS]:
        raise Refused(f"file.name is {shown(name)}, the certificate is that of {stem + ARRAYS[0]!r}")
    file = path.with_name(name)
    if not file.is_file():
        raise Refused(f"{name} is missing beside the certificate")
    return file


def stored_shapes(file: Path, names: tuple[str, ...]) -> list[tuple[int, int] | None]:
    """The shapes of the arrays as their headers say, None for another type; the data must be stored as it is."""
    shapes = _in_one_header if file.suffix == ".safetensors" else _in_archive
    try:
        found = shapes(file)
    except Exception as error:  # a damaged file can fail in many ways
        raise Refused(f"{file.name} cannot be read: {in_one_line(error)}") from None
    if sorted(found) != sorted(names) or (file.suffix == ".npz" and list(found) != list(names)):
        raise Refused(f"{file.name} does not hold {' and '.join(names)} and nothing else")
    return [found[name] for name in names]


def _in_archive(file: Path) -> dict[str, tuple[int, int] | None]:
    import zipfile

    import numpy as np

    shapes: dict[str, tuple[int, int] | None] = {}
    with zipfile.ZipFile(file) as archive:
        entries = archive.infolist()
        if len({entry.filename for entry in entries}) < len(entries):
            raise ValueError("an array is there twice")
        for entry in entries:
            with archive.open(entry) as stream:
                version = np.lib.format.read_magic(stream)
                read = np.lib.format.read_array_header_1_0 if version == (1, 0) else None
                shape, _, dtype = read(stream) if read else ((), False, np.dtype("O"))
                size = entry.file_size - stream.tell()
            plain = entry.compress_type == zipfile.ZIP_STORED and dtype == np.dtype("<f8") and len(shape) == 2
            found = (shape[0], shape[1]) if plain and 8 * math.prod(shape) == size else None
            shapes[entry.filename.removesuffix(".npy")] = found
    return shapes


def _in_one_header(file: Path) -> dict[str, tuple[int, int] | None]:
    from safetensors import safe_open

    shapes: dict[str, tuple[int, int] | None] = {}
    with safe_open(file, framework="numpy") as data:  # checks that the header fits the file
        for name in data.keys():  # noqa: SIM118 - no dictionary
            part = data.get_slice(name)
            shape = part.get_shape()
            shapes[name] = (shape[0], shape[1]) if part.get_dtype() == "F64" and len(shape) == 2 else None
    return shapes


def check_file(path: Path, entry: dict[str, str], arrays: dict[str, Array]) -> None:
    """The file beside the certificate: its name, its hash, and that it holds exactly the rebuilt arrays."""
    import numpy as np

    file = file_beside(path, entry)
    name = file.name
    if sha256(file) != entry["sha256"]:
        raise Refused(f"{name} does not have the hash that file.sha256 names")
    try:
        stored_arrays = _arrays_in(file)
    except Exception as error:  # a damaged zip file can fail in many ways
        raise Refused(f"{name} cannot be read: {in_one_line(error)}") from None
    if sorted(stored_arrays) != sorted(arrays):
        raise Refused(f"{name} holds {', '.join(stored_arrays) or 'nothing'}, not {' and '.join(arrays)}")
    for key, rebuilt in arrays.items():
        stored = stored_arrays[key]
        if stored.dtype != np.dtype("<f8") or stored.shape != rebuilt.shape:
            raise Refused(f"{key} in {name} has another type or shape than the rebuilt one")
        if stored.tobytes() != np.ascontiguousarray(rebuilt).tobytes():
            raise Refused(f"{key} in {name} differs from the rebuilt one")


def _arrays_in(file: Path) -> dict[str, Array]:
    if file.suffix == ".safetensors":
        from safetensors.numpy import load_file

        return dict(load_file(file))
    import numpy as np

    with np.load(file, allow_pickle=False) as data:
        return {key: data[key] for key in data.files}


def compare(expected: Any, found: Any, where: str) -> None:
    """Equality as canonical JSON, types included at every depth; names the first place that differs."""
    if isinstance(expected, dict) and isinstance(found, dict) and list(expected) == list(found):
        for name, value in expected.items():
            compare(value, found[name], f"{where}.{name}" if where else name)
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for index, (value, other) in enumerate(zip(expected, found, strict=True)):
            compare(value, other, f"{where}[{index}]")
    elif type(expected) is not type(found) or json.dumps(expected) != json.dumps(found):
        raise Refused(f"{where or 'the certificate'} is {shown(found)}, the rebuilt object gives {shown(expected)}")
