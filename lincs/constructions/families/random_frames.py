"""Random frames, each with its seed.  They promise nothing: whoever builds one measures it."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import isqrt
from typing import TYPE_CHECKING, Any

from lincs.constructions.family import Family, Promise, parameter
from lincs.errors import InputError, check_seed

if TYPE_CHECKING:
    from lincs.constructions.algebra.frame import Frame

__all__ = ["Gaussian", "Rademacher", "RandomFamily", "SparseSigns", "Spherical", "SubsampledHadamard"]


class RandomFamily(Family):
    """m random columns in R^d, from ``d, m, seed`` alone: no formula for the coherence, so no answer to ``least``."""

    examples = ({"d": 12, "m": 40, "seed": 0}, {"d": 5, "m": 9, "seed": 1})
    seeded = True

    def least(self, *, m: int, mu: Fraction, closed: bool = False) -> Promise | None:
        return None

    def member(self, **parameters: Any) -> Promise:
        rest = {name: value for name, value in parameters.items() if name != "seed"}
        if len(rest) == len(parameters):
            raise InputError(f"parameters must be d, m, seed, got {', '.join(parameters) or 'none'}")
        seed = check_seed(parameters["seed"])
        d, m = parameter(rest, "d", "m")
        most = self.most_rows(m)
        if most is not None and d > most:
            raise InputError(f"d must be at most {most} for m = {m}, got {d}")
        return Promise(
            family=self.name, d=d, columns=m, coherence_squared=None, parameters={"d": d, "m": m, "seed": seed}
        )


class Gaussian(RandomFamily):
    """Independent normal entries of variance 1/d."""

    name = "gaussian"
    source = "independent normal entries, not normalised"
    unit_norm = False

    def frame(self, parameters: Mapping[str, Any]) -> Frame:
        import numpy as np

        from lincs.constructions.algebra.frame import from_array

        d, m, seed = (parameters[name] for name in ("d", "m", "seed"))
        return from_array(np.random.default_rng(seed).standard_normal((d, m)) / np.sqrt(d), integer=False)


class Spherical(RandomFamily):
    """Independent uniform unit vectors."""

    name = "spherical"
    source = "independent uniform unit vectors"

    def frame(self, parameters: Mapping[str, Any]) -> Frame:
        import numpy as np

        from lincs.constructions.algebra.frame import from_array

        d, m, seed = (parameters[name] for name in ("d", "m", "seed"))
        columns = np.random.default_rng(seed).standard_normal((d, m))
        return from_array(columns / np.sqrt((columns * columns).sum(axis=0)), integer=False)


class Rademacher(RandomFamily):
    """Independent signs (Garg, Kleinberg and Peng 2026, Theorem 2)."""

    name = "rademacher"
    source = "independent signs (Garg, Kleinberg and Peng 2026, Theorem 2)"

    def frame(self, parameters: Mapping[str, Any]) -> Frame:
        import numpy as np

        from lincs.constructions.algebra.frame import from_array

        d, m, seed = (parameters[name] for name in ("d", "m", "seed"))
        signs = np.random.default_rng(seed).integers(0, 2, (d, m), dtype=np.int8)
        return from_array((2 * signs - 1).astype(np.int8), integer=True)


class SparseSigns(RandomFamily):
    """``max(1, isqrt(d))`` signs in each column, at random places."""

    name = "sparse-signs"
    source = "about sqrt(d) random signs a column (Kane and Nelson 2014)"

    def frame(self, parameters: Mapping[str, Any]) -> Frame:
        import numpy as np

        from lincs.constructions.algebra.frame import from_array

        d, m, seed = (parameters[name] for name in ("d", "m", "seed"))
        rng = np.random.default_rng(seed)
        weight = max(1, isqrt(d))
        columns = np.zeros((d, m), dtype=np.int8)
        for j in range(m):
            columns[rng.choice(d, size=weight, replace=False), j] = 2 * rng.integers(0, 2, weight) - 1
        return from_array(columns, integer=True)


class SubsampledHadamard(RandomFamily):
    """d random rows of the Sylvester matrix of the least order n >= m, on its first m columns."""

    name = "subsampled-hadamard"
    source = "random rows of a Sylvester matrix"

    def most_rows(self, m: int) -> int:
        """The Sylvester order whose columns give m: the least power of two that is at least m."""
        return 1 << (m - 1).bit_length()

    def frame(self, parameters: Mapping[str, Any]) -> Frame:
        import numpy as np

        from lincs.constructions.algebra.frame import from_array
        from lincs.constructions.algebra.hadamard import sylvester

        d, m, seed = (parameters[name] for name in ("d", "m", "seed"))
        n = self.most_rows(m)
        rows = np.sort(np.random.default_rng(seed).choice(n, size=d, replace=False))
        return from_array(np.ascontiguousarray(sylvester(n, rows)[:, :m]), integer=True)
