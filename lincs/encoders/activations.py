"""Activations: which bias and which threshold each gives a feature, from the arrays of its file.

An activation is one class and answers for itself; all of them end as ``out = p`` for ``p > t``, 0 otherwise
(THEOREMS.md, section 10), or select features besides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from lincs.errors import InputError
from lincs.jsonable import shown

__all__ = ["ACTIVATIONS", "Activation", "Gated", "GroupMax", "JumpRelu", "Linear", "Relu", "TopK", "parse_activation"]

Array = npt.NDArray[Any]
Arrays = Mapping[str, Array]  # by role: "bias", "threshold", "gate", "gain"


@dataclass(frozen=True)
class Activation:
    """What becomes of the pre-activations."""

    word: ClassVar[str] = ""
    needs: ClassVar[tuple[str, ...]] = ()  # arrays without which it says nothing

    @property
    def name(self) -> str:
        return self.word

    def thresholds(self, arrays: Arrays, m: int) -> Array | None:
        """t (m,) >= 0 in the file's own units; None where negative readings are not cut off."""
        return np.zeros(m)


class Relu(Activation):
    """``max(p, 0)``."""

    word = "relu"


class Linear(Activation):
    """``p`` itself."""

    word = "linear"

    def thresholds(self, arrays: Arrays, m: int) -> Array | None:
        return None


class JumpRelu(Activation):
    """``p`` where it exceeds a threshold, and never below zero; BatchTopK is one when it is used."""

    word = "jumprelu"
    needs = ("threshold",)

    def thresholds(self, arrays: Arrays, m: int) -> Array | None:
        return np.asarray(np.maximum(np.broadcast_to(arrays["threshold"].ravel(), (m,)), 0.0))


class Gated(Activation):
    """``1[pi > 0] relu(q)``, ``q = e^r (w.x) + b_mag``, ``pi = w.x + b_gate``: a JumpReLU, for ``pi > 0`` is
    ``q > b_mag - e^r b_gate``.

    The gain ``e^r`` is the double next to it: the statement is about the encoder with that gain.
    """

    word = "gated"
    needs = ("gate", "gain")

    def thresholds(self, arrays: Arrays, m: int) -> Array | None:
        gain = np.exp(arrays["gain"])
        return np.asarray(np.maximum(arrays["bias"] - gain * arrays["gate"], 0.0))


@dataclass(frozen=True)
class TopK(Activation):
    """``relu(p)`` for the ``keep`` largest p, 0 for the others."""

    word = "topk"
    keep: int

    @property
    def name(self) -> str:
        return f"{self.word}:{self.keep}"


class GroupMax(TopK):
    """``relu(p)`` for the largest of each of ``keep`` consecutive blocks of features, 0 for the others."""

    word = "groupmax"


ACTIVATIONS: dict[str, type[Activation]] = {each.word: each for each in (Relu, JumpRelu, Gated, Linear, TopK, GroupMax)}


def parse_activation(text: Any) -> Activation:
    """``relu``, ``jumprelu``, ``gated``, ``linear``, ``topk:64`` or ``groupmax:64``; :class:`InputError` otherwise."""
    if isinstance(text, Activation):
        return text
    found = re.fullmatch(r"([a-z]+)(?::([1-9]\d{0,9}))?", text) if isinstance(text, str) else None
    kind = ACTIVATIONS.get(found[1]) if found else None
    if found is None or kind is None or issubclass(kind, TopK) != (found[2] is not None):
        words = [f"{word}:K" if issubclass(each, TopK) else word for word, each in ACTIVATIONS.items()]
        raise InputError(f"activation must be one of {', '.join(words)}, got {shown(text)}")
    return kind(int(found[2])) if issubclass(kind, TopK) else kind()
