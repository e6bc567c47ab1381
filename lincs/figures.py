"""Which figures a result has: who draws registers here, and a result asks here, so that neither imports the other.

Drawing is optional and its library is slow to start, so the modules that draw are imported when the first figure is
asked for; each registers its functions by :func:`draws`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Drawing", "draws", "figures_of"]

# Like the entry points of a package: the only place that names modules which draw.
_PROVIDERS = ("lincs.plots.toy", "lincs.plots.toy_sets", "lincs.plots.toy_measured", "lincs.plots.toy_perceptron")

F = TypeVar("F", bound=Callable[[Any], Any])


@dataclass(frozen=True)
class Drawing:
    """One figure of the results of a name: the file ``NAME{suffix}.png``, where ``applies(result)``."""

    name: str
    suffix: str
    applies: Callable[[Any], bool]
    draw: Callable[[Any], Figure]


_drawings: dict[tuple[str, str], Drawing] = {}


def draws(*names: str, suffix: str = "", applies: Callable[[Any], bool] = lambda result: True) -> Callable[[F], F]:
    """Register a function that draws the results of these names; ValueError if another one draws that figure."""

    def register(draw: F) -> F:
        for name in names:
            if (name, suffix) in _drawings:
                raise ValueError(f"the figure {name}{suffix} is drawn by another function")
            _drawings[name, suffix] = Drawing(name, suffix, applies, draw)
        return draw

    return register


def figures_of(result: Any, names: Iterable[str]) -> list[Drawing]:
    """The figures that a result of these names has, in the order of the names.

    Raises:
        LookupError: nobody draws such results.
    """
    for module in _PROVIDERS:
        import_module(module)
    names = tuple(names)
    found = [drawing for name in names for drawing in _drawings.values() if drawing.name == name]
    if not found:
        raise LookupError(f"nobody draws {', '.join(names)}")
    return [drawing for drawing in found if drawing.applies(result)]
