"""The part of a page that is about random inputs, proved and sampled."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from lincs.digits import outward
from lincs.interval import Interval
from lincs.page import Page, Table

if TYPE_CHECKING:
    from lincs.interference.typical_results import Typical
    from lincs.results import Verification

__all__ = ["add_typical"]


def add_typical(result: Verification, out: Page) -> None:
    """The proofs about random inputs, below the worst case."""
    from lincs.interference.typical_results import TypicalFiring

    found = result.typical
    if found is None:
        return
    out.print()
    if isinstance(found.cases[0], TypicalFiring):
        _add_firing(found, out)
        return
    for line in (_inputs(found), *_words(found)):
        out.print(line)
    _add_levels(result, found, out)
    if found.survival is not None:
        _add_misread(found, result.eps, out)
        for p, k in found.survival.items():
            out.print(f"some feature misread with probability at most {float(p):g}, proved, up to k = {k}")


def _inputs(found: Typical) -> str:
    support = {
        "subset": "k features chosen uniformly",
        "bernoulli": "every feature active with probability k/m, on its own",
    }[found.support]
    values = {
        "signs": "random signs",
        "uniform": "values uniform in [-1, 1]",
        "positive": "values uniform in [0, 1]",
        "binary": "values 1",
    }[found.values]
    return f"Random inputs: {support}, {values}"


def _words(found: Typical) -> list[str]:
    assert found.confidence is not None
    return [
        "but for the risk given every feature is read within this; "
        f"sampled: {found.samples} inputs, seed {found.seed}, {found.confidence:.0%} confidence"
    ]


def _add_levels(result: Verification, found: Typical, out: Page) -> None:
    from lincs.interference.typical_results import TypicalCase

    table = Table()
    titles = ["k", "worst case"]
    first = found.cases[0]
    assert isinstance(first, TypicalCase)
    for level in first.risk:
        titles += [f"{float(level.p):g}: proved", "sampled", "average feature"]
    for title in (*titles, "rms, worst", "rms"):
        table.add_column(title, justify="right")
    for case, typical in zip(result.results, found.cases, strict=True):
        assert isinstance(typical, TypicalCase)
        cells = [str(typical.k), _up(case.interval.hi)]
        for level in typical.risk:
            cells += [_up(level.eps), _range(*level.sampled), _up(level.average_feature)]
        table.add_row(*cells, _rms(typical.rms_worst), _rms(typical.rms_mean))
    out.print(table)


def _add_misread(found: Typical, eps: Fraction | None, out: Page) -> None:
    from lincs.interference.typical_results import TypicalCase

    out.print(f"\nProbability that some feature has an error of {eps} or more")
    table = Table()
    for title in ("k", "proved at least", "sampled", "proved at most", "expected features, at most"):
        table.add_column(title, justify="right")
    for typical in found.cases:
        assert isinstance(typical, TypicalCase)
        assert typical.misread is not None
        bad = typical.misread
        cells = [_digits(bad.lower, up=False), _range(bad.sampled.lo, bad.sampled.hi), _digits(bad.upper)]
        table.add_row(str(typical.k), *cells, _digits(bad.expected_features))
    out.print(table)


def _add_firing(found: Typical, out: Page) -> None:
    from lincs.interference.typical_results import TypicalFiring

    out.print(_inputs(found))
    out.print(
        "proved, expected number an input and worst feature's probability; such a rate is often ten to fifty times the "
        "true one",
    )
    table = Table()
    for title in ("k", "false firings", "worst", "feature", "missed", "worst", "feature"):
        table.add_column(title, justify="right")
    for case in found.cases:
        assert isinstance(case, TypicalFiring)
        cells = [str(case.k)]
        for rate in (case.false, case.missed):
            cells += [f"<= {_digits(rate.expected)}", f"<= {_digits(rate.worst)}", str(rate.row)]
        table.add_row(*cells)
    out.print(table)


def _up(value: float) -> str:
    """Four decimals, rounded up (a hair above four decimals is not): of a bound."""
    import math

    return f"{math.ceil(value * 1e4 - 1e-6) / 1e4:.4f}"


def _digits(value: float, *, up: bool = True) -> str:
    return outward(value, 4, up=up)


def _range(low: float | None, high: float | None) -> str:
    return f"{'-' if low is None else f'{low:.4f}'} - {'?' if high is None else f'{high:.4f}'}"


def _rms(interval: Interval) -> str:
    if f"{interval.lo:.4f}" == f"{interval.hi:.4f}":
        return f"{interval.hi:.4f}"
    return f"{interval.lo:.4f} - {interval.hi:.4f}"
