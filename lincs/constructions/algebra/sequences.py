"""Sequences from the literature from which Hadamard matrices are put together; no matrix is built here.

Williamson quadruples (symmetric circulants): order 43 after Baumert, Golomb and Hall, the others recomputed by a
search over symmetric sequences.  Turyn-type sequences: Best, Djokovic, Kharaghani and Ramp (2013) up to length 32,
Kharaghani and Tayfeh-Rezaie (2005) for 36.  Short base sequences: Turyn (1974).  T-matrices of order 67: Sawade
(1985).  Nothing here is trusted: a matrix that is built from them is multiplied out (:mod:`.hadamard`).
"""

from __future__ import annotations

__all__ = ["BASE", "COMPOSED", "SAWADE_67", "TURYN_TYPE", "T_LENGTHS", "WILLIAMSON"]

# First rows of symmetric circulants A, B, C, D with A^2 + B^2 + C^2 + D^2 = 4 w I.
WILLIAMSON: dict[int, tuple[str, str, str, str]] = {
    1: ("+", "+", "+", "+"),
    9: ("+-++++++-", "+--++++--", "+---++---", "++-+--+-+"),
    13: ("+--++++++++--", "+++-+-++-+-++", "+-++--++--++-", "+-+++----+++-"),
    17: ("+--+-++++++++-+--", "+-++-+++--+++-++-", "++-+---+--+---+-+", "+---+++----+++---"),
    19: ("++-+--++++++++--+-+", "+-+-++--------++-+-", "++--++-+----+-++--+", "++--++-+----+-++--+"),
    27: (
        "+-+-+--+--++++++++--+--+-+-",
        "++-+-++-++--------++-++-+-+",
        "++--+++-+--++++++--+-+++--+",
        "++--+++-+--++++++--+-+++--+",
    ),
    31: (
        "+++--+-++---++++++++---++-+--++",
        "+--++-+--+++--------+++--+-++--",
        "+-+-+++--+----+--+----+--+++-+-",
        "+-+-+++--+----+--+----+--+++-+-",
    ),
    43: (
        "++---++++-+--+--++--------++--+--+-++++---+",
        "+++-+-++--+-+-++++-+----+-++++-+-+--++-+-++",
        "++-++++++----+-+--++-++-++--+-+----++++++-+",
        "+---++--++++-+-+++-++--++-+++-+-++++--++---",
    ),
}

# Base sequences (lengths n+p, n+p, n, n) whose nonperiodic autocorrelations cancel: T-sequences of length 2n+p.
BASE: dict[int, tuple[str, str, str, str]] = {
    3: ("+-", "++", "+", "+"),
    7: ("++--", "++-+", "+++", "+-+"),
    9: ("++-++", "++++-", "++--", "+-+-"),
}

# Turyn-type sequences X, Y, Z, W of lengths n, n, n, n-1: digit i holds the signs of position i, X first, 1 for minus.
# (Z;W), (Z;-W), X, Y are base sequences, so T-sequences of length 3n-1.
TURYN_TYPE: dict[int, str] = {
    4: "0161",
    6: "006d61",
    8: "06e5c4d1",
    10: "0001f4a961",
    12: "0004f90bc961",
    14: "00036ac71c7651",
    16: "0000778e52de5561",
    18: "00006758b30d1e9a51",
    20: "000038e2739c7a0b6951",
    22: "00000f702c71a9ad565961",
    24: "00000b7c2cb2bc4b6cd9a961",
    26: "000000ff0f846f1ca5a5aa9551",
    28: "0000067cde3e50639ab46135aa51",
    30: "000000f70b106f9d427a25e9a96951",
    32: "00000138f64f1c1e77844f26d95a5961",
    36: "060989975b685d8fc80750b21c0212eceb26",
}

# The four T-matrices of order 67 as one word: position i belongs to matrix A..D, a lower-case letter for -1.
SAWADE_67 = "ABddacCbaDCbaaaBBaCCcDBCacacaDAadDdDcCAbBBaCbbbDcaDdbBdbCccdCdDDBBA"

T_LENGTHS: tuple[int, ...] = tuple(sorted({*BASE, *(3 * n - 1 for n in TURYN_TYPE), 67}))

# Orders 4 t w of the matrices composed from T-sequences of length t and Williamson matrices of order w.
COMPOSED: frozenset[int] = frozenset(4 * t * w for t in (1, *T_LENGTHS) for w in WILLIAMSON if t > 1 or w > 1)
