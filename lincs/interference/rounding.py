"""How far a computed inner product can be from the exact one (THEOREMS.md, theorem 6).

For vectors ``b, a`` of length d, computed with unit roundoff ``u`` in any order of summation, with or without
fused multiply-add,

    ``|fl(b . a) - b . a| <= gamma_n ||b|| ||a|| + 4 d eta``,   ``gamma_n = n u / (1 - n u)``,

with ``n = d`` (Higham, Accuracy and Stability of Numerical Algorithms, 2002, section 3.1, and Cauchy-Schwarz), and
``n = d + 2`` when the entries were rounded to the working precision first.  ``eta`` bounds what underflow can
cost; it is the smallest *normal* number here, so that the statement survives flush-to-zero.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.errors import InputError
from lincs.exact.rounding import U, gamma
from lincs.interference.identity import combined, panel_digest
from lincs.interference.moduli import deviation, modulus_radius
from lincs.matrices import Matrix
from lincs.parallel import cpu_count, run_tasks

__all__ = ["Survey", "entry_radius", "survey"]

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Survey:
    """One pass over a pair: upper bounds of the norms, the diagonal of ``B^T A`` and its rounding radius."""

    b_norms: Array  # (m,) upper bounds of ||b_i||
    a_norms: Array  # (m,) upper bounds of ||a_j||
    diagonal: Array  # (m,) computed b_i . a_i; of a complex pair given, 1 + |b_i^H a_i - 1|
    diagonal_radius: Array  # (m,)
    same: bool  # whether B is A, entry by entry
    identities: tuple[str, str] | None  # digests of B and of A, where they were asked for


def survey(B: Matrix, A: Matrix, *, identities: bool = False) -> Survey:
    """Read every entry once: refuse NaN and inf by name and position, measure norms and the diagonal.

    Two matrices of one shape that are different objects are compared entry by entry, panel by panel, up to the first
    panel in which they differ.
    """
    one_object, differ = B is A, threading.Event()
    turned = A.is_complex and not one_object
    a_norms, b_norms, diagonal = np.empty(A.m), np.empty(A.m), np.empty(A.m)
    digests: dict[int, tuple[bytes, bytes]] = {}

    def work(span: tuple[int, int]) -> None:
        panel = slice(*span)
        a = A.rows(*span)
        b = a if one_object else B.rows(*span)
        a_norms[panel] = _norms(a, A, panel.start)
        b_norms[panel] = a_norms[panel] if one_object else _norms(b, B, panel.start)
        if turned:
            diagonal[panel] = deviation(b, a)
        else:  # that of one complex matrix is real
            with np.errstate(over="ignore", invalid="ignore", under="ignore"):
                diagonal[panel] = np.einsum("ij,ij->i", b, a)
        if not (one_object or differ.is_set() or np.array_equal(a, b)):
            differ.set()
        if identities:
            of_a = panel_digest(a)
            digests[panel.start] = of_a if one_object else panel_digest(b), of_a

    run_tasks(A.panels(), work, threads=cpu_count())
    _refuse_overflow(diagonal)
    with np.errstate(over="ignore", under="ignore"):
        size = b_norms * a_norms
        radius = (gamma(A.width, U) * b_norms * a_norms + 4 * A.width * np.finfo(np.float64).tiny) * (1 + 8 * U)
        if turned:
            radius = modulus_radius(radius + 2 * U * (1 + size), 1 + size, np.float64) + 4 * U * (2 + size)
    of_b, of_a = zip(*(digests[start] for start in sorted(digests)), strict=True) if identities else ((), ())
    return Survey(
        b_norms,
        a_norms,
        diagonal,
        radius,
        same=not differ.is_set(),
        identities=(combined(B, list(of_b)), combined(A, list(of_a))) if identities else None,
    )


def _norms(rows: Array, matrix: Matrix, first: int) -> Array:
    """Upper bounds of the Euclidean norms of ``rows``; raises on the first entry that is not finite."""
    largest = np.maximum(rows.max(axis=1), -rows.min(axis=1))  # NaN and inf survive both
    if not np.isfinite(largest).all():
        i, l = np.argwhere(~np.isfinite(rows))[0]  # noqa: E741
        raise InputError(
            f"{matrix.name} must be finite, got {rows[i, l]} at coordinate {l % matrix.d} of feature {first + i}"
        )
    # Scale where squares would leave the safe range of float64; elsewhere the plain sum of squares is right.
    scale = np.ones(len(rows))
    extreme = ((largest > 1e140) | (largest < 1e-140)) & (largest > 0)
    scale[extreme] = largest[extreme]
    if extreme.any():
        rows = rows / scale[:, None]
    with np.errstate(over="ignore", under="ignore"):  # a norm beyond float64 makes an infinite radius, named later
        squares = np.einsum("ij,ij->i", rows, rows)
        return np.asarray(scale * np.sqrt(squares) * (1 + (rows.shape[1] + 8) * U))


def _refuse_overflow(values: Array) -> None:
    if not np.isfinite(values).all():
        row = int(np.argmin(np.isfinite(values)))
        raise InputError(f"the inner products of row {row} overflow float64: rescale A or B")


def entry_radius(pair: Survey, A: Matrix, *, dtype: npt.DTypeLike, converted: bool) -> Array:
    """For each row i a bound on ``|fl(b_i . a_j) - b_i . a_j|`` over all j, in the given precision; shape (m,).

    Of complex features it is that of the moduli ``|b_i^H a_j|``.

    ``converted`` says that the entries themselves may have been rounded to ``dtype``.
    """
    info = np.finfo(np.dtype(dtype))
    u, eta, d = float(info.eps) / 2, float(info.tiny), A.width
    a_largest = float(pair.a_norms.max())
    with np.errstate(over="ignore", under="ignore"):
        radius = gamma(d + 2 if converted else d, u) * pair.b_norms * a_largest + 4 * d * eta
        if converted:  # an entry that underflows loses at most eta, times the other factor
            radius = radius + 2 * eta * np.sqrt(d) * (pair.b_norms + a_largest)
        radius = radius * (1 + 16 * U)
        if A.is_complex:
            size = pair.b_norms * a_largest * (1 + (4 * u if converted else 0))
            radius = modulus_radius(radius, size, dtype)
    _refuse_overflow(radius)
    return np.asarray(radius)
