"""Names of matrices inside a file: which array ``key`` means, and one sentence when it means none.

A key is the name of an array; ``name[i, j]`` is one matrix of a stack with more than two axes, ``name[:, i]`` one
across the first axis.  In a result of ``lincs toy`` (marked by an array ``toy`` that holds the experiment's name) the
matrices are the arrays ``W`` or ``W_LABEL``, and the label alone is a key too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from lincs.errors import InputError

__all__ = ["TOY", "choose"]

TOY = "toy"

_INDEXED = re.compile(r"(.+)\[\s*((?:\d+|:)(?:\s*,\s*(?:\d+|:))*)\s*\]")
Index = tuple[int | slice, ...]
_MOST = 24  # names listed in one sentence


def choose(file: Path, key: str | None, shapes: Mapping[str, Sequence[int]]) -> tuple[str, Index, str]:
    """The array's name, the indices of the matrix in it (none for a plain array), and the full key of both.

    Args:
        shapes: the shape of every array of the file, by name.

    Raises:
        InputError: no such array, indices that do not fit, or several matrices and no key.
    """
    toy = TOY in shapes
    matrices = {
        name: tuple(shape)
        for name, shape in shapes.items()
        if len(shape) >= 2 and (not toy or name == "W" or name.startswith("W_"))
    }
    # A file of one array is opened whatever its shape: what is wrong with it is said where it is read.
    if key is None and len(matrices) != 1 and len(shapes) != 1:
        raise InputError(f"{file} holds {_listed(matrices or shapes, toy)}: choose one by key")
    asked = key if key is not None else next(iter(matrices if len(matrices) == 1 else shapes))
    name, indices = _split(asked, shapes)
    if toy and name not in shapes:
        name = f"W_{name}"
    if name not in shapes:
        raise InputError(f"{file} has no array named {asked!r}; it holds {_listed(matrices or shapes, toy)}")
    shape = tuple(shapes[name])
    stack = shape[:-2]
    if _fits(indices, shape):
        words = [":" if isinstance(i, slice) else str(i) for i in indices]
        return name, indices, f"{name}[{','.join(words)}]" if indices else name
    if not stack:
        raise InputError(f"{name} in {file} is one array of shape {shape}: it takes no indices, got {asked!r}")
    raise InputError(
        f"{name} in {file} is a stack of {' x '.join(map(str, stack))} matrices of {shape[-2]} x {shape[-1]}: "
        f"choose one by key, {name}{_range(shape)}"
    )


def _split(key: str, shapes: Mapping[str, Sequence[int]]) -> tuple[str, Index]:
    """``W[3, 7]`` as ("W", (3, 7)), ``W[:, 2]`` with a slice; a name that an array has as it stands is never split."""
    found = None if key in shapes else _INDEXED.fullmatch(key)
    if found is None:
        return key, ()
    words = (word.strip() for word in found[2].split(","))
    return found[1], tuple(slice(None) if word == ":" else int(word) for word in words)


def _fits(indices: Index, shape: tuple[int, ...]) -> bool:
    """Whether the indices leave a matrix of an array of this shape."""
    chosen = [(i, size) for i, size in zip(indices, shape, strict=False) if not isinstance(i, slice)]
    return len(indices) <= len(shape) and len(shape) - len(chosen) == 2 and all(i < size for i, size in chosen)


def _listed(shapes: Mapping[str, Sequence[int]], toy: bool) -> str:
    """``several arrays (A, B, C)``, or of a toy result ``14 toy models (linear_1, ...)``."""
    names = [f"{name.removeprefix('W_') if toy else name}{_range(shape)}" for name, shape in shapes.items()]
    shown = ", ".join(names[:_MOST]) + (" ..." if len(names) > _MOST else "")
    if toy and len(names) > 1:
        return f"{len(names)} toy models ({shown})"
    return f"several arrays ({shown})" if len(names) > 1 else shown


def _range(shape: Sequence[int]) -> str:
    """`` [0,0] to [29,29]`` of a stack, nothing of a plain array."""
    stack = shape[:-2]
    return f"[{','.join('0' * len(stack))}] to [{','.join(str(size - 1) for size in stack)}]" if stack else ""
