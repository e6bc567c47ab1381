"""``lincs.build``, ``lincs.check`` and certificates: what is built, what is refused (commands: test_cli_build.py)."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lincs
from lincs.certificates.plain import cell, worst_case
from lincs.constructions.catalogue import EVERY, family
from lincs.constructions.plan import middle_scale
from lincs.errors import InputError


def naive_worst(A: np.ndarray, B: np.ndarray, k: int) -> Fraction:
    """The worst case in rationals, entry by entry."""
    m = A.shape[1]
    rows = []
    for i in range(m):
        row = []
        for j in range(m):
            entry = sum(Fraction(float(b)) * Fraction(float(a)) for b, a in zip(B[:, i], A[:, j], strict=True))
            row.append(abs(entry - (i == j)))
        rows.append(sum(sorted(row, reverse=True)[:k]))
    return max(rows)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("certificate")
    lincs.build(m=30, k=2, eps="0.9", out=folder / "frame.npz")
    return folder


def copy(made: Path, to: Path) -> Path:
    for name in ("frame.npz", "frame.certificate.json"):
        shutil.copy(made / name, to / name)
    return to / "frame.certificate.json"


@pytest.mark.parametrize(
    ("m", "k", "eps", "d"),
    [
        (64, 1, "1/4", 12),
        (144, 1, "0.21", 16),
        (5, 1, "0.6", 1),
        (5, 1, "1/2", 2),
        (7, 3, "1/10", 7),
        (1, 1, 1, 1),
        (28, 2, "0.51", 7),
    ],
)
def test_build_meets_the_bound(m: int, k: int, eps: Any, d: int) -> None:
    built = lincs.build(m=m, k=k, eps=eps)
    bracket = lincs.bound(m=m, k=k, eps=eps)
    assert built.A.shape == built.B.shape == (d, m)
    assert bracket.upper.value == d
    worst = naive_worst(built.A[:, :12], built.B[:, :12], min(k, 12)) if m > 12 else naive_worst(built.A, built.B, k)
    assert worst < Fraction(eps)
    if m <= 12:
        assert built.measured.lo <= worst <= built.measured.hi
    assert built.certificate["claim"] == {
        "m": m,
        "k": k,
        "eps": str(Fraction(eps)),
        "d": d,
        "readout": "signed",
        "closed": False,
    }


def test_the_written_certificate_is_accepted(made: Path) -> None:
    result = lincs.check(made / "frame.certificate.json")
    assert result.accepted
    assert result.problem is not None
    assert (result.problem.m, result.problem.k, result.problem.eps) == (30, 2, Fraction(9, 10))
    with np.load(made / "frame.npz") as data:
        assert data.files == ["A", "B"]
        assert worst_case(data["A"], data["B"], k=2, eps=Fraction(9, 10)).below is True


@pytest.mark.parametrize("name", [f.name for f in EVERY if f.seeded])
def test_random_families(name: str, tmp_path: Path) -> None:
    parameters = {"d": 60, "m": 40, "seed": 3}
    built = lincs.build(family=name, parameters=parameters, k=1, out=tmp_path / "r.npz")
    assert built.A.shape == (60, 40)
    assert built.measured.hi < built.plan.eps < 1
    assert lincs.check(tmp_path / "r.certificate.json").accepted
    assert np.array_equal(built.A, family(name).frame(parameters).columns(0, 40))
    assert not np.array_equal(built.A, family(name).frame({**parameters, "seed": 4}).columns(0, 40))
    assert family(name).least(m=40, mu=Fraction(1)) is None


def mutations(record: dict[str, Any]) -> list[tuple[str, Any]]:
    """One changed field each: weaker and true, stronger and false, another type, another name."""

    def changed(path: tuple[str, ...], value: Any) -> tuple[str, Any]:
        other = json.loads(json.dumps(record))
        spot = other
        for step in path[:-1]:
            spot = spot[step]
        spot[path[-1]] = value
        return ".".join(path), other

    parameters = record["construction"]["parameters"]
    return [
        changed(("schema",), 2),
        changed(("schema",), True),
        changed(("kind",), "pair"),
        changed(("claim", "m"), 29),
        changed(("claim", "m"), 31),
        changed(("claim", "m"), 30.0),
        changed(("claim", "m"), 10**30),
        changed(("claim", "k"), 1),
        changed(("claim", "k"), 3),
        changed(("claim", "k"), True),
        changed(("claim", "eps"), "19/20"),
        changed(("claim", "eps"), "0.9"),
        changed(("claim", "eps"), "1/2"),
        changed(("claim", "eps"), "900000000000000000001/1000000000000000000000"),
        changed(("claim", "eps"), "18/20"),
        changed(("claim", "eps"), "-1"),
        changed(("claim", "eps"), 0.9),
        changed(("claim", "d"), 9),
        changed(("claim", "d"), 100),
        changed(("claim", "readout"), "nonnegative"),
        changed(("claim", "closed"), True),
        changed(("claim", "closed"), 0),
        changed(("construction", "family"), "identity"),
        changed(("construction", "family"), "nonsense"),
        changed(("construction", "source"), "me"),
        changed(("construction", "columns"), 31),
        changed(("construction", "coherence_squared_at_most"), "1/1"),
        changed(("construction", "parameters"), {}),
        changed(("construction", "parameters"), []),
        changed(("construction", "parameters"), {**parameters, "extra": 1}),
        *(
            changed(("construction", "parameters", name), value)
            for name in parameters
            for value in (0, -1, 3, 10**12, "2", None)
        ),
        changed(("scale",), "1/1"),
        changed(("scale",), "nan"),
        changed(("scale",), None),
        changed(("measured", "lo"), 0.0),
        changed(("measured", "hi"), 0.9),
        changed(("measured", "hi"), None),
        changed(("arrays", "A", "sha256"), "0" * 64),
        changed(("arrays", "B", "sha256"), record["arrays"]["A"]["sha256"]),
        changed(("arrays", "A", "dtype"), "<f4"),
        changed(("arrays", "A", "shape"), [30, 6]),
        changed(("file", "name"), "other.npz"),
        changed(("file", "name"), "../frame.npz"),
        changed(("file", "sha256"), "0" * 64),
    ]


def test_every_changed_field_is_refused(made: Path, tmp_path: Path) -> None:
    path = copy(made, tmp_path)
    record = json.loads(path.read_text())
    assert lincs.check(path).accepted
    tried = 0
    for name, other in mutations(record):
        if other == record and json.dumps(other) == json.dumps(record):
            continue
        path.write_text(json.dumps(other, indent=2) + "\n")
        result = lincs.check(path)
        assert not result.accepted, name
        assert result.reason
        tried += 1
    assert tried >= 50
    for field in record:  # a missing, a moved and an added field
        path.write_text(json.dumps({key: value for key, value in record.items() if key != field}, indent=2) + "\n")
        assert not lincs.check(path).accepted
        moved = {key: value for key, value in record.items() if key != field} | {field: record[field]}
        if list(moved) != list(record):
            path.write_text(json.dumps(moved, indent=2) + "\n")
            assert not lincs.check(path).accepted
    path.write_text(json.dumps({**record, "note": ""}, indent=2) + "\n")
    assert not lincs.check(path).accepted
    path.write_text(json.dumps(record))  # the same data, another text
    assert not lincs.check(path).accepted


def accepted(path: Path) -> bool:
    try:
        return lincs.check(path).accepted
    except InputError:
        return False


def test_500_random_mutations(made: Path, tmp_path: Path) -> None:
    """Bytes of the certificate, bytes of the file, entries of the matrices; with hashes left or recomputed."""
    path = copy(made, tmp_path)
    frame = path.with_name("frame.npz")
    text, data = path.read_bytes(), frame.read_bytes()
    with np.load(frame) as arrays:
        matrices = {name: arrays[name] for name in arrays.files}
    rng = random.Random(7)
    for trial in range(500):
        kind = trial % 4
        if kind == 0:
            spot, value = rng.randrange(len(text)), rng.randrange(256)
            if text[spot] == value:
                value ^= 1
            path.write_bytes(text[:spot] + bytes([value]) + text[spot + 1 :])
            assert not accepted(path), (spot, value)
            path.write_bytes(text)
        elif kind == 1:
            spot = rng.randrange(len(data))
            frame.write_bytes(data[:spot] + bytes([data[spot] ^ 1 << rng.randrange(8)]) + data[spot + 1 :])
            assert not accepted(path), spot
        else:
            changed = {name: value.copy() for name, value in matrices.items()}
            name = rng.choice("AB")
            d, m = changed[name].shape
            i, j = rng.randrange(d), rng.randrange(m)
            old = changed[name][i, j]
            changed[name][i, j] = rng.choice([np.nextafter(old, np.inf), -old, old + 0.25, np.nan, -0.0])
            if changed[name].tobytes() == matrices[name].tobytes():
                changed[name][i, j] = 0.5
            np.savez(frame, A=changed["A"], B=changed["B"])
            if kind == 3:  # an honest-looking certificate: every hash recomputed
                record = json.loads(text)
                for key, value in changed.items():
                    record["arrays"][key]["sha256"] = hashlib.sha256(value.tobytes()).hexdigest()
                record["file"]["sha256"] = hashlib.sha256(frame.read_bytes()).hexdigest()
                path.write_text(json.dumps(record, indent=2) + "\n")
            assert not accepted(path), (trial, name, i, j)
            path.write_bytes(text)
        frame.write_bytes(data)
    assert accepted(path)


def test_other_files_are_refused(made: Path, tmp_path: Path) -> None:
    path = copy(made, tmp_path)
    frame = path.with_name("frame.npz")
    record = json.loads(path.read_text())

    def rehashed() -> None:
        record["file"]["sha256"] = hashlib.sha256(frame.read_bytes()).hexdigest()
        path.write_text(json.dumps(record, indent=2) + "\n")

    with np.load(frame) as data:
        A, B = data["A"], data["B"]
    for arrays in (
        {"A": A},
        {"B": B, "A": A},
        {"A": A, "B": B, "C": B},
        {"A": A.astype("f4"), "B": B},
        {"A": A, "B": B[:, :5]},
    ):
        np.savez(frame, **arrays)
        rehashed()
        assert not lincs.check(path).accepted
    frame.write_bytes(b"not a zip file")
    rehashed()
    assert not lincs.check(path).accepted
    frame.unlink()
    assert "missing" in lincs.check(path).reason


def test_plain_worst_case_against_rationals() -> None:
    rng = np.random.default_rng(5)
    for m, d, k in [(5, 3, 1), (7, 4, 7), (9, 9, 3)]:
        A = rng.standard_normal((d, m))
        B = rng.standard_normal((d, m)) / d
        exact = naive_worst(A, B, k)
        found = worst_case(A, B, k=k, eps=exact, panel=4)
        assert Fraction(found.lo) <= exact <= Fraction(found.hi)
        assert found.hi - found.lo < 1e-12
        assert found.below is False  # strictly below: equality does not hold
        assert worst_case(A, B, k=k, eps=exact + Fraction(1, 10**40)).below is True
        assert worst_case(A, B, k=k, eps=exact - Fraction(1, 10**40)).below is False


def test_cells_contain_and_agree() -> None:
    for x in (0.25, 0.1, 1 / 3, 0.0, 0.9999999996180339, 2.5):
        lo, hi = cell(x, x)
        assert lo <= x <= hi
        assert hi - lo < 1.1e-9
        if x != 0.9999999996180339:  # this one lies on a grid point
            assert cell(x * (1 - 1e-15), x * (1 + 1e-15)) == (lo, hi)


def test_scales_serve() -> None:
    for t, mu in (
        (Fraction(1, 4), Fraction(1, 5)),
        (Fraction(1, 10), Fraction(0)),
        (Fraction(3, 5), Fraction(1)),
    ):
        c = middle_scale(t=t, coherence=mu)
        assert abs(c - 1) < t
        assert c * mu < t


def test_coherence_above() -> None:
    for name, parameters in (
        ("paley-etf", {"q": 5}),
        ("kerdock", {"s": 2, "p": 0}),
        ("plane-lines", {"lines": 7}),
    ):
        promise = family(name).member(**parameters)
        above = family(name).coherence_above(promise)
        assert above is not None
        exact = float(promise.coherence_squared) ** 0.5 if promise.coherence_squared else np.cos(np.pi / 7)
        assert -1e-16 < float(above) - exact < 1e-11


def test_certificates_of_before_there_was_a_choice(made: Path, tmp_path: Path) -> None:
    """A claim that says nothing of ``closed`` is of errors below eps; a closed one cannot pass for such by silence."""
    old = Path(__file__).parents[1] / "data" / "before_closed.certificate.json"  # written by an earlier version
    assert "closed" not in json.loads(old.read_text(encoding="utf-8"))["claim"]
    found = lincs.check(old)
    assert found.accepted, found.reason
    assert not found.problem.closed

    def without(certificate: Path) -> bool:
        record = json.loads(certificate.read_text(encoding="utf-8"))
        del record["claim"]["closed"]
        certificate.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
        return accepted(certificate)

    assert without(copy(made, tmp_path))
    threshold = lincs.build(m=28, k=1, eps="1/4", closed=True, out=tmp_path / "threshold.npz")
    assert lincs.check(threshold.files[1]).accepted
    assert not without(Path(threshold.files[1]))
