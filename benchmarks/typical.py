"""``python -m benchmarks.typical``: 100,000 random inputs beside what is proved of them.

On the packaged word vectors and on three random families, for every law and support: how often some feature is misread,
how often each feature is, and how often the proved eps is exceeded, none of which may be above its proved bound by more
than chance (one in a million, for each); and the proved eps at 1 % over the sampled one for k = 1 to 16.

``python -m benchmarks.typical --speed``: CPU time of the sweep with and without the sums of squares and fourth powers,
interleaved (m = 16384, d = 512, k = 10), and of ``lincs verify`` with and without ``--typical``.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

import lincs
from lincs.binomial import clopper_pearson
from lincs.interference.laws import LAWS, SUPPORTS
from lincs.interference.powers import exponents
from lincs.interference.rounding import survey
from lincs.interference.sweep import Sweep
from lincs.interference.typical_results import TypicalCase
from lincs.parallel import cpu_count
from lincs.reading import as_matrix

Array = npt.NDArray[Any]

INPUTS, BLOCK, SURE = 100_000, 2000, 1 - 1e-6


def pairs() -> dict[str, tuple[Array, Array]]:
    """The word vectors under unit gain, and three random families, B = A."""
    rng = np.random.default_rng(0)
    A = lincs.example_matrix().astype(float)
    found = {"word vectors": (A, A / (A**2).sum(axis=0))}
    shape = (64, 512)
    for name, G in {
        "gaussian": rng.standard_normal(shape),
        "signs": rng.choice([-1.0, 1.0], shape),
        "skewed": rng.exponential(size=shape),
    }.items():
        unit = G / np.linalg.norm(G, axis=0)
        found[name] = unit, unit
    return found


def errors(A: Array, B: Array, law: str, support: str, k: int, inputs: int) -> Any:
    """Blocks (inputs x m) of the errors at seeded inputs that no proof has seen."""
    m = A.shape[1]
    rng = np.random.default_rng((12345, k))
    for _ in range(0, inputs, BLOCK):
        Z = np.zeros((BLOCK, m))
        for z in Z:
            where = SUPPORTS[support].draw(rng, m, k)
            z[where] = LAWS[law].draw(rng, len(where))
        yield np.abs((Z @ A.T) @ B - Z)


def check(
    name: str, A: Array, B: Array, law: str, support: str, ks: tuple[int, ...], inputs: int
) -> tuple[bool, float]:
    """Whether nothing exceeds its bound, and the largest proved eps at 1 % over the sampled one."""
    readout = "signed" if LAWS[law].symmetric else "nonnegative"
    eps = 0.75
    options: dict[str, Any] = {"readout": readout, "typical": law, "support": support}
    result = lincs.verify(A, B, k=ks, eps=eps, **options)
    assert result.typical is not None
    fine, worst = True, 0.0
    for case in result.typical.cases:
        assert isinstance(case, TypicalCase)
        assert case.misread is not None
        counts, largest = np.zeros(A.shape[1]), []
        for block in errors(A, B, law, support, case.k, inputs):
            counts += (block >= eps).sum(axis=0)
            largest.append(block.max(axis=1))
        every = np.concatenate(largest)
        some = clopper_pearson(int((every >= eps).sum()), inputs, SURE)
        fine &= case.misread.lower <= some.hi and some.lo <= case.misread.upper
        for level in case.risk:
            fine &= clopper_pearson(int((every > level.eps + 1e-9).sum()), inputs, SURE).lo <= float(level.p)
        bounds = result.typical.columns[f"misread_k{case.k}"]
        sure = 1 - (1 - SURE) / A.shape[1]
        lows = {int(n): clopper_pearson(int(n), inputs, sure).lo for n in np.unique(counts)}
        fine &= all(lows[int(n)] <= bound for n, bound in zip(counts, bounds, strict=True))
        ratio = case.risk[0].eps / float(np.quantile(every, 0.99))
        worst = max(worst, ratio)
        print(
            f"{name:13s} {law:8s} {support:9s} k = {case.k:2d}  P(some error >= {eps}): {case.misread.lower:.4f} <= "
            f"{(every >= eps).mean():.4f} <= {case.misread.upper:.4f}   eps at 1 %: proved {case.risk[0].eps:.4f}, "
            f"{ratio:.3f} times the sampled one",
            flush=True,
        )
    return fine, worst


def _cpu(work: Callable[[], Any]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def _ratios(rounds: int, works: dict[str, Callable[[], Any]]) -> None:
    """Of each work to the first, in rounds."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds + 1):
        for name, work in works.items():
            times[name].append(_cpu(work))
    first = np.array(next(iter(times.values()))[1:])
    for name, seconds in times.items():
        ratio = np.array(seconds[1:]) / first
        spread = f"{ratio.min():.3f} to {ratio.max():.3f}"
        print(f"{name:55s} {np.median(seconds[1:]):6.2f} s CPU   {np.median(ratio):.3f} ({spread})")


def speed(rounds: int = 5, m: int = 16384, d: int = 512, k: int = 10) -> None:
    A = np.random.default_rng(0).standard_normal((d, m)).astype(np.float32)
    A /= np.linalg.norm(A, axis=0)
    a = as_matrix(A)
    found = survey(a, a)
    sizes = exponents(found.b_norms * float(found.a_norms.max()))
    threads = cpu_count()

    def sweep(keep: int, powers: Array | None) -> Callable[[], None]:
        made = Sweep(a, a, keep, ("absolute",), np.dtype(np.float32), threads, same=True, powers=powers)
        return lambda: made.run(lambda which, tops: None)

    _ratios(
        rounds,
        {
            f"sweep, {k} largest entries": sweep(k, None),
            "and sums of squares and fourth powers": sweep(k, sizes),
            "and 32 largest entries, as --typical keeps": sweep(32, sizes),
        },
    )
    _ratios(
        max(rounds // 2, 1),
        {
            "verify": lambda: lincs.verify(A, A, k=k),
            "verify, typical signs, 1000 samples": lambda: lincs.verify(A, A, k=k, typical="signs"),
        },
    )


def main(arguments: list[str]) -> int:
    if "--speed" in arguments:
        speed()
        return 0
    inputs = int(arguments[0]) if arguments else INPUTS
    fine, close = True, 0.0
    for name, (A, B) in pairs().items():
        words = name == "word vectors"
        for law in LAWS:
            symmetric = LAWS[law].symmetric
            for support in SUPPORTS:
                every = words and symmetric and support == "subset"
                ks = tuple(range(1, 17)) if every else (1, 3, 8)
                good, ratio = check(name, A, B, law, support, ks, inputs)
                fine &= good
                close = max(close, ratio) if every else close
    print(f"nothing above its bound: {fine}; proved eps at 1 % over the sampled one, word vectors: at most {close:.3f}")
    return 0 if fine and close <= 1.4 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
