"""Frames searched for when asked: ``lincs build --family packing``, and the witness that its certificate carries.

The search (:mod:`lincs.packing`) is floating point and need not give the same bits on another machine, so that a
certificate does not name a seed to search again: it holds the vectors, as integers, and ``lincs check`` recomputes
everything from them exactly.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from lincs.constructions.family import Buildable, Promise
from lincs.errors import InputError, check_choice, check_integer, check_seed

__all__ = ["PACKING", "Packing"]

_SYMMETRIES = ("none", "circulant", "quasi-cyclic", "cyclic")
_OPTIONAL = {"seed": 0, "restarts": 256, "symmetry": "none", "order": None, "seconds": None}


class Packing(Buildable):
    """m lines in R^d from a numerical search: no formula, so no answer to ``least``."""

    name = "packing"
    source = "numerical search (lincs.packing), integer vectors"
    builder = "packing:witness"

    def least(self, *, m: int, mu: Fraction) -> Promise | None:
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


PACKING = Packing()
