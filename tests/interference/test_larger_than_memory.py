"""A table larger than the memory the process may have: tiles are read from disk, never the whole."""

import json
import resource
import subprocess
import sys

import numpy as np
import pytest

import lincs

M, D, COPIES = 1500, 480, 100  # 288 MB as float32

PROGRAM = """
import json, resource, sys
import lincs
from pathlib import Path
small = lincs.verify(sys.argv[2], k=[1, 3], layout="rows")  # everything is imported and compiled
data = next(int(line.split()[1]) for line in Path("/proc/self/status").read_text().splitlines()
            if line.startswith("VmData")) * 1024
resource.setrlimit(resource.RLIMIT_DATA, (data + 140 * 2**20,) * 2)
try:
    whole = bytearray(200 * 2**20)
    raise SystemExit("the limit does not hold")
except MemoryError:
    pass
print(json.dumps(lincs.verify(sys.argv[1], k=[1, 3], layout="rows", precision="mixed").to_dict()))
"""


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_DATA") or sys.platform != "linux", reason="needs Linux limits")
def test_a_file_larger_than_the_memory_limit(tmp_path):
    block = np.random.default_rng(0).integers(-3, 4, (M, D)).astype(np.float32)
    table = np.lib.format.open_memmap(tmp_path / "large.npy", mode="w+", dtype=np.float32, shape=(M, D * COPIES))
    for copy in range(COPIES):
        table[:, copy * D : (copy + 1) * D] = block
    table.flush()
    del table
    np.save(tmp_path / "small.npy", block[:300])
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path / "large.npy"), str(tmp_path / "small.npy")],
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    (tmp_path / "large.npy").unlink()
    expected = lincs.verify(block, k=[1, 3], layout="rows")  # the same Gram matrix up to the factor COPIES
    for found, case in zip(json.loads(done.stdout)["results"], expected.results, strict=True):
        # Both enclose the same number; each covers its own factor, rounded to a double, as well.
        assert max(found["eps"]["lo"], case.eps.lo) <= min(found["eps"]["hi"], case.eps.hi)
        assert found["eps"]["hi"] - found["eps"]["lo"] < 1e-15
        assert found["row"] == case.row
        assert tuple(found["witness"]["support"]) == case.witness.support
