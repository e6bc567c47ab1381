"""Frames searched for when asked: ``lincs build --family packing``, and the witness that its certificate carries.

The search (:mod:`lincs.packing`) is floating point and need not give the same bits on another machine, so that a
certificate does not name a seed to search again: it holds the vectors, as integers, and ``lincs check`` recomputes
everything from them exactly.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from lincs.constructions.family import Family, Promise
from lincs.errors import InputError, check_choice, check_integer, check_seed

if TYPE_CHECKING:
    from lincs.constructions.algebra.frame import Frame

__all__ = ["Packing"]

_SYMMETRIES = ("none", "circulant", "quasi-cyclic", "cyclic")
_OPTIONAL = {"seed": 0, "restarts": 256, "symmetry": "none", "order": None, "seconds": None}


class Packing(Family):
    """m lines in R^d from a numerical search: no formula, so no answer to ``least``."""

    name = "packing"
    source = "numerical search (lincs.packing), integer vectors"
    examples = ({"d": 3, "m": 6, "restarts": 8}, {"d": 2, "m": 3, "seed": 1, "restarts": 4})

    def least(self, *, m: int, mu: Fraction, closed: bool = False) -> Promise | None:
        return None

    def member(self, **parameters: Any) -> Promise:
        """A searched frame (``d, m`` and ``seed, restarts, symmetry, order, seconds``) or a given one (``vectors``)."""
        if "vectors" not in parameters:
            return self._search(parameters)
        if set(parameters) != {"d", "m", "vectors"}:
            raise InputError(f"parameters must be d, m, vectors, got {', '.join(parameters)}")
        from lincs.packing.exact import coherence_squared, from_text

        d, m = check_integer(parameters["d"], "d"), check_integer(parameters["m"], "m")
        squared = coherence_squared(from_text(parameters["vectors"], d=d, m=m))
        return Promise(
            family=self.name,
            d=d,
            columns=m,
            coherence_squared=squared,
            parameters={"d": d, "m": m, "vectors": parameters["vectors"]},
            attained=True,
        )

    def _search(self, parameters: dict[str, Any]) -> Promise:
        from dataclasses import replace

        from lincs.packing.exact import quantised, to_text
        from lincs.packing.search import search

        if not {"d", "m"} <= set(parameters) <= {"d", "m", *_OPTIONAL}:
            raise InputError(
                f"parameters must be d, m and perhaps {', '.join(_OPTIONAL)}, got {', '.join(parameters) or 'none'}"
            )
        given = {**_OPTIONAL, **parameters}
        check_choice(given["symmetry"], "symmetry", _SYMMETRIES)
        seconds = None if given["seconds"] is None else check_integer(given["seconds"], "seconds")
        found = search(
            check_integer(given["d"], "d"),
            check_integer(given["m"], "m"),
            seed=check_seed(given["seed"]),
            restarts=check_integer(given["restarts"], "restarts"),
            symmetry=given["symmetry"],
            order=given["order"],
            seconds=seconds,
        )
        promise = self.member(d=found.d, m=found.m, vectors=to_text(quantised(found.vectors)))
        return replace(promise, search=found.to_dict())

    def frame(self, parameters: Mapping[str, Any]) -> Frame:
        """From the integer vectors, which the parameters of every member hold."""
        import numpy as np

        from lincs.constructions.algebra.frame import from_array
        from lincs.packing.exact import from_text

        d, m, vectors = (parameters[name] for name in ("d", "m", "vectors"))
        return from_array(np.ascontiguousarray(from_text(vectors, d=d, m=m).T), integer=True)

    def not_repeatable(self, parameters: Mapping[str, Any]) -> str | None:
        return None if "vectors" in parameters else "must hold the vectors of a packing: a search is not repeated"
