"""A and B, feature by feature, without ever copying the whole matrix to float64.

A :class:`Matrix` hands out its *features as rows* in the precision that is asked for, panel by panel, so that a
memory-mapped table larger than memory works like a small array.  Orientation is never guessed: arrays and files
are ``d x m`` (columns are features) unless ``layout="rows"`` says that they are ``m x d``.

A complex feature is handed out as its ``2d`` real coordinates, real parts first: norms, normalisation, digests and
number types are those of the real vector, and interference/moduli.py makes complex inner products of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from lincs.errors import InputError, check_choice

__all__ = ["ORIENTATIONS", "Matrix", "check_array", "check_scales", "real_lift", "refuse_complex"]

ORIENTATIONS = ("columns", "rows")

Array = npt.NDArray[Any]

_PANEL_BYTES = 2 << 20  # as float64: small enough to be still in cache when it is used
_FLOATS = ("float8_e4m3fn", "float8_e5m2", "float16", "bfloat16", "float32", "float64")


class _Store(Protocol):
    """Anything that slices like a 2-D array: an ndarray, a memory map, a slice of a safetensors file."""

    def __getitem__(self, index: Any, /) -> Any: ...


class Matrix:
    """A ``d x m`` matrix, real or complex, whose columns are features, read panel by panel.

    ``gain`` multiplies coordinates, ``normalize`` scales every non-zero feature to unit norm, ``scales`` multiplies
    features, in this order; the features are *defined* as the float64 results, so nothing is rounded after that.
    ``is_complex`` says that rows are the real parts of a feature followed by the imaginary ones, ``width`` numbers.
    """

    def __init__(
        self,
        store: _Store,
        shape: tuple[int, int],
        dtype: np.dtype[Any],
        *,
        layout: str = "columns",
        normalize: bool = False,
        name: str = "A",
    ) -> None:
        self._store = store
        self._by_rows = check_choice(layout, "layout", ORIENTATIONS) == "rows"
        self.m, self.d = shape if self._by_rows else shape[::-1]
        self.dtype = dtype
        self.is_complex = dtype.kind == "c"
        self.normalize = normalize
        self._units: Array | None = None  # (m, 2): what features are divided by, nan where that is not known yet
        self.name = name
        if self.d == 0 or self.m == 0:
            raise InputError(f"{name} must not be empty, got shape {self.d} x {self.m}")
        self.scales: Array | None = None
        self.gain: Array | None = None  # (d,) what coordinates are multiplied by
        # Of a file: absolute path, key, orientation, and what the caller said of it.
        self.origin: tuple[str, str | None, str, Any] | None = None
        self.words: tuple[str, ...] | None = None  # names of the features, where the file has them
        self.kept: npt.NDArray[np.intp] | None = None  # (m,) places in the store, where features were left out

    @property
    def width(self) -> int:
        """How many real numbers a feature has: d, or 2 d if it is complex."""
        return 2 * self.d if self.is_complex else self.d

    def _twin(self) -> Matrix:
        """A copy whose features may have other norms."""
        twin = copy(self)
        twin._units = None
        return twin

    def as_complex(self) -> Matrix:
        """The same features as complex ones."""
        if self.is_complex:
            return self
        twin = self._twin()
        twin.is_complex, twin.origin = True, None  # its file says that it is real
        return twin

    def with_scales(self, scales: Any) -> Matrix:
        """The same features, feature j multiplied by ``scales[j]``."""
        twin = copy(self)
        twin.scales = check_scales(scales, self.m)
        if self.scales is not None:
            twin.scales = twin.scales * self.scales
        return twin

    def times(self, factors: Array) -> Matrix:
        """The same features, feature j multiplied by the finite ``factors[j]`` (m,), which may be of either sign."""
        if factors.shape != (self.m,) or not np.isfinite(factors).all():
            raise InputError(f"{self.name} must be multiplied by {self.m} finite factors")
        twin = copy(self)
        twin.scales = np.asarray(factors, dtype=np.float64) * (1.0 if self.scales is None else self.scales)
        return twin

    def gained(self, gain: Array) -> Matrix:
        """The same features, coordinate l multiplied by the finite ``gain[l]`` (d,)."""
        if gain.shape != (self.d,) or not np.isfinite(gain).all():
            raise InputError(f"{self.name} must be multiplied by {self.d} finite gains")
        twin = self._twin()
        twin.gain = np.asarray(gain, dtype=np.float64) * (1.0 if self.gain is None else self.gain)
        return twin

    def normalized(self) -> Matrix:
        """The same features at unit norm (whatever their scales); zero features stay zero."""
        twin = self._twin()
        twin.normalize, twin.scales = True, None
        return twin

    def only(self, features: npt.NDArray[np.intp]) -> Matrix:
        """The given features alone, in their order, as a view: the others are not read any more."""
        if not len(features):
            raise InputError(f"{self.name} must keep at least one feature, but all are left out")
        twin = self._twin()
        twin.m = len(features)
        twin.kept = np.asarray(features if self.kept is None else self.kept[features], dtype=np.intp)
        twin.scales = None if self.scales is None else self.scales[features]
        twin.words = None if self.words is None else tuple(self.words[i] for i in features.tolist())
        return twin

    def norms(self) -> Array:
        """The Euclidean norms of all features (m,), rounded as numpy rounds."""
        parts = []
        for span in self.panels():
            rows = self.rows(*span)
            scale = np.abs(rows).max(axis=1)
            safe = np.where(scale > 0, scale, 1.0)
            parts.append(scale * np.linalg.norm(rows / safe[:, None], axis=1))
        return np.concatenate(parts)

    def folded_into(self, B: Matrix | None) -> tuple[Matrix, Matrix | None]:
        """The same autoencoder with unit features: its probes ``B`` take over their norms; zero features stay zero."""
        if B is None:
            return self.normalized(), None
        norms = self.norms()
        return self.normalized(), B.times(np.where(norms > 0, norms, 1.0))

    def rows(self, start: int, stop: int, dtype: npt.DTypeLike = np.float64) -> Array:
        """Features ``start..stop-1`` as the rows of a ``(stop - start) x width`` array, a view if possible."""
        part = self._stored(start, stop) if self.kept is None else self._chosen(self.kept[start:stop])
        return self._convert(part, dtype, slice(start, stop))

    def take(self, features: npt.NDArray[np.intp], dtype: npt.DTypeLike = np.float64) -> Array:
        """The given features as the rows of a ``len(features) x width`` array."""
        return self._convert(self._chosen(features if self.kept is None else self.kept[features]), dtype, features)

    def _stored(self, start: int, stop: int) -> Array:
        """Features of the store as rows, as they are."""
        return np.asarray(self._store[start:stop] if self._by_rows else self._store[:, start:stop].T)

    def _chosen(self, places: npt.NDArray[np.intp]) -> Array:
        """Features of the store by their places: at once from an array, by runs from what only knows slices."""
        if isinstance(self._store, np.ndarray):
            return np.asarray(self._store[places] if self._by_rows else self._store[:, places].T)
        ends = np.flatnonzero(np.diff(places) != 1) + 1
        runs = [self._stored(int(run[0]), int(run[-1]) + 1) for run in np.split(places, ends) if len(run)]
        return np.concatenate(runs or [self._stored(0, 0)])

    def panels(self, most_bytes: int = _PANEL_BYTES) -> Iterator[tuple[int, int]]:
        """Ranges of features, each at most ``most_bytes`` as float64, that together cover the matrix."""
        step = max(1, most_bytes // (8 * self.width))
        for start in range(0, self.m, step):
            yield start, min(start + step, self.m)

    def exact_in(self, dtype: npt.DTypeLike) -> bool:
        """Whether every entry is certain to survive the conversion to ``dtype`` unchanged."""
        plain = not self.normalize and self.scales is None and self.gain is None
        return plain and _significand_bits(self.dtype) <= _significand_bits(np.dtype(dtype))

    def _unit(self, part: Array, which: Any) -> Array:
        """The features ``which`` at unit norm, in place; a zero feature stays zero.

        A sweep reads a feature many times: its norm is computed once and kept.  Threads may do so at the same time, for
        they find the same numbers.
        """
        if self._units is None:
            self._units = np.full((self.m, 2), np.nan)
        lengths = self._units[which]
        if np.isnan(lengths).any():
            self._units[which] = lengths = _lengths(part)
        part /= lengths[:, :1]
        part /= lengths[:, 1:]
        return part

    def _convert(self, part: Array, dtype: npt.DTypeLike, which: Any) -> Array:
        if self.dtype.kind in "iu" and self.dtype.itemsize == 8 and part.size and np.abs(part).max() > 2**53:
            raise InputError(f"{self.name} must hold integers of at most 2^53, got {np.abs(part).max()}")
        if self.is_complex:
            part = _coordinates(np.asarray(part))
        if self.gain is not None:
            gain = np.tile(self.gain, 2) if self.is_complex else self.gain
            part = np.asarray(part, dtype=np.float64) * gain
        if self.normalize:
            part = self._unit(np.array(part, dtype=np.float64, order="C"), which)
        if self.scales is not None:
            part = np.asarray(part, dtype=np.float64) * self.scales[which, None]
        with np.errstate(over="ignore", under="ignore"):  # a caller that converts down bounds the error itself
            return np.asarray(part, dtype=dtype)


def _significand_bits(dtype: np.dtype[Any]) -> int:
    """How many bits of precision (and no more range than float32 has, up to 24 bits) a number type needs."""
    if dtype.kind in "iub":
        return 8 * dtype.itemsize if dtype.kind != "b" else 1
    return {1: 4, 2: 11, 4: 24, 8: 53}[dtype.itemsize // (2 if dtype.kind == "c" else 1)]


def _coordinates(part: Array) -> Array:
    """Complex rows as real ones, twice as wide: real parts, then imaginary parts."""
    if part.dtype.kind == "c":
        return np.concatenate([part.real, part.imag], axis=1)
    return np.concatenate([part, np.zeros_like(part)], axis=1)


def _lengths(rows: Array) -> Array:
    """What rows are divided by, one after the other, to have unit norm (n x 2); 1 where a row is zero.

    The rows are contiguous, so that a row's sum is the same in every panel it is read in.
    """
    scale = np.abs(rows).max(axis=1, keepdims=True)
    scale[scale == 0] = 1.0
    rows = rows / scale  # so that no square over- or underflows
    norm = np.sqrt((rows * rows).sum(axis=1, keepdims=True))
    norm[norm == 0] = 1.0
    return np.concatenate([scale, norm], axis=1)


def check_scales(scales: Any, m: int) -> Array:
    """Positive finite factors, one a feature, as float64."""
    try:
        array = np.asarray(scales, dtype=np.float64)
    except (TypeError, ValueError):
        raise InputError("scales must be an array of numbers, one for each feature") from None
    if array.shape != (m,):
        raise InputError(f"scales must have shape ({m},), one for each feature, got {array.shape}")
    bad = ~(np.isfinite(array) & (array > 0))
    if bad.any():
        j = int(np.argmax(bad))
        raise InputError(f"scales must be positive and finite, got {array[j]} for feature {j}")
    return array


def check_array(shape: tuple[int, ...], dtype: np.dtype[Any], name: str, *, complex_too: bool = False) -> None:
    """Refuse what is no matrix of numbers; complex ones unless they are asked for."""
    if dtype.kind == "c" and not complex_too:
        raise refuse_complex(name)
    if dtype.kind == "c" and dtype.itemsize > 16:
        raise InputError(f"{name} must hold complex64 or complex128, got {dtype}")
    # bfloat16 has kind "V" in numpy's eyes; plain void (a bfloat16 array saved as .npy) cannot be told apart.
    if dtype.kind not in "iubc" and dtype.name not in _FLOATS:
        raise InputError(f"{name} must hold real numbers (float16, bfloat16, float32, float64, integers), got {dtype}")
    if len(shape) != 2:
        raise InputError(f"{name} must have two dimensions, got shape {shape}")


def refuse_complex(name: str, why: str = "here") -> InputError:
    """The one sentence for complex input where there is no complex answer."""
    return InputError(f"{name} must be real {why}, got complex entries: use lincs.real_lift, which is real, instead")


def real_lift(matrix: npt.ArrayLike) -> Array:
    """The real ``2d x 2m`` matrix ``[[Re, -Im], [Im, Re]]`` of a complex ``d x m`` matrix.

    It carries the same linear map on real coordinates: inner products of lifted columns are real and imaginary
    parts of the complex ones, so unit columns of complex coherence mu lift to unit columns of coherence <= mu.

    >>> import numpy as np
    >>> real_lift(np.array([[1, 1j]])).tolist()
    [[1.0, 0.0, -0.0, -1.0], [0.0, 1.0, 1.0, 0.0]]
    """
    array = np.asarray(matrix)
    if array.ndim != 2 or array.size == 0 or array.dtype.kind not in "iufc":
        raise InputError(f"matrix must be a non-empty two-dimensional array of numbers, got shape {array.shape}")
    return np.block([[array.real, -array.imag], [array.imag, array.real]])
