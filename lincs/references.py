"""The sources of bounds as BibTeX: the entries of ``lincs/data/references.bib`` that they cite, and lincs itself.

A source cites "Author Year", all authors named, and every such citation has an entry
(tests/project/test_references.py); "THEOREMS.md" is lincs' own file of proofs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from lincs.version import __version__

__all__ = ["OWN", "Reference", "bibtex", "by_key", "cited", "keys", "references"]

_NAME = r"(?:van )?[A-Z]\w+"
_CITED = re.compile(rf"({_NAME}(?:(?:, | and ){_NAME})*) (\d{{4}})\b")
OWN = "lincs"
_OWN = f"""@misc{{{OWN},
  author = {{{{The lincs authors}}}},
  title = {{lincs: Bounds and Exact Verification for Linear Compressed Sensing}},
  note = {{Version {__version__}; proofs in THEOREMS.md}},
}}"""


@dataclass(frozen=True)
class Reference:
    """An entry: its key, its fields, and its text as it stands in the file."""

    key: str
    fields: dict[str, str]
    text: str

    @property
    def surnames(self) -> tuple[str, ...]:
        """Of the authors, in order."""
        return tuple(name.split(",")[0] for name in self.fields["author"].split(" and "))


@cache
def references() -> tuple[Reference, ...]:
    """Every entry of references.bib, in its order."""
    from importlib.resources import files

    text = files("lincs.data").joinpath("references.bib").read_text(encoding="utf-8")
    return tuple(
        Reference(found[1], dict(re.findall(r"^  (\w+) = \{(.*)\},$", found[2], flags=re.M)), found[0])
        for found in re.finditer(r"^@\w+\{(\w+),\n(.*?)^\}", text, flags=re.M | re.S)
    )


def cited(source: str) -> list[tuple[tuple[str, ...], str]]:
    """The authors and the year of every citation in a source."""
    return [(tuple(re.split(r", | and ", names)), year) for names, year in _CITED.findall(source)]


def bibtex(sources: Iterable[str]) -> str:
    """The entries that the sources cite, each once, by key; lincs' own last, where THEOREMS.md is cited.

    >>> print(bibtex(["Welch 1974, in rank form (THEOREMS.md, theorem 4, p = 1)"]).split(",")[0])
    @article{welch1974
    """
    entries = by_key()
    found = [entries[key] for key in keys(sources)]
    return "\n\n".join(found) + "\n" * bool(found)


def by_key() -> dict[str, str]:
    """The text of every entry, lincs' own included."""
    return {**{entry.key: entry.text for entry in references()}, OWN: _OWN}


def keys(sources: Iterable[str]) -> list[str]:
    """The keys of the entries that the sources cite, sorted; lincs' own last, where THEOREMS.md is cited."""
    texts = list(sources)
    wanted = {citation for text in texts for citation in cited(text)}
    found = sorted(entry.key for entry in references() if (entry.surnames, entry.fields["year"]) in wanted)
    return [*found, *([OWN] if any("THEOREMS.md" in text for text in texts) else [])]
