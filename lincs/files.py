"""A file or a folder as a matrix: which file of it, what lies beside it, which array, in which orientation."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.errors import InputError
from lincs.formats import LONE, Contents, How, read_contents, suffixes
from lincs.keys import choose
from lincs.matrices import Matrix, check_array

__all__ = ["array_names", "matrix_of", "open_file", "read_array", "read_matrix"]

_CONFIGURATIONS = ("cfg.json", "config.json", "sae_cfg.json")
# Files of a folder that hold weights, the likeliest first; the rest of a folder's files are asked by suffix.
_WEIGHTS = ("sae_weights.safetensors", "sae.safetensors", "params.safetensors", "params.npz", "ae.pt")


def open_file(path: str | os.PathLike[str], how: How | None = None) -> tuple[Path, Contents]:
    """The file itself (of a folder: the one that holds weights) and what it holds, with the configuration beside it.

    Raises :class:`InputError` when there is none, it is damaged or of another kind, or a folder holds several.
    """
    file = _weights(Path(path))
    contents = read_contents(file, how)
    return file, replace(contents, config={**_beside(file), **contents.config})


def _weights(path: Path) -> Path:
    if not path.is_dir():
        if not path.is_file():
            raise InputError(f"{path} is not a file")
        return path
    named = [path / name for name in _WEIGHTS if (path / name).is_file()]
    if named:
        return named[0]
    ends = tuple(suffix for suffix in suffixes() if suffix not in (".txt", ".csv", ".tsv", ".dat"))
    files = sorted(file for file in path.iterdir() if file.is_file() and file.name.lower().endswith(ends))
    index = [file for file in files if file.name.endswith(".index.json")]
    if len(index) == 1:
        return index[0]
    if len(files) != 1:
        held = ", ".join(file.name for file in files[:8]) or f"no {', '.join(sorted(set(ends)))}"
        raise InputError(f"{path} is a folder with {held}: name one file")
    return files[0]


def _beside(file: Path) -> dict[str, Any]:
    """The configuration in the file's folder, flat; nothing where there is none that can be read."""
    for name in _CONFIGURATIONS:
        beside = file.parent / name
        if beside.is_file():
            try:
                held = json.loads(beside.read_text(encoding="utf-8-sig"))
            except (OSError, ValueError) as error:
                raise InputError(f"{beside} cannot be read: {' '.join(str(error).split())}") from None
            flat = dict(held) if isinstance(held, dict) else {}
            for inner in ("sae", "trainer", "model"):  # sparsify and dictionary_learning nest it
                if isinstance(flat.get(inner), dict):
                    flat = {**flat[inner], **flat}
            return flat
    return {}


def read_matrix(
    path: str | os.PathLike[str],
    *,
    layout: str | None = None,
    key: str | None = None,
    normalize: bool = False,
    name: str | None = None,
    how: How | None = None,
) -> Matrix:
    """One matrix of a file, in the orientation ``layout`` ("columns" or "rows"; None: as its format has it).

    ``key`` names the array inside the file, or one matrix of a stack as ``name[i, j]``; it may be left out when there
    is only one matrix.  Raises :class:`InputError` when the file cannot be read or holds no matrix.
    """
    file, contents = open_file(path, how)
    return matrix_of(file, contents, layout=layout, key=key, normalize=normalize, name=name or str(path), how=how)


def matrix_of(
    file: Path,
    contents: Contents,
    *,
    layout: str | None,
    key: str | None,
    normalize: bool = False,
    name: str,
    how: How | None = None,
) -> Matrix:
    """The matrix of opened contents that ``key`` names."""
    if key is not None and LONE in contents.arrays:
        raise InputError(f"key {key!r} was given, but {file} holds a single array without a name")
    orientation = layout or ("rows" if contents.rows else "columns")
    shapes = {name: entry.shape for name, entry in contents.arrays.items()}
    array, indices, used = (LONE, (), None) if LONE in shapes else choose(file, key, shapes)
    entry = contents.arrays[array]
    store, shape = entry.open(), entry.shape
    if indices:
        store = store[indices]
        shape = store.shape
    check_array(shape, entry.dtype, name, complex_too=True)
    matrix = Matrix(store, (shape[0], shape[1]), entry.dtype, layout=orientation, normalize=normalize, name=name)
    matrix.words = contents.words if orientation == "rows" else None
    matrix.origin = (str(file.resolve()), used, orientation, how)
    return matrix


def read_array(path: str | os.PathLike[str], *, key: str | None = None, option: str = "key") -> npt.NDArray[Any]:
    """An array of any shape: the file's only one, or the one that ``key`` (the caller's ``option``) names.

    Raises :class:`InputError` when the file cannot be read, or holds several arrays or no such one.
    """
    file, contents = open_file(path)
    held = contents.arrays
    if key is None and len(held) != 1:
        raise InputError(f"{file} holds several arrays ({', '.join(held)}): choose one by {option}")
    name = key if key is not None else next(iter(held))
    if name not in held:
        raise InputError(f"{file} has no array named {name!r}; it holds {', '.join(held) or 'a single unnamed array'}")
    return np.asarray(held[name].open())


def array_names(path: str | os.PathLike[str]) -> list[str]:
    """The names of the arrays in a file; empty for a file of one array without a name."""
    return [name for name in open_file(path)[1].arrays if name != LONE]
