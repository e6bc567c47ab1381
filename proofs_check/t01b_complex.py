"""Theorem 1b: the worst case of complex pairs, by brute force over phases, in Gaussian integers."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations, product

from lincs.exact.roots import rational_root, sqrt_above, sqrt_below

TITLE = "worst case of complex pairs = top-k sum of moduli"

Gaussian = tuple[Fraction, Fraction]
_BITS = 160
# Points of the unit circle with rational coordinates: 0, 90, 180, 270 degrees and those of Pythagorean triples.
_TRIPLES = ((1, 0, 1), (3, 4, 5), (5, 12, 13), (8, 15, 17), (20, 21, 29))
_PHASES: list[Gaussian] = sorted(
    {
        (Fraction(s * p, r), Fraction(t * q, r))
        for a, b, r in _TRIPLES
        for p, q in ((a, b), (b, a))
        for s in (-1, 1)
        for t in (-1, 1)
    }
)


def check() -> str:
    rng = random.Random(3)
    rows = inputs = scalings = 0
    for m in range(1, 5):
        for k in range(1, m + 1):
            for _ in range(8):
                # Entries whose moduli are rational or not, zeros and ties among them.
                choice = [(0, 0), (1, 0), (0, -1), (3, 4), (4, -3), (1, 1), (-1, 2), (5, -12)]
                row = [_gaussian(rng.choice(choice)) for _ in range(m)]
                inputs += _given(row, rows % m, k)
                rows += 1
                scalings += _scaled(row, rows % m, k, rng)
    return (
        f"{rows} rows against {inputs} inputs of rational phases, none above; the witness attains it; "
        f"{scalings} complex scalings, none better; {_rationality()} sums of roots are rational as told"
    )


def _gaussian(z: tuple[int, int]) -> Gaussian:
    return Fraction(z[0]), Fraction(z[1])


def _times(x: Gaussian, y: Gaussian) -> Gaussian:
    return x[0] * y[0] - x[1] * y[1], x[0] * y[1] + x[1] * y[0]


def _square(x: Gaussian) -> Fraction:
    return x[0] ** 2 + x[1] ** 2


def _top(squares: Sequence[Fraction], k: int) -> tuple[Fraction, Fraction]:
    """Enclosure of the sum of the k largest square roots."""
    largest = sorted(squares, reverse=True)[:k]
    return tuple(sum((root(s, _BITS) for s in largest), Fraction(0)) for root in (sqrt_below, sqrt_above))  # type: ignore[return-value]


def _error(row: Sequence[Gaussian], i: int) -> list[Gaussian]:
    return [(p - (j == i), q) for j, (p, q) in enumerate(row)]


def _given(row: Sequence[Gaussian], i: int, k: int) -> int:
    """No input of rational phases does better than the formula; conjugate phases attain it where they are rational."""
    error = _error(row, i)
    low, high = _top([_square(e) for e in error], k)
    tried = 0
    # A common phase changes nothing, so the first entry of z may be taken real.
    for support in combinations(range(len(row)), min(k, 3)):
        for phases in product(_PHASES[::3], repeat=len(support) - 1):
            z = dict(zip(support, [_gaussian((1, 0)), *phases], strict=True))
            value = [sum(_times(error[j], x)[n] for j, x in z.items()) for n in range(2)]
            assert value[0] ** 2 + value[1] ** 2 <= high**2, (row, i, k, z)
            tried += 1
    chosen = sorted(range(len(row)), key=lambda j: -_square(error[j]))[:k]
    roots = {j: rational_root(_square(error[j])) for j in chosen}
    if all(root is not None for root in roots.values()):
        total = Fraction(0)
        for j, root in roots.items():
            if root:
                p, q = error[j]
                real, imaginary = _times((p, q), (p / root, -q / root))
                assert imaginary == 0
                total += real
        assert low == high == total, (row, i, k)
    return tried


def _scaled(row: list[Gaussian], i: int, k: int, rng: random.Random) -> int:
    """Unit diagonal: the closed form of theorem 3 on moduli, against complex scales of the probe."""
    row = list(row)
    row[i] = _gaussian((1, 0))
    moduli = sorted((_square(v) for j, v in enumerate(row) if j != i), reverse=True)
    before = _top(moduli, k - 1)
    total = _top(moduli, k)
    kth = _top(moduli[k - 1 :], 1) if len(moduli) >= k else (Fraction(0), Fraction(0))
    best = (Fraction(1), Fraction(1)) if before[0] >= 1 else (total[0] / (1 + kth[0]), total[1] / (1 + kth[1]))

    def loss(c: Gaussian) -> tuple[Fraction, Fraction]:
        scaled = [_times(c, v) for v in row]
        return _top([_square(e) for e in _error(scaled, i)], k)

    tried = 0
    radii = [Fraction(n, 12) for n in range(19)]
    for radius in radii:
        for phase in _phases(rng):
            assert loss((radius * phase[0], radius * phase[1]))[1] >= best[0] - Fraction(1, 2**120), (row, i, k)
            tried += 1
    at = Fraction(0) if before[0] >= 1 else 1 / (1 + kth[1])
    assert abs(loss((at, Fraction(0)))[0] - best[1]) <= Fraction(1, 2**100), (row, i, k)
    return tried


def _phases(rng: random.Random) -> Iterator[Gaussian]:
    yield _gaussian((1, 0))
    yield from rng.sample(_PHASES, 5)


def _rationality() -> int:
    """A sum of roots of integers is an integer only if every root is: for all triples of integers up to 12."""
    count = 0
    for triple in product(range(13), repeat=3):
        low, high = _top([Fraction(n) for n in triple], 3)
        all_rational = all(rational_root(Fraction(n)) is not None for n in triple)
        assert (low == high) is all_rational
        if not all_rational:
            nearest = round(low)
            assert not low <= nearest <= high, triple
        count += 1
    return count
