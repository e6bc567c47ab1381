"""``lincs.check`` of answers: proved ends are held to their integers, every changed field is refused."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

import lincs
from lincs.results import document

DATA = Path(__file__).parents[1] / "data"

QUESTIONS: list[dict[str, Any]] = [
    {"m": 4096, "k": 2, "eps": "1/2"},
    {"d": 768, "k": 4, "eps": "1/2"},
    {"d": 24, "m": 98280, "eps": "1/2"},
    {"d": 20, "m": 4096, "k": 2},
    {"m": 10**30, "k": 8, "eps": "1/2"},
    {"m": 10**6, "k": 2, "readout": "threshold"},
    {"m": 10**9, "k": 4, "eps": "1/4", "readout": "affine"},
    {"m": 10**6, "k": 1, "eps": "1/4", "readout": "affine"},
    {"d": 40, "k": 2, "eps": "1/3", "readout": "affine"},
    {"m": 10**6, "k": 1, "eps": "1/4", "readout": "nonnegative"},
]


def answered(question: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(json.dumps(document("bound", lincs.bound(**question))))
    return made


def verdict(record: dict[str, Any], folder: Path) -> tuple[bool, str]:
    file = folder / "answer.json"
    file.write_text(json.dumps(record), encoding="utf-8")
    found = lincs.check(file)
    assert found.accepted == (found.proved is not None)
    return found.accepted, found.reason


def proved_side(record: dict[str, Any]) -> str:
    return "lower" if record["unknown"] in ("d", "eps") else "upper"


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_an_answer_is_accepted(question: dict[str, Any], tmp_path: Path) -> None:
    record = answered(question)
    accepted, reason = verdict(record, tmp_path)
    if record[proved_side(record)]["name"].startswith("ladder"):
        assert accepted, reason
        assert "from its integers alone" in reason
    else:
        assert not accepted
        assert "carries no certificate" in reason


def test_an_answer_of_before_there_was_a_choice(tmp_path: Path) -> None:
    record = next(r for r in map(answered, QUESTIONS) if r[proved_side(r)]["name"].startswith("ladder"))
    del record["problem"]["closed"]
    accepted, reason = verdict(record, tmp_path)
    assert accepted, reason


def ladders() -> list[dict[str, Any]]:
    found = [record for record in map(answered, QUESTIONS) if record[proved_side(record)]["name"].startswith("ladder")]
    assert len(found) >= 7
    return found


def test_every_change_of_the_proved_end_is_refused(tmp_path: Path) -> None:
    for record in ladders():
        side = proved_side(record)
        value = record[side]["value"]
        c = record[side]["parameters"]["c"]
        weaker = {"d": -1, "m": 1, "k": 1, "eps": 0}[record["unknown"]]
        changes: list[dict[str, Any]] = [
            {"value": value if isinstance(value, str) and "/" in value else int(value) + 1},
            {"value": int(value) + weaker if weaker else "1/1000"},  # true, but not what the certificate gives
            {"value": 1.5},
            {"name": "levenshtein"},
            {"name": "chebyshev-rank"},
            {"source": "folklore"},
            *(
                {"parameters": {**record[side]["parameters"], **change}}
                for change in (
                    {"c": [*c[:-1], float(c[-1])]},
                    {"c": [str(x) for x in c]},
                    {"c": [True, *c[1:]]},
                    {"c": [*c, int(c[-1]) + 1]},
                    {"c": [2 * int(x) for x in c]},  # the same proof, but not the one that is given again
                    {"c": [0] * len(c)},
                    {"c": "1"},
                    {"p": record[side]["parameters"]["p"] + 2},
                    {"p": float(record[side]["parameters"]["p"])},
                    {"mu": 0.25},
                    {"mu": "1/1000"},
                    {"more": 1},
                )
            ),
            {"parameters": {}},
            {"parameters": [1]},
        ]
        for change in changes:
            if all(record[side][name] == new for name, new in change.items()):
                continue
            changed = copy.deepcopy(record)
            changed[side] |= change
            accepted, reason = verdict(changed, tmp_path)
            assert not accepted, (record["problem"], change)
            assert "\n" not in reason


def test_every_other_change_is_refused(tmp_path: Path) -> None:
    record = answered(QUESTIONS[0])
    for change in (
        {"schema": 2},
        {"seed": 1},
        {"unknown": "m"},
        {"upper": {**record["upper"], "value": 44}},
        {"rows": record["rows"][1:]},
        {"rows": [{**record["rows"][0], "note": "changed"}, *record["rows"][1:]]},
        {"more": 1},
        *(
            {"problem": {**record["problem"], **part}}
            for part in (
                {"m": 4095},
                {"m": 4096.0},
                {"m": "4096"},
                {"k": 3},
                {"eps": "2/4"},
                {"eps": 0.5},
                {"eps": "1/3"},
                {"d": 5},
                {"readout": "affine"},
                {"readout": "relu"},
                {"readout": 7},
            )
        ),
        {"problem": None},
        {"lower": None},
    ):
        accepted, reason = verdict({**record, **change}, tmp_path)
        assert not accepted, change
        assert reason
    assert verdict(record, tmp_path)[0]


def test_an_answer_of_another_version_is_held_to_its_certificate(tmp_path: Path) -> None:
    record = answered(QUESTIONS[0])
    old = {**record, "version": "0.0.1", "rows": []}
    accepted, reason = verdict(old, tmp_path)
    assert accepted
    assert "an answer of lincs '0.0.1'" in reason
    accepted, _ = verdict({**old, "lower": {**record["lower"], "value": 28}}, tmp_path)
    assert not accepted


def several(unknown: str) -> dict[str, Any]:
    """An answer as it was written while certificates of several degrees were searched."""
    stored = json.loads((DATA / "several_degrees.json").read_text(encoding="utf-8"))[0]
    record = answered({"m": 4096, "k": 2, "eps": "1/2"} if unknown == "d" else {"d": 25, "k": 2, "eps": "1/2"})
    parameters = {"degrees": [2, 3], "certificate": stored}
    end = {"value": 26 if unknown == "d" else 4095, "name": "several-degrees", "parameters": parameters}
    return {**record, proved_side(record): {**end, "source": "THEOREMS.md, theorem 4c"}}


@pytest.mark.parametrize("unknown", ["d", "m"])
def test_certificates_of_several_degrees_still_check(unknown: str, tmp_path: Path) -> None:
    record = several(unknown)
    accepted, reason = verdict(record, tmp_path)
    assert accepted, reason
    assert "no longer asked" in reason
    side = proved_side(record)
    stored = record[side]["parameters"]["certificate"]
    for change in (
        {"value": record[side]["value"] + 1},
        {"parameters": {"degrees": [2, 4], "certificate": stored}},
        {"parameters": {"degrees": [2, 3], "certificate": {**stored, "d": 26}}},
        {"parameters": {"degrees": [2, 3], "certificate": {**stored, "terms": stored["terms"][:1]}}},
        {"parameters": {"degrees": [2], "certificate": {**stored, "terms": stored["terms"][:1]}}},
        {"parameters": {"degrees": [2, 3]}},
    ):
        accepted, _ = verdict({**record, side: {**record[side], **change}}, tmp_path)
        assert not accepted, change
