"""The file of A and B beside a certificate: its name, what its headers say, and that it holds the rebuilt pair."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lincs.certificates.describe import SUFFIX, sha256
from lincs.jsonable import shown

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
    name = path.name.removesuffix(SUFFIX) + ".npz"
    if entry["name"] != name:
        raise Refused(f"file.name is {shown(entry['name'])}, the certificate is that of {name!r}")
    file = path.with_name(name)
    if not file.is_file():
        raise Refused(f"{name} is missing beside the certificate")
    return file


def stored_shapes(file: Path, names: tuple[str, ...]) -> list[tuple[int, int] | None]:
    """The shapes of the arrays as their headers say, None for another type; the data must be stored as it is."""
    import zipfile

    import numpy as np

    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            if [entry.filename for entry in entries] != [f"{name}.npy" for name in names]:
                raise Refused(f"{file.name} does not hold {' and '.join(names)} and nothing else")
            shapes: list[tuple[int, int] | None] = []
            for entry in entries:
                with archive.open(entry) as stream:
                    version = np.lib.format.read_magic(stream)
                    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else None
                    shape, _, dtype = read(stream) if read else ((), False, np.dtype("O"))
                    size = entry.file_size - stream.tell()
                plain = entry.compress_type == zipfile.ZIP_STORED and dtype == np.dtype("<f8") and len(shape) == 2
                shapes.append((shape[0], shape[1]) if plain and 8 * math.prod(shape) == size else None)
            return shapes
    except Refused:
        raise
    except Exception as error:  # a damaged zip file can fail in many ways
        raise Refused(f"{file.name} cannot be read: {in_one_line(error)}") from None


def check_file(path: Path, entry: dict[str, str], arrays: dict[str, Array]) -> None:
    """The file beside the certificate: its name, its hash, and that it holds exactly the rebuilt arrays."""
    import numpy as np

    file = file_beside(path, entry)
    name = file.name
    if sha256(file) != entry["sha256"]:
        raise Refused(f"{name} does not have the hash that file.sha256 names")
    try:
        with np.load(file, allow_pickle=False) as data:
            stored_arrays = {key: data[key] for key in data.files}
    except Exception as error:  # a damaged zip file can fail in many ways
        raise Refused(f"{name} cannot be read: {in_one_line(error)}") from None
    if list(stored_arrays) != list(arrays):
        raise Refused(f"{name} holds {', '.join(stored_arrays) or 'nothing'}, not {' and '.join(arrays)}")
    for key, rebuilt in arrays.items():
        stored = stored_arrays[key]
        if stored.dtype != np.dtype("<f8") or stored.shape != rebuilt.shape:
            raise Refused(f"{key} in {name} has another type or shape than the rebuilt one")
        if stored.tobytes() != np.ascontiguousarray(rebuilt).tobytes():
            raise Refused(f"{key} in {name} differs from the rebuilt one")


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
