#!/usr/bin/env bash
# Guess: numpy's sum of a bfloat16 array (ml_dtypes) is accumulated in float32, as torch's is, and rounded at the end.
# Reality: it is accumulated in bfloat16 itself: the sum of 1,000 ones is 256, where adding one no longer changes it, and their mean is 0.256. A dot
#   product of the same arrays is right, so that norms by dot and norms by sum disagree.
# Version: ml_dtypes 0.5.4 with numpy 2.3.5; torch gives 1000.
# Source: ml_dtypes registers elementwise loops with numpy, and numpy's reduction of add uses the element type where nothing else is asked for.
# In lincs: entries of every type are made float64 before anything is added (lincs/matrices.py; tests/test_matrices.py has the sum).
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install -q ml_dtypes==0.5.4 numpy==2.3.5
"$folder/venv/bin/python" - <<'PY'
import sys

import ml_dtypes
import numpy as np

ones = np.ones(1000, ml_dtypes.bfloat16)
print("ml_dtypes", ml_dtypes.__version__, "numpy", np.__version__)
print("sum of 1000 ones:", ones.sum(), " mean:", ones.mean(), " dot with itself:", np.dot(ones, ones))
print("sum with dtype=float32:", ones.sum(dtype=np.float32))
sys.exit(0 if float(ones.sum()) == 256 and float(np.dot(ones, ones)) == 1000 else "the behaviour has changed")
PY
