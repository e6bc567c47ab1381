"""Figures and the page of a deployed encoder show the numbers of the result."""

import re

import numpy as np
import pytest

import lincs
from lincs.plots import deployed
from lincs.report import report


@pytest.fixture(scope="module")
def result():
    rng = np.random.default_rng(0)
    A = rng.standard_normal((20, 60))
    A /= np.linalg.norm(A, axis=0)
    return A, lincs.verify(A, A, k="1:4", readout="deployed", threshold=0.4)


def test_shares_are_those_of_the_classes(result):
    _, found = result
    ax = deployed.clean_shares(found)
    linear, could, clean = (line.get_ydata() for line in ax.get_lines())
    for j in range(4):
        counts = found.table.counts(j)
        assert clean[j] == counts["clean"] / 60
        assert could[j] == (counts["clean"] + counts["cleanable"]) / 60
    plain = lincs.verify(result[0], result[0], k="1:4", readout="nonnegative")
    np.testing.assert_allclose(linear, (plain.upper < 0.5).mean(axis=0))


def test_every_feature_is_a_point_of_the_plane(result):
    _, found = result
    ax = deployed.margin_plane(found, k=2)
    points = np.concatenate([np.stack(line.get_data(), 1) for line in ax.get_lines() if line.get_marker() == "."])
    assert len(points) == 60
    expected = np.stack([found.table.margin_false[0][:, 1], found.table.margin_miss[0][:, 1]], 1)
    np.testing.assert_allclose(np.sort(points, axis=0), np.sort(expected, axis=0), atol=1e-9)
    with pytest.raises(lincs.InputError, match="k must be one of"):
        deployed.margin_plane(found, k=9)


def test_a_reading_range_holds_what_random_inputs_read(result):
    A, found = result
    ax = deployed.reading_range(found, feature=7, k=3)
    high, low = (line.get_ydata() for line in ax.get_lines()[:2])
    s = ax.get_lines()[0].get_xdata()
    rng = np.random.default_rng(1)
    for _ in range(300):
        others = rng.choice(np.delete(np.arange(60), 7), 2, replace=False)
        place = rng.integers(0, len(s))
        p = A[:, 7] @ (s[place] * A[:, 7] + A[:, others] @ rng.random(2))
        out = p if p > 0.4 else 0.0
        if np.isfinite(low[place]) and np.isfinite(high[place]):
            assert low[place] - 1e-9 <= out <= high[place] + 1e-9
    with pytest.raises(lincs.InputError, match="feature must be one of those"):
        deployed.reading_range(found, feature=99)


def test_the_page_has_a_section_for_it(result):
    A, found = result
    description = lincs.describe(A, A, verification=found, samples=10)
    page = report(A, A, description=description, title="t")
    section = page.split("<h2>As deployed</h2>")[1].split("<h2>")[0]
    counts = found.table.counts(1)
    assert f"<td>{counts['cleanable'] / 60:.1%}</td>" in section
    assert len(re.findall("<img", section)) == 3
    linear = lincs.describe(A, A, k=2, samples=10)
    assert "As deployed" not in report(A, A, description=linear, title="t")


def test_a_description_of_another_readout_is_refused(result):
    A, found = result
    with pytest.raises(lincs.InputError, match="must be that of the same pair"):
        lincs.describe(A[:, :50], A[:, :50], verification=found)
