"""Every "Author Year" in the source of a rule or a family is an entry of references.bib, all authors included."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

import lincs
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


def test_bibtex_has_what_the_ends_cite_and_nothing_else() -> None:
    found = lincs.bound(m=16384, k=4, eps="1/4")
    assert re.findall(r"^@\w+\{(\w+),", found.bibtex(), flags=re.M) == ["alon2003", "welch1974", "lincs"]
    assert found.bibtex().count("{") == found.bibtex().count("}")


def test_bibtex_cites_the_frame_behind_a_theorem() -> None:
    found = lincs.bound(m=10**9, k=1024, eps="1/4")
    assert "family" in found.upper.parameters
    assert "{reed1960," in found.bibtex()


def test_bibtex_of_tables() -> None:
    grid = lincs.bound_table(m=[16, 16384], k=2, eps="2/5")
    keys = set(re.findall(r"^@\w+\{(\w+),", grid.bibtex(), flags=re.M))
    ends = [lincs.bound(m=m, k=2, eps="2/5") for m in (16, 16384)]
    assert keys == {key for end in ends for key in re.findall(r"^@\w+\{(\w+),", end.bibtex(), flags=re.M)}
    wide = lincs.benchmark_table(m=1024, k=2, eps="2/5").bibtex()
    for key in ("gordon1988", "garg2026", "lincs"):  # the columns of L1, of the paper, and of any decoder
        assert f"{{{key}," in wide
    assert "garg2026" not in grid.bibtex()


def test_what_cites_nothing_says_so() -> None:
    with pytest.raises(lincs.InputError, match="nothing is cited by a Match"):
        lincs.match([[1.0]], [[1.0]]).bibtex()
