"""What is proved, and sampled, of random k-sparse inputs, as records."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from lincs.interval import Interval
from lincs.jsonable import jsonable

__all__ = ["FiringRate", "Misread", "Typical", "TypicalCase", "TypicalFiring", "TypicalLevel"]


@dataclass(frozen=True, kw_only=True)
class TypicalLevel:
    """The error that random inputs stay below but for a risk ``p``.

    ``eps``: with probability at least 1 - p every feature is read with an error below it or equal to it; proved.
    ``average_feature``: the same of a feature that is drawn at random.  ``sampled``: where the least such eps lies by
    the sample; None where the sample is too small to say.
    """

    p: Fraction
    eps: float
    sampled: tuple[float | None, float | None]
    average_feature: float

    def to_dict(self) -> dict[str, Any]:
        return {
            "p": float(self.p),
            "eps": self.eps,
            "sampled": list(self.sampled),
            "average_feature": self.average_feature,
        }


@dataclass(frozen=True, kw_only=True)
class Misread:
    """The probability that some feature has an error of eps or more.

    ``lower`` and ``upper`` are proved; ``expected_features`` bounds the expected number of such features.
    """

    lower: float
    sampled: Interval
    upper: float
    expected_features: float

    def to_dict(self) -> dict[str, Any]:
        return {
            "lower": self.lower,
            "sampled": [self.sampled.lo, self.sampled.hi],
            "upper": self.upper,
            "expected_features": self.expected_features,
        }


@dataclass(frozen=True, kw_only=True)
class TypicalCase:
    """Random inputs with k active features.

    ``rms_worst`` encloses the largest root mean square error of a feature, ``rms_mean`` the root of the mean square
    over the features as well.  ``median`` is of the sampled largest errors.
    """

    k: int
    rms_worst: Interval
    rms_mean: Interval
    risk: tuple[TypicalLevel, ...]
    median: float
    misread: Misread | None = None

    def to_dict(self) -> dict[str, Any]:
        out: dict[str, Any] = {
            "rms": {"worst": self.rms_worst.to_dict(), "mean": self.rms_mean.to_dict()},
            "risk": [level.to_dict() for level in self.risk],
            "median": self.median,
        }
        return out if self.misread is None else {**out, "misread": self.misread.to_dict()}


@dataclass(frozen=True, kw_only=True)
class FiringRate:
    """Proved upper bounds: of the expected number an input, and of the worst feature's probability."""

    expected: float
    worst: float
    row: int

    def to_dict(self) -> dict[str, Any]:
        return {"expected": self.expected, "worst": self.worst, "row": self.row}


@dataclass(frozen=True, kw_only=True)
class TypicalFiring:
    """A deployed encoder at random inputs with k active features.

    ``false``: a feature fires while it is off.  ``missed``: it does not while it is on at ``z_i >= tau``, as all active
    features of the input are.
    """

    k: int
    false: FiringRate
    missed: FiringRate

    def to_dict(self) -> dict[str, Any]:
        return {"false_firing": self.false.to_dict(), "missed": self.missed.to_dict()}


@dataclass(frozen=True, kw_only=True)
class Typical:
    """Random inputs: ``values`` are the law of an active value, ``support`` that of the active set.

    ``survival``: for each risk the largest listed k at which the proved probability that some feature is misread (by
    eps or more) is at most that; 0 if none.  ``columns`` (n,) are what is proved of every feature.
    """

    values: str
    support: str
    cases: tuple[TypicalCase | TypicalFiring, ...]
    samples: int | None = None  # None: nothing is sampled
    seed: int | None = None
    confidence: float | None = None
    survival: dict[Fraction, int] | None = None
    columns: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def head(self) -> dict[str, Any]:
        """What holds for all k."""
        names = ("values", "support", "samples", "seed", "confidence")
        words = {name: jsonable(getattr(self, name)) for name in names}
        out: dict[str, Any] = {"typical": {name: word for name, word in words.items() if word is not None}}
        if self.survival is not None:
            out["survival_typical"] = [{"p": float(p), "k": k} for p, k in self.survival.items()]
        return out
