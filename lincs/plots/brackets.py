"""d against m: the bracket of linear read-outs, the paper's two theorems, and other decoders."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from lincs.bounds.decoders import any_decoder, gordon_width_squared
from lincs.bounds.published import theorem_2, theorem_3
from lincs.bounds.table import bound_table
from lincs.exact.ball import ceiling_above
from lincs.problem import parse_count, parse_eps

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["brackets"]

_POWERS_OF_TWO = tuple(2**n for n in range(7, 34))


def brackets(
    *,
    k: Sequence[int] = (2, 8, 32),
    eps: Any = Fraction(1, 2),
    m: Sequence[Any] = _POWERS_OF_TWO,
    ax: Axes | None = None,
) -> Axes:
    """Draw both ends of ``d(m, k, eps)`` against m, one band for each k, on logarithmic axes.

    For the largest k also the upper (Theorem 2) and lower (Theorem 3, where its conditions hold) curves of Garg,
    Kleinberg and Peng, the d at which basis pursuit recovers every k-sparse vector, and the 2k of any decoder.
    """
    if ax is None:
        import matplotlib.pyplot as plt

        ax = plt.subplots(figsize=(9.0, 4.6), layout="constrained")[1]
    error = parse_eps(eps)
    ms = [parse_count(value, "m") for value in m]
    for index, one in enumerate(k):
        rows = bound_table(m=ms, k=one, eps=error).rows
        x = [row.m for row in rows]
        color = f"C{index}"
        ax.fill_between(x, [row.lower for row in rows], [row.upper for row in rows], color=color, alpha=0.25, lw=0)
        ax.plot(
            x,
            [row.lower for row in rows],
            color=color,
            lw=1.4,
            label=f"linear, k = {one}, eps/k = {error / one}",
        )
        ax.plot(x, [row.upper for row in rows], color=color, lw=1.4)
    _references(ax, [value for value in ms if value >= max(k)], max(k), error)
    ax.set(xscale="log", yscale="log", xlabel="features m", ylabel="dimensions d", ylim=(1, None))
    ax.legend(fontsize="small", loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0.0)
    return ax


def _references(ax: Axes, ms: list[int], k: int, eps: Fraction) -> None:
    """The other curves, for one k."""
    ax.plot(ms, [theorem_2(m=m, k=k, eps=eps) for m in ms], "k--", lw=1, label=f"Theorem 2 of the paper, k = {k}")
    third = [(m, value) for m in ms if (value := theorem_3(m=m, k=k, eps=eps)) is not None]
    if third:
        ax.plot(*zip(*third, strict=True), "k:", lw=1.2, label=f"Theorem 3 of the paper, k = {k}")
    pursuit = [min(m, ceiling_above(gordon_width_squared(m=m, k=k)) + 1) for m in ms]
    ax.plot(ms, pursuit, color="0.45", lw=1, label=f"basis pursuit, every z (sufficient), k = {k}")
    if 2 * eps <= 1:
        ax.plot(
            ms,
            [any_decoder(m=m, k=k) for m in ms],
            color="0.45",
            ls="-.",
            lw=1,
            label=f"any decoder: 2k, k = {k}",
        )
