"""``python -m benchmarks.constructions``: every random and structured family at one (m, k, eps), beside both bounds.

``--targets`` prints the reference problems instead; ``--record`` also builds and verifies the upper end of each
(all columns up to m = 131,072; beyond, exactly by structure and four seeded panels by the engine) and writes
``lincs/data/verified.csv``.
"""

from __future__ import annotations

import argparse
import csv
import math
import time
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np

import lincs
from lincs.bounds.published import theorem_2
from lincs.constructions.catalogue import EVERY, FAMILIES, family, least_frame
from lincs.constructions.family import BUILT, STRUCTURE, THEOREM, Family, Promise
from lincs.constructions.orbit import has_structure, verify_structure
from lincs.constructions.verified import verified
from lincs.data import FOLDER
from lincs.errors import InputError

MOST_BUILT = 131_072
SEEDS = (0, 1, 2)
_EIGHT_GIB = 8 << 30

TARGETS: tuple[tuple[int, int, str], ...] = (
    (64, 1, "0.25"),
    (256, 2, "0.5"),
    (1024, 1, "0.1"),
    (1024, 2, "0.5"),
    (1024, 4, "0.5"),
    (4096, 2, "0.5"),
    (4096, 4, "0.5"),
    (4096, 8, "0.5"),
    (16384, 4, "0.25"),
    (16384, 4, "0.5"),
    (16384, 16, "0.5"),
    (65536, 8, "0.5"),
    (65536, 8, "0.25"),
    (65536, 4, "0.1"),
    (100000, 5, "0.3"),
    (10**6, 4, "0.5"),
    (2**20, 8, "0.5"),
    (10**6, 10, "0.5"),
    (10**6, 10, "0.25"),
    (10**6, 10, "0.1"),
    (10**6, 32, "0.5"),
    (2**24, 16, "0.5"),
    (10**7, 10, "0.5"),
    (10**8, 20, "0.5"),
    (10**9, 10, "0.5"),
    (10**9, 32, "0.5"),
    (10**12, 16, "0.5"),
)


def best_promise(*, m: int, k: int, eps: Fraction) -> tuple[Promise, bool]:
    """The frame of least d in the catalogue; or one on the threshold, which needs one dimension more, and True."""
    mu = eps / (k - eps)
    strict, closed = (least_frame(FAMILIES, m=m, mu=mu, closed=closed) for closed in (False, True))
    assert strict is not None
    assert closed is not None
    return (closed, True) if closed.d + 1 < strict.d else (strict, False)


def measured(A: np.ndarray, ks: tuple[int, ...], scale: float) -> tuple[float, ...]:
    """Upper ends of the worst errors of ``B = scale A / |a|^2`` by the verifier, one for each k."""
    squares = (A * A).sum(axis=0)
    result = lincs.verify(A, A * (scale / squares), k=list(ks))
    return tuple(case.eps.hi for case in result.results if case.eps is not None)


# --- the table of families -------------------------------------------------------------------------------------------


def random_rows(m: int, k: int, eps: Fraction) -> Iterator[tuple[Any, ...]]:
    """For each random family and seed the smallest d (to about one per cent) whose frame passes, and its error."""
    for source in (candidate for candidate in EVERY if candidate.seeded):
        for seed in SEEDS:
            d, error = _smallest(source, m, k, eps, seed)
            yield source.name, f"seed {seed}", d, error


def _smallest(source: Family, m: int, k: int, eps: Fraction, seed: int) -> tuple[int | None, float]:
    def error(d: int) -> float:
        A = source.frame({"d": d, "m": m, "seed": seed}).columns(0, m)
        result = lincs.verify(A, k=k)  # probes of A under the best scaling of each row
        assert result.results[0].eps is not None
        return result.results[0].eps.hi

    most = source.most_rows(m) or 1 << 16
    low, high = 1, 64
    while error(high) >= eps:
        low, high = high, 2 * high
        if high > most:
            return None, math.nan
    while high - low > max(1, high // 100):
        middle = (low + high) // 2
        low, high = (low, middle) if error(middle) < eps else (middle, high)
    return high, error(high)


def structured_rows(m: int, k: int, eps: Fraction) -> Iterator[tuple[Any, ...]]:
    """For each structured family its least d in closed form, built and measured where it fits."""
    for candidate in FAMILIES:
        promise = candidate.least(m=m, mu=eps / (k - eps))
        if promise is None:
            yield candidate.name, "no member", None, math.nan
            continue
        parameters = " ".join(f"{name}={value}" for name, value in promise.parameters.items())
        error = math.nan
        if promise.d * m <= 1 << 25:
            coherence = candidate.coherence_above(promise)
            assert coherence is not None
            A = candidate.frame(promise.parameters).columns(0, m)
            (error,) = measured(A, (k,), float(1 / (1 + coherence)))
            assert error < eps, (promise, error)
        yield candidate.name, parameters, promise.d, error


def families_table(m: int, k: int, eps: Fraction) -> str:
    bracket = lincs.bound(m=m, k=k, eps=eps)
    lower, paper = bracket.lower.value, theorem_2(m=m, k=k, eps=eps)
    lines = [
        f"m = {m}, k = {k}, eps = {eps}: lower bound {lower}, best construction {bracket.upper.value}, "
        f"Theorem 2 of Garg, Kleinberg and Peng (2026) {paper}",
        "",
        "| family | parameters | smallest d that passes | measured eps | / lower bound | d/(k^2 ln m) |",
        "|---|---|---|---|---|---|",
    ]
    rows = sorted((*structured_rows(m, k, eps), *random_rows(m, k, eps)), key=lambda row: (row[2] is None, row[2] or 0))
    assert isinstance(lower, int)
    for name, parameters, d, error in rows:
        if d is None:
            lines.append(f"| {name} | {parameters} | - | - | - | - |")
        else:
            shown = "-" if math.isnan(error) else f"{error:.4f}"
            lines.append(
                f"| {name} | {parameters} | {d} | {shown} | {d / lower:.2f} | {d / (k * k * math.log(m)):.2f} |"
            )
    return "\n".join(lines)


# --- the reference problems ------------------------------------------------------------------------------------------


def targets_table(*, record: bool, least: int = 0) -> str:
    found: dict[str, list[tuple[str, int]]] = {key: list(rows) for key, rows in verified().items()}
    lines = [
        "| m | k | eps | lower | upper | ratio | construction | status | measured eps | seconds |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    ratios = []
    for m, k, text in (target for target in TARGETS if target[0] >= least):
        eps = Fraction(text)
        bracket = lincs.bound(m=m, k=k, eps=eps)
        promise, closed = best_promise(m=m, k=k, eps=eps)
        lower, upper = bracket.lower.value, bracket.upper.value
        assert isinstance(lower, int)
        assert isinstance(upper, int)
        assert upper == promise.d + closed, (m, k, eps)
        ratios.append(upper / lower)
        shown, seconds = "", 0.0
        kind = family(promise.family).status(promise, m=m)
        if record and kind == THEOREM:
            start = time.perf_counter()
            kind, error = _verify(promise, m, k, eps, closed=closed)
            seconds = time.perf_counter() - start
            shown = f"{error:.6f}"
            if kind in (BUILT, STRUCTURE):
                rows = found.setdefault(promise.key, [])
                rows[:] = [row for row in rows if row[0] != kind or row[1] > m]
                if not any(row[0] == kind for row in rows):
                    rows.append((kind, m))
                _write(found)
        line = (
            f"| {m} | {k} | {text} | {lower} | {upper} | {upper / lower:.3f} | {promise.key} | {kind} "
            f"| {shown} | {seconds:.1f} |"
        )
        print(line, flush=True)
        lines.append(line)
    mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
    return f"geometric mean of upper/lower: {mean:.4f}"


def _verify(promise: Promise, m: int, k: int, eps: Fraction, *, closed: bool) -> tuple[str, float]:
    """Verify the first m columns; returns the status earned and a bound on the error at k (of the panels, if large).

    A frame on the threshold (closed) is not told from one above it by floats: it is verified by structure alone.
    """
    room = Fraction(1, 10**9) if closed else Fraction(0)
    source = family(promise.family)
    coherence = source.coherence_above(promise)
    assert coherence is not None
    scale = float(1 / (1 + coherence))
    if not closed and m <= MOST_BUILT and 16 * m * promise.d <= _EIGHT_GIB:
        A = source.frame(promise.parameters).columns(0, m)
        one, many = measured(A, (1, k), scale) if k > 1 else measured(A, (1,), scale) * 2
        # k = 1 bounds every entry, so it holds the promise itself to account.
        assert Fraction(one) <= coherence / (1 + coherence) + Fraction(1, 10**9), promise
        assert many < eps, promise
        return BUILT, many
    kind = THEOREM
    if has_structure(promise):
        try:
            structure = verify_structure(promise, m=m)
        except InputError as error:
            print(f"{promise.key}: {error}", flush=True)
        else:
            assert structure.serves(k=k, eps=eps, closed=closed), structure
            kind = STRUCTURE
    worst = 0.0
    if closed and kind == THEOREM:  # cited; floats would say nothing of the threshold
        return kind, float("nan")
    try:
        frame = source.frame(promise.parameters)
    except InputError as error:  # too large to be built: the theorem stands alone
        print(f"{promise.key}: {error}", flush=True)
        return kind, float("nan")
    for seed in range(4):
        rng = np.random.default_rng(seed)
        size = min(max(64, min(1024, (1 << 25) // promise.d)), m)
        blocks = [
            frame.columns(j, j + size // 4)
            for j in (int(x) for x in rng.integers(0, m - size // 4 + 1, 4, dtype=np.int64))
        ]
        columns = np.unique(np.concatenate(blocks, axis=1), axis=1)
        worst = max(worst, *measured(columns, (min(k, columns.shape[1]),), scale))
    assert worst < eps + room, promise
    return kind, worst


def _write(found: dict[str, list[tuple[str, int]]]) -> None:
    with (FOLDER / "verified.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["member", "how", "columns"])
        writer.writerows([key, *row] for key, rows in sorted(found.items()) for row in sorted(rows))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--m", type=int, default=1024)
    parser.add_argument("--k", type=int, default=4)
    parser.add_argument("--eps", default="0.5")
    parser.add_argument("--targets", action="store_true")
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--least", type=int, default=0, help="only the reference problems with at least this m")
    options = parser.parse_args()
    if options.targets or options.record:
        print(targets_table(record=options.record, least=options.least))
    else:
        print(families_table(options.m, options.k, Fraction(options.eps)))


if __name__ == "__main__":
    main()
