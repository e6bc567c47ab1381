"""docs/adding.md, "A bound (rule)", does what it says: its rule is added, found, used, explained and refused."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from lincs.bounds import rules
from lincs.bounds.bracket import bound
from lincs.bounds.explain import catalogue, derivation
from lincs.bounds.question import Question
from lincs.bounds.rule import Outcome, Rule
from tests.bounds import test_hypotheses
from tests.project import test_references

GUIDE = (Path(__file__).parents[2] / "docs" / "adding.md").read_text(encoding="utf-8")
SECTION = GUIDE[GUIDE.index("## A bound (rule)") :].split("\n## ")[0]


@pytest.fixture
def written() -> dict[str, Any]:
    """The names that the guide's code defines."""
    (code,) = re.findall(r"^   ```python\n(.*?)^   ```", SECTION, flags=re.M | re.S)
    names: dict[str, Any] = {}
    exec(re.sub(r"^   ", "", code, flags=re.M), names)
    return names


def add(monkeypatch: pytest.MonkeyPatch, rule: Rule[Any]) -> None:
    """Step 2 of the guide, until the test ends."""
    known = rules.CATALOGUES["signed"]
    monkeypatch.setitem(rules.CATALOGUES, "signed", replace(known, rules=(rule, *known.rules)))


def test_the_guide_is_one_screen_and_its_links_lead_somewhere() -> None:
    assert len(SECTION.splitlines()) < 60
    for link in re.findall(r"\]\((\.\./[^)#]+)\)", SECTION):
        assert (Path(__file__).parents[1] / link).exists(), link


def test_a_rule_is_listed_used_explained_and_refused(written: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    rule = written["DOMINANCE"]
    add(monkeypatch, rule)
    assert ("dominance", "lower", "theorem", "d >= m", "m >= 2, eps <= 1, eps < 1/m", rule.source) in catalogue(
        "signed"
    )

    answer = bound(m=20, k=2, eps="1/30")
    assert (answer.lower.name, answer.lower.value, answer.upper.value) == ("dominance", 20, 20)
    assert any("M = B^T A is strictly" in line for line in derivation(answer))
    refused = next(row for row in bound(m=20, k=2, eps="1/10").rows if row.name == "dominance")
    assert (refused.value, refused.note) == (None, "needs eps < 1/m")

    # and it answers the other questions: at k = 1, eps = 1/30, every m up to 29 needs d >= m
    (limit,) = (row for row in bound(d=5, k=2, eps="1/3").rows if row.name == "dominance")
    assert limit.side == "upper"
    assert bound(d=5, m=6, k=6).lower.value >= Fraction(16, 100)


def test_the_tests_that_the_guide_names_try_it(written: dict[str, Any]) -> None:
    rule = written["DOMINANCE"]
    test_hypotheses.test_the_words_of_a_hypothesis_are_its_test(rule, "signed")
    test_hypotheses.assert_proved(rule)
    assert test_references.unresolved(rule.source) == ["Gershgorin 1931"]  # step 4 of the guide is what is left


def test_words_that_are_not_the_test_are_found(written: dict[str, Any]) -> None:
    wrong = replace(written["SMALL"], text="eps <= 1/m")
    with pytest.raises(AssertionError):
        test_hypotheses.test_the_words_of_a_hypothesis_are_its_test(
            replace(written["DOMINANCE"], requires=(wrong,)), "signed"
        )


def test_a_theorem_without_section_or_program_is_refused(written: dict[str, Any]) -> None:
    rule = written["DOMINANCE"]
    for lacking in ("theorem", "program"):
        with pytest.raises(ValueError, match="the theorem dominance must name its section"):
            replace(rule, **{lacking: ""})
    with pytest.raises(AssertionError, match="has no section 99"):
        test_hypotheses.assert_proved(replace(rule, theorem="99"))
    with pytest.raises(ModuleNotFoundError):
        test_hypotheses.assert_proved(replace(rule, program="t99_missing"))


def test_a_rule_that_contradicts_another_is_found(written: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    false = replace(written["DOMINANCE"], evaluate=lambda question: Outcome(question.m + 1))
    add(monkeypatch, false)
    with pytest.raises(AssertionError, match="contradiction"):
        bound(m=20, k=2, eps="1/30")
    assert false.answer(Question(m=20, k=2, eps=Fraction(1, 30))).value == 21
