"""L-BFGS for many small problems at once: one vectorised iteration moves every problem of the batch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["minimise"]

Array = npt.NDArray[Any]
Function = Callable[[Array], tuple[Array, Array]]

_DECREASE = 1e-4
_LONGEST = 0.5  # of a step, relative to the norm of the point


def minimise(function: Function, start: Array, *, iterations: int, memory: int = 6) -> tuple[Array, Array]:
    """Lower ``function`` from every row of ``start`` (``R x n``); returns the points and their values.

    ``function`` maps points ``R x n`` to values ``R`` and gradients ``R x n``.  A problem whose step does not decrease
    its value enough stays where it is and tries a quarter of the step in the next iteration, while the others move
    on: no evaluation is wasted on waiting.
    """
    count, n = start.shape
    x = start.copy()
    value, gradient = function(x)
    S, Y = np.zeros((memory, count, n)), np.zeros((memory, count, n))
    rho = np.zeros((memory, count))
    scale = np.ones(count)
    fresh = np.ones(count, dtype=bool)
    step = np.ones(count)
    direction = _direction(gradient, S, Y, rho, scale, 0, fresh, x)
    slope = _dot(direction, gradient)
    newest = 0
    for _ in range(iterations):
        trial = x + step[:, None] * direction
        trial_value, trial_gradient = function(trial)
        good = trial_value <= value + _DECREASE * step * slope
        s = np.where(good[:, None], trial - x, 0.0)
        y = np.where(good[:, None], trial_gradient - gradient, 0.0)
        sy, yy = _dot(s, y), _dot(y, y)
        curved = good & (sy > 1e-12 * np.sqrt(_dot(s, s) * yy))
        with np.errstate(divide="ignore", invalid="ignore"):
            rho[newest] = np.where(curved, 1 / sy, 0.0)  # a pair of weight zero changes nothing
            scale = np.where(curved, sy / yy, scale)
        fresh &= ~curved
        S[newest], Y[newest] = s, y
        newest = (newest + 1) % memory
        x = np.where(good[:, None], trial, x)
        value = np.where(good, trial_value, value)
        gradient = np.where(good[:, None], trial_gradient, gradient)
        step = np.where(good, 1.0, step * 0.25)
        lost = step < 1e-6  # the model misleads: forget it
        if lost.any():
            rho[:, lost] = 0.0
            fresh |= lost
            step[lost] = 1.0
        again = good | lost
        if again.any():
            fresh_direction = _direction(gradient, S, Y, rho, scale, newest, fresh, x)
            direction = np.where(again[:, None], fresh_direction, direction)
            slope = _dot(direction, gradient)
    return x, value


def _dot(a: Array, b: Array) -> Array:
    return np.asarray(np.einsum("rn,rn->r", a, b))


def _direction(
    gradient: Array, S: Array, Y: Array, rho: Array, scale: Array, newest: int, fresh: Array, x: Array
) -> Array:
    """The two-loop recursion; problems without a history take a short step down the gradient."""
    memory = len(rho)
    order = [(newest - 1 - k) % memory for k in range(memory)]  # newest first
    q = gradient.copy()
    alphas = {}
    for i in order:
        alphas[i] = rho[i] * _dot(S[i], q)
        q -= alphas[i][:, None] * Y[i]
    size = np.sqrt(_dot(x, x))
    length = np.sqrt(_dot(gradient, gradient)) + 1e-300
    q *= np.where(fresh, 0.02 * size / length, scale)[:, None]
    for i in reversed(order):
        q += (alphas[i] - rho[i] * _dot(Y[i], q))[:, None] * S[i]
    uphill = _dot(q, gradient) <= 0
    if uphill.any():
        q[uphill] = gradient[uphill] * (0.01 * size / length)[uphill, None]
    reach = np.sqrt(_dot(q, q))
    q *= np.minimum(1.0, _LONGEST * size / np.maximum(reach, 1e-300))[:, None]
    return -q
