"""Readers that are not the features' own: the neurons of a layer, a transcoder's encoder, against a dictionary.

Reader r sees ``p_r = w_r . A z + beta_r`` and fires where ``p_r > t``.  It has a *target* T of one to three features:
it ought to fire whenever all of T are on, and never when one of them is off.  Both are one-sided top sums of its row of
``W^T A`` (THEOREMS.md, 10e), so that they are exact over all k-sparse inputs, whatever the sizes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.encoders.readers_file import read_readers
from lincs.errors import InputError, check_integer
from lincs.interference.deployed import parse_detection
from lincs.interference.reader_rows import BLOCK_BYTES, CLASSES, ReaderRows
from lincs.interference.reader_targets import check_targets
from lincs.jsonable import jsonable
from lincs.matrices import Matrix
from lincs.parallel import thread_count
from lincs.problem import parse_ks
from lincs.progress import reports, told
from lincs.reading import as_matrix
from lincs.results import Interval
from lincs.showing import Shown
from lincs.typing import Ks, Level, MatrixLike, Progress, VectorLike

__all__ = ["Readers", "verify_readers"]

Array = npt.NDArray[Any]
Ends = tuple[Array, Array]


@dataclass(frozen=True, kw_only=True, repr=False)
class Readers(Shown):
    """What is proved of n readers over a dictionary of m features; arrays run over readers, and over ``ks``.

    ``targets`` (n x 3) are indices of features, -1 where there are fewer; ``chosen`` says that they were not given, and
    each is the feature that pushes its reader most.  ``alone`` (n,) counts the features that fire a reader on their own
    at strength 1.  ``k_false`` is the largest k up to which no input with a feature of the target off fires it (-1: it
    fires at rest, m: for every k), ``k_miss`` the largest up to which every input with all of the target at ``tau`` or
    more does (0: not even alone); both as (lower, upper) ends that end at the largest k asked for, unless they are m.
    ``margin_false``, ``margin_miss``: by how much, as ends too; ``classes`` is clean, cleanable by another threshold,
    beyond any threshold, or undecided.  ``writes`` (n x p): the features whose readings by B a firing reader changes
    most, and ``written`` by how much (None without output weights).
    """

    page_by = "lincs.show.readers:page"
    drawn_by = "lincs.plots.readers:answered"
    records_in = "readers"

    d: int
    m: int
    n: int
    ks: tuple[int, ...]
    tau: Fraction
    level: Fraction
    chosen: bool
    targets: Any = field(repr=False, compare=False)
    alone: Any = field(repr=False, compare=False)
    gain: Any = field(repr=False, compare=False)
    bias: Any = field(repr=False, compare=False)
    k_false: Any = field(repr=False, compare=False)
    k_miss: Any = field(repr=False, compare=False)
    margin_false: Ends = field(repr=False, compare=False)
    margin_miss: Ends = field(repr=False, compare=False)
    classes: Any = field(repr=False, compare=False)
    writes: Any = field(default=None, repr=False, compare=False)
    written: Any = field(default=None, repr=False, compare=False)

    def counts(self, j: int) -> dict[str, int]:
        """How many readers are of each class at ``ks[j]``."""
        return {name: int((self.classes[:, j] == n).sum()) for n, name in enumerate(CLASSES)}

    @property
    def answers(self) -> dict[int, int]:
        """How many readers answer for their target without error, at each k."""
        return {k: self.counts(j)["clean"] for j, k in enumerate(self.ks)}

    def to_dict(self) -> dict[str, Any]:
        results = [
            {
                "k": k,
                "readers": self.counts(j),
                "margin_false": self._worst(self.margin_false, j),
                "margin_miss": self._worst(self.margin_miss, j),
            }
            for j, k in enumerate(self.ks)
        ]
        return {
            "shape": {"d": self.d, "m": self.m, "readers": self.n},
            "tau": jsonable(self.tau),
            "level": jsonable(self.level),
            "targets": "strongest" if self.chosen else "given",
            "results": results,
            "readers": [self.reader(i) for i in range(self.n)],
        }

    def reader(self, i: int) -> dict[str, Any]:
        """One reader in full."""
        out = {
            "target": [int(j) for j in self.targets[i] if j >= 0],
            "alone": int(self.alone[i]),
            "k_false": int(self.k_false[0, i]),
            "k_miss": int(self.k_miss[0, i]),
            "class": [CLASSES[c] for c in self.classes[i]],
        }
        if self.writes is not None:
            out["writes"] = [
                {"feature": int(j), "value": float(value)}
                for j, value in zip(self.writes[i], self.written[i], strict=True)
                if j >= 0
            ]
        return out

    def _worst(self, ends: Ends, j: int) -> dict[str, Any]:
        row = int(np.argmin(ends[1][:, j]))
        return {**Interval(float(ends[0][:, j].min()), float(ends[1][row, j])).to_dict(), "reader": row}

    def columns(self) -> dict[str, Array]:
        """A row for every reader, for a table."""
        table: dict[str, Array] = {"reader": np.arange(self.n)}
        for n in range(self.targets.shape[1]):
            table[f"target_{n + 1}"] = self.targets[:, n]
        for name in ("alone", "gain", "bias"):
            table[name] = getattr(self, name)
        table["k_false"], table["k_miss"] = self.k_false[0], self.k_miss[0]
        for j, k in enumerate(self.ks):
            for name, ends in (("margin_false", self.margin_false), ("margin_miss", self.margin_miss)):
                table[f"{name}_k{k}_lo"], table[f"{name}_k{k}_hi"] = ends[0][:, j], ends[1][:, j]
            table[f"class_k{k}"] = np.array(CLASSES)[self.classes[:, j]]
        for n in range(0 if self.writes is None else self.writes.shape[1]):
            table[f"writes_{n + 1}"], table[f"written_{n + 1}"] = self.writes[:, n], self.written[:, n]
        return table


@reports("readers")
def verify_readers(
    A: MatrixLike,
    readers: MatrixLike,
    B: MatrixLike | None = None,
    *,
    k: Ks,
    bias: VectorLike | None = None,
    threshold: VectorLike | None = None,
    targets: VectorLike | None = None,
    writes: MatrixLike | None = None,
    tau: Level | None = None,
    level: Level | None = None,
    layout: str = "auto",
    key: str | None = None,
    readers_key: str | None = None,
    bias_key: str | None = None,
    writes_key: str | None = None,
    n_writes: int = 3,
    exact_rows: int = 1000,
    threads: int | None = None,
    progress: Progress = None,
) -> Readers:
    """Which features fire which readers, and which conjunctions the readers answer for over all k-sparse z in [0, 1]^m.

    Args:
        A: the dictionary of the stream, ``d x m``, as :func:`lincs.verify` takes it.
        readers: ``d x n`` (or ``n x d``: the axis that is d decides), an array, a file, or an autoencoder or
            transcoder, whose encoder it is then, with its own bias and threshold.
        B: the probes that read the stream (``d x m``; A if left out), for what readers write.
        k: sparsities, as in :func:`lincs.verify`.
        bias, threshold: (n,) or one number; t is ``max(threshold, 0, level)``.
        targets: (n,) or (n x 2), (n x 3) indices of features (-1: fewer), or a file of these (text: a line a reader).
            Left out, each reader's target is the feature that pushes it most.
        writes: ``d x n`` output weights: the column of a reader is what it adds to the stream.
        tau, level: all of the target are at ``tau`` or more (1); a reader fires above ``level`` (0).
        readers_key, bias_key, writes_key: names in the readers' file.

    Raises:
        InputError: as :func:`lincs.verify`.

    At a k below the size of its target a reader is clean or not by its false side alone.

    >>> import numpy as np
    >>> both = verify_readers(np.eye(3), np.array([[1.0], [1.0], [0.0]]), bias=-1.5, k=[2, 3], targets=[[0, 1]])
    >>> both.answers, both.k_false[0].tolist(), both.k_miss[0].tolist()  # it fires on the first two together, only
    ({2: 1, 3: 1}, [3], [3])
    """
    a = as_matrix(A, layout=layout, key=key)
    held = read_readers(readers, d=a.d, key=readers_key, bias_key=bias_key, writes_key=writes_key)
    n = held.W.m
    beta, t = held.bias_of(bias), held.threshold_of(threshold)
    ks = parse_ks(k, m=a.m)
    detection = parse_detection(tau, level)
    out = held.writes_of(writes)
    work = ReaderRows(a, held.W, beta, t, ks, detection)
    wanted = None if targets is None else check_targets(targets, n=n, m=a.m)
    work.sweep(wanted, thread_count(threads), told(progress))
    work.settle(check_integer(exact_rows, "exact_rows", least=0))
    written: tuple[Any, Any] = (None, None)
    if out is not None:
        b = a if B is None else as_matrix(B, name="B", layout=layout)
        if (b.d, b.m) != (a.d, a.m):
            raise InputError(f"B must have the shape of A, {a.d} x {a.m}, got {b.d} x {b.m}")
        written = _written(b, out, min(check_integer(n_writes, "n_writes"), a.m))
    return Readers(
        d=a.d,
        m=a.m,
        n=n,
        ks=ks,
        tau=detection.tau,
        level=detection.level,
        chosen=targets is None,
        targets=work.targets,
        alone=work.alone,
        gain=work.gain,
        bias=beta,
        k_false=work.k_false,
        k_miss=work.k_miss,
        margin_false=(work.a[0], work.a[1]),
        margin_miss=(work.b[0], work.b[1]),
        classes=work.classes(),
        writes=written[0],
        written=written[1],
    )


def _written(B: Matrix, out: Matrix, count: int) -> tuple[Array, Array]:
    """For every reader the features whose readings it changes most, and by how much."""
    places, values = np.empty((out.m, count), dtype=np.intp), np.empty((out.m, count))
    step = max(1, BLOCK_BYTES // (8 * B.m))
    for start in range(0, out.m, step):
        rows = out.rows(start, min(start + step, out.m))
        product = np.concatenate([rows @ B.rows(*span).T for span in B.panels()], axis=1)
        order = np.argsort(-np.abs(product), axis=1, kind="stable")[:, :count]
        places[start : start + len(rows)] = order
        values[start : start + len(rows)] = np.take_along_axis(product, order, axis=1)
    return places, values
