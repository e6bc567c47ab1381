"""Every theorem that lincs computes with, re-checked by a program; the statements and proofs are in THEOREMS.md."""
