"""The sources of every rule that the site names, and the BibTeX entries they cite, for the page to put together."""

from __future__ import annotations

from typing import Any

from lincs.bounds.rules import CATALOGUES
from lincs.constructions.catalogue import EVERY
from lincs.references import by_key, keys

__all__ = ["sources"]


def sources() -> dict[str, Any]:
    """``rules``: by "readout side name", the source in words and the keys of its entries; ``entries``: text by key.

    >>> sources()["rules"]["signed upper simplex"]["keys"]
    ['lincs']
    """
    rules = {f"{readout} {rule.side} {rule.name}": rule.source for readout in CATALOGUES for rule in _ends(readout)}
    # A contributed frame, or one that a theorem stands on, may be of a family that is no rule.
    frames = {f"signed upper {family.name}": family.source for family in EVERY}
    named = {**frames, **rules}
    return {
        "rules": {name: {"source": source, "keys": keys([source])} for name, source in named.items()},
        "entries": by_key(),
    }


def _ends(readout: str) -> list[Any]:
    return [rule for rule in CATALOGUES[readout].rules if rule.kind != "other-decoder"]
