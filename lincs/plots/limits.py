"""How many features fit at most: the limit of one polynomial, of the best rule, and what is achieved, against d."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from lincs.bounds.bracket import bound
from lincs.bounds.chebyshev import chebyshev_most
from lincs.problem import parse_count, parse_eps

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from lincs.results import Bound

__all__ = ["limits"]

_WIDTHS = (32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048)


def limits(
    *,
    k: Sequence[int] = (4, 8, 16),
    eps: Any = Fraction(1, 2),
    d: Sequence[Any] = _WIDTHS,
    ax: Axes | None = None,
) -> Axes:
    """Draw the largest m against d on logarithmic axes, one colour for each k (``eps/k < 1/2``).

    Solid: no more features fit (the best rule).  Dashed: what one Chebyshev polynomial proves of that.  Dots: achieved.
    """
    if ax is None:
        import matplotlib.pyplot as plt

        ax = plt.subplots(figsize=(9.0, 4.6), layout="constrained")[1]
    error = parse_eps(eps)
    widths = [parse_count(value, "d") for value in d]
    for index, one in enumerate(k):
        color, mu = f"C{index}", error / (one - error)
        found = [bound(d=width, k=one, eps=error) for width in widths]
        single = [chebyshev_most(d=width, mu=mu) for width in widths]
        ax.plot(widths, [_drawn(answer.upper) for answer in found], color=color, lw=1.6, label=f"k = {one}: at most")
        ax.plot(widths, [float(limit[0]) if limit else float("nan") for limit in single], color=color, lw=1.2, ls="--")
        ax.plot(widths, [_drawn(answer.lower) for answer in found], color=color, ls="", marker=".")
    ax.plot([], [], color="0.4", lw=1.2, ls="--", label="one polynomial alone")
    ax.plot([], [], color="0.4", ls="", marker=".", label="achieved")
    ax.set(xscale="log", yscale="log", xlabel="dimensions d", ylabel="features m", ylim=(min(widths), None))
    ax.legend(fontsize="small", loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0.0)
    return ax


def _drawn(end: Bound) -> float:
    """The value of an end; where there is no limit nothing is drawn."""
    return float(end.value) if isinstance(end.value, int) else float("nan")
