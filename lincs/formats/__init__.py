"""Formats of files, one idea a file; which one a file has is judged by its content, not by its suffix."""

from __future__ import annotations

from pathlib import Path

from lincs.errors import InputError
from lincs.formats.base import LONE, Contents, Entry, Format, How
from lincs.formats.numpy_files import Npy, Npz
from lincs.formats.safetensors_files import Safetensors, SafetensorsIndex
from lincs.formats.scientific import Matlab, MatrixMarket
from lincs.formats.text_files import Text
from lincs.formats.torch_files import Torch

__all__ = ["FORMATS", "LONE", "Contents", "Entry", "How", "read_contents", "suffixes"]

# In the order in which they are asked: the surest signs first, text last.
FORMATS: tuple[Format, ...] = (
    Npy(),
    SafetensorsIndex(),
    Safetensors(),
    MatrixMarket(),
    Npz(),
    Torch(),
    Matlab(),
    Text(),
)

_HEAD = 4096


def suffixes() -> tuple[str, ...]:
    """The suffixes that these formats usually have."""
    return tuple(suffix for form in FORMATS for suffix in form.suffixes)


def read_contents(path: Path, how: How | None = None) -> Contents:
    """What the file holds; :class:`InputError`, one sentence, for a file that cannot be read."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head:
        raise InputError(f"{path} is empty")
    if head.startswith(b"version https://git-lfs"):
        raise InputError(f"{path} is a git-LFS pointer, not the file itself: git lfs pull brings that")
    if head.startswith(b"\x89HDF"):
        raise InputError(f"{path} is an HDF5 file, which lincs does not read: save the array as .npy")
    form = next((form for form in FORMATS if form.recognises(head, path)), None)
    if form is None:
        names = ", ".join(form.name for form in FORMATS)
        raise InputError(f"{path} cannot be read: it is none of {names}")
    try:
        return form.read(path, how or How())
    except (InputError, MemoryError):
        raise
    except Exception as error:  # the libraries raise dozens of kinds for a damaged file
        reason = " ".join(str(error).split()) or type(error).__name__
        raise InputError(f"{path} cannot be read as a {form.name} file: {reason[:300]}") from None
