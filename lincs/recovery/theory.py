"""Where basis pursuit succeeds in theory, as plain numbers for curves (the proved brackets are in lincs.bounds).

``psi(r)``: the statistical dimension of the l1 descent cone at an ``r m``-sparse vector is ``m psi(r)`` up to lower
order, and recovery from d Gaussian measurements turns from impossible to certain around ``d = m psi(k/m)`` (Amelunxen,
Lotz, McCoy and Tropp 2014); the same curve is the weak threshold of Donoho and Tanner (2009).
"""

from __future__ import annotations

import math

__all__ = ["psi", "transition_k", "transition_rho"]


def psi(r: float) -> float:
    """``inf over tau >= 0 of r (1 + tau^2) + (1 - r) E (|g| - tau)_+^2``, g standard normal, ``0 <= r <= 1``."""
    if r <= 0:
        return 0.0
    if r >= 1:
        return 1.0
    # The infimum solves r tau = (1 - r) E (|g| - tau)_+, a decreasing minus an increasing function: bisect.
    low, high = 0.0, 40.0
    for _ in range(80):
        tau = (low + high) / 2
        if r * tau < (1 - r) * 2 * (_density(tau) - tau * _tail(tau)):
            low = tau
        else:
            high = tau
    tau = (low + high) / 2
    return r * (1 + tau * tau) + (1 - r) * 2 * ((1 + tau * tau) * _tail(tau) - tau * _density(tau))


def transition_rho(delta: float) -> float:
    """The ``rho = k/d`` at which recovery turns at ``delta = d/m``: ``psi(rho delta) = delta``."""
    low, high = 0.0, 1.0
    for _ in range(60):
        rho = (low + high) / 2
        if psi(rho * delta) < delta:
            low = rho
        else:
            high = rho
    return (low + high) / 2


def transition_k(*, d: int, m: int) -> float:
    """The (real) k around which basis pursuit stops to recover typical k-sparse inputs; m if ``d >= m``."""
    return float(m) if d >= m else transition_rho(d / m) * d


def _density(x: float) -> float:
    return math.exp(-x * x / 2) / math.sqrt(2 * math.pi)


def _tail(x: float) -> float:
    return math.erfc(x / math.sqrt(2)) / 2
