"""``python -m benchmarks.match [m_a m_b d]``: lincs.match beside blocked numpy and scikit-learn, in one run.

All find every feature's best |cos|, both ways, on all processors.  numpy's twin multiplies blocks in float32 and takes
argmax along both axes; scikit-learn (where it is installed) does brute-force neighbours by cosine, one way at a time.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from lincs.interference.match import match


def blocked(A: Any, B: Any, block: int = 4096) -> tuple[Any, Any]:
    """numpy alone, of m x d arrays: the places of the best |cos| both ways; a block of rows at a time."""
    a = (A / np.linalg.norm(A, axis=1, keepdims=True)).astype(np.float32)
    b = (B / np.linalg.norm(B, axis=1, keepdims=True)).astype(np.float32)
    of_a, of_b, best = np.empty(len(a), np.intp), np.zeros(len(b), np.intp), np.zeros(len(b), np.float32)
    for start in range(0, len(a), block):
        cosines = np.abs(a[start : start + block] @ b.T)
        of_a[start : start + block] = cosines.argmax(axis=1)
        rows = cosines.argmax(axis=0)
        values = cosines[rows, np.arange(len(b))]
        better = values > best
        of_b[better], best[better] = start + rows[better], values[better]
    return of_a, of_b


def neighbours(A: Any, B: Any) -> tuple[Any, Any]:
    """scikit-learn: the nearest line is the nearest of the features and their negatives."""
    from sklearn.neighbors import NearestNeighbors

    def one_way(x: Any, y: Any) -> Any:
        search = NearestNeighbors(n_neighbors=1, algorithm="brute", metric="cosine", n_jobs=-1)
        return search.fit(np.concatenate([y, -y])).kneighbors(x, return_distance=False)[:, 0] % len(y)

    return one_way(A.astype(np.float32), B.astype(np.float32)), one_way(B.astype(np.float32), A.astype(np.float32))


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    answer = work()
    return time.perf_counter() - start, answer


def main(m_a: int = 8192, m_b: int = 6144, d: int = 512) -> None:
    rng = np.random.default_rng(0)
    A = rng.standard_normal((m_a, d))
    B = rng.standard_normal((m_b, d))
    shared = min(m_a, m_b) // 2
    B[:shared] = A[rng.permutation(m_a)[:shared]] + 0.3 * rng.standard_normal((shared, d))
    match(A[:64].T, B[:64].T)  # compiles
    took, found = timed(lambda: match(A.T, B.T, assignment=False))
    print(f"m = {m_a} and {m_b}, d = {d}; lincs.match without assignment {took:.2f} s")
    whole, paired = timed(lambda: match(A.T, B.T))
    assert paired.pairs is not None
    print(f"  with assignment {whole:.2f} s: {len(paired.pairs)} pairs, all pairs looked at: {paired.all_pairs}")
    print(f"  total {paired.total:.2f}, no assignment above {paired.total_at_most:.2f}")
    for name, work in (("blocked numpy", blocked), ("scikit-learn", neighbours)):
        try:
            theirs, places = timed(lambda work=work: work(A, B))  # type: ignore[misc]
        except ModuleNotFoundError:
            print(f"  {name}: not installed")
            continue
        same = [(mine.partner == place).mean() for mine, place in zip((found.a, found.b), places, strict=True)]
        print(f"  {name} {theirs:.2f} s, {theirs / took:.2f} times as long; same partners {min(same):.4%}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
