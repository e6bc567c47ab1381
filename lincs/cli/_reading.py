"""What the commands say of the files that they read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lincs.cli._output import note
from lincs.errors import InputError
from lincs.layouts import layout_of

if TYPE_CHECKING:
    from lincs.matrices import Matrix

__all__ = ["BFLOAT16", "DEVICE", "DIMS", "FEATURES", "WITHOUT", "lines", "read", "tell"]

# Help of the options that say of a file what it cannot say itself.
DIMS = "Dimensions of a file that lists one number a line."
BFLOAT16 = "Two-byte elements of a .npy file (|V2) are bfloat16."
# Help of the option for who does the products.
DEVICE = "A torch device for the products: cuda, cuda:1, mps, cpu (needs the extra torch)."
# Help of the options that choose a part of a dictionary.
FEATURES = 'Only these rows: "0,5,10:20" (from 0, ends included), or a file (.npy, or one index a line).'
WITHOUT = "Features that do not exist: a list or file like --features; the word dead: the zero features."


def read(
    path: Path, *, layout: str, key: str | None, normalize: bool = False, d: int | None = None, bfloat16: bool = False
) -> Matrix:
    """The matrix of a file, with a note where it looks turned."""
    from lincs.formats import How
    from lincs.reading import as_matrix

    how = How(d=d, bfloat16=bfloat16)
    matrix = as_matrix(path, name=str(path), layout=layout, key=key, normalize=normalize, how=how)
    tell(matrix, path, layout)
    return matrix


def tell(matrix: Matrix, path: Path, layout: str) -> None:
    """A note on features that may lie the other way."""
    if not layout_of(layout).named and matrix.d > matrix.m:
        other = "columns" if layout == "rows" else "rows"
        turned = f"{path} has d = {matrix.d} > m = {matrix.m}"
        note(f"{turned}; if it lists its features the other way, use --layout {other}")


def lines(file: Path) -> list[str]:
    """Names, one a line."""
    try:
        return file.read_text(encoding="utf-8-sig").removesuffix("\n").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file} cannot be read as UTF-8 text: {error}") from None
