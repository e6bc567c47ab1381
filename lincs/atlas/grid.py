"""The grid of the atlas.  Only ``t = eps/k`` matters (THEOREMS.md, theorem 2), so it has two axes: m and t."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

__all__ = ["DIMENSIONS", "FINE", "M", "Place", "T", "examples", "fine_places", "slug", "solved"]

M = tuple(2**n for n in range(4, 31))

# k/eps of common questions: k = 1 to 64 with eps = 1/2, 1/4 or 1/10, then steps of about a quarter up to 1000.
_INVERSES = (
    "2 5/2 3 4 5 6 7 8 9 10 12 14 15 16 18 20 24 25 30 32 36 40 48 50 60 64 72 80 96 100 "
    "120 128 160 200 256 320 400 500 640 1000"
)
T = tuple(1 / Fraction(text) for text in _INVERSES.split())

# Widths of layers and embeddings people ask about, for "how many features fit into d dimensions?"
DIMENSIONS = (16, 32, 64, 128, 256, 384, 512, 768, 1024, 1280, 1536, 2048, 2560, 3072, 4096)


# The form rests on a finer table.  k/eps of every k up to 64 with the errors people ask about, up to smaller k with
# rarer ones, and what fills the gaps below 16, where d changes fastest.
_RANGES = {"1": 64, "1/2": 64, "1/3": 64, "1/4": 64, "1/5": 64, "1/10": 64, "1/8": 32, "1/20": 64, "1/100": 20}
_RARE = {"2/5": 32, "3/10": 16, "3/4": 24, "9/10": 16, "1/16": 16, "1/1000": 4}
# Of the other read-outs the lower ends; their upper ends are those of the signed one at t.
_KS = (*range(1, 11), 12, 14, 16, 18, 20, 24, 28, 32, 40, 48, 64)
_ERRORS = (
    *(1 / Fraction(n) for n in (2, 3, 4, 5, 8, 10, 16, 20, 100)),
    *(Fraction(n, 20) for n in (3, 6, 8, 9)),
)
FINE = tuple(
    sorted(
        {
            *T,
            *(Fraction(4, n) for n in range(8, 33)),
            *(Fraction(2, n) for n in range(16, 33)),
            *(eps / k for k in _KS for eps in _ERRORS if 2 * eps <= k),
            *(
                Fraction(eps) / k
                for eps, most in {**_RANGES, **_RARE}.items()
                for k in range(1, most + 1)
                if 2 * Fraction(eps) <= k
            ),
        },
        reverse=True,
    )
)

_THRESHOLDS = (*range(2, 13), 14, 16, 18, 20, 24, 28, 32, 40, 48, 64, 100)

Place = tuple[str, int, Fraction | None]


def fine_places() -> list[Place]:
    """Read-out, k and eps of every column of the fine table; the signed read-out asks for t alone, so at k = 1."""
    others = product(("nonnegative", "affine"), _KS, _ERRORS)
    return [*(("signed", 1, t) for t in FINE), *others, *(("threshold", k, None) for k in _THRESHOLDS)]


def solved(t: Fraction) -> tuple[int, ...]:
    """The dimensions in which the largest m is solved for at t: none where no m is the largest, at t = 1/2.

    Close to it the largest m has hundreds of digits in large d, and takes seconds to find.
    """
    if t not in T:
        return ()
    return tuple(d for d in DIMENSIONS if t <= Fraction(1, 4) or (d <= 256 and t < Fraction(1, 2)))


def slug(m: int, t: Fraction) -> str:
    """The name of a cell in file names and anchors: ``16384-t1-40``."""
    return f"{m}-t{t.numerator}-{t.denominator}"


def examples(m: int, t: Fraction) -> list[tuple[int, Fraction]]:
    """Round questions (k, eps) that are this cell: eps = 1, 1/2, 1/4 or 1/10."""
    found = ((eps / t, eps) for eps in (Fraction(1), Fraction(1, 2), Fraction(1, 4), Fraction(1, 10)))
    return [(int(k), eps) for k, eps in found if k.denominator == 1 and k <= m]
