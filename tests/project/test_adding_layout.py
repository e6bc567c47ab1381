"""docs/adding.md, "A layout of files": the entry of that page, added, is known to every command."""

import re
from pathlib import Path

import numpy as np

import lincs
from lincs import layouts
from lincs.layouts import Layout
from tests import command

PAGE = Path(__file__).parents[2] / "docs" / "adding.md"


def test_one_entry_is_enough(monkeypatch, tmp_path):
    entry = re.search(r"```python\n(Layout\(.*\))\n```", PAGE.read_text(encoding="utf-8"))[1]
    added = eval(entry, {"Layout": Layout})
    monkeypatch.setitem(layouts.LAYOUTS, added.name, added)
    A, B = np.random.default_rng(0).standard_normal((2, 4, 7))
    np.savez(tmp_path / "sae.npz", dec=A.T, enc=B, bias=np.zeros(7))
    file = tmp_path / "sae.npz"
    assert lincs.verify(file, k=2, layout="mylib").results == lincs.verify(A, B, k=2).results
    assert lincs.optimal_probes(file, k=2, layout="mylib").eps == lincs.optimal_probes(A, k=2).eps
    done = command.lincs("probe", file, "--k", "1", "--layout", "mylib")
    assert done.code == 0
    assert "no use for bias" in done.err
    assert "mylib" in layouts.help_text(pairs=True)
    assert f"| `mylib` | {added.what} |" in layouts.docs_table()
