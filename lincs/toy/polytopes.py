"""Which regular polytope pays best: the loss that equal features save in it, for every dimension it takes.

With many more features than dimensions, W splits its m dimensions among *structures* in orthogonal subspaces that do
not disturb each other.  One of n features in m dimensions with least loss L saves ``n u - L`` of what its features cost
unlearned (``u`` each, :func:`lincs.toy.theory.unlearned`).  The saving per dimension decides which is built; a feature
alone saves u.  Each structure is polished from the regular one (:mod:`lincs.toy.nodes`): its scale and biases are free,
and one that does not stay regular is no local minimum.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from lincs.toy.model import Model
from lincs.toy.nodes import nodes, polish
from lincs.toy.setting import Setting
from lincs.toy.theory import unlearned

__all__ = ["DIMENSIONALITY", "saving", "vertices"]

Array = npt.NDArray[np.float64]

# Dimensions for each feature, from dense to sparse.
DIMENSIONALITY = {
    "tetrahedron": 3 / 4,
    "triangle": 2 / 3,
    "antipodal pair": 1 / 2,
    "pentagon": 2 / 5,
    "square antiprism": 3 / 8,
}

_POINTS = {2: 4096, 3: 4096, 4: 2048, 5: 1024, 8: 128}  # nodes in each on/off pattern, by features
_REGULAR = 0.03  # how far dimensionalities may be from those of the regular structure


def vertices(name: str) -> Array:
    """(m, n) unit features of one structure."""
    if name == "antipodal pair":
        return np.array([[1.0, -1.0]])
    if name == "tetrahedron":
        corners = np.array([[1.0, 1, -1, -1], [1, -1, 1, -1], [1, -1, -1, 1]])
        return np.asarray(corners / np.linalg.norm(corners, axis=0))
    if name in ("triangle", "pentagon"):
        sides = 3 if name == "triangle" else 5
        angles = 2 * np.pi * np.arange(sides) / sides
        return np.stack([np.cos(angles), np.sin(angles)])
    turns = np.pi / 4 * np.arange(8)
    ring = np.stack([np.cos(turns), np.sin(turns), np.where(np.arange(8) % 2, -0.5, 0.5)])
    return np.asarray(ring / np.linalg.norm(ring, axis=0))


def saving(name: str, density: float) -> float | None:
    """What a structure saves per dimension, a feature alone being 1; None where it is no local minimum."""
    W = vertices(name)
    m, n = W.shape
    setting = Setting(n=n, m=m, density=density)
    start = Model(setting, W, np.full(n, 0.0 if density > 0.3 else -0.05))
    model, loss = polish(start, *nodes(setting, points=_POINTS[n]))
    if np.abs(model.dimensionality - DIMENSIONALITY[name]).max() > _REGULAR:
        return None
    u = float(unlearned(density))
    return float((n * u - loss) / (m * u))
