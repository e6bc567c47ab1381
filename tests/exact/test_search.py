"""One bisection for all: against a linear scan, and what it may ask."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lincs.exact.search import first, last, least


def scan(threshold: int, low: int, high: int) -> int | None:
    """The least n of ``low < n <= high`` at or beyond the threshold, by trying them all: the twin."""
    return next((n for n in range(low + 1, high + 1) if n >= threshold), None)


class Asked:
    """A monotone condition that remembers what it was asked."""

    def __init__(self, threshold: int) -> None:
        self.threshold = threshold
        self.seen: list[int] = []

    def __call__(self, n: int) -> bool:
        self.seen.append(n)
        return n >= self.threshold


@given(st.integers(-300, 300), st.integers(1, 300), st.data())
def test_least_is_the_first_of_a_scan(low: int, width: int, data: st.DataObject) -> None:
    threshold = data.draw(st.integers(low + 1, low + width))
    condition = Asked(threshold)
    assert least(condition, low, low + width) == scan(threshold, low, low + width) == threshold
    assert len(condition.seen) <= (width - 1).bit_length()
    assert len(set(condition.seen)) == len(condition.seen)
    assert not {low, low + width} & set(condition.seen)  # the ends are taken for granted


@given(st.integers(-300, 300), st.integers(1, 300))
def test_the_ends_are_not_asked_for(low: int, width: int) -> None:
    """A condition that contradicts what is taken for granted moves the answer to that end, no further."""
    assert least(lambda n: False, low, low + width) == low + width
    assert least(lambda n: True, low, low + width) == low + 1
    assert last(lambda n: False, low, low + width) == low
    assert last(lambda n: True, low, low + width) == low + width - 1


@given(st.integers(-300, 300), st.integers(1, 300), st.data())
def test_last_is_the_end_of_a_scan(low: int, width: int, data: st.DataObject) -> None:
    threshold = data.draw(st.integers(low + 1, low + width))  # holds below it
    twin = max(n for n in range(low, low + width) if n < threshold)
    assert last(lambda n: n < threshold, low, low + width) == twin


@given(st.integers(-300, 300), st.integers(-5, 900), st.one_of(st.none(), st.integers(-5, 700)))
def test_first_is_the_first_of_a_scan(low: int, gap: int, reach: int | None) -> None:
    threshold = low + gap
    ceiling = None if reach is None else low + reach
    condition = Asked(threshold)
    found = first(condition, low, ceiling)
    assert found == scan(threshold, low, low + 2000 if ceiling is None else ceiling)
    assert all(n > low and (ceiling is None or n <= ceiling) for n in condition.seen)
    assert len(condition.seen) <= 2 * max(1, gap).bit_length() + 2


def test_long_numbers_cost_their_digits() -> None:
    condition = Asked(10**1000)
    assert first(condition, 0) == 10**1000
    assert len(condition.seen) < 7000
    assert least(condition, 0, 10**1001) == 10**1000
