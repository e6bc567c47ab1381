"""Matrix files: .npy, .npz, .safetensors, and torch's .pt where torch is installed."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from lincs.errors import InputError
from lincs.keys import choose
from lincs.matrices import Matrix, check_array

__all__ = ["array_names", "read_matrix"]


def read_matrix(
    path: str | os.PathLike[str],
    *,
    layout: str = "columns",
    key: str | None = None,
    normalize: bool = False,
    name: str | None = None,
) -> Matrix:
    """Open a ``.npy`` (memory-mapped), ``.npz``, ``.safetensors`` (read in slices) or torch ``.pt`` file as a Matrix.

    ``key`` names the array inside the file, or one matrix of a stack as ``name[i, j]``; it may be left out when there
    is only one matrix.
    Raises :class:`InputError` when the file is missing, damaged, of another kind, or holds no real matrix.
    """
    file = only_file(Path(path))
    name = name or str(path)
    reader = _READERS.get(file.suffix)
    if reader is None:
        raise InputError(f"{path} must end in {', '.join(_READERS)}")
    if key is not None and file.suffix == ".npy":
        raise InputError(f"key {key!r} was given, but {path} holds a single array without a name")
    store, shape, dtype, used_key = reader(file, key)
    check_array(shape, dtype, name)
    matrix = Matrix(
        store,
        (shape[0], shape[1]),
        dtype,
        layout=layout,
        normalize=normalize,
        name=name,
    )
    matrix.origin = (str(file.resolve()), used_key, layout)
    return matrix


def only_file(path: Path) -> Path:
    """The file itself, or the only file of a folder that can hold a matrix."""
    if path.is_dir():
        found = sorted(file for file in path.iterdir() if file.suffix in _READERS)
        if len(found) != 1:
            held = ", ".join(file.name for file in found[:8]) or f"no {', '.join(_READERS)}"
            raise InputError(f"{path} is a folder with {held}: name one file")
        return found[0]
    if not path.is_file():
        raise InputError(f"{path} is not a file")
    return path


def array_names(path: str | os.PathLike[str]) -> list[str]:
    """The names of the arrays in an npz, safetensors or torch file; empty for a .npy file."""
    file = only_file(Path(path))
    if file.suffix not in _READERS:
        read_matrix(path)  # says what is wrong
    if file.suffix == ".npz":
        with _readable(file), np.load(file, allow_pickle=False) as archive:
            return list(archive.files)
    if file.suffix == ".safetensors":
        with _readable(file):
            return list(_open_safetensors(file).keys())
    return list(_torch_arrays(file)) if file.suffix in _TORCH else []


_Opened = tuple[Any, tuple[int, ...], np.dtype[Any], str | None]


@contextmanager
def _readable(file: Path) -> Iterator[None]:
    """Turn whatever a damaged file makes a library raise into one sentence."""
    try:
        yield
    except InputError:
        raise
    except Exception as error:
        if not isinstance(error, ValueError | OSError | EOFError | RuntimeError | zipfile.BadZipFile) and (
            type(error).__name__ not in ("SafetensorError", "UnpicklingError")
        ):
            raise
        reason = " ".join(str(error).split()) or type(error).__name__
        raise InputError(f"{file} cannot be read as a {file.suffix} file: {reason}") from None


def _read_npy(file: Path, _key: str | None) -> _Opened:
    with _readable(file):
        array = np.load(file, mmap_mode="r", allow_pickle=False)
    return array, array.shape, array.dtype, None


def _read_npz(file: Path, key: str | None) -> _Opened:
    with _readable(file), np.load(file, allow_pickle=False) as archive:
        name, indices, key = choose(file, key, _npz_shapes(file))
        array = archive[name][indices]
    return array, array.shape, array.dtype, key


def _npz_shapes(file: Path) -> dict[str, tuple[int, ...]]:
    """The shape of every array, from the headers alone."""
    shapes = {}
    with zipfile.ZipFile(file) as archive:
        for member in archive.namelist():
            with archive.open(member) as stream:
                version = np.lib.format.read_magic(stream)
                header = (
                    np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
                )
                shapes[member.removesuffix(".npy")] = header(stream)[0]
    return shapes


# The number types of safetensors that lincs reads, as numpy (or ml_dtypes) names.
_SAFETENSORS_TYPES = {
    "F64": "float64",
    "F32": "float32",
    "F16": "float16",
    "BF16": "bfloat16",
    "I8": "int8",
    "I16": "int16",
    "I32": "int32",
    "I64": "int64",
    "U8": "uint8",
}


def _open_safetensors(file: Path) -> Any:
    import ml_dtypes  # noqa: F401 - registers bfloat16 with numpy
    from safetensors import safe_open

    return safe_open(str(file), framework="numpy")


def _read_safetensors(file: Path, key: str | None) -> _Opened:
    with _readable(file):
        archive = _open_safetensors(file)
        shapes = {name: archive.get_slice(name).get_shape() for name in archive.keys()}  # noqa: SIM118 - no mapping
        name, indices, key = choose(file, key, shapes)
        part = archive.get_slice(name)
        shape, kind = tuple(part.get_shape()), part.get_dtype()
    if kind not in _SAFETENSORS_TYPES:
        raise InputError(f"{file} holds {key!r} as {kind}; lincs reads {', '.join(_SAFETENSORS_TYPES)}")
    if indices:
        part, shape = part[indices], shape[-2:]
    return part, shape, np.dtype(_SAFETENSORS_TYPES[kind]), key


def _torch_arrays(file: Path) -> dict[str, Any]:
    """The tensors of a state dict.  Weights-only: a file that would run code is refused by torch."""
    try:
        import torch
    except ModuleNotFoundError:
        raise InputError(f"{file} needs torch to be read: install the extra lincs-bounds[torch]") from None
    with _readable(file):
        content = torch.load(file, map_location="cpu", weights_only=True)
    if isinstance(content, torch.Tensor):
        return {"tensor": content}
    tensors = {str(key): value for key, value in dict(content).items() if isinstance(value, torch.Tensor)}
    if not tensors:
        raise InputError(f"{file} holds no tensors")
    return tensors


def _read_torch(file: Path, key: str | None) -> _Opened:
    tensors = _torch_arrays(file)
    name, indices, key = choose(file, key, {name: tuple(tensor.shape) for name, tensor in tensors.items()})
    tensor = tensors[name][indices]
    # numpy has no bfloat16 of its own; float32 holds every bfloat16 exactly.
    array = (tensor.float() if str(tensor.dtype) == "torch.bfloat16" else tensor).numpy()
    return array, array.shape, array.dtype, key


_TORCH = (".pt", ".pth")
_READERS = {
    ".npy": _read_npy,
    ".npz": _read_npz,
    ".safetensors": _read_safetensors,
    **dict.fromkeys(_TORCH, _read_torch),
}
