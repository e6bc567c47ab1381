"""The normal form of an encoder: ``beta``, ``t`` and the activation, in the units of the pair (A, B) as it is read.

Inputs are superpositions ``x = A z + b_dec``.  An encoder that subtracts ``b_dec`` first sees ``A z``, so that
``beta`` is its own bias; one that does not sees ``b_dec`` too, so that ``beta = b + B^T b_dec``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.encoders.activations import Activation, JumpRelu, Relu, TopK, parse_activation
from lincs.encoders.conventions import Convention, convention_of
from lincs.encoders.parts import Parts
from lincs.errors import InputError, check_choice
from lincs.exact.products import exact_error
from lincs.exact.rounding import U, gamma
from lincs.files import read_array
from lincs.matrices import Matrix
from lincs.readouts.deployed import Deployed

__all__ = ["B_DEC", "Asked", "NormalForm", "normal_form", "vector_of"]

Array = npt.NDArray[Any]

B_DEC = ("subtracted", "kept")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the caller says of the encoder; None leaves it to the file.

    ``bias`` is beta itself, ``threshold`` t (one number or one for each feature); arrays or files, in the units of the
    encoder as it stands in its file.
    """

    activation: Any = None
    b_dec: str | None = None
    bias: Any = None
    threshold: Any = None
    active_min: Any = None

    @property
    def anything(self) -> bool:
        return any(value is not None for value in vars(self).values())


@dataclass(frozen=True)
class NormalForm:
    """The read-out, and the words for what it was made of."""

    readout: Deployed = field(repr=False)
    activation: Activation
    b_dec: str | None  # "subtracted", "kept", or None where there is none


def normal_form(A: Matrix, B: Matrix, parts: Parts | None, asked: Asked, *, unit: Array | None = None) -> NormalForm:
    """The encoder of a pair; ``unit`` (m,) is what its outputs are multiplied by in the units of the pair.

    Raises :class:`InputError` when the activation or the use of ``b_dec`` is neither said nor known, and for arrays
    that do not fit.
    """
    m = B.m
    known = convention_of(parts) if parts is not None else Convention()
    activation = _activation(parts, known, asked)
    arrays = _arrays(parts, asked, activation, m)
    bias = arrays["bias"]
    t = activation.thresholds(arrays, m)
    offset, b_dec = (None, None) if parts is None or asked.bias is not None else _offset(parts, known, asked, B.d)
    if (parts is None or asked.bias is not None) and asked.b_dec is not None:
        raise InputError("b_dec must come with a file that has a decoder bias, and without a bias of your own")
    if unit is not None:
        bias = bias * unit
        t = None if t is None else t * unit
    low = vector_of(asked.active_min, "active_min", m, zero=0.0)
    if not ((low >= 0) & (low <= 1)).all():
        raise InputError(f"active_min must lie in [0, 1], got {low[~((low >= 0) & (low <= 1))][0]}")
    if not (np.isfinite(bias).all() and (t is None or np.isfinite(t).all())):
        raise InputError("the biases and thresholds must be finite in the units of the features: rescale them")
    beta, radius = (bias, np.zeros(m)) if offset is None else _shifted(B, bias, offset)
    readout = Deployed(
        bias=beta,
        radius=radius,
        threshold=t,
        low=low,
        exact_bias=_exact(B, bias, offset),
        activation=activation.name,
    )
    return NormalForm(readout, activation, b_dec)


def _activation(parts: Parts | None, known: Convention, asked: Asked) -> Activation:
    if asked.activation is not None:
        return parse_activation(asked.activation)
    if known.activation is not None:
        # A threshold of one's own makes a ReLU a JumpReLU; of any other encoder it takes the place of its own.
        plain = isinstance(known.activation, Relu) and asked.threshold is not None
        return JumpRelu() if plain else known.activation
    if parts is None and asked.threshold is not None:
        return JumpRelu()
    if parts is None and asked.bias is not None:
        return Relu()
    where = "the pair" if parts is None else parts.where
    raise InputError(
        f"{where} does not say what its activation is: give it as activation (relu, jumprelu, gated, topk:K, "
        "groupmax:K, linear), and as b_dec whether the encoder subtracts the decoder's bias (subtracted) or not (kept)"
    )


def _arrays(parts: Parts | None, asked: Asked, activation: Activation, m: int) -> dict[str, Array]:
    """The activation's arrays by role: the caller's own where there are such, else those of the file."""
    found: dict[str, Array] = {}
    if parts is not None:
        gate, gain = parts.array("gate", m), parts.array("gain", m)
        bias = parts.array("magnitude", m) if gate is not None else None
        bias = parts.array("bias", m) if bias is None else bias
        threshold = parts.array("threshold", m, 1)
        if threshold is None and (logarithm := parts.array("log_threshold", m, 1)) is not None:
            threshold = np.exp(logarithm)
        held = {"bias": bias, "threshold": threshold, "gate": gate, "gain": gain}
        found = {role: array for role, array in held.items() if array is not None}
    if asked.bias is not None:
        found["bias"] = vector_of(asked.bias, "bias", m, signed=True)
    found.setdefault("bias", np.zeros(m))
    if asked.threshold is not None:
        if isinstance(activation, TopK) or "threshold" not in (*activation.needs, *JumpRelu.needs):
            raise InputError(f"threshold must not be given for the activation {activation.name}, which has none")
        found["threshold"] = vector_of(asked.threshold, "threshold", m, signed=True)
    if asked.threshold is not None and not activation.needs:
        raise InputError(f"threshold must not be given for the activation {activation.name}, which has none")
    for role in activation.needs:
        if role not in found:
            where = "a threshold" if parts is None else parts.where
            raise InputError(f"the activation {activation.name} needs the array {role!r}, which {where} does not have")
    return found


def _offset(parts: Parts, known: Convention, asked: Asked, d: int) -> tuple[Array | None, str | None]:
    """The vector that the encoder sees besides ``A z``, and the word for what it does with the decoder's bias."""
    decoder = parts.array("decoder", d)
    if decoder is None:
        if asked.b_dec is not None:
            raise InputError(f"b_dec must come with a decoder bias, which {parts.where} does not have")
        return None, None
    word = asked.b_dec
    if word is None and known.subtracted is not None:
        word = B_DEC[0] if known.subtracted else B_DEC[1]
    if word is None:
        raise InputError(
            f"{parts.where} does not say whether its encoder subtracts {parts.names('decoder')[0]} from the input: "
            "give b_dec as subtracted or kept"
        )
    check_choice(word, "b_dec", B_DEC)
    return (None, word) if word == B_DEC[0] else (decoder, word)


def vector_of(value: Any, name: str, m: int, *, signed: bool = False, zero: float | None = None) -> Array:
    """One finite number for each feature, from a number, an array or a file."""
    if value is None:
        assert zero is not None
        return np.full(m, zero)
    if isinstance(value, str):
        try:
            value = float(Fraction(value))
        except (ValueError, ZeroDivisionError):
            value = read_array(value, option="a file of one array")
    elif hasattr(value, "__fspath__"):
        value = read_array(value, option="a file of one array")
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise InputError(f"{name} must be a number or an array of numbers, one for each of the {m} features") from None
    if array.ndim == 0 or array.shape == (1,):
        array = np.full(m, float(array.reshape(())))
    if array.shape != (m,):
        raise InputError(f"{name} must be one number or have shape ({m},), one for each feature, got {array.shape}")
    bad = ~(np.isfinite(array) & (signed | (array >= 0)))
    if bad.any():
        raise InputError(f"{name} must be finite{'' if signed else ' and not negative'}, got {array[bad][0]}")
    return array


def _shifted(B: Matrix, bias: Array, offset: Array) -> tuple[Array, Array]:
    """``bias + B^T offset`` in float64, and a bound of its rounding."""
    beta, radius = np.empty(B.m), np.empty(B.m)
    size = float(np.linalg.norm(offset)) * (1 + (B.d + 8) * U)
    tiny = 4 * B.d * float(np.finfo(np.float64).tiny)
    for start, stop in B.panels():
        rows = B.rows(start, stop)
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            shift = rows @ offset
            norms = np.linalg.norm(rows, axis=1) * (1 + (B.d + 8) * U)
            beta[start:stop] = bias[start:stop] + shift
            room = gamma(B.d, U) * norms * size + tiny + 2 * U * (np.abs(bias[start:stop]) + np.abs(shift))
            radius[start:stop] = room * (1 + 16 * U)
    if not (np.isfinite(beta).all() and np.isfinite(radius).all()):
        row = int(np.argmin(np.isfinite(beta) & np.isfinite(radius)))
        raise InputError(f"the bias of row {row} overflows float64: rescale B or b_dec")
    return beta, radius


def _exact(B: Matrix, bias: Array, offset: Array | None) -> Callable[[int], Fraction]:
    def of_row(row: int) -> Fraction:
        value = Fraction(float(bias[row]))
        if offset is None:
            return value
        return value + exact_error(B.take(np.array([row]))[0], offset[None, :], np.ones(1), Fraction(0))

    return of_row
