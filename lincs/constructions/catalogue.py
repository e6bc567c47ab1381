"""The registry: every family of frames that lincs knows in closed form."""

from __future__ import annotations

from lincs.constructions.bch import DualBCH
from lincs.constructions.cubic import CubicPhases
from lincs.constructions.design import DeVore, ProjectivePlane, TransversalDesign
from lincs.constructions.elementary import Identity, PlaneLines, Simplex
from lincs.constructions.etf import BentETF, PaleyETF, SporadicETF, SymplecticETF, TaylorETF
from lincs.constructions.family import Family
from lincs.constructions.hadamard import HadamardPair
from lincs.constructions.lattices import LatticeSections
from lincs.constructions.line_packings import LinePackings
from lincs.constructions.packing import PACKING
from lincs.constructions.partial import PartialSections
from lincs.constructions.phases import OddPolynomials, PolynomialPhases, PuncturedPhases, Singer
from lincs.constructions.punctured_bases import PuncturedBases
from lincs.constructions.quadratic import DelsarteGoethals, Gold, Kerdock, TiedForms
from lincs.constructions.random import RANDOM_FAMILIES
from lincs.constructions.sections import StabiliserSections
from lincs.constructions.shaved import ShavedPlane, ShavedTransversal
from lincs.constructions.steiner import SteinerETF
from lincs.constructions.stored import StoredPacking
from lincs.constructions.two_planes import TwoPlaneSections
from lincs.errors import InputError

__all__ = ["FAMILIES", "family"]

FAMILIES: tuple[Family, ...] = (
    Identity(),
    Simplex(),
    PlaneLines(),
    HadamardPair(),
    Kerdock(),
    DelsarteGoethals(),
    Gold(),
    DualBCH(),
    TiedForms(),
    StabiliserSections(),
    PartialSections(),
    TwoPlaneSections(),
    ProjectivePlane(),
    TransversalDesign(),
    ShavedPlane(),
    ShavedTransversal(),
    DeVore(),
    Singer(),
    PolynomialPhases(),
    PuncturedPhases(),
    PuncturedBases(),
    OddPolynomials(),
    CubicPhases(),
    PaleyETF(),
    BentETF(),
    TaylorETF(),
    SymplecticETF(),
    SteinerETF(),
    SporadicETF(),
    LatticeSections(),
    StoredPacking(),
    LinePackings(),
)


def family(name: str) -> Family:
    """The family of that name, a random or a searched one included."""
    for candidate in (*FAMILIES, *RANDOM_FAMILIES, PACKING):
        if candidate.name == name:
            return candidate
    names = ", ".join(candidate.name for candidate in (*FAMILIES, *RANDOM_FAMILIES, PACKING))
    raise InputError(f"family must be one of {names}, got {name!r}")
