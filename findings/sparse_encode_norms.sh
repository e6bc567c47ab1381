#!/usr/bin/env bash
# Guess: orthogonal matching pursuit of scikit-learn divides correlations by the norms of the atoms, so that a clean multiple of one atom is coded by that atom.
# Reality: atoms are taken as they are. With atoms of different norms a long atom at a wide angle beats the right one, and nothing is said: one of eight
#   atoms is ten times as long, and the code of twice atom 0 is 0.16 of that one, with a residual of 0.23 of the signal.
# Version: scikit-learn 1.8.0.
# Source: the documentation of orthogonal_mp says that columns of X are assumed to have unit norm; sparse_encode does not repeat or check it.
# In lincs: basis pursuit, probes and match do not depend on the units of features; --normalize says when they are changed (docs/dictionary.md).
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install -q scikit-learn==1.8.0
"$folder/venv/bin/python" -W error - <<'PY'
import sys

import numpy as np
import sklearn
from sklearn.decomposition import sparse_encode

rng = np.random.default_rng(0)
atoms = rng.normal(size=(8, 5))
atoms /= np.linalg.norm(atoms, axis=1)[:, None]
atoms[3] = 10 * (atoms[0] + 0.35 * atoms[1])  # long, and 20 to 30 degrees away from atom 0
signal = 2 * atoms[:1]
code = sparse_encode(signal, atoms, algorithm="omp", n_nonzero_coefs=1)
unit = atoms / np.linalg.norm(atoms, axis=1)[:, None]
right = sparse_encode(signal, unit, algorithm="omp", n_nonzero_coefs=1)
rest = np.linalg.norm(signal - code @ atoms) / np.linalg.norm(signal)
print("scikit-learn", sklearn.__version__)
print("atoms as they are:", {int(j): round(float(code[0, j]), 3) for j in np.flatnonzero(code)}, f"residual {rest:.2f}")
print("atoms of unit norm:", {int(j): round(float(right[0, j]), 3) for j in np.flatnonzero(right)})
sys.exit(0 if code[0, 0] == 0 and code[0, 3] != 0 and abs(right[0, 0] - 2) < 1e-9 else "the behaviour has changed")
PY
