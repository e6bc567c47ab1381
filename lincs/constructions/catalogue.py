"""The registry: every family of frames that lincs knows.  A new one is an import and a line here."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from lincs.constructions.families.bent_etf import BentETF
from lincs.constructions.families.codes import SelfComplementaryCodes
from lincs.constructions.families.constant import Constant
from lincs.constructions.families.construction_x import ConstructionX
from lincs.constructions.families.cubic_phases import CubicPhases
from lincs.constructions.families.devore import DeVore
from lincs.constructions.families.dual_bch import DualBCH
from lincs.constructions.families.form_sets import DelsarteGoethals, Gold, Kerdock
from lincs.constructions.families.hadamard_pair import HadamardPair
from lincs.constructions.families.half_phases import HalfPhases
from lincs.constructions.families.identity import Identity
from lincs.constructions.families.lattice_sections import LatticeSections
from lincs.constructions.families.lattice_shells import LatticeShells
from lincs.constructions.families.layered_signs import LayeredSigns
from lincs.constructions.families.line_packings import LinePackings
from lincs.constructions.families.packing import Packing
from lincs.constructions.families.paley_etf import PaleyETF
from lincs.constructions.families.partial_sections import PartialSections
from lincs.constructions.families.plane_lines import PlaneLines
from lincs.constructions.families.polynomials import OddPolynomials, PolynomialPhases
from lincs.constructions.families.projective_plane import ProjectivePlane
from lincs.constructions.families.punctured_bases import PuncturedBases
from lincs.constructions.families.punctured_phases import PuncturedPhases
from lincs.constructions.families.random_frames import (
    Gaussian,
    Rademacher,
    SparseSigns,
    Spherical,
    SubsampledHadamard,
)
from lincs.constructions.families.shaved_plane import ShavedPlane
from lincs.constructions.families.shaved_transversal import ShavedTransversal
from lincs.constructions.families.simplex import Simplex
from lincs.constructions.families.singer import Singer
from lincs.constructions.families.sporadic_etf import SporadicETF
from lincs.constructions.families.stabiliser_sections import StabiliserSections
from lincs.constructions.families.steiner_etf import SteinerETF
from lincs.constructions.families.stored_packing import StoredPacking
from lincs.constructions.families.symplectic_etf import SymplecticETF
from lincs.constructions.families.taylor_etf import TaylorETF
from lincs.constructions.families.tied_forms import TiedForms
from lincs.constructions.families.transversal_design import TransversalDesign
from lincs.constructions.families.two_plane_sections import TwoPlaneSections
from lincs.constructions.family import Family, Promise, smaller
from lincs.errors import InputError

__all__ = ["BUILT_FOR", "CONSTANT", "EVERY", "FAMILIES", "IDENTITY", "family", "least_frame"]

IDENTITY = Identity()  # serves every question
CONSTANT = Constant()  # has coherence 1: chosen by eps/k, not by a coherence below 1

# Those that answer `least`; of two frames of the same d the first is taken.
FAMILIES: tuple[Family, ...] = (
    IDENTITY,
    Simplex(),
    PlaneLines(),
    HadamardPair(),
    Kerdock(),
    DelsarteGoethals(),
    Gold(),
    DualBCH(),
    TiedForms(),
    SelfComplementaryCodes(),
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
    HalfPhases(),
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
    LatticeShells(),
    LayeredSigns(),
    StoredPacking(),
    LinePackings(),
)

# Those that are built for a question: construction X never beats one dimension more on the same frame, which the bounds
# take (lincs.bounds.strictness), but its margin is one that floats hold.
BUILT_FOR: tuple[Family, ...] = (*FAMILIES, ConstructionX())

# All of them: also those that are drawn at random or searched for, and have no answer to `least`.
EVERY: tuple[Family, ...] = (
    *BUILT_FOR,
    CONSTANT,
    Gaussian(),
    Spherical(),
    Rademacher(),
    SparseSigns(),
    SubsampledHadamard(),
    Packing(),
)


def least_frame(families: Iterable[Family], *, m: int, mu: Fraction, closed: bool = False) -> Promise | None:
    """The frame of least d that these families offer, the first among equals; see :meth:`.family.Family.least`."""
    best: Promise | None = None
    for candidate in families:
        best = smaller(best, candidate.least(m=m, mu=mu, closed=closed))
    return best


def family(name: str) -> Family:
    """The family of that name."""
    for candidate in EVERY:
        if candidate.name == name:
            return candidate
    raise InputError(f"family must be one of {', '.join(candidate.name for candidate in EVERY)}, got {name!r}")
