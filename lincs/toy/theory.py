"""Closed forms (Elhage et al. 2022, extended): losses of candidate solutions, their boundaries, the triple point.

Densities are p = 1 - S.  An *unlearned* feature at its best bias p/2 costs ``u = p/3 - p^2/4`` (times its importance),
a feature alone in its dimension costs nothing.  Two features on one line in opposite directions (*antipodal*,
``W = [1, -1]``) cost ``p^2/6`` each with zero bias, and ``g(p)`` with their best bias.  Training also changes the scale
of W, which lowers the loss a little further, so trained models sit on neither boundary exactly.

For n = 2, m = 1 with importances (1, r): ``L[1,0] = r u``, ``L[0,1] = u``, ``L[1,-1] = (1 + r) g``.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["antipodal", "antipodal_at", "antipodal_bias", "boundary", "triangle", "triple_point", "unlearned"]

Array = npt.NDArray[np.float64]


def unlearned(p: npt.ArrayLike) -> Array:
    """``u = p/3 - p^2/4``: the variance of one feature."""
    p = np.asarray(p, dtype=np.float64)
    return np.asarray(p / 3 - p**2 / 4)


def antipodal_at(p: npt.ArrayLike, b: npt.ArrayLike) -> Array:
    """The cost of one feature of ``W = [1, -1]`` at bias b in [0, 1].

    The four terms: its partner off (the output is ``x + b``); only the partner on (``relu(b - y)``); both on, where the
    output is 0; both on, where it is ``x - y + b``.
    """
    p, b = np.asarray(p, dtype=np.float64), np.asarray(b, dtype=np.float64)
    both = b**3 / 3 + (1 - b) ** 3 / 3 - (1 - b) ** 4 / 6
    return np.asarray((1 - p) * b**2 + p * (1 - p) * b**3 / 3 + p**2 * both)


def antipodal_bias(p: npt.ArrayLike) -> Array:
    """The bias that minimises :func:`antipodal_at`, which is convex in b: bisection on its derivative."""
    p = np.asarray(p, dtype=np.float64)
    lo, hi = np.zeros_like(p), np.ones_like(p)
    for _ in range(60):
        b = (lo + hi) / 2
        slope = 2 * (1 - p) * b + p * (1 - p) * b**2 + p**2 * (b**2 - (1 - b) ** 2 + 2 * (1 - b) ** 3 / 3)
        lo, hi = np.where(slope < 0, b, lo), np.where(slope < 0, hi, b)
    return np.asarray((lo + hi) / 2)


def antipodal(p: npt.ArrayLike) -> Array:
    """``g(p)``: the least cost of one feature of an antipodal pair over its bias."""
    return antipodal_at(p, antipodal_bias(p))


def boundary(p: npt.ArrayLike, *, free_bias: bool) -> Array:
    """The relative importance r at which ``[1, 0]`` and ``[1, -1]`` cost the same; nan where no r does.

    Below it the second feature is left out; above ``1 / r`` the first one is.  With zero bias r = 2p / (4 - 5p).
    """
    p = np.asarray(p, dtype=np.float64)
    g, u = (antipodal(p) if free_bias else p**2 / 6), unlearned(p)
    return np.where(u > g, g / np.where(u > g, u - g, 1.0), np.nan)


def triple_point(*, free_bias: bool) -> float:
    """The density at which all three solutions cost the same at r = 1: 4/7 with zero bias, about 0.627 with a free."""
    from scipy.optimize import brentq

    if not free_bias:
        return 4 / 7
    return float(brentq(lambda p: float(unlearned(p) - 2 * antipodal(p)), 0.3, 0.95, xtol=1e-14))


def triangle(p: float) -> float:
    """The least cost, over the bias, of one of three unit features at 120 degrees in the plane (exact quadrature)."""
    from scipy.optimize import minimize_scalar

    from lincs.toy.exact import expected_loss
    from lincs.toy.model import Model
    from lincs.toy.setting import Setting

    angles = 2 * np.pi * np.arange(3) / 3
    W = np.stack([np.cos(angles), np.sin(angles)])
    setting = Setting(n=3, m=2, density=p)
    found = minimize_scalar(
        lambda b: expected_loss(Model(setting, W, np.full(3, b))),
        bounds=(-0.5, 1.0),
        method="bounded",
        options={"xatol": 1e-10},
    )
    return float(found.fun) / 3
