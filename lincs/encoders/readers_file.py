"""Readers of a stream: columns or rows of an array, or the encoder of an autoencoder or transcoder with its bias."""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.encoders.normal_form import vector_of
from lincs.encoders.parts import Parts
from lincs.errors import InputError, Note
from lincs.files import matrix_of, open_file, read_array
from lincs.formats import Contents
from lincs.layouts import LAYOUTS
from lincs.layouts.base import plain_names
from lincs.matrices import Matrix, check_array
from lincs.objects import array_of, contents_of

__all__ = ["ReaderSource", "read_readers"]

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class ReaderSource:
    """``W`` (d x n, a reader a column), and the file that its other arrays may come from."""

    W: Matrix
    parts: Parts | None
    path: Any
    bias_key: str | None
    writes_key: str | None

    def bias_of(self, given: Any) -> Array:
        """(n,) beta: what is given, the array of ``bias_key``, the file's own, or zero."""
        if given is not None and self.bias_key is not None:
            raise InputError("bias_key has no meaning with a bias")
        if given is not None:
            return vector_of(given, "bias", self.W.m, signed=True)
        if self.bias_key is not None:
            return vector_of(read_array(self._file("bias_key"), key=self.bias_key), "bias", self.W.m, signed=True)
        own = None if self.parts is None else self.parts.array("bias", self.W.m)
        return np.zeros(self.W.m) if own is None else own

    def threshold_of(self, given: Any) -> Array:
        """(n,) what a reader must exceed: never below zero."""
        if given is not None:
            return np.maximum(vector_of(given, "threshold", self.W.m, signed=True), 0.0)
        own = None if self.parts is None else self.parts.array("threshold", self.W.m, 1)
        return np.zeros(self.W.m) if own is None else np.maximum(np.broadcast_to(own, (self.W.m,)), 0.0)

    def writes_of(self, given: Any) -> Matrix | None:
        """The output weights, d x n."""
        if given is not None and self.writes_key is not None:
            raise InputError("writes_key has no meaning with writes")
        if given is None and self.writes_key is None:
            return None
        if given is None:
            given = read_array(self._file("writes_key"), key=self.writes_key)
        out = _oriented(np.asarray(array_of(given, "writes")), self.W.d, "writes")
        if out.m != self.W.m:
            raise InputError(f"writes must have a column for each of the {self.W.m} readers, got {out.m}")
        return out

    def _file(self, option: str) -> Any:
        if self.path is None:
            raise InputError(f"{option} names an array of a file, but the readers are no file")
        return self.path


def read_readers(
    readers: Any, *, d: int, key: str | None, bias_key: str | None, writes_key: str | None
) -> ReaderSource:
    """The readers as :func:`lincs.verify_readers` takes them; which axis is d decides how they lie.

    Raises :class:`InputError` where no axis is d, or both are and nothing says which.
    """
    if isinstance(readers, Matrix):
        if readers.d != d:
            raise InputError(f"readers must be of {d} dimensions, as A is, got {readers.d}")
        return ReaderSource(readers, None, None, bias_key, writes_key)
    is_path = isinstance(readers, str | os.PathLike)
    file, contents = open_file(readers) if is_path else (None, contents_of(readers))
    path = readers if is_path else None
    if contents is not None and key is None:
        found = _encoder(contents, str(readers) if is_path else "readers", d)
        if found is not None:
            return ReaderSource(found[0], found[1], path, bias_key, writes_key)
    if contents is None:
        if key is not None:
            raise InputError(f"readers_key names an array of a file, but the readers are none; got {key!r}")
        array = np.asarray(array_of(readers, "readers"))
    elif file is not None:
        stored = matrix_of(file, contents, layout="columns", key=key, name=str(readers))
        array = stored.rows(0, stored.m).T
    else:
        raise InputError("readers must be an array, a file or an encoder")
    return ReaderSource(_oriented(array, d, "readers"), None, path, bias_key, writes_key)


def _oriented(array: Array, d: int, name: str) -> Matrix:
    check_array(array.shape, array.dtype, name)
    fits = [way for way, axis in (("columns", 0), ("rows", 1)) if array.shape[axis] == d]
    if not fits:
        raise InputError(f"{name} must have an axis of the {d} dimensions of A, got shape {array.shape}")
    if len(fits) == 2:
        warnings.warn(f"{name} are square: columns are taken as {name} ({d} x {d})", Note, stacklevel=4)
    return Matrix(array, (array.shape[0], array.shape[1]), array.dtype, layout=fits[0], name=name)


def _encoder(contents: Contents, where: str, d: int) -> tuple[Matrix, Parts] | None:
    """The encoder among named arrays, whatever its decoder writes to; None where there is none."""
    names = plain_names(contents.arrays)
    for layout in LAYOUTS.values():
        full = None if layout.encoder is None else layout.encoder.find(names)
        if full is None or layout.encoder is None or len(contents.arrays[full].shape) != 2:
            continue
        array = np.asarray(contents.arrays[full].open())
        rest = {plain.lower(): contents.arrays[name] for plain, name in names.items() if name != full}
        parts = Parts(where, rest, contents.config, layout.name)
        if parts.names("gain") or parts.names("gate"):
            raise InputError(f"{where} is a gated encoder: give its magnitudes as arrays, with bias and threshold")
        W = _oriented(array, d, f"{full} in {where}")
        warnings.warn(f"{where}: {W.m} readers, its encoder {full}", Note, stacklevel=4)
        return W, parts
    return None
