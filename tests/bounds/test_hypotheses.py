"""What a rule says of itself is what it does: hypotheses, refusals, theorems and programs."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from importlib import import_module
from itertools import product
from pathlib import Path
from typing import Any

import pytest

import proofs_check
from lincs import readouts
from lincs.bounds.explain import catalogue
from lincs.bounds.hypothesis import EPS1, HALF, M2, Hypothesis, at_margin, eps_above, eps_at_most, unmet
from lincs.bounds.question import MarginQuestion, Question
from lincs.bounds.retired import RETIRED
from lincs.bounds.rule import Rule
from lincs.bounds.rules import CATALOGUES, catalogue_of, of_margin, rules_for
from lincs.errors import InputError
from lincs.problem import READOUTS

SECTIONS = set(re.findall(r"^## (\w+)\. ", (Path(proofs_check.__path__[0]) / "THEOREMS.md").read_text("utf-8"), re.M))
EVERY = [
    pytest.param(rule, readout, id=f"{readout}-{rule.name}-{rule.side}")
    for readout, known in CATALOGUES.items()
    for rule in (*known.rules, *RETIRED.get(readout, ()))
]
QUESTIONS = [
    Question(m=m, k=k, eps=eps)
    for m, k, eps in product(
        (1, 2, 3, 10, 400, 10**6),
        (1, 2, 3, 40),
        (Fraction(1, 10), Fraction(1, 4), Fraction(2, 5), Fraction(1, 2), Fraction(3, 4), Fraction(1), Fraction(3, 2)),
    )
    if k <= m
]
QUESTIONS += [replace(question, closed=True) for question in QUESTIONS]


def said(text: str, question: Question | MarginQuestion) -> bool:
    """A hypothesis as it is printed, evaluated as a formula: the twin of its test."""
    source = text.replace("^", "**").replace(" = ", " == ")
    source = re.sub(r"([\d)]) ?([a-z(])", r"\1*\2", source)
    source = re.sub(r"([a-z])\(", r"\1*(", source)
    source = re.sub(r"\be\b", repr(2.718281828459045), source)
    names: dict[str, Any] = {"m": Fraction(question.m), "k": Fraction(question.k)}
    if isinstance(question, Question):
        names["eps"] = question.eps
    return bool(eval(source, {}, names))


def asked(readout: str) -> list[Any]:
    if catalogue_of(readout).question is Question:
        return QUESTIONS
    return sorted({MarginQuestion(m=q.m, k=q.k) for q in QUESTIONS}, key=lambda q: (q.m, q.k))


@pytest.mark.parametrize(("rule", "readout"), EVERY)
def test_the_words_of_a_hypothesis_are_its_test(rule: Rule[Any], readout: str) -> None:
    """Printed by ``--list``, refused with "needs ..." and evaluated: the three agree, with the printed text as twin."""
    for question in asked(readout):
        failed = [text for text in texts(rule, question) if not said(text, question)]
        outcome = rule.answer(question)
        if failed:
            assert outcome.value is None
            assert outcome.note == "needs " + " and ".join(filter(None, [", ".join(failed[:-1]), failed[-1]]))
            assert rule.within(question, 0) == (rule.side == "lower")
        else:
            assert not outcome.note.startswith("needs")


def texts(rule: Rule[Any], question: Question | MarginQuestion) -> list[str]:
    """The conditions in the text that ``--list`` prints (``--explain`` of a closed question), without the rest."""
    text = rule.hypotheses_of(closed=getattr(question, "closed", False))
    assert getattr(question, "closed", False) or text == rule.hypotheses
    if rule.remark:
        text = text.removesuffix(f" ({rule.remark.text})")
    conditions = text.removeprefix(rule.setting).removeprefix("; ")
    return [] if conditions in ("", "none") else conditions.split(", ")


def test_a_threshold_is_never_told_of_an_eps() -> None:
    for name, _, _, statement, hypotheses, _ in catalogue("threshold"):
        assert "eps" not in hypotheses, name
        assert "eps" not in statement or statement.startswith("with 1 in place of k and 1/(2k) in place of eps: "), name
    assert not any("eps" in rule.answer(MarginQuestion(m=1, k=1)).note for rule in rules_for("threshold"))


def test_a_hypothesis_at_a_margin() -> None:
    m2, half = at_margin((M2, EPS1, HALF))  # eps <= 1 always holds there
    assert (m2.text, half.text) == ("m >= 2", "k >= 2")
    assert unmet((m2, half), MarginQuestion(m=1, k=1)) == "needs m >= 2 and k >= 2"
    assert not unmet((m2, half), MarginQuestion(m=2, k=2))
    with pytest.raises(ValueError, match="requires eps > 1 says nothing about a threshold"):
        at_margin((eps_above(Fraction(1)),))
    assert at_margin((eps_at_most(Fraction(1, 2)),)) == ()
    with pytest.raises(ValueError, match="requires eps <= 1/3 says nothing"):
        at_margin((eps_at_most(Fraction(1, 3)),))  # true of large k only
    with pytest.raises(ValueError, match="necessary for an error"):
        of_margin(rules_for("signed")[0])


def test_all_that_fails_is_named() -> None:
    a, b, c = (Hypothesis[Question](text, lambda question: question.m > 5) for text in "abc")
    low, high = (Question(m=m, k=1, eps=Fraction(1)) for m in (1, 9))
    assert [unmet(some, low) for some in ((), (a,), (a, b), (a, b, c))] == [
        "",
        "needs a",
        "needs a and b",
        "needs a, b and c",
    ]
    assert unmet((a, b, c), high) == ""


def test_every_readout_has_one_list_and_no_other_word_has_any(monkeypatch: pytest.MonkeyPatch) -> None:
    assert tuple(CATALOGUES) == READOUTS
    assert all(CATALOGUES[name].has_eps == each.has_eps for name, each in readouts.READOUTS.items())
    with pytest.raises(InputError, match="readout must be one of signed, nonnegative, affine, threshold, got 'binary'"):
        rules_for("binary")
    # A read-out without rules of its own is not answered by those of another.
    new = type("Binary", (type(readouts.READOUTS["nonnegative"]),), {"name": "binary"})()
    monkeypatch.setattr(readouts, "READOUTS", {**readouts.READOUTS, "binary": new})
    with pytest.raises(InputError, match="no bound is known for binary"):
        rules_for("binary")


@pytest.mark.parametrize(("rule", "readout"), EVERY)
def test_every_theorem_names_its_proof_and_its_program(rule: Rule[Any], readout: str) -> None:
    assert_proved(rule)


def assert_proved(rule: Rule[Any]) -> None:
    """The section exists, the program can be run, and the source speaks of the same section."""
    if rule.kind == "theorem":
        assert rule.theorem
        assert rule.program
    if rule.theorem:
        assert rule.theorem in SECTIONS, f"{rule.name}: THEOREMS.md has no section {rule.theorem}"
        assert callable(import_module(f"proofs_check.{rule.program}").check)
    named = re.search(r"THEOREMS.md, theorem (\w+)", rule.source)
    assert named is None or named[1] == rule.theorem or rule.kind == "construction"


@pytest.mark.parametrize("lacking", ["theorem", "program"])
def test_a_theorem_without_one_is_refused(lacking: str) -> None:
    proof = {"theorem": "4", "program": "t04_chebyshev_rank", lacking: ""}
    with pytest.raises(ValueError, match="the theorem guess must name its section"):
        Rule[Question](
            name="guess",
            side="lower",
            kind="theorem",
            source="",
            statement="",
            evaluate=lambda question: pytest.fail("never asked"),
            **proof,
        )
