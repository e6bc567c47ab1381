"""Certificates changed in one place: refused in one short line, before anything large is built."""

import json
import time
from itertools import islice

import pytest

from benchmarks.stress import certificates as stress
from lincs import build, check
from lincs.constructions.catalogue import FAMILIES
from lincs.errors import InputError


def test_changes_are_refused():
    assert [failure for trial in islice(stress.cases(1), 150) if (failure := trial())] == []


@pytest.fixture
def frame(tmp_path):
    files = build(m=16, k=2, eps="2/5", out=tmp_path / "frame.npz").files
    return tmp_path / "frame.certificate.json", json.loads(open(files[1]).read())


def refused(path, record):
    path.write_text(json.dumps(record, indent=2) + "\n")
    start = time.perf_counter()
    verdict = check(path)
    assert time.perf_counter() - start < 10
    assert not verdict.accepted
    assert len(verdict.reason) < 400
    return verdict.reason


@pytest.mark.parametrize(("shape", "place"), [([9.0, 16], "[0]"), ([9, 16.0], "[1]"), ([9, True], "[1]")])
def test_types_inside_lists_are_compared(frame, shape, place):
    path, record = frame
    record["arrays"]["A"]["shape"] = shape
    assert f"arrays.A.shape{place}" in refused(path, record)


@pytest.mark.parametrize("m", [10**6, 10**9, 10**30])
def test_sizes_are_compared_before_anything_is_built(frame, m):
    path, record = frame
    record["claim"]["m"] = m
    assert "shape" in refused(path, record)


def test_a_random_frame_is_not_drawn_beyond_its_claim(tmp_path):
    parameters = {"d": 40, "m": 60, "seed": 3}
    build(k=1, eps="3/4", family="gaussian", parameters=parameters, out=tmp_path / "frame.npz")
    path = tmp_path / "frame.certificate.json"
    record = json.loads(path.read_text())
    record["construction"]["parameters"]["m"] = 10**9
    assert "too large" in refused(path, record)


def test_long_integers_are_bad_input(frame):
    path, record = frame
    path.write_text(json.dumps(record).replace('"k": 2', '"k": ' + "9" * 6000))
    with pytest.raises(InputError, match="integer of thousands of digits"):
        check(path)


@pytest.mark.parametrize("eps", ["1e-999", "1e-30"])
def test_build_names_no_parameter_of_a_family(eps):
    assert build(m=6, k=1, eps=eps).plan.promise.family == "identity"
    with pytest.raises(InputError, match="must be smaller"):
        build(m=10**12, k=1, eps=eps)


@pytest.mark.parametrize("eps", ["7/10", "19/20"])
def test_another_eps_of_the_constant_frame_is_refused(tmp_path, eps):
    build(m=12, k=1, eps="9/10", family="constant", parameters={"lines": 12}, out=tmp_path / "frame.npz")
    path = tmp_path / "frame.certificate.json"
    record = json.loads(path.read_text())
    record["claim"]["eps"] = eps
    assert "scale" in refused(path, record)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_parameters_of_another_type_are_refused(family):
    """176.0 == 176 and True == 1: equal, and not the same; a sentence, never an assertion."""
    for parameters in family.examples[:2]:
        for name, value in parameters.items():
            if isinstance(value, int):
                for other in (float(value), bool(value), str(value)):
                    with pytest.raises(InputError):
                        family.member(**{**parameters, name: other})
