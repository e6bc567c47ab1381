"""``lincs table``: rows against the functions they quote, four formats, and committed tables that are not stale."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import lincs
from benchmarks import tables as committed
from lincs.errors import InputError
from lincs.tables import FORMATS, benchmark_table, render
from tests import command as command_line


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return command_line.run([sys.executable, "-m", "lincs", "table", *arguments], capture_output=True, text=True)


@given(
    m=st.integers(1, 5000),
    k=st.integers(1, 12),
    eps=st.sampled_from(["1/2", "1/3", "0.9", "1", "3/2", "2/5"]),
)
def test_rows_are_what_bound_says(m, k, eps):
    k = min(k, m)
    entry = benchmark_table(problems=[(m, k, eps)], date="2026-01-01").entries[0]
    answer = lincs.bound(m=m, k=k, eps=eps)
    assert (entry.lower, entry.upper) == (answer.lower.value, answer.upper.value)
    rows = {(row.name, row.side): row.value for row in (answer.lower, answer.upper, *answer.rows)}
    assert entry.basis_pursuit == rows["basis-pursuit-all", "upper"]
    assert entry.any_decoder == rows["any-decoder", "lower"]
    assert entry.theorem_2 == rows["garg-kleinberg-peng-2", "upper"]
    assert entry.theorem_3 == rows["garg-kleinberg-peng-3", "lower"]
    if answer.upper.kind == "construction":
        assert entry.status == answer.upper.parameters.get("status", "theorem")


def test_formats_hold_the_same_numbers():
    table = benchmark_table(m=["2^10", "2^20"], k=[2, 8], eps=["1/2"], date="2026-01-01", rerun="lincs table ...")
    texts = {form: render(table, form) for form in FORMATS}
    rows = list(csv.DictReader(line for line in io.StringIO(texts["csv"]) if not line.startswith("#")))
    document = json.loads(texts["json"])
    assert document["command"] == "table"
    assert document["date"] == "2026-01-01"
    assert len(rows) == len(document["rows"]) == 4
    for row, entry in zip(rows, document["rows"], strict=True):
        ratio = f"{entry['upper'] / entry['lower']:.3f}"  # the document rounds to four digits
        for name, value in entry.items():
            assert row[name] == ("" if value is None else ratio if name == "ratio" else str(value))
    tabular = [line for line in texts["latex"].splitlines() if line.endswith(r"\\")]
    for lines in (re.findall(r"^\| \d.*", texts["markdown"], flags=re.MULTILINE), tabular[1:]):
        assert len(lines) == 4
        for line, row in zip(lines, rows, strict=True):
            assert re.findall(r"[\d/.]+", line)[:6] == [row[n] for n in ("m", "k", "eps", "lower", "upper", "ratio")]
    assert r"\toprule" in texts["latex"]
    for text in texts.values():
        assert lincs.__version__ in text
        assert "2026-01-01" in text
        assert "lincs table ..." in text


def test_the_header_reruns(tmp_path):
    first = run("--m", "2^10:2^14:2,3000", "--k", "2:4", "--eps", "1/2,0.3", "--format", "csv", "--date", "2026-02-03")
    assert first.returncode == 0, first.stderr
    command = re.search(r"made by: lincs table (.*)", first.stdout)[1].replace("'", "").split()
    assert run(*command, "--date", "2026-02-03", "-o", str(tmp_path / "t.csv")).stdout == ""
    assert (tmp_path / "t.csv").read_text() == first.stdout
    assert first.stdout.count("\n") == 2 + 1 + 4 * 3 * 2


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--m", "10"], "give m, k and eps, or a list of problems"),
        (["--m", "10", "--k", "2", "--eps", "1/2", "--format", "word"], "format must be one of"),
        (["--m", "10", "--k", "20", "--eps", "1/2"], "at least one problem with k <= m"),
        (["--m", "2^9:2^3", "--k", "2", "--eps", "1/2"], "m must be a rising range"),
        (["--problems", "nowhere.csv"], "nowhere.csv cannot be read"),
        (["--problems", "pyproject.toml"], "must have columns m, k, eps"),
        (["--problems", "x.csv", "--k", "2"], "no meaning with --problems"),
    ],
)
def test_bad_input_is_one_sentence(arguments, says):
    done = run(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert says in done.stderr
    assert done.stderr.count("\n") == 1


def test_problems_are_checked():
    with pytest.raises(InputError, match="k must be at most m = 3, got 4"):
        benchmark_table(problems=[(3, 4, Fraction(1, 2))])
    with pytest.raises(InputError, match="a problem must be m, k, eps"):
        benchmark_table(problems=[(3, 4)])


def test_the_date_can_be_fixed(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert benchmark_table(m=10, k=1, eps="1/2").date == "1970-01-02"


@pytest.mark.parametrize("name", committed.TABLES)
def test_committed_tables_are_not_stale(name):
    """If this fails: python -m benchmarks.tables."""
    text = (committed.FOLDER / name).read_text(encoding="utf-8")
    assert committed.made(committed.TABLES[name], committed.date_of(text)) == text
