"""What public functions take, by name: ``MatrixLike``, ``Count``, ``Level``, ``Ks``, ...

Exact quantities are read exactly: text, integers and rationals as they are, a float by its shortest decimal text.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from lincs.matrices import Matrix

__all__ = [
    "Count",
    "Features",
    "File",
    "HasDlpack",
    "HasState",
    "HasToarray",
    "Ks",
    "Level",
    "MatrixLike",
    "Progress",
    "VectorLike",
]

File: TypeAlias = str | os.PathLike[str]
Count: TypeAlias = int | str  # 16384, "10^12", "2^24", "1e6"
Level: TypeAlias = int | float | Fraction | str  # 0.25, "1/4", Fraction(1, 4): a number that is read exactly
Ks: TypeAlias = int | str | Iterable[int]  # 4, [1, 4, 16], "1,4,16", "1:40:3" (ends included)
Callback: TypeAlias = Callable[[int, int], None]  # is told (done, to do)
Progress: TypeAlias = Callback | bool | None  # True: a bar on a terminal or in a notebook


class HasState(Protocol):
    """An autoencoder or a layer of torch."""

    def state_dict(self) -> Any: ...


class HasToarray(Protocol):
    """A sparse array of scipy."""

    @property
    def nnz(self) -> Any: ...

    def toarray(self) -> Any: ...


class HasDlpack(Protocol):
    """An array of another library (jax, cupy, ...)."""

    def __dlpack__(self) -> Any: ...


# d x m, columns are features: an array, a tensor, a sparse array, a file, or an object that holds one.
MatrixLike: TypeAlias = (
    "npt.ArrayLike | os.PathLike[str] | HasState | HasToarray | HasDlpack | Mapping[str, Any] | Matrix"
)
VectorLike: TypeAlias = "npt.ArrayLike | os.PathLike[str]"  # one number a feature: an array, or a file of one
# Of features: their indices, a mask, "0,5,10:20" (ends included), or a file of these.
Features: TypeAlias = "str | os.PathLike[str] | Sequence[int] | npt.NDArray[Any]"
