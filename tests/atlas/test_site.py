"""The atlas without a browser: cells, capacities, records and contributions."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

import lincs
from lincs.atlas import grid
from lincs.atlas.build import build_atlas, evaluate
from lincs.atlas.cells import cell, lower_certificate, upper_certificate
from lincs.atlas.records import DATA, Record, Records, contribute, update
from lincs.bounds.explain import derivation
from lincs.constructions.catalogue import family
from lincs.errors import InputError
from tests import command as command_line


def test_the_grid():
    assert (grid.M[0], grid.M[-1], len(grid.T)) == (16, 2**30, 40)
    assert list(grid.T) == sorted(set(grid.T), reverse=True)
    common = [("1/2", k) for k in (1, 2, 4, 8, 16, 20, 32)] + [("1/4", k) for k in (1, 4, 10, 16)] + [("0.1", 10)]
    assert all(Fraction(eps) / k in grid.T for eps, k in common)
    assert (20, Fraction(1, 2)) in grid.examples(1024, Fraction(1, 40))
    assert len({grid.slug(m, t) for m in grid.M for t in grid.T}) == 27 * 40


@pytest.mark.parametrize(
    ("m", "t"), [(16, "1/2"), (16, "1/20"), (1024, "1/10"), (2**14, "1/16"), (2**16, "1/3"), (2**30, "1/3")]
)
def test_a_cell_is_the_bracket(m, t):
    found = cell(m, Fraction(t))
    answer = lincs.bound(m=m, k=1, eps=t)
    assert (found.lower, found.upper) == (answer.lower, answer.upper)
    assert found.exact == (answer.lower.value == answer.upper.value)
    lower, upper = found.derivation()
    assert [*lower, *upper] == derivation(answer)
    claim = lower_certificate(found)["claim"]
    assert claim == {"m": m, "t": t, "d >=": answer.lower.value}
    proof = upper_certificate(found)
    if answer.upper.kind == "construction":
        assert proof["claim"] == {
            "m": m,
            "k": 1,
            "eps": t,
            "d": answer.upper.value,
            "readout": "signed",
            "closed": False,
        }
    elif answer.upper.kind == "theorem":  # strictness, on a frame that attains the threshold in one dimension less
        assert proof["claim"] == {"m": m, "t": t, "d <=": answer.upper.value}
        frame = proof["frame"]
        promise = family(frame["family"]).member(**frame["parameters"])
        assert promise.d == answer.upper.value - 1
        assert Fraction(frame["coherence_squared_at_most"]) == (Fraction(t) / (1 - Fraction(t))) ** 2
    else:
        assert proof["claim"] == {"m": m, "t": t, "d <=": answer.upper.value}


def test_the_certificate_on_a_page_is_that_of_build(tmp_path):
    built = lincs.build(m=64, k=1, eps="1/4", out=tmp_path / "frame.npz")
    proof = upper_certificate(cell(64, Fraction(1, 4)))
    assert {name: built.certificate[name] for name in proof} == proof


def test_cells_are_monotone_in_the_records():
    """What the form of the site rests on."""
    stored = Records.load().cells
    for side in ("lower", "upper"):
        table = [[stored[grid.slug(m, t), side].value for m in grid.M] for t in grid.T]
        for row in table:
            assert row == sorted(row)
        for column in zip(*table, strict=True):
            assert list(column) == sorted(column)


def test_records_are_up_to_date():
    """If this fails: python -m benchmarks.records.  A fixed sample, to be quick."""
    records = Records.load()
    assert len(records.cells) == 2 * len(grid.M) * len(grid.T)
    cells = [(m, t) for m in grid.M for t in grid.T]
    for m, t in random.Random(0).sample(cells, 120):
        found = records.best(cell(m, t))
        for side, value in zip(("lower", "upper"), found.ends, strict=True):
            end = getattr(found, side)
            assert (records.cells[found.slug, side].value, records.cells[found.slug, side].name) == (
                value,
                end.name,
            )


def test_update_keeps_dates_and_refuses_a_loss():
    cells = evaluate((16, 64), (Fraction(1, 3),), records=Records({}))
    first = update(Records({}), cells, date="2026-01-01")
    assert {record.date for record in first.cells.values()} == {"2026-01-01"}
    assert update(first, cells, date="2026-02-02").cells == first.cells
    key = cells[0].slug, "upper"
    old = first.cells[key]
    weaker = Records({**first.cells, key: Record(value=old.value + 1, kind="theorem", name="x", date="2025-01-01")})
    better = update(weaker, cells, date="2026-02-02")
    assert better.cells[key] == Record(value=old.value, kind=old.kind, name=old.name, date="2026-02-02")
    stronger = Records({**first.cells, key: Record(value=old.value - 1, kind="theorem", name="x", date="2025-01-01")})
    with pytest.raises(InputError, match="the upper end of cell 16-t1-3 was"):
        update(stronger, cells, date="2026-02-02")
    assert update(stronger, cells, date="d", replace_worse=True).cells[key].value == old.value


@pytest.fixture
def offered(tmp_path) -> tuple[Path, Path]:
    """A certificate (m = 64, t = 1/4), and records that are worse than it in two of three cells."""
    lincs.build(m=64, k=2, eps="1/2", out=tmp_path / "frame.npz")
    ends = {"16-t1-4": 20, "64-t1-4": 30, "256-t1-4": 40}
    cells = {
        (name, "upper"): Record(value=v, kind="theorem", name="old", date="2020-01-01") for name, v in ends.items()
    }
    folder = tmp_path / "records"
    folder.mkdir()
    Records(cells).save(folder)
    return tmp_path / "frame.certificate.json", folder


def test_a_better_frame_enters(offered):
    certificate, folder = offered
    assert contribute(certificate, date="2026-03-03", folder=folder) == ("16-t1-4", "64-t1-4")
    after = Records.load(folder)
    assert after.cells["64-t1-4", "upper"].value == 12
    assert after.cells["64-t1-4", "upper"].date == "2026-03-03"
    assert after.cells["256-t1-4", "upper"].value == 40
    worse = cell(64, Fraction(1, 4))
    worse = type(worse)(m=64, t=worse.t, lower=worse.lower, upper=cell(256, Fraction(1, 4)).upper)
    best = after.best(worse)
    assert best.ends[1] == 12
    assert after.certificate(best) == json.loads(certificate.read_text())
    assert "contributed as a certificate" in "\n".join(best.derivation()[1])
    assert after.certificate(worse) is None
    with pytest.raises(InputError, match="improves no cell"):
        contribute(certificate, date="2026-03-04", folder=folder)


def test_a_changed_certificate_is_refused(offered):
    certificate, folder = offered
    before = (folder / "records.json").read_bytes()
    record = json.loads(certificate.read_text())
    record["claim"]["d"] -= 1
    certificate.write_text(json.dumps(record, indent=2) + "\n")
    with pytest.raises(InputError, match="is refused: "):
        contribute(certificate, date="2026-03-03", folder=folder)
    assert (folder / "records.json").read_bytes() == before
    assert not (folder / "contributed").exists()


def test_no_improvement_of_the_real_records_is_refused(offered):
    certificate, _ = offered
    before = (DATA / "records.json").read_bytes()
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.records", "add", str(certificate)], capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "improves no cell" in done.stderr
    assert (DATA / "records.json").read_bytes() == before


def test_the_site_is_reproducible(tmp_path):
    for name in ("a", "b"):
        site = build_atlas(tmp_path / name, ms=(16, 64), ts=(Fraction(1, 3),), date="2026-01-01")
    files = sorted(p.relative_to(tmp_path / "a") for p in (tmp_path / "a").rglob("*") if p.is_file())
    assert len(files) == site.files
    assert sum((tmp_path / "a" / f).stat().st_size for f in files) == site.bytes
    assert all((tmp_path / "a" / f).read_bytes() == (tmp_path / "b" / f).read_bytes() for f in files)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"ms": (64, 16)}, "rising"),
        ({"ts": ()}, "at least one"),
        ({"ts": (Fraction(3, 4),)}, "falling"),
        ({"ts": (Fraction(1, 4), Fraction(1, 3))}, "falling"),
    ],
)
def test_bad_grids(tmp_path, options, says):
    with pytest.raises(InputError, match=says):
        build_atlas(tmp_path / "site", **options)
    assert not (tmp_path / "site").exists()


def test_the_command(tmp_path):
    arguments = [
        "atlas",
        "-o",
        str(tmp_path / "site"),
        "--m",
        "16,2^6",
        "--t",
        "1/2,1/10",
        "--date",
        "2026-01-01",
    ]
    done = command_line.run([sys.executable, "-m", "lincs", *arguments, "--json"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert (document["cells"], document["command"]) == (4, "atlas")
    (tmp_path / "file").touch()
    done = command_line.run(
        [sys.executable, "-m", "lincs", "atlas", "-o", str(tmp_path / "file")], capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "is no folder that can be written into" in done.stderr
