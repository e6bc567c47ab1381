"""Random frames, each with its seed.  They promise nothing: whoever builds one measures it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from lincs.constructions.family import Buildable, Promise, parameter
from lincs.errors import InputError, check_seed

__all__ = ["RANDOM_FAMILIES", "RandomFrame"]


class RandomFrame(Buildable):
    """m random columns in R^d: no formula for the coherence, so no answer to ``least``."""

    def __init__(self, name: str, source: str, builder: str) -> None:
        self.name, self.source, self.builder = name, source, builder

    def least(self, *, m: int, mu: Fraction) -> Promise | None:
        return None

    def member(self, **parameters: Any) -> Promise:
        rest = {name: value for name, value in parameters.items() if name != "seed"}
        if len(rest) == len(parameters):
            raise InputError(f"parameters must be d, m, seed, got {', '.join(parameters) or 'none'}")
        seed = check_seed(parameters["seed"])
        d, m = parameter(rest, "d", "m")
        if self.name == "subsampled-hadamard" and d > hadamard_order_for(m):
            raise InputError(f"d must be at most {hadamard_order_for(m)} for m = {m}, got {d}")
        return Promise(
            family=self.name,
            d=d,
            columns=m,
            coherence_squared=None,
            parameters={"d": d, "m": m, "seed": seed},
        )


def hadamard_order_for(m: int) -> int:
    """The Sylvester order whose columns give m: the least power of two that is at least m."""
    return 1 << (m - 1).bit_length()


RANDOM_FAMILIES: tuple[RandomFrame, ...] = (
    RandomFrame("gaussian", "independent normal entries, not normalised", "random:gaussian"),
    RandomFrame("spherical", "independent uniform unit vectors", "random:spherical"),
    RandomFrame("rademacher", "independent signs (Garg, Kleinberg and Peng 2026, Theorem 2)", "random:rademacher"),
    RandomFrame("sparse-signs", "about sqrt(d) random signs a column (Kane and Nelson 2014)", "random:sparse_signs"),
    RandomFrame("subsampled-hadamard", "random rows of a Sylvester matrix", "random:subsampled_hadamard"),
)
