"""The best probes with their iterates on torch's CPU device: the ends of the processor's own engine."""

import numpy as np
import pytest

import lincs
from lincs import optimal_probes
from lincs.accelerator import Accelerator, accelerator
from lincs.recovery import quickrows
from lincs.recovery.splitting import basis_of, split
from lincs.recovery.splitting_torch import on_device
from tests import command
from tests.recovery.test_splitting import MATRICES

torch = pytest.importorskip("torch")

RNG = np.random.default_rng(3)


@pytest.mark.parametrize("name", MATRICES)
def test_the_ends_are_those_of_the_processor(name):
    A = MATRICES[name]
    ours, found = (optimal_probes(A, k=[1, 2, 4], gap=0.01, device=device) for device in (None, "cpu"))
    assert (found.lower <= ours.upper).all()
    assert (ours.lower <= found.upper).all()
    assert (found.upper[:, 0] <= found.lower[:, 0] * (1 + 0.01) + 1e-9).all()
    assert found.nu.lo == pytest.approx(ours.nu.lo, rel=1e-6, abs=1e-9)
    assert found.nu.hi == pytest.approx(ours.nu.hi, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("readout", ["signed", "nonnegative", "affine"])
def test_every_readout(readout):
    A = RNG.standard_normal((12, 60))
    ours, found = (optimal_probes(A, k=[1, 3], readout=readout, gap=0.02, device=device) for device in (None, "cpu"))
    assert (found.lower <= ours.upper).all()
    assert (ours.lower <= found.upper).all()
    measured = lincs.verify(A, found.B, k=1, readout=readout)
    assert (measured.lower[:, 0] <= found.upper[:, 0] * (1 + 1e-9)).all()


def test_the_iterates_are_the_same_step_by_step():
    A, which = RNG.standard_normal((20, 90)), np.arange(0, 90, 2)
    basis = basis_of(A)
    there = on_device(basis, accelerator("cpu"))
    with there.working():
        one, other = basis.block(which), there.block(which)
        for step in range(1, 61):
            for block in (one, other):
                block.advance(((step - 1) / step) ** 2, step % 20 == 0)
            if step % 10 == 0:
                for mine, theirs in zip(one.ends(), other.ends(), strict=True):
                    np.testing.assert_allclose(mine, theirs, rtol=1e-3)
                better = np.arange(len(one.alive)) % 3 != 1
                for block in (one, other):
                    block.record(better, ~better)
            if step % 20 == 0:
                for block in (one, other):
                    block.adapt()
            if step == 40:
                for block in (one, other):
                    block.keep(np.arange(1, len(which), 2))
                assert (one.alive == other.alive).all()
            for name in ("X", "Z", "U", "sum", "inner_sum", "thresholds"):
                mine, theirs = getattr(one, name), getattr(other, name).numpy()
                np.testing.assert_allclose(mine, theirs, rtol=1e-3, atol=1e-3 * np.abs(mine).max())
    for mine, theirs in zip(one.found(), other.found(), strict=True):
        assert mine.any()
        np.testing.assert_allclose(mine, theirs, rtol=1e-3, atol=1e-3 * np.abs(mine).max())


def test_features_leave_when_they_are_done():
    A, which = RNG.standard_normal((20, 80)), np.arange(0, 80, 3)
    found = split(on_device(basis_of(A), accelerator("cpu")), which, gap=0.02)
    assert not found.open.any()
    assert np.abs(A @ found.w).max() < 1e-10
    stopped = split(on_device(basis_of(A), accelerator("cpu")), which, gap=1e-9, stop=lambda: True)
    assert stopped.open.all()


def test_several_blocks_on_several_threads(monkeypatch):
    A = RNG.standard_normal((16, 130))
    monkeypatch.setattr(quickrows, "_WIDE", 32)
    ours = optimal_probes(A, k=[1, 3], gap=0.02)
    found = optimal_probes(A, k=[1, 3], gap=0.02, device=torch.device("cpu"), threads=3)
    assert (found.lower <= ours.upper).all()
    assert (ours.lower <= found.upper).all()
    assert torch.get_float32_matmul_precision() == "highest"


def test_with_a_device_few_features_have_a_gap_too(monkeypatch):
    put, seen = Accelerator.put, []
    monkeypatch.setattr(Accelerator, "put", lambda self, array: seen.append(array.shape) or put(self, array))
    optimal_probes(RNG.standard_normal((8, 30)), k=1, gap="auto", device="cpu")
    assert seen == [(30, 8), (8, 30)]


def test_what_is_not_done_on_a_device_is_refused():
    A = RNG.standard_normal((4, 9))
    for options, words in (
        ({"gap": None}, "device must come with a gap"),
        ({"gap": 0.1, "client": object()}, r"device cannot be used with a cluster \(client\)"),
        ({"gap": 0.1, "device": "nowhere"}, "device must be one that torch knows"),
    ):
        with pytest.raises(lincs.InputError, match=words):
            optimal_probes(A, k=1, **{"device": "cpu", **options})


def test_out_of_memory_is_one_sentence(monkeypatch):
    def full(self, array):
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB.")

    monkeypatch.setattr(Accelerator, "put", full)
    with pytest.raises(lincs.InputError, match=r"^device cpu has not the memory for this: CUDA out of memory$"):
        optimal_probes(RNG.standard_normal((4, 9)), k=1, gap=0.1, device="cpu")


def test_the_command(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.save("A.npy", RNG.standard_normal((12, 80)))
    put, seen = Accelerator.put, []
    monkeypatch.setattr(Accelerator, "put", lambda self, array: seen.append(array.shape) or put(self, array))
    found, ours = (command.lincs("probe", "A.npy", "--k", "1,2", *more) for more in (("--device", "cpu"), ()))
    assert (found.code, found.out.splitlines()[0]) == (0, ours.out.splitlines()[0])
    assert len(seen) == 2
