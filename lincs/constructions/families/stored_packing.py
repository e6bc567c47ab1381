"""Line packings found by numerical search, stored as integers; their coherence is an exact rational."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from lincs.constructions.family import Family, Promise, parameter, smaller
from lincs.data import FOLDER
from lincs.errors import InputError

if TYPE_CHECKING:
    from lincs.constructions.algebra.frame import Array, Frame

__all__ = ["PACKINGS", "StoredPacking"]

# d -> (lines, squared coherence): the vectors are in lincs/data/packings.npz.
PACKINGS: dict[int, tuple[int, Fraction]] = {
    12: (64, Fraction(626861411, 5669960127)),
    20: (256, Fraction(2788473636, 25679317175)),
    30: (1024, Fraction(1264654665463, 11401468545792)),
    43: (4096, Fraction(40280689743849, 363144910304462)),
    62: (1072, Fraction(518700625, 25582561848)),
    107: (1065, Fraction(12333213025, 999811496728)),
}


class StoredPacking(Family):
    """Frames without a formula: 64 lines in R^12 below 1/3, and five more."""

    name = "stored-packing"
    source = "numerical search, stored as integer vectors"
    examples = ({"d": 12},)

    def least(self, *, m: int, mu: Fraction, closed: bool = False) -> Promise | None:
        best: Promise | None = None
        for d in PACKINGS:
            promise = self.member(d=d)
            if promise.serves(m=m, mu=mu, closed=closed):
                best = smaller(best, promise)
        return best

    def member(self, **parameters: Any) -> Promise:
        (d,) = parameter(parameters, "d")
        if d not in PACKINGS:
            raise InputError(f"d must be one of {', '.join(map(str, PACKINGS))}, got {d}")
        lines, squared = PACKINGS[d]
        return Promise(
            family=self.name, d=d, columns=lines, coherence_squared=squared, parameters={"d": d}, attained=True
        )

    def frame(self, parameters: Mapping[str, Any]) -> Frame:
        import numpy as np

        from lincs.constructions.algebra.frame import from_array

        d = parameters["d"]
        with np.load(FOLDER / "packings.npz") as data:
            vectors = data[f"vectors_{d}"]
            generators = data[f"signs_{d}"] if f"signs_{d}" in data else np.zeros((0, d), dtype=np.int8)
        return from_array(_sign_orbits(vectors, generators).astype(np.int16), integer=True)


def _sign_orbits(vectors: Array, generators: Array) -> Array:
    """All sign changes of all vectors, as columns: ``d x (t 2^g)``.

    ``vectors`` is ``t x d``; a row of ``generators`` (``g x d``, zeros and ones) changes the signs where it is 1.
    """
    import numpy as np

    count = len(generators)
    choices = np.arange(2**count)[:, None] >> np.arange(count) & 1
    signs = 1 - 2 * (choices @ generators.astype(np.int64) % 2)
    orbits = vectors[:, None, :].astype(np.int64) * signs[None]
    return np.ascontiguousarray(orbits.reshape(-1, vectors.shape[1]).T)
