"""Partial sections: ``(n, j, tau, i) -> (P, lines)``, found by ``python -m benchmarks.partial_sections``.

P is encoded as in ``section_table.py``; ``lines`` is what
:func:`lincs.constructions.builders.partial.lines_tied` counts for it.
"""

from __future__ import annotations

__all__ = ["PARTIAL", "TWO_PLANES"]

# fmt: off
PARTIAL: dict[tuple[int, int, int, int], tuple[int, int]] = {
    (4, 0, 2, 0): (0x1f, 32),
    (4, 1, 2, 1): (0x1f, 92),
    (4, 1, 2, 0): (0x1f, 233),
    (8, 1, 6, 0): (0x831d6a3, 1_059_284),
    (10, 1, 3, 2): (0x1236aad00f74, 1_134_880),
}
# fmt: on

# (n, j, e) -> (P, lines)
TWO_PLANES: dict[tuple[int, int, int], tuple[int, int]] = {
    (4, 1, 1): (0x1f, 0),
    (6, 1, 1): (0x37b3, 0),
    (6, 1, 2): (0x37b3, 0),
    (6, 1, 3): (0x37b3, 0),
}
