"""What the commands say of the files that they read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lincs.cli._output import note
from lincs.layouts import layout_of

if TYPE_CHECKING:
    from lincs.matrices import Matrix

__all__ = ["read", "tell"]


def read(path: Path, *, layout: str, key: str | None, normalize: bool = False) -> Matrix:
    """The matrix of a file, with a note where it looks turned."""
    from lincs.reading import as_matrix

    matrix = as_matrix(path, name=str(path), layout=layout, key=key, normalize=normalize)
    tell(matrix, path, layout)
    return matrix


def tell(matrix: Matrix, path: Path, layout: str) -> None:
    """Notes on arrays that a linear read-out has no use for, and on features that may lie the other way."""
    how = layout_of(layout)
    if how.named:
        if unused := how.unused(path):
            note(f"{path}: a linear read-out has no use for {', '.join(unused)}")
    elif matrix.d > matrix.m:
        other = "rows" if layout == "columns" else "columns"
        note(
            f"{path} has d = {matrix.d} > m = {matrix.m}; if it lists its features the other way, use --layout {other}"
        )
