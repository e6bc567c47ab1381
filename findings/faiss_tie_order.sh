#!/usr/bin/env bash
# Guess: an exact inner-product search of faiss returns equal scores in the order of their ids, so that of copies in a dictionary the first is found.
# Reality: of 300 equal vectors the search for five returns [4, 3, 2, 1, 0]: the first five seen, the latest of them first. The nearest feature of a
#   dictionary with copies (k = 1) is right only because one of them is kept; lists of k > 1 begin with the largest id.
# Version: faiss-cpu 1.15.1 (CPU, IndexFlatIP).
# Source: the documentation of faiss promises no order among equal distances; the order below was observed.
# In lincs: ties go to the smallest index everywhere (CONTRACT of results; tests/interference/test_match.py has copies).
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install -q faiss-cpu==1.15.1 numpy
"$folder/venv/bin/python" - <<'PY'
import sys

import faiss
import numpy as np

index = faiss.IndexFlatIP(2)
index.add(np.ones((300, 2), np.float32))
found = index.search(np.ones((1, 2), np.float32), 5)[1][0].tolist()
print("faiss", faiss.__version__)
print("nearest five of 300 equal vectors:", found)
sys.exit("the behaviour has changed" if found == sorted(found) else 0)
PY
