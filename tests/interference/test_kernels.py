"""The kernels that keep the largest entries of every row and column of a matrix that comes in tiles."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lincs.interference.heaps import Heaps, by_pass

SIDES = {"absolute": np.abs, "positive": lambda x: np.maximum(x, 0), "negative": lambda x: np.maximum(-x, 0)}


def entries(kind: str, shape: tuple[int, int], dtype: np.dtype, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    if kind == "ties":
        return rng.integers(-3, 4, shape).astype(dtype)
    x = rng.standard_normal(shape)
    if kind == "sparse":
        x[rng.random(shape) < 0.97] = 0
    if kind == "rising":  # every entry beats those before it
        x = np.sort(np.abs(x).ravel()).reshape(shape) * rng.choice([-1, 1], shape)
    if kind == "huge":
        x[0, 0], x[-1, -1] = np.inf, -np.inf
    return x.astype(dtype)


def expected(x: np.ndarray, side: str, keep: int) -> np.ndarray:
    """The ``keep`` largest of every row, descending, 0 where there are fewer."""
    values = np.concatenate([SIDES[side](x), np.zeros((len(x), keep), x.dtype)], axis=1)
    return -np.sort(-values, axis=1)[:, :keep]


@settings(max_examples=60)
@given(
    kind=st.sampled_from(["normal", "ties", "sparse", "rising", "huge"]),
    dtype=st.sampled_from([np.float32, np.float64]),
    n_rows=st.integers(1, 40),
    n_columns=st.sampled_from([1, 5, 63, 64, 65, 200, 1000]),
    keep=st.sampled_from([1, 2, 7, 32, 33, 70]),
    tile=st.sampled_from([1000, 128, 70]),
    sides=st.sampled_from([("absolute",), ("positive", "negative"), ("positive",)]),
    seed=st.integers(0, 2**32 - 1),
)
def test_the_largest_entries_of_rows_and_columns(
    kind: str, dtype: type, n_rows: int, n_columns: int, keep: int, tile: int, sides: tuple[str, ...], seed: int
) -> None:
    x = entries(kind, (n_rows, n_columns), np.dtype(dtype), seed)
    heaps = {side: Heaps(n_rows + 2, side, keep, np.dtype(dtype)) for side in sides}
    turned = {side: Heaps(n_rows + 2, side, keep, np.dtype(dtype)) for side in sides}
    rows = slice(1, n_rows + 1)
    for left in range(0, n_columns, tile):
        part = np.ascontiguousarray(x[:, left : left + tile])
        for scanned in by_pass(heaps):
            scanned.scan_rows(part, rows, left)
        for scanned in by_pass(turned):
            scanned.scan_columns(np.ascontiguousarray(part.T), rows, left)
    for side in sides:
        want = expected(x, side, keep)
        assert np.array_equal(heaps[side].largest(rows), want)
        assert np.array_equal(turned[side].largest(rows), want)
        untouched = [0, n_rows + 1]
        assert not heaps[side].heaps[untouched].any()
        assert not turned[side].heaps[untouched].any()


@pytest.mark.parametrize("keep", [5, 50])
def test_rows_and_columns_of_one_sweep_share_heaps_and_merge(keep: int) -> None:
    x = entries("normal", (150, 150), np.dtype(np.float32), 3)
    x = np.triu(x, 1) + np.triu(x, 1).T
    for sides in (("absolute",), ("positive", "negative")):
        mine, theirs = ({side: Heaps(150, side, keep, x.dtype) for side in sides} for _ in range(2))
        for at, heaps in ((0, mine), (75, theirs)):
            for left in range(at, 150, 75):
                part = np.ascontiguousarray(x[at : at + 75, left : left + 75])
                for scanned in by_pass(heaps):
                    scanned.scan_rows(part, slice(at, at + 75), left)
                    if left != at:
                        scanned.scan_columns(part, slice(left, left + 75), at)
        for side in sides:
            mine[side].merge(slice(0, 150), theirs[side].state())
            assert np.array_equal(mine[side].largest(slice(0, 150)), expected(x, side, keep))
