"""What ``lincs verify --typical`` takes and shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from lincs.cli._options import refuse
from lincs.cli._output import console
from lincs.interval import Interval

if TYPE_CHECKING:
    from lincs.interference.typical_results import Typical
    from lincs.results import Verification

__all__ = ["OPTIONS", "check_typical", "print_typical", "typical_options"]

OPTIONS = ("support", "risk")  # that mean nothing without --typical


def check_typical(context: typer.Context, there: set[str]) -> None:
    """Refuse what has no use for random inputs, and what random inputs have no use for."""
    if "typical" not in there:
        refuse(context, OPTIONS, "without --typical")
        return
    refuse(context, ("cluster",), "with --typical, of which workers know nothing")
    refuse(context, ("groups", "group_rule", "active_groups"), "with --typical: random supports would break the groups")
    refuse(context, ("closed",), "with --typical, which counts errors of eps itself as misread")
    refuse(context, ("stop_early",), "with --typical, which needs every row")


def typical_options(
    typical: str | None, support: str | None, risk: str | None, random: int, seed: int
) -> dict[str, Any]:
    """The arguments of :func:`lincs.verify`; nothing where nothing is asked."""
    if typical is None:
        return {}
    return {"typical": typical, "support": support, "risk": risk, "samples": random, "seed": seed}


def print_typical(result: Verification, eps: str | None) -> None:
    """The proofs about random inputs, below the worst case."""
    from lincs.interference.typical_results import TypicalFiring

    found = result.typical
    if found is None:
        return
    out = console()
    out.print()
    if isinstance(found.cases[0], TypicalFiring):
        _print_firing(result, found)
        return
    for line in (_inputs(found), *_words(found)):
        out.print(line, markup=False)
    _print_levels(result, found)
    if found.survival is not None:
        _print_misread(found, eps)
        for p, k in found.survival.items():
            out.print(
                f"some feature misread with probability at most {float(p):g}, proved, up to k = {k}", markup=False
            )


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


def _print_levels(result: Verification, found: Typical) -> None:
    from rich.table import Table

    from lincs.interference.typical_results import TypicalCase

    table = Table(box=None, pad_edge=False)
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
    console().print(table, markup=False)


def _print_misread(found: Typical, eps: str | None) -> None:
    from rich.table import Table

    from lincs.interference.typical_results import TypicalCase

    out = console()
    out.print(f"\nProbability that some feature has an error of {eps} or more", markup=False)
    table = Table(box=None, pad_edge=False)
    for title in ("k", "proved at least", "sampled", "proved at most", "expected features, at most"):
        table.add_column(title, justify="right")
    for typical in found.cases:
        assert isinstance(typical, TypicalCase)
        assert typical.misread is not None
        bad = typical.misread
        cells = [_digits(bad.lower, up=False), _range(bad.sampled.lo, bad.sampled.hi), _digits(bad.upper)]
        table.add_row(str(typical.k), *cells, _digits(bad.expected_features))
    out.print(table, markup=False)


def _print_firing(result: Verification, found: Typical) -> None:
    from rich.table import Table

    from lincs.interference.typical_results import TypicalFiring

    out = console()
    out.print(_inputs(found), markup=False)
    out.print(
        "proved, expected number an input and worst feature's probability; such a rate is often ten to fifty times the "
        "true one",
        markup=False,
    )
    table = Table(box=None, pad_edge=False)
    for title in ("k", "false firings", "worst", "feature", "missed", "worst", "feature"):
        table.add_column(title, justify="right")
    for case in found.cases:
        assert isinstance(case, TypicalFiring)
        cells = [str(case.k)]
        for rate in (case.false, case.missed):
            cells += [f"<= {_digits(rate.expected)}", f"<= {_digits(rate.worst)}", str(rate.row)]
        table.add_row(*cells)
    out.print(table, markup=False)


def _up(value: float) -> str:
    """Four decimals, rounded up (a hair above four decimals is not): of a bound."""
    import math

    return f"{math.ceil(value * 1e4 - 1e-6) / 1e4:.4f}"


def _digits(value: float, *, up: bool = True) -> str:
    """Four digits of a bound, rounded outward."""
    import decimal

    rounding = decimal.ROUND_CEILING if up else decimal.ROUND_FLOOR
    return f"{float(decimal.Context(prec=4, rounding=rounding).create_decimal_from_float(value)):.4g}"


def _range(low: float | None, high: float | None) -> str:
    return f"{'-' if low is None else f'{low:.4f}'} - {'?' if high is None else f'{high:.4f}'}"


def _rms(interval: Interval) -> str:
    if f"{interval.lo:.4f}" == f"{interval.hi:.4f}":
        return f"{interval.hi:.4f}"
    return f"{interval.lo:.4f} - {interval.hi:.4f}"
