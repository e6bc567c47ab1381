"""What a loss is held to: below a rational level, or at most that.

The one place that knows what a value of the level itself means: everything that decides asks here.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from lincs.exact.rounding import float_down, float_up

__all__ = ["Goal"]


@dataclass(frozen=True)
class Goal:
    """A loss is to be ``< level``, or ``<= level`` where the goal is closed."""

    level: Fraction
    closed: bool = False

    def met(self, loss: Fraction | float) -> bool:
        """Whether a loss of exactly this is good enough (Python compares floats and rationals exactly)."""
        return loss <= self.level if self.closed else loss < self.level

    def decide(self, lo: Fraction | float, hi: Fraction | float) -> bool | None:
        """Of a loss in ``[lo, hi]``: True if it meets the goal, False if it does not, None if it may do either."""
        if not self.met(lo):
            return False
        return True if self.met(hi) else None

    def met_by(self, losses: Any) -> Any:
        """The same of an array of doubles: a bool for each."""
        if self.level > sys.float_info.max:
            return losses <= sys.float_info.max
        # For doubles: < level is < the least double that is not below it, <= level is <= the largest that is not above.
        return losses <= float_down(self.level) if self.closed else losses < float_up(self.level)

    @property
    def words(self) -> str:
        """``< 1/2``, or ``<= 1/2``."""
        return f"{'<=' if self.closed else '<'} {self.level}"
