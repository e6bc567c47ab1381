"""Theorem 1c: best sums over structured supports, by enumeration of every allowed support."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial
from itertools import combinations

TITLE = "best sums over structured supports"

Weights = Sequence[Fraction]
Levels = Sequence[tuple[Sequence[int], int]]  # (label of each feature, limit), inner to outer
Allowed = Callable[[tuple[int, ...]], bool]


def check() -> str:
    rng = random.Random(5)
    limited = whole = observed = 0
    for m in range(1, 7):
        for _ in range(60):
            w = [Fraction(rng.choice((0, 1, 1, 2, 3, 4, 5)), 8) for _ in range(m)]
            i = rng.randrange(m)
            w[i] = Fraction(0)
            outer = [rng.randrange(3) for _ in range(m)]
            inner = [2 * g + rng.randrange(2) for g in outer]
            for levels in (((outer, rng.randint(1, 3)),), ((inner, rng.randint(1, 2)), (outer, rng.randint(1, 3)))):
                for k in range(1, m + 1):
                    expected = enumerate_sums(w, i, partial(fits, levels=levels, k=k))
                    assert limits(w, i, k, levels) == expected, (w, i, k, levels)
                    assert one_by_one(w, i, k, levels, rng) == expected, (w, i, k, levels)
                    limited += 1
            for r in range(1, 4):
                expected = enumerate_sums(w, i, partial(_in_groups, labels=outer, r=r))
                assert groups(w, i, r, outer) == expected, (w, i, r, outer)
                whole += 1
            seen = [frozenset(j for j in range(m) if rng.random() < 0.5) for _ in range(3)]
            off, on = enumerate_sums(w, i, partial(_inside, sets=seen))
            sums = [(i in t, sum((w[j] for j in t), Fraction(0))) for t in seen]
            assert off == max(total for _, total in sums)
            assert on == max((total for has, total in sums if has), default=None)
            observed += 1
    _greedy_is_wrong()
    return f"{limited} rows under limits (closed form and one by one), {whole} of whole groups, {observed} observed"


def _in_groups(support: tuple[int, ...], labels: Sequence[int], r: int) -> bool:
    return len({labels[j] for j in support}) <= r


def _inside(support: tuple[int, ...], sets: Sequence[frozenset[int]]) -> bool:
    return any(set(support) <= t for t in sets)


def fits(support: tuple[int, ...], levels: Levels, k: int) -> bool:
    return len(support) <= k and all(
        sum(labels[j] == g for j in support) <= limit for labels, limit in levels for g in {labels[j] for j in support}
    )


def enumerate_sums(w: Weights, i: int, allowed: Allowed) -> tuple[Fraction, Fraction | None]:
    """OFF and ON (None: i is never active)."""
    others = [j for j in range(len(w)) if j != i]
    supports = [s for size in range(len(w)) for s in combinations(others, size)]
    off = max(_sum(w, s) for s in supports if allowed(s))
    return off, max((_sum(w, s) for s in supports if allowed((*s, i))), default=None)


def _sum(w: Weights, support: Sequence[int]) -> Fraction:
    return sum((w[j] for j in support), Fraction(0))


def limits(w: Weights, i: int, k: int, levels: Levels) -> tuple[Fraction, Fraction]:
    """The closed form: reduce from the inside out, and look at the groups around i."""
    left = [j for j in range(len(w)) if j != i]
    own = Fraction(0)
    for labels, limit in levels:
        kept = []
        for g in set(labels):
            members = sorted((j for j in left if labels[j] == g), key=lambda j: -w[j])
            if g == labels[i] and len(members) >= limit:
                own = max(own, w[members[limit - 1]])
            kept += members[:limit]
        left = kept
    best = sorted((w[j] for j in left), reverse=True)[:k]
    kth = best[k - 1] if len(best) == k else Fraction(0)
    total = sum(best, Fraction(0))
    return total, total - max(own, kth)


def one_by_one(w: Weights, i: int, k: int, levels: Levels, rng: random.Random) -> tuple[Fraction, Fraction]:
    """The exchange of the sweep, in a random order; then o from the groups around i that are full."""
    held: list[int] = []
    for e in rng.sample([j for j in range(len(w)) if j != i and w[j] > 0], sum(x > 0 for x in w)):
        for labels, limit in [*levels, ([0] * len(w), k)]:
            mates = [j for j in held if labels[j] == labels[e]]
            if len(mates) >= limit:
                least = min(mates, key=lambda j: w[j])
                if w[e] > w[least]:
                    held.remove(least)
                    held.append(e)
                break
        else:
            held.append(e)
    own = Fraction(0)
    for labels, limit in levels:
        mates = [j for j in held if labels[j] == labels[i]]
        if len(mates) >= limit:
            own = max(own, min(w[j] for j in mates))
    kth = min(w[j] for j in held) if len(held) == k else Fraction(0)
    return _sum(w, held), _sum(w, held) - max(own, kth)


def groups(w: Weights, i: int, r: int, labels: Sequence[int]) -> tuple[Fraction, Fraction]:
    sums = [_sum(w, [j for j in range(len(w)) if labels[j] == g and j != i]) for g in range(max(labels) + 1)]
    own = sums[labels[i]]
    best = [*sorted(sums, reverse=True), *[Fraction(0)] * r][:r]
    before = sum(best[: r - 1], Fraction(0))
    return before + best[-1], before + min(own, best[-1])


def _greedy_is_wrong() -> None:
    """At most one group and at most two features of {6}, {5, 5}: the largest first gives 6, the best is 10."""
    w, labels = [Fraction(6), Fraction(5), Fraction(5), Fraction(0)], [0, 1, 1, 2]
    off, _ = enumerate_sums(w, 3, lambda s: len(s) <= 2 and len({labels[j] for j in s}) <= 1)
    assert off == 10
