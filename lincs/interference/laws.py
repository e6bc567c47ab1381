"""How random k-sparse inputs are drawn: the law of an active value, and of the set of active features.

Everything that a proof about typical inputs (THEOREMS.md, 11) and a sample of them must know of the two is here.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.errors import check_choice, check_seed

__all__ = ["LAWS", "SUPPORTS", "Law", "Support", "law", "stream", "support"]

Array = npt.NDArray[Any]


class Law(ABC):
    """The law of one active value ``xi``: its moments, ``P(|x xi| < eps)``, and how it is drawn.

    ``code`` is what the kernels call its moment generating function (tail_rows.py).
    """

    name: str
    code: int
    symmetric: bool
    mean: float  # of xi, and of its square
    square: float

    @abstractmethod
    def draw(self, rng: np.random.Generator, size: int) -> Array:
        """Independent values, (size,)."""

    @abstractmethod
    def below(self, ratio: Array) -> Array:
        """``P(|xi| < ratio)``, for ``ratio > 0``."""


class _Spread(Law):
    """|xi| is uniform on [0, 1]."""

    square = 1 / 3

    def below(self, ratio: Array) -> Array:
        return np.minimum(ratio, 1.0)


class _Unit(Law):
    """|xi| is 1."""

    square = 1.0

    def below(self, ratio: Array) -> Array:
        return np.where(ratio > 1, 1.0, 0.0)


class _Signs(_Unit):
    name, code, symmetric, mean = "signs", 0, True, 0.0

    def draw(self, rng: np.random.Generator, size: int) -> Array:
        return rng.choice([-1.0, 1.0], size)


class _Uniform(_Spread):
    name, code, symmetric, mean = "uniform", 1, True, 0.0

    def draw(self, rng: np.random.Generator, size: int) -> Array:
        return rng.uniform(-1, 1, size)


class _Positive(_Spread):
    name, code, symmetric, mean = "positive", 2, False, 0.5

    def draw(self, rng: np.random.Generator, size: int) -> Array:
        return rng.uniform(0, 1, size)


class _Binary(_Unit):
    name, code, symmetric, mean = "binary", 3, False, 1.0

    def draw(self, rng: np.random.Generator, size: int) -> Array:
        return np.ones(size)


class Support(ABC):
    """The law of the active set, and what it makes of exponential moments.

    ``at_most_k``: there are never more than k active features, and the moment is at most ``(1 + Phi/m)^k``; else it is
    at most ``e^{k Phi/m}``.
    """

    name: str
    at_most_k: bool

    @abstractmethod
    def pairs(self, k: int, m: int) -> float:
        """The probability that two given features are active."""

    @abstractmethod
    def none(self, miss: Array, k: int) -> float:
        """An upper bound of ``P(no active j fails)``, where an active j does not fail with probability ``miss_j``.

        It is the probability itself where every ``miss_j`` is 0 or 1, or k = 1.
        """

    @abstractmethod
    def draw(self, rng: np.random.Generator, m: int, k: int) -> Array:
        """An active set of m features, by index."""


class _Subset(Support):
    """A uniform k-subset."""

    name, at_most_k = "subset", True

    def pairs(self, k: int, m: int) -> float:
        return k * (k - 1) / (m * (m - 1)) if m > 1 else 0.0

    def none(self, miss: Array, k: int) -> float:
        m = len(miss)
        if ((miss == 0) | (miss == 1)).all():
            good = int(miss.sum())
            if good < k:
                return 0.0
            j = np.arange(k)
            with np.errstate(divide="ignore"):
                return float(np.exp(np.log((good - j) / (m - j)).sum()))
        return float(miss.mean()) ** k  # Maclaurin

    def draw(self, rng: np.random.Generator, m: int, k: int) -> Array:
        return rng.choice(m, size=k, replace=False)


class _Bernoulli(Support):
    """Every feature for itself, with probability k/m."""

    name, at_most_k = "bernoulli", False

    def pairs(self, k: int, m: int) -> float:
        return (k / m) ** 2

    def none(self, miss: Array, k: int) -> float:
        rate = k / len(miss)
        with np.errstate(divide="ignore"):
            return float(np.exp(np.log1p(-rate * (1 - miss)).sum()))

    def draw(self, rng: np.random.Generator, m: int, k: int) -> Array:
        return np.flatnonzero(rng.random(m) < k / m)


LAWS: dict[str, Law] = {law.name: law for law in (_Signs(), _Uniform(), _Positive(), _Binary())}
SUPPORTS: dict[str, Support] = {model.name: model for model in (_Subset(), _Bernoulli())}


def law(name: str) -> Law:
    """The law of this name; :class:`InputError` if there is none."""
    check_choice(name, "typical", tuple(LAWS))
    return LAWS[name]


def support(name: str) -> Support:
    """The law of the active set of this name; :class:`InputError` if there is none."""
    check_choice(name, "support", tuple(SUPPORTS))
    return SUPPORTS[name]


def stream(seed: int, k: int) -> np.random.Generator:
    """The random numbers of the inputs with k active features."""
    return np.random.default_rng((check_seed(seed), k, 2))
