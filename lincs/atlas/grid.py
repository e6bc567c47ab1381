"""The grid of the atlas.  Only ``t = eps/k`` matters (THEOREMS.md, theorem 2), so it has two axes: m and t."""

from __future__ import annotations

from fractions import Fraction

__all__ = ["DIMENSIONS", "M", "T", "examples", "slug"]

M = tuple(2**n for n in range(4, 31))

# k/eps of common questions: k = 1 to 64 with eps = 1/2, 1/4 or 1/10, then steps of about a quarter up to 1000.
_INVERSES = (
    "2 5/2 3 4 5 6 7 8 9 10 12 14 15 16 18 20 24 25 30 32 36 40 48 50 60 64 72 80 96 100 "
    "120 128 160 200 256 320 400 500 640 1000"
)
T = tuple(1 / Fraction(text) for text in _INVERSES.split())

# Widths of layers and embeddings people ask about, for "how many features fit into d dimensions?"
DIMENSIONS = (16, 32, 64, 128, 256, 384, 512, 768, 1024, 1280, 1536, 2048, 2560, 3072, 4096)


def slug(m: int, t: Fraction) -> str:
    """The name of a cell in file names and anchors: ``16384-t1-40``."""
    return f"{m}-t{t.numerator}-{t.denominator}"


def examples(m: int, t: Fraction) -> list[tuple[int, Fraction]]:
    """Round questions (k, eps) that are this cell: eps = 1, 1/2, 1/4 or 1/10."""
    found = ((eps / t, eps) for eps in (Fraction(1), Fraction(1, 2), Fraction(1, 4), Fraction(1, 10)))
    return [(int(k), eps) for k, eps in found if k.denominator == 1 and k <= m]
