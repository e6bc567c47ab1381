"""Shares of features as they are printed."""

from __future__ import annotations

__all__ = ["percent"]


def percent(share: float) -> str:
    """In percent with one decimal; all but one of 2,048 are 99.9%, not 100.0%, and one of them is not 0.0%.

    >>> percent(2047 / 2048), percent(1.0), percent(1 / 4096), percent(0.0)
    ('99.9%', '100.0%', '0.1%', '0.0%')
    """
    within = min(max(share, 0.001), 0.999) if 0 < share < 1 else share
    return f"{within:.1%}"
