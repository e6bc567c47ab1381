"""The pages of basis pursuit and its noisy forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lincs.page import Page, Table

if TYPE_CHECKING:
    from lincs.recovery.basis_pursuit import BasisPursuit
    from lincs.recovery.lasso import Lasso
    from lincs.recovery.truth import Recovered

__all__ = ["basis_pursuit", "lasso", "recovered"]

_LISTED = 20  # columns, of more only the worst


def basis_pursuit(found: BasisPursuit) -> Page:
    """How many columns are proved, and how sparse their solutions are."""
    out = Page()
    counts = {word: found.status.count(word) for word in ("proved", "optimal", "inaccurate", "failed")}
    words = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    out.print(f"{words} of {len(found.status)} columns")
    z = found.z.reshape(len(found.z), -1)
    solved = np.isfinite(z).all(axis=0)
    if solved.any():
        sizes = np.abs(z[:, solved])
        active = (sizes > 1e-9 * sizes.max(axis=0)).sum(axis=0)
        out.print(
            f"active features: {active.min()} to {active.max()} (above 1e-9 of the largest); "
            f"proved to be the only minimiser for A z: {int((found.margin[solved] > 0).sum())} columns"
        )
    return out


def lasso(found: Lasso, *, noise: float | None = None) -> Page:
    """How near the answers are to the optimum; ``noise``: what was asked for."""
    out = Page()
    asked = "" if noise is None else f", asked for ||A z - x|| <= {noise}"
    out.print(
        f"{np.atleast_1d(found.gap).size} columns{asked}: at most {np.max(found.residual):.9g}; "
        f"largest duality gap at its multiplier {np.max(found.gap):.2e}"
    )
    return out


def recovered(found: Recovered) -> Page:
    """Supports found again, and the error of every column; of many columns, the worst."""
    out = Page()
    n, answered = len(found.error), found.error[np.isfinite(found.error)]
    sizes = f"; largest error {answered.max():.3g}, median {np.median(answered):.3g}" if answered.size else ""
    out.print(f"against the true inputs: support recovered in {int(found.support.sum())} of {n} columns{sizes}")
    order = np.argsort(-np.nan_to_num(found.error, nan=np.inf), kind="stable")[:_LISTED] if n > _LISTED else range(n)
    out.print(f"\nthe {_LISTED} columns of largest error (all with --json):\n" if n > _LISTED else "")
    table = Table()
    for title in ("column", "support", "active", "missed", "extra", "max error", "relative error"):
        table.add_column(title, justify="left" if title == "support" else "right")
    for j in order:
        answer = bool(np.isfinite(found.error[j]))
        word = "recovered" if found.support[j] else "wrong" if answer else "no answer"
        counts = (str(part[j]) for part in (found.active, found.missed, found.extra))
        errors = (f"{size[j]:.3g}" if np.isfinite(size[j]) else "-" for size in (found.error, found.relative))
        table.add_row(str(j), word, *counts, *errors)
    out.print(table)
    return out
