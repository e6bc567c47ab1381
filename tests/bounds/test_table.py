"""Tables of brackets agree with single brackets; the figure draws what the table says."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest

import lincs
from lincs.errors import InputError


@pytest.mark.parametrize("readout", ["signed", "nonnegative", "affine"])
def test_rows_are_the_ends_of_single_brackets(readout: str) -> None:
    table = lincs.bound_table(m=[1, 50, "2^14", "10^30"], k=[1, 4, 10], eps=["0.25", 1, "3/2"], readout=readout)
    assert len(table) == 9 * 3 + 3
    for row in table:
        answer = lincs.bound(m=row.m, k=row.k, eps=row.eps, readout=readout)
        assert (row.lower, row.upper) == (answer.lower.value, answer.upper.value), row
        assert (row.lower_name, row.upper_name) == (answer.lower.name, answer.upper.name), row
    assert json.loads(json.dumps(table.to_dict()))["rows"][0]["eps"] == "1/4"


def test_a_thousand_brackets() -> None:
    table = lincs.bound_table(m=[int(10 ** (2 + n / 4)) for n in range(25)], k=range(1, 11), eps=[".1", ".2", ".5", 1])
    assert len(table) == 1000


def test_bad_input() -> None:
    with pytest.raises(InputError, match="readout must be signed, nonnegative or affine"):
        lincs.bound_table(m=10, k=1, eps=1, readout="threshold")
    with pytest.raises(InputError, match="eps must be positive"):
        lincs.bound_table(m=10, k=1, eps=[1, 0])


def test_the_figure_draws_the_table() -> None:
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    from matplotlib import pyplot

    from lincs.plots.brackets import brackets

    _, given = pyplot.subplots()
    ax = brackets(k=(2, 4), eps="0.5", m=("2^8", "2^12", "2^30"), ax=given)
    assert ax is given
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    table = lincs.bound_table(m=["2^8", "2^12", "2^30"], k=2, eps=Fraction(1, 2))
    drawn = [[int(y) for y in line.get_ydata()] for line in ax.get_lines()]
    assert [row.lower for row in table] in drawn
    assert [row.upper for row in table] in drawn
    labels = " ".join(text.get_text() for text in ax.get_legend().get_texts())
    assert "Theorem 2" in labels
    assert "2k" in labels
    pyplot.close("all")


def test_the_figure_of_limits_draws_single_brackets() -> None:
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    from matplotlib import pyplot

    from lincs.plots.limits import limits

    widths = (16, 64, 768)
    ax = limits(k=(4,), eps="1/2", d=widths)
    solid, dashed, dots = ([float(y) for y in line.get_ydata()] for line in ax.get_lines()[:3])
    answers = [lincs.bound(d=d, k=4, eps="1/2") for d in widths]
    assert solid == [float(answer.upper.value) for answer in answers]  # type: ignore[arg-type]
    assert dots == [float(answer.lower.value) for answer in answers]  # type: ignore[arg-type]
    assert all(new <= old for new, old in zip(solid, dashed, strict=True))
    assert solid[-1] < dashed[-1] / 100
    pyplot.close("all")
