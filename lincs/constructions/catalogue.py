"""The registry: every family of frames that lincs knows in closed form."""

from __future__ import annotations

from lincs.constructions.design import ProjectivePlane, TransversalDesign
from lincs.constructions.elementary import Identity, PlaneLines, Simplex
from lincs.constructions.family import Family
from lincs.constructions.hadamard import HadamardPair, Kerdock

__all__ = ["FAMILIES"]

FAMILIES: tuple[Family, ...] = (
    Identity(),
    Simplex(),
    PlaneLines(),
    HadamardPair(),
    Kerdock(),
    ProjectivePlane(),
    TransversalDesign(),
)
