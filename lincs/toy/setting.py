"""What a toy model is asked to do: how its features are distributed, what each is worth, and the form of its output."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.errors import InputError, check_choice, check_integer

__all__ = ["KINDS", "OUTPUTS", "Setting"]

KINDS = ("independent", "correlated", "anticorrelated")
OUTPUTS = ("linear", "relu")

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Setting:
    """n features, each 0 with probability ``1 - density`` and else uniform on [0, 1], through m hidden dimensions.

    ``density`` and ``importance`` are one number for all features or one for each.  Features come in consecutive sets
    of ``set_size``: *independent* ignores them; in a *correlated* set all features are on or off together (with
    independent values); in an *anticorrelated* set at most one is on (so ``set_size * density <= 1``).

    Raises:
        InputError: sizes, a density outside (0, 1], an importance that is not positive, sets that do not fit.
    """

    n: int
    m: int
    density: float | tuple[float, ...] = 1.0
    importance: float | tuple[float, ...] = 1.0
    output: str = "relu"
    kind: str = "independent"
    set_size: int = 1

    def __post_init__(self) -> None:
        check_integer(self.n, "n")
        check_integer(self.m, "m")
        check_choice(self.output, "output", OUTPUTS)
        check_choice(self.kind, "kind", KINDS)
        check_integer(self.set_size, "set_size")
        for name in ("density", "importance"):
            value = getattr(self, name)
            if isinstance(value, float | int):
                object.__setattr__(self, name, float(value))
            else:
                object.__setattr__(self, name, tuple(float(v) for v in value))
                if len(getattr(self, name)) != self.n:
                    raise InputError(f"{name} must have {self.n} entries, got {len(getattr(self, name))}")
        if not ((self.densities > 0) & (self.densities <= 1)).all():
            raise InputError(f"density must lie in (0, 1], got {self.density}")
        if not ((self.importances > 0) & np.isfinite(self.importances)).all():
            raise InputError(f"importance must be positive and finite, got {self.importance}")
        if self.n % self.set_size:
            raise InputError(f"set_size must divide n = {self.n}, got {self.set_size}")
        if self.kind != "independent":
            rows = self.densities.reshape(-1, self.set_size)
            if (rows != rows[:, :1]).any():
                raise InputError("density must be the same for all features of a set")
            if self.kind == "anticorrelated" and rows[:, 0].max() * self.set_size > 1:
                raise InputError(
                    f"density must be at most 1/{self.set_size} in an anticorrelated set, got {rows[:, 0].max()}"
                )

    @property
    def densities(self) -> Array:
        """(n,) the probability that each feature is on."""
        return np.broadcast_to(np.asarray(self.density, dtype=np.float64), (self.n,)).copy()

    @property
    def importances(self) -> Array:
        """(n,) what the squared error of each feature is multiplied by."""
        return np.broadcast_to(np.asarray(self.importance, dtype=np.float64), (self.n,)).copy()

    @property
    def groups(self) -> npt.NDArray[np.int64] | None:
        """(n,) the set of every feature; None where sets say nothing about what is on together."""
        return None if self.kind == "independent" else np.arange(self.n) // self.set_size

    @property
    def group_rule(self) -> str | None:
        """Which supports the sets allow, in the words of :func:`lincs.verify`."""
        return {"independent": None, "anticorrelated": "one", "correlated": "whole"}[self.kind]

    def moments(self) -> tuple[Array, Array]:
        """The mean (n,) and the second moments ``E[x x^T]`` (n, n) of the features."""
        p = self.densities
        both = np.outer(p, p)
        if self.kind != "independent":
            same = np.arange(self.n)[:, None] // self.set_size == np.arange(self.n) // self.set_size
            both[same] = (np.broadcast_to(p, (self.n, self.n)) if self.kind == "correlated" else 0 * both)[same]
        second = both / 4
        np.fill_diagonal(second, p / 3)
        return p / 2, second

    def patterns(self) -> Array:
        """(2^n,) the probability of every on/off pattern; bit j of the index says that feature j is on."""
        if self.n > 12:
            raise InputError(f"n must be at most 12 to list all on/off patterns, got {self.n}")
        size = self.set_size if self.kind != "independent" else 1
        table = np.ones(1)
        for start in range(0, self.n, size):
            p = float(self.densities[start])
            one = np.zeros(1 << size)
            if self.kind == "anticorrelated":
                one[0] = 1 - size * p
                one[1 << np.arange(size)] = p
            else:
                one[0], one[-1] = 1 - p, p
            table = np.multiply.outer(one, table).ravel()
        return table

    def sample(self, count: int, *, seed: int) -> Array:
        """``count`` inputs as an (n, count) array, by numpy's generator (training has its own, faster one)."""
        rng = np.random.default_rng(seed)
        p, size = self.densities[:, None], self.set_size
        value = rng.random((self.n, count))
        if self.kind == "independent":
            return np.where(rng.random((self.n, count)) < p, value, 0.0)
        draw = np.repeat(rng.random((self.n // size, count)), size, axis=0)
        if self.kind == "correlated":
            return np.where(draw < p, value, 0.0)
        place = (np.arange(self.n) % size)[:, None]
        return np.where((draw >= place * p) & (draw < (place + 1) * p), value, 0.0)

    def to_dict(self) -> dict[str, Any]:
        return {
            "n": self.n,
            "m": self.m,
            "density": self.density if isinstance(self.density, float) else list(self.density),
            "importance": self.importance if isinstance(self.importance, float) else list(self.importance),
            "output": self.output,
            "kind": self.kind,
            "set_size": self.set_size,
        }
