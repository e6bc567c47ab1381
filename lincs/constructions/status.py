"""How a promise was verified: what is on record in ``verified.py``, and nothing beyond it."""

from __future__ import annotations

from lincs.constructions.family import Promise
from lincs.constructions.verified import VERIFIED

__all__ = ["BUILT", "STRUCTURE", "THEOREM", "key_of", "status"]

BUILT, STRUCTURE, THEOREM = "built and verified", "verified by structure", "theorem"


def key_of(promise: Promise) -> str:
    """The name of a member in the record: ``kerdock s=4 p=0``."""
    return " ".join([promise.family, *(f"{name}={value}" for name, value in promise.parameters.items())])


def status(promise: Promise, *, m: int) -> str:
    """ "built and verified", "verified by structure" or "theorem", for the first m columns of the promised frame.

    A record speaks of the first ``columns`` columns of a member, hence of fewer of them as well.  The frames of
    ``line-packings`` are built and verified when they are stored (``python -m benchmarks.packing_store``).
    """
    if promise.family == "line-packings":
        return BUILT
    for kind, columns in VERIFIED.get(key_of(promise), ()):
        if m <= columns:
            return kind
    return THEOREM
