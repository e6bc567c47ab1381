"""The one door through which matrices come in: arrays, torch tensors, files, folders, and what has been read already.

Every command and every public function reads here, so that a layout, a key or a scale means the same everywhere and is
honoured or refused, never dropped.
"""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.dictionary_file import Dictionary, detect, dictionary, models_in
from lincs.encoders.parts import Parts
from lincs.encoders.toy_file import toy_parts
from lincs.errors import InputError, Note
from lincs.files import matrix_of, open_file
from lincs.formats import Contents, How
from lincs.layouts import AUTO, Layout, layout_of
from lincs.matrices import Matrix, check_array, check_scales, refuse_complex
from lincs.objects import array_of, contents_of

__all__ = ["Pair", "as_matrix", "dense", "read_pair", "right_side"]

Array = npt.NDArray[Any]
_PATH = (str, os.PathLike)


def as_matrix(
    value: Any,
    *,
    name: str | None = None,
    layout: str = AUTO,
    key: str | None = None,
    normalize: bool = False,
    how: How | None = None,
    complex_too: bool = False,
) -> Matrix:
    """Turn an array, a tensor, an autoencoder or layer, a path, a folder or a :class:`Matrix` into a Matrix.

    Arrays and files of one array are ``d x m``, or ``m x d`` with ``layout="rows"``; of an autoencoder it is the
    decoder, which "auto" knows by the names of its arrays.  ``key`` names an array of a file (or one model of several);
    ``how`` is what the file cannot say itself.  Raises :class:`InputError` for anything that is not a non-empty real
    two-dimensional matrix (or complex, if the caller can do with ``complex_too``), and for an option that has no
    meaning here.  Whether its entries are finite is found out when they are read.
    """
    shown = name or (str(value) if isinstance(value, str) else "A")
    matrix = _any_matrix(value, shown, layout, key, normalize, how)
    if matrix.is_complex and not complex_too:
        raise refuse_complex(shown)
    return matrix


def _any_matrix(value: Any, shown: str, layout: str, key: str | None, normalize: bool, how: How | None) -> Matrix:
    """Real or complex, as :func:`as_matrix` reads it."""
    wanted = layout_of(layout)
    if isinstance(value, Matrix):
        if layout not in (AUTO, "columns") or key is not None:
            raise InputError(f"{shown} is a Matrix, which has its layout already: it takes no layout and no key")
        return value.normalized() if normalize and not value.normalize else value
    source = _source(value, shown, how)
    if source is not None:
        found = source.dictionary(wanted, key, decoder_only=True)
        if found is not None:
            return found.A.normalized() if normalize else found.A
        return source.plain(wanted, key, normalize)
    if wanted.named:
        raise InputError(f"layout {layout} is that of a file, but {shown} is no file")
    if key is not None:
        raise InputError(f"key names an array of a file, but {shown} is no file; got {key!r}")
    array = array_of(value, shown)
    check_array(array.shape, array.dtype, shown, complex_too=True)
    shape = (array.shape[0], array.shape[1])
    return Matrix(array, shape, array.dtype, layout=wanted.orientation, normalize=normalize, name=shown)


@dataclass(frozen=True)
class _Source:
    """A file or an object with named arrays, opened."""

    file: Path
    contents: Contents
    shown: str
    how: How | None

    def dictionary(
        self, wanted: Layout, key: str | None, *, decoder_only: bool, deployed: bool = False
    ) -> Dictionary | None:
        """Decoder and encoder, if the layout asked for (or recognised by "auto") is that of an autoencoder."""
        models = models_in(self.contents)
        prefix = key if key in models else None
        if wanted.named and key is not None and prefix is None:
            raise InputError(f"layout {wanted.name} knows its arrays by name and takes no key, got {key!r}")
        if len(models) > 1 and key is None and (wanted.named or wanted.name == AUTO):
            raise InputError(f"{self.shown} holds several models ({', '.join(models[:12])}): choose one by key")
        layout = wanted if wanted.named else None
        if wanted.name == AUTO and (key is None or prefix is not None):
            layout = detect(self.contents, prefix)
        if layout is None:
            return None
        return dictionary(
            self.contents,
            self.shown,
            layout,
            file=self.file.name,
            prefix=prefix,
            decoder_only=decoder_only,
            deployed=deployed,
        )

    def plain(self, wanted: Layout, key: str | None, normalize: bool) -> Matrix:
        """The one matrix, or the one that the key names."""
        if self.contents.remark:
            warnings.warn(self.contents.remark, Note, stacklevel=4)
        orientation = None if wanted.name == AUTO else wanted.orientation
        return matrix_of(
            self.file, self.contents, layout=orientation, key=key, normalize=normalize, name=self.shown, how=self.how
        )


def _source(value: Any, shown: str, how: How | None) -> _Source | None:
    """A file, a folder, or an object with named arrays; None for a single array."""
    if isinstance(value, _PATH):
        file, contents = open_file(value, how)
        return _Source(file, contents, str(value), how)
    held = contents_of(value)
    return None if held is None else _Source(Path(shown), held, shown, how)


@dataclass(frozen=True)
class Pair:
    """A and B of one shape; ``given`` says that B was: else B is A, to be scaled row by row.

    ``parts`` are the encoder's other parts in the file's own units, ``unit`` (m,) what its outputs are multiplied by in
    those of the pair.
    """

    A: Matrix
    B: Matrix
    given: bool
    parts: Parts | None = None
    unit: Array | None = None

    def in_units(self, A: Matrix, B: Matrix, factors: Array) -> Pair:
        """The same pair in other units of its features: outputs are multiplied by ``factors``."""
        return replace(self, A=A, B=B, unit=factors if self.unit is None else self.unit * factors)

    @property
    def probes(self) -> Matrix | None:
        """B if it was given, as the public functions take it."""
        return self.B if self.given else None


def read_pair(
    A: Any,
    B: Any = None,
    *,
    layout: str = AUTO,
    layout_b: str | None = None,
    key: str | None = None,
    key_b: str | None = None,
    normalize: bool = False,
    scales: Any = None,
    how: How | None = None,
    complex_too: bool = False,
    deployed: bool = False,
) -> Pair:
    """A and B as :func:`lincs.verify` reads them.

    Without B the pair is not given, unless A is an autoencoder with an encoder or ``key_b`` names another array of A's
    file.  ``normalize`` gives every feature unit norm; the probes of a pair take over the norms, so that it stays the
    same autoencoder.  ``scales`` (m,): feature j ranges over ``[-s_j, s_j]``, and errors are relative to ``s_i``.

    ``deployed`` says that the encoder's other parts will be used; of a toy model, which reads by its own features, B is
    then A.

    If one of the two is complex (refused unless ``complex_too``), both are taken as complex.

    Raises :class:`InputError` for shapes that differ and for options that have no meaning together.
    """
    wanted = layout_of(layout)
    if wanted.named and (B is not None or key_b is not None or layout_b is not None):
        raise InputError(f"layout {layout} reads A and B from one file, without B and without key_b")
    if wanted.named and not isinstance(A, _PATH) and contents_of(A) is None:
        raise InputError(f"layout {layout} reads A and B from one file, but A is no file")
    if B is None and layout_b is not None and key_b is None:
        raise InputError(f"layout_b must come with a B to read, got {layout_b!r} alone")
    pair = A if isinstance(A, Pair) else None
    if pair is not None and (B, key, layout_b, key_b, how) != (None,) * 5:
        raise InputError("a pair that has been read takes no B, no key and no layout")
    if pair is None and B is None and key_b is None and not isinstance(A, Matrix):
        source = _source(A, str(A) if isinstance(A, str) else "A", how)
        found = None if source is None else source.dictionary(wanted, key, decoder_only=False, deployed=deployed)
        if found is not None:
            b = found.A if found.B is None else found.B
            pair = Pair(found.A, b, found.B is not None, found.parts, found.parts.unit)
    if pair is None:
        pair = _two(A, B, (layout, key), (layout_b, key_b), how)
    if deployed and pair.parts is None and (toy := toy_parts(pair.A)) is not None:
        pair = replace(pair, parts=toy, given=True)
    if (pair.A.d, pair.A.m) != (pair.B.d, pair.B.m):
        raise InputError(f"B must have the shape of A, {pair.A.d} x {pair.A.m}, got {pair.B.d} x {pair.B.m}")
    if pair.A.is_complex or pair.B.is_complex:
        if not complex_too:
            raise refuse_complex(pair.A.name if pair.A.is_complex else pair.B.name)
        if pair.B is not pair.A:
            pair = replace(pair, A=pair.A.as_complex(), B=pair.B.as_complex())
    if normalize:
        pair = _normalized(pair)
    return pair if scales is None else _scaled(pair, scales)


def _two(A: Any, B: Any, how_a: tuple[str, str | None], how_b: tuple[str | None, str | None], how: How | None) -> Pair:
    """A and B from two sources, or from two arrays of one file."""
    layout, key = how_a
    layout_b, key_b = how_b
    if B is None and key_b is not None:
        if not isinstance(A, _PATH):
            raise InputError(f"key_b names an array of a file, but A is no file; got {key_b!r}")
        B = A  # another array of the same file
    a = as_matrix(A, layout=layout, key=key, how=how, complex_too=True)
    if B is None:
        return Pair(a, a, given=False)
    same_file = isinstance(A, _PATH) and isinstance(B, _PATH) and os.fspath(A) == os.fspath(B)
    if layout_b in (None, layout) and key_b in (None, key) and (B is A or same_file):
        return Pair(a, a, given=True)
    if layout_b is not None and layout_of(layout_b, "layout_b").named:
        raise InputError(f"layout_b must be auto, columns or rows, got {layout_b!r}")
    return Pair(a, _probes(B, layout_b or layout, key_b, key, how), given=True)


def _probes(B: Any, layout: str, key_b: str | None, key: str | None, how: How | None) -> Matrix:
    """B from a source of its own: of an autoencoder its encoder; A's key where B's file has it too."""
    name = str(B) if isinstance(B, str) else "B"
    if isinstance(B, Matrix):
        return B
    source = _source(B, name, how)
    if source is None:
        return as_matrix(B, name=name, layout=layout, key=key_b, how=how, complex_too=True)
    used = key_b if key_b is not None else key if key in source.contents.arrays else None
    found = source.dictionary(layout_of(layout), used, decoder_only=False) if used is None else None
    if found is not None and found.B is not None:
        return found.B
    return as_matrix(B, name=name, layout=layout, key=used, how=how, complex_too=True)


def _normalized(pair: Pair) -> Pair:
    """Unit features; probes that are not the features themselves (tied: read by themselves) take over the norms."""
    if pair.B is pair.A:
        unit = pair.A.normalized()
        return replace(pair, A=unit, B=unit)
    norms = pair.A.norms()
    A, B = pair.A.folded_into(pair.B)
    assert B is not None
    return pair.in_units(A, B, np.where(norms > 0, norms, 1.0))


def _scaled(pair: Pair, scales: Any) -> Pair:
    # Feature j in [-s_j, s_j] and errors relative to s_i are the pair (A diag(s), B diag(1/s)) on [-1, 1]; a probe
    # that is to be scaled anyway absorbs its own factor.
    factors = check_scales(scales, pair.A.m)
    scaled = pair.A.with_scales(factors)
    return pair.in_units(scaled, pair.B.with_scales(1 / factors) if pair.given else scaled, 1 / factors)


def dense(A: Any, *, layout: str = AUTO, key: str | None = None, normalize: bool = False) -> npt.NDArray[np.float64]:
    """The whole of ``A`` (as :func:`as_matrix` reads it) as a finite ``d x m`` float64 array."""
    matrix = as_matrix(A, layout=layout, key=key, normalize=normalize)
    return _finite(matrix.rows(0, matrix.m, np.float64).T, "A")


def right_side(X: Any) -> npt.NDArray[np.float64]:
    """``X`` as a finite float64 vector or matrix that is not empty."""
    array = array_of(X, "X")
    if array.dtype.kind not in "biuf":
        raise InputError(f"X must hold real numbers, got dtype {array.dtype}")
    if array.ndim not in (1, 2) or array.size == 0:
        raise InputError(f"X must be a vector or a matrix and not empty, got shape {array.shape}")
    out = array.astype(np.float64)
    if array.dtype.itemsize >= 8 and np.isfinite(out).all() and (out.astype(array.dtype) != array).any():
        raise InputError("X must hold numbers that float64 holds exactly: round it first")
    return _finite(out, "X")


def _finite(array: npt.NDArray[np.float64], name: str) -> npt.NDArray[np.float64]:
    if not np.isfinite(array).all():
        position = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise InputError(f"{name} must be finite, got {array[position]} at {position}")
    return array
