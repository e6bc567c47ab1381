"""The sources of every rule that the site names, and the BibTeX entries they cite, for the page to put together."""

from __future__ import annotations

from typing import Any

from lincs.bounds.rules import CATALOGUES
from lincs.constructions.catalogue import EVERY
from lincs.references import bibtex, cited, references

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
    entries = {entry.key: entry.text for entry in references()}
    entries["lincs"] = bibtex(["THEOREMS.md"]).strip()
    return {
        "rules": {name: {"source": source, "keys": _keys(source)} for name, source in named.items()},
        "entries": entries,
    }


def _ends(readout: str) -> list[Any]:
    return [rule for rule in CATALOGUES[readout].rules if rule.kind != "other-decoder"]


def _keys(source: str) -> list[str]:
    wanted = set(cited(source))
    keys = sorted(entry.key for entry in references() if (entry.surnames, entry.fields["year"]) in wanted)
    return [*keys, *(["lincs"] if "THEOREMS.md" in source else [])]
