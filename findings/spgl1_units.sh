#!/usr/bin/env bash
# Guess: spg_bp solves basis pursuit to a tolerance relative to the data, so that A z = b and A z = 1e-6 b have the same solution up to the factor.
# Reality: below an absolute size of b the answer is z = 0, reported as a root that was found (stat 1), with a residual as large as b.
# Version: spgl1 0.0.3 (numpy 2.3.5, scipy 1.16.3).
# Source: spgl1/spgl1.py: gaps and errors are divided by max(1, their size) before they are compared with a tolerance, so that small data pass at once.
# In lincs: right-hand sides are brought to units near 1 by powers of two (lincs/recovery/scaling.py); test_units_do_not_matter goes down to 1e-200.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install -q spgl1==0.0.3 numpy==2.3.5 scipy==1.16.3
"$folder/venv/bin/python" - <<'PY'
import importlib.metadata
import sys

import numpy as np
import spgl1

rng = np.random.default_rng(0)
A, z = rng.normal(size=(40, 100)), np.zeros(100)
z[:5] = 1
print("spgl1", importlib.metadata.version("spgl1"))
sizes = {}
for unit in (1.0, 1e-6):
    found, _, _, info = spgl1.spg_bp(A, unit * (A @ z))
    rest = np.linalg.norm(A @ found - unit * (A @ z)) / np.linalg.norm(unit * (A @ z))
    sizes[unit] = float(np.abs(found).max() / unit)
    print(f"unit {unit:g}: relative residual {rest:.1e}, largest entry {sizes[unit]:.3f}, stat {info['stat']}")
sys.exit(0 if abs(sizes[1.0] - 1) < 1e-3 and sizes[1e-6] == 0 else "the behaviour has changed")
PY
