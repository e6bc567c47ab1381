"""What stands behind the numbers of a result: the sources that its BibTeX is made of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from lincs.bounds.question import Question
from lincs.bounds.rules import rules_for
from lincs.constructions.catalogue import family

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lincs.bounds.table import BoundTable
    from lincs.results import Bracket
    from lincs.tables.benchmark import BenchmarkTable

__all__ = ["benchmark", "bounds", "bracket"]


def bracket(found: Bracket) -> Iterator[str]:
    """Of the two ends, and of what is said of random inputs."""
    for row in (found.lower, found.upper, found.typical):
        if row is not None:
            yield from _of(row.source, row.parameters)


def bounds(found: BoundTable) -> Iterator[str]:
    """Of both ends of every row."""
    for row in found.rows:
        question = Question(m=row.m, k=row.k, eps=row.eps)
        yield from _rule(found.readout, row.lower_name, "lower", question)
        yield from _rule(found.readout, row.upper_name, "upper", question)


def benchmark(found: BenchmarkTable) -> Iterator[str]:
    """Of both ends of every row, and of the columns that stand beside them."""
    for row in found.entries:
        question = Question(m=row.m, k=row.k, eps=row.eps)
        columns = (
            (row.lower, row.lower_name, "lower"),
            (row.upper, row.upper_name, "upper"),
            (row.basis_pursuit, "basis-pursuit-all", "upper"),
            (row.any_decoder, "any-decoder", "lower"),
            (row.theorem_2, "garg-kleinberg-peng-2", "upper"),
            (row.theorem_3, "garg-kleinberg-peng-3", "lower"),
        )
        for value, name, side in columns:
            if value is not None:
                yield from _rule("signed", name, side, question)


def _rule(readout: str, name: str, side: str, question: Question) -> Iterator[str]:
    rule = next(rule for rule in rules_for(readout) if (rule.name, rule.side) == (name, side))
    yield from _of(rule.source, rule.answer(question).parameters)


def _of(source: str, parameters: Mapping[str, Any]) -> Iterator[str]:
    """A source, and that of the frame on which it stands."""
    yield source
    if "family" in parameters:
        yield family(parameters["family"]).source
