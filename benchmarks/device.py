"""``python -m benchmarks.device``: the sweep of ``verify`` and the engine of ``probe`` on a torch device.

65,536 pairs of 768 dimensions, and 16,384 probes of a 768 x 16,384 matrix: seconds, the share that this is of the rate
at which the device multiplies (measured in the same run), and whether the processor says the same of sampled rows.
Products are counted as the method needs them: ``2 m^2 d`` for the sweep, ``4 m r`` a feature and step for the engine.
``--device cpu --small`` does all of it in small on torch's CPU device.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

import lincs
from benchmarks.interference import features, machine
from lincs.accelerator import PRODUCTS, Accelerator, accelerator
from lincs.interference.sweep import Sweep
from lincs.parallel import cpu_count
from lincs.reading import as_matrix
from lincs.readouts import readout
from lincs.recovery.manyrows import solve_blocks
from lincs.recovery.quickrows import Quick
from lincs.recovery.rowlosses import measure
from lincs.recovery.rowspace import row_space
from lincs.recovery.scaling import Units
from lincs.recovery.splitting import Basis, Indices, Iterates, Single, basis_of, split
from lincs.recovery.splitting_torch import DeviceBasis, on_device

Array = npt.NDArray[Any]

_K, _GAP, _SAMPLED = 10, 0.01, 16


def seconds(call: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    answer = call()
    return time.perf_counter() - start, answer


def rate(device: Accelerator, rows: int, inner: int, columns: int, *, repeat: int = 20) -> float:
    """Operations a second of the bare product of these sizes: the best of three runs of ``repeat`` products."""
    b, a = (device.put(np.ones(shape, np.float32)) for shape in ((rows, inner), (columns, inner)))

    def products() -> None:
        tile = None
        for _ in range(repeat):
            tile = device.torch.matmul(b, a.T)
        assert tile is not None
        float(tile[0, 0])  # waits for all of them

    with device.multiplying():
        products()
        return 2.0 * rows * inner * columns * repeat / min(seconds(products)[0] for _ in range(3))


def _drop(which: Array, tops: dict[str, Array]) -> None:
    """Nothing is made of the rows."""


def sweeps(name: str, m: int, d: int) -> None:
    """The sweep of a pair in every precision, alone and within the whole verification."""
    a, b = features(m, d, 0), features(m, d, 1)
    A, B = as_matrix(a, layout="rows"), as_matrix(b, layout="rows")
    work = 2.0 * m * m * d
    print(f"\nsweep of a pair, m = {m}, d = {d}, k = {_K}")
    print(
        f"{'product':10s} {'bare TFLOP/s':>13s} {'sweep s':>8s} {'share':>6s} {'verify s':>9s} {'share':>6s}"
        "  as the processor"
    )
    sampled = np.sort(np.random.default_rng(0).choice(m, min(m, 64), replace=False)).tolist()
    for precision, product in PRODUCTS.items():
        device = accelerator(name, precision)
        bare = rate(device, min(m, 4096), d, min(m, 32768))
        sweep = Sweep(
            B, A, keep=_K, sides=("absolute",), dtype=np.dtype(np.float32), threads=2, same=False, device=device
        )  # fmt: skip
        sweep.run(_drop, only=np.arange(min(m, 2048)))  # the device's libraries are loaded
        alone, _ = seconds(partial(sweep.run, _drop))
        asked: dict[str, Any] = {"k": _K, "layout": "rows"}
        how = "mixed" if product.name == "float32" else product.name
        lincs.verify(a[:256], b[:256], device=name, precision=how, **asked)  # compiled
        whole, found = seconds(partial(lincs.verify, a, b, device=name, precision=how, **asked))
        case = found.results[0]
        rows = sorted({*sampled, case.row})
        ours = lincs.verify(a, b, precision="double", features=rows, **asked)
        agree = (found.lower[rows] <= ours.upper).all() and (ours.lower <= found.upper[rows]).all()
        same = (case.row, case.eps) == (ours.results[0].row, ours.results[0].eps)
        print(
            f"{precision:10s} {bare / 1e12:13.2f} {alone:8.2f} {work / alone / bare:6.1%} {whole:9.2f}"
            f" {work / whole / bare:6.1%}  {len(rows)} rows {'agree' if agree else 'DIFFER'}, "
            f"the worst is {'the same' if same else 'ANOTHER'}",
            flush=True,
        )


@dataclass
class Tally:
    """What the blocks of a run have multiplied, and how long they took."""

    operations: float = 0.0
    seconds: float = 0.0


@dataclass(frozen=True)
class Counted(DeviceBasis):
    """A basis whose blocks are counted."""

    tally: Tally = field(default_factory=Tally)

    def block(self, which: Indices) -> Iterates:
        return _CountedBlock(super().block(which), self.tally, 4.0 * self.Q.size)


class _CountedBlock:
    def __init__(self, block: Iterates, tally: Tally, operations: float) -> None:
        self.block, self.tally, self.operations, self.start = block, tally, operations, time.perf_counter()
        self.record, self.adapt, self.keep = block.record, block.adapt, block.keep

    @property
    def alive(self) -> Indices:
        return self.block.alive

    def advance(self, older: float, look: bool) -> None:
        self.tally.operations += self.operations * len(self.alive)
        self.block.advance(older, look)

    def ends(self) -> tuple[Array, Array]:
        return self.block.ends()

    def found(self) -> tuple[Single, Single]:
        found = self.block.found()
        self.tally.seconds += time.perf_counter() - self.start
        return found


def engine(name: str, d: int, m: int, n: int) -> None:
    """The best probes of n features, all of them within the gap, without the last decision about ``nu(A)``."""
    device = accelerator(name)
    A = features(m, d, 0).T.astype(np.float64)
    units, how = Units(A), readout("signed")
    rows = row_space(units.matrix, A)
    preparing, plain = seconds(lambda: basis_of(rows.work))
    there = on_device(plain, device)
    counted = Counted(there.Q, there.R, there.single, there.transposed, device, there.there, there.turned)

    def ends(basis: Basis, which: Indices) -> tuple[Array, Array]:
        kernels, probes = solve_blocks(Quick(units.matrix, rows, basis, m, _GAP), which, threads=cpu_count())
        scaled = units.dual(probes, "the probes of A")[1]
        return kernels.shares(), measure(units.matrix, scaled, which, (1,), how)[1]

    which = np.arange(n)
    width = Quick(units.matrix, rows, plain, m, _GAP).width(n, cpu_count())
    split(there, which[:32], gap=0.5)  # the device's libraries are loaded
    split(counted, which[:width], gap=_GAP)
    block = counted.tally.operations / counted.tally.seconds
    bare = rate(device, d, m, width)
    whole, (lower, upper) = seconds(lambda: ends(there, which))
    sampled = np.sort(np.random.default_rng(0).choice(n, min(n, _SAMPLED), replace=False))
    slow, (least, most) = seconds(lambda: ends(plain, sampled))
    agree = (lower[sampled] <= most).all() and (least <= upper[sampled]).all()
    gaps = upper / lower - 1
    print(f"\nprobes of {n} features of a {d} x {m} matrix, to a gap of {_GAP}")
    print(
        f"bare float32 product {bare / 1e12:.2f} TFLOP/s; the iterates of {width} features {block / bare:.1%} of that"
    )
    print(f"all, with their proofs in float64: {whole:.1f} s, and {preparing:.1f} s for the basis before")
    print(f"gaps: median {np.median(gaps):.2%}, largest {gaps.max():.2%}")
    print(f"{len(sampled)} sampled features on the processor, {slow:.1f} s: the ends {'agree' if agree else 'DIFFER'}")


def device_name(device: Accelerator) -> str:
    """What the device's own module of torch calls it, if it has a name for it."""
    module = getattr(device.torch, device.place.type, None)
    name = getattr(module, "get_device_name", None)
    return device.name if name is None else f"{device.name}: {name(device.place)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cuda", help="a torch device (cuda)")
    parser.add_argument("--small", action="store_true", help="a few seconds on a processor")
    options = parser.parse_args()
    device = accelerator(options.device)
    print(machine())
    print(f"torch {device.torch.__version__}, device {device_name(device)}")
    small = options.small
    sweeps(options.device, *((4096, 128) if small else (65536, 768)))
    engine(options.device, *((96, 1024, 256) if small else (768, 16384, 16384)))


if __name__ == "__main__":
    main()
