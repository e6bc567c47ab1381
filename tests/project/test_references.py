"""Every "Author Year" in the source of a rule or a family is an entry of references.bib, all authors included."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from lincs.bounds.rules import CATALOGUES
from lincs.constructions.catalogue import BUILT_FOR

TEXT = files("lincs.data").joinpath("references.bib").read_text(encoding="utf-8")
_NAME = r"(?:van )?[A-Z]\w+"
_CITED = re.compile(rf"({_NAME}(?:(?:, | and ){_NAME})*) (\d{{4}})\b")


def entries() -> dict[str, dict[str, str]]:
    """The fields of every entry, by key."""
    found = {}
    for key, body in re.findall(r"^@\w+\{(\w+),\n(.*?)^\}", TEXT, flags=re.M | re.S):
        assert key not in found, key
        found[key] = dict(re.findall(r"^  (\w+) = \{(.*)\},$", body, flags=re.M))
    return found


def surnames(author: str) -> list[str]:
    """The surnames of a BibTeX author field, in order."""
    return [name.split(",")[0] for name in author.split(" and ")]


def cited(source: str) -> list[tuple[list[str], str]]:
    """The authors and the year of every citation in a source."""
    return [(re.split(r", | and ", names), year) for names, year in _CITED.findall(source)]


def unresolved(source: str) -> list[str]:
    """The citations of a source that no entry answers for."""
    known = {(tuple(surnames(entry["author"])), entry["year"]) for entry in entries().values()}
    return [f"{', '.join(names)} {year}" for names, year in cited(source) if (tuple(names), year) not in known]


SOURCES = sorted(
    {rule.source for known in CATALOGUES.values() for rule in known.rules} | {family.source for family in BUILT_FOR}
)


@pytest.mark.parametrize("source", SOURCES)
def test_every_citation_is_an_entry(source: str) -> None:
    assert not unresolved(source)
    # No year escapes the pattern.
    assert len(cited(source)) == len(re.findall(r"\b(?:18|19|20)\d\d\b", source))


def test_entries_are_complete_and_named_by_author_and_year() -> None:
    assert TEXT.count("@") == len(entries())
    for key, entry in entries().items():
        assert key == surnames(entry["author"])[0].replace(" ", "").lower() + entry["year"]
        assert entry.get("title") or entry.get("eprint")
        assert {"journal", "booktitle", "eprint"} & entry.keys(), key
    used = {(tuple(names), year) for source in SOURCES for names, year in cited(source)}
    assert used == {(tuple(surnames(entry["author"])), entry["year"]) for entry in entries().values()}


def test_a_citation_that_is_unknown_is_found() -> None:
    assert unresolved("Weil 1948; Nobody and Weil 1949 (THEOREMS.md, theorem 5)") == ["Nobody, Weil 1949"]
    assert unresolved("Garg and Kleinberg 2026") == ["Garg, Kleinberg 2026"]  # an author left out
