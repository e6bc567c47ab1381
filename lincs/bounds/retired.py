"""Rules that are no longer asked, as another one does as well: certificates that name them can still be checked."""

from __future__ import annotations

from typing import Any

from lincs.bounds import several
from lincs.bounds.rule import Rule

__all__ = ["RETIRED"]

RETIRED: dict[str, tuple[Rule[Any], ...]] = {"signed": (several.RULE,)}
