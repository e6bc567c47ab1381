"""Every "Author Year" in the source of a rule or a family is an entry of references.bib, all authors included."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from lincs.bounds.rules import CATALOGUES
from lincs.constructions.catalogue import BUILT_FOR
from lincs.references import cited, references

KNOWN = {(entry.surnames, entry.fields["year"]) for entry in references()}


def unresolved(source: str) -> list[str]:
    """The citations of a source that no entry answers for."""
    return [f"{', '.join(names)} {year}" for names, year in cited(source) if (names, year) not in KNOWN]


SOURCES = sorted(
    {rule.source for known in CATALOGUES.values() for rule in known.rules} | {family.source for family in BUILT_FOR}
)


@pytest.mark.parametrize("source", SOURCES)
def test_every_citation_is_an_entry(source: str) -> None:
    assert not unresolved(source)
    # No year escapes the pattern.
    assert len(cited(source)) == len(re.findall(r"\b(?:18|19|20)\d\d\b", source))


def test_entries_are_complete_and_named_by_author_and_year() -> None:
    text = files("lincs.data").joinpath("references.bib").read_text(encoding="utf-8")
    assert text.count("@") == len(references()) == len({entry.key for entry in references()})
    for entry in references():
        assert entry.key == entry.surnames[0].replace(" ", "").lower() + entry.fields["year"]
        assert entry.fields.get("title") or entry.fields.get("eprint")
        assert {"journal", "booktitle", "eprint"} & entry.fields.keys(), entry.key
    assert {citation for source in SOURCES for citation in cited(source)} == KNOWN


def test_a_citation_that_is_unknown_is_found() -> None:
    assert unresolved("Weil 1948; Nobody and Weil 1949 (THEOREMS.md, theorem 5)") == ["Nobody, Weil 1949"]
    assert unresolved("Garg and Kleinberg 2026") == ["Garg, Kleinberg 2026"]  # an author left out
