#!/usr/bin/env bash
# Guess: among equal values torch.topk keeps those of smallest index, so that a TopK encoder with fewer than K positive pre-activations, whose
#   rectified values tie at zero, keeps the first of the silent features, and a tie between two active features goes to the first.
# Reality: which of equal values are kept, and in which order, follows the selection algorithm: [6, 5, 4] of eight ones, [33, 34, 35, 32] of fifty zeros.
# Version: torch 2.13.0 (CPU).
# Source: the documentation of torch.topk promises no order among equal values; the places below were observed.
# In lincs: the bracket of a TopK encoder holds "however ties are broken" (THEOREMS.md, 10d), and a witness is only believed where no tie decides
#   (lincs/interference/selecting.py); lincs' own ties go to the smallest index.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install -q torch==2.13.0 numpy
"$folder/venv/bin/python" - <<'PY'
import sys

import torch

print("torch", torch.__version__)
ones, zeros = (torch.topk(t, k).indices.tolist() for t, k in ((torch.ones(8), 3), (torch.zeros(50), 4)))
print("top 3 of eight ones:", ones)
print("top 4 of fifty zeros:", zeros)
kept = torch.topk(torch.tensor([0.5, 1.0, 1.0, 1.0, 1.0, 1.0]), 2).indices.tolist()
print("top 2 of [0.5, 1, 1, 1, 1, 1]:", kept)
smallest_first = ones == [0, 1, 2] and zeros == [0, 1, 2, 3]
sys.exit("the behaviour has changed" if smallest_first else 0)
PY
