"""What a file holds: its arrays by name, opened when they are asked for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

__all__ = ["LONE", "Contents", "Entry", "Format", "How", "lone", "of_array"]

LONE = ""  # the name of an array that is alone in its file and has none


@dataclass(frozen=True)
class Entry:
    """One array: shape and number type as it will be read, and what opens it (anything that slices like an array)."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    open: Callable[[], Any]


@dataclass(frozen=True)
class Contents:
    """The arrays of a file or an object, by name, and what its format says about them.

    ``rows``: the format lists its features one after the other (word vectors, packings), so that arrays are m x d.
    ``words``: the names of the features, where the format has them.
    """

    arrays: Mapping[str, Entry]
    rows: bool = False
    words: tuple[str, ...] | None = None
    remark: str = ""  # what was understood, if that is not plain
    config: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class How:
    """What the caller says of a file that cannot say it itself."""

    d: int | None = None  # dimensions of a list of numbers
    bfloat16: bool = False  # two-byte void elements are bfloat16


class Format(ABC):
    """One format, known by its first bytes."""

    name: ClassVar[str]
    suffixes: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def recognises(self, head: bytes, path: Path) -> bool:
        """Whether a file with these first bytes is of this format."""

    @abstractmethod
    def read(self, path: Path, how: How) -> Contents:
        """The arrays of the file; whatever a library raises is turned into one sentence by the caller."""


def of_array(array: npt.NDArray[Any]) -> Entry:
    """An array that is in memory (or mapped) already."""
    return Entry(array.shape, array.dtype, lambda: array)


def lone(array: npt.NDArray[Any], **more: Any) -> Contents:
    """A file of one array without a name."""
    return Contents({LONE: of_array(array)}, **more)
