"""What no pair is below and what a known frame reaches: in pages, figures, and beside the best probes and L1."""

from __future__ import annotations

import numpy as np
import pytest

import lincs
from lincs.bounds.limits import limits_of
from lincs.errors import ContradictionError
from lincs.plots.dictionary import k_curve, overview, worst_block
from lincs.report import report


@pytest.fixture(scope="module")
def A() -> np.ndarray:
    return np.random.default_rng(7).standard_normal((8, 20))


def test_every_answer_about_a_matrix_holds_the_limits_of_its_shape(A):
    limits = limits_of(d=8, m=20, ks=(1, 2), readout="signed")
    results = lincs.verify(A, k=[1, 2]), lincs.compare_probes(A, k=[1, 2]), lincs.compare(A, k=[1, 2], trials=3)
    for result in results:
        assert result.limits.cases == limits.cases
        assert result.to_dict()["limits"]["results"] == limits.to_dict()["results"]
        text = str(result)
        for case in limits.cases:
            shown = float(text.split(f"k = {case.k}: ")[1].split("best known ")[1].split()[0])
            assert case.achieved <= shown <= case.achieved * 1.01  # rounded up
            shown = float(text.split(f"k = {case.k}: ")[1].split("at least ")[1].split(",")[0])
            assert case.excluded * 0.99 <= shown <= case.excluded  # and down


def test_probes_of_a_sample_are_no_pair(A):
    assert "best known" not in str(lincs.compare_probes(A, k=1, sample=3))


def test_an_error_below_the_limits_is_a_contradiction():
    limits = limits_of(d=8, m=20, ks=(1, 2), readout="signed")
    good = {case.k: case.achieved for case in limits.cases}
    assert limits.checked(good) is limits
    with pytest.raises(ContradictionError, match="at k = 2 this pair errs by"):
        limits.checked({**good, 2: limits.at(2).excluded / 2})


def test_figures_show_the_band(A):
    description = lincs.describe(A, k="1:4", samples=10)
    labels = [line.get_label() for line in k_curve(description).get_lines()]
    assert "best known pair of this shape" in labels
    page = report(A, description=description, title="t")
    assert "How far from the best possible" in page
    assert page.count("any 8 x 20 at least") == 1  # one table


def test_l1_has_axes_of_its_own_with_its_transition_inside(A):
    ax = lincs.compare(A, k="1:6", trials=3).plot()
    below = next(other for other in ax.figure.axes if other is not ax)
    assert below.get_ylim()[0] == 0
    assert below.get_position().y1 <= ax.get_position().y0
    [text] = [text for text in below.texts if "transition" in text.get_text()]
    ax.figure.canvas.draw()
    inside, around = text.get_window_extent(), below.get_window_extent()
    assert around.x0 <= inside.x0
    assert inside.x1 <= around.x1
    # Where two curves are 1, the marks of one are seen on those of the other.
    marks = {line.get_label(): (line.get_marker(), line.get_markersize()) for line in ax.get_lines()}
    assert marks["optimal probes: worst case (proved)"] != marks["scaled $A^T$: worst case (proved)"]


@pytest.mark.parametrize("given", [False, True])
def test_the_heat_map_is_about_a_living_feature_and_says_its_k(A, given):
    dead = A.copy()
    dead[:, [0, 5]] = 0
    B = dead if given else None
    description = lincs.describe(dead, B, k="1:3", samples=10, names=[f"f{i}" for i in range(20)])
    ax = worst_block(dead, B, description=description)
    title = ax.get_title()
    name = title.split()[1].rstrip(",")
    assert name not in ("f0", "f5")
    k = int(title.split()[-1])
    assert k in (1, 2, 3)
    # It is the worst of the living at that k.
    result = description.verification
    living = [i for i in range(20) if i not in (0, 5)]
    assert name == f"f{max(living, key=lambda i: result.upper[i, result.ks.index(k)])}"


def test_legends_hide_no_bars(A):
    page = overview(A, description=lincs.describe(A, k="1:4", samples=10))
    page.canvas.draw()
    curve, bars, _ = page.axes[:3]
    for ax in (curve, bars):
        assert ax.get_legend().get_window_extent().y1 <= ax.get_window_extent().y0
