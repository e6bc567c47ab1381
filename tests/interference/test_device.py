"""The sweep on a torch device, on torch's CPU device: the answers of the processor's own sweep, and no worse proofs."""

import subprocess
import sys
import threading
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lincs
from lincs.accelerator import BFLOAT16, FLOAT32, TF32, Accelerator, _Modes, accelerator
from lincs.errors import InputError, Note
from lincs.interference import device_panels
from lincs.interference.device_panels import device_radius
from lincs.interference.rounding import survey
from lincs.reading import as_matrix
from tests import naive
from tests.command import lincs as command

torch = pytest.importorskip("torch")

READOUTS = ("signed", "nonnegative", "affine", "threshold")
COARSE = ("mixed", "tf32", "bfloat16")


def features(d=24, m=300, seed=0):
    rng = np.random.default_rng(seed)
    A = rng.standard_normal((d, m))
    return A, A + 0.3 * rng.standard_normal(A.shape)


def assert_same(found, ours):
    """The same answers; biases and factors are computed numbers, alike up to rounding."""
    for case, other in zip(found.results, ours.results, strict=True):
        case, other = case.to_dict(), other.to_dict()
        for name in ("eps", "margin", "bias", "threshold", "scale"):
            for mine, theirs in zip(*(np.ravel(_numbers(part.pop(name, None))) for part in (case, other)), strict=True):
                assert mine == pytest.approx(theirs, rel=1e-12, abs=1e-12)
        assert case == other


def _numbers(value):
    return list(value.values()) if isinstance(value, dict) else [] if value is None else value


@pytest.mark.parametrize("readout", READOUTS)
@pytest.mark.parametrize("pair", ["given", "same", "self-scaled"])
def test_the_answer_of_the_processor(readout, pair):
    A, B = features()
    B = {"given": B, "same": A, "self-scaled": None}[pair]
    ours = lincs.verify(A, B, k=[1, 3, 20, 299], readout=readout, precision="double")
    for precision in (None, *COARSE):
        found = lincs.verify(A, B, k=[1, 3, 20, 299], readout=readout, precision=precision, device="cpu")
        assert_same(found, ours)
        assert (found.lower <= ours.upper).all()
        assert (found.upper >= ours.lower).all()


@settings(max_examples=25)
@given(
    seed=st.integers(0, 10**6),
    readout=st.sampled_from(READOUTS),
    precision=st.sampled_from(COARSE),
    scaled=st.booleans(),
    m=st.sampled_from([1, 2, 7, 9]),
)
def test_every_row_encloses_exact_arithmetic(seed, readout, precision, scaled, m):
    rng = np.random.default_rng(seed)
    A, B = (rng.integers(-2, 3, (3, m)) / 3.0 for _ in range(2))
    A[0] += A[0] == 0  # no zero feature
    ks = [1, m]
    found = lincs.verify(A, None if scaled else B, k=ks, readout=readout, device="cpu", precision=precision)
    for j, k in enumerate(sorted(set(ks))):
        exact = naive.losses(A, None if scaled else B, k, readout, scaled=scaled)
        for i, loss in enumerate(exact):
            assert Fraction(float(found.lower[i, j])) <= loss <= Fraction(float(found.upper[i, j]))
        assert found.results[j].row == exact.index(max(exact))


@pytest.mark.parametrize("product", [FLOAT32, TF32, BFLOAT16])
def test_the_radius_bounds_the_product(product):
    rng = np.random.default_rng(1)
    device = Accelerator(torch.device("cpu"), product)
    for size in (1.0, 1e-12, 1e12):
        a = (size * rng.standard_normal((40, 70)) * 2.0 ** rng.integers(-20, 20, (40, 70))).astype(np.float32)
        b = rng.standard_normal((30, 70)).astype(np.float32)
        pair = survey(as_matrix(b, layout="rows"), as_matrix(a[:30], layout="rows"))
        radius = device_radius(pair, as_matrix(a[:30], layout="rows"), product, converted=False)
        with device.multiplying():
            found = device.multiply(device.put(b), device.put(a[:30]).T).numpy().astype(np.float64)
        exact = b.astype(np.longdouble) @ a[:30].T.astype(np.longdouble)
        off = np.abs(found - exact).max(axis=1)
        assert (off <= radius).all()
        if product is BFLOAT16:
            assert (off > radius / 100).any()  # the bound is about this product, not about all that could be


def coarser(bits):
    """A device that keeps so few bits of every entry."""

    def multiply(self, b, a):
        def cut(x):
            return (x.view(torch.int32) & -(1 << (24 - bits))).view(torch.float32)

        return torch.matmul(cut(b.contiguous()), cut(a.T.contiguous()).T)

    return multiply


def test_a_device_that_multiplies_less_precisely_is_found_out(monkeypatch):
    A, B = features()
    monkeypatch.setattr(Accelerator, "multiply", coarser(11))
    with pytest.raises(InputError, match="device cpu multiplies less precisely than float32"):
        lincs.verify(A, B, k=3, device="cpu")
    truth = lincs.verify(A, B, k=3)
    found = lincs.verify(A, B, k=3, device="cpu", precision="tf32")
    assert_same(found, truth)
    monkeypatch.setattr(Accelerator, "multiply", coarser(9))
    with pytest.raises(InputError, match="less precisely than tf32"):
        lincs.verify(A, B, k=3, device="cpu", precision="tf32")


@pytest.mark.parametrize(("precision", "bits"), [("mixed", 16), ("tf32", 16), ("bfloat16", 8)])
def test_a_device_that_adds_less_precisely_is_found_out(precision, bits, monkeypatch):
    A, B = features()

    def multiply(self, b, a):
        """Sums that keep so few bits; exact products."""
        b, a = b.float(), a.float()
        total = torch.zeros(len(b), a.shape[1])
        for l in range(b.shape[1]):  # noqa: E741
            total = total + b[:, l, None] * a[l]
            total = (total.view(torch.int32) & -(1 << (24 - bits))).view(torch.float32)
        return total

    monkeypatch.setattr(Accelerator, "multiply", multiply)
    with pytest.raises(InputError, match="less precisely"):
        lincs.verify(A, B, k=3, device="cpu", precision=precision)


MATMUL = torch.backends.cuda.matmul
RECENT = hasattr(MATMUL, "fp32_precision")
USED_BEFORE = {
    "for all": ("torch.set_float32_matmul_precision('high')", "torch.get_float32_matmul_precision()"),
    "allow_tf32": ("MATMUL.allow_tf32 = True", "MATMUL.allow_tf32"),
    "of a backend": ("MATMUL.fp32_precision = 'tf32'", "MATMUL.fp32_precision"),
    "of the processor": ("torch.backends.mkldnn.matmul.fp32_precision = 'bf16'",) * 2,
    "of every backend": ("torch.backends.fp32_precision = 'tf32'", "torch.backends.fp32_precision"),
}

PRECISION = """
import sys
import numpy as np, torch, lincs
from lincs.accelerator import Accelerator
MATMUL = torch.backends.cuda.matmul
exec(sys.argv[1])
look = sys.argv[2].partition(" = ")[0]
before, seen, multiply = eval(look), [], Accelerator.multiply
def now():
    if not hasattr(MATMUL, "fp32_precision"):
        return torch.get_float32_matmul_precision()
    return MATMUL.fp32_precision, torch.backends.mkldnn.matmul.fp32_precision
def spy(self, b, a):
    seen.append(now())
    return multiply(self, b, a)
Accelerator.multiply = spy
A = np.random.default_rng(0).standard_normal((8, 40))
lincs.verify(A, A + 1, k=3, device="cpu")
assert set(seen) == {("ieee", "ieee") if hasattr(MATMUL, "fp32_precision") else "highest"}, seen
assert eval(look) == before
seen.clear()
lincs.verify(A, A + 1, k=3, device="cpu", precision="tf32")
assert set(seen) == {("tf32", "tf32") if hasattr(MATMUL, "fp32_precision") else "high"}, seen
def fail(self, b, a):
    raise RuntimeError("no")
Accelerator.multiply = fail
try:
    lincs.verify(A, A + 1, k=3, device="cpu")
except RuntimeError:
    pass
assert eval(look) == before
"""


@pytest.mark.parametrize("said", [said for said in USED_BEFORE if RECENT or said in ("for all", "allow_tf32")])
def test_torchs_precision_is_set_and_restored(said):
    """In a process of its own: torch lets old settings be read no more once new ones have been used."""
    subprocess.run([sys.executable, "-W", "ignore", "-c", PRECISION, *USED_BEFORE[said]], check=True)


def test_an_older_torch_has_one_setting_for_all():
    mode = ["medium"]
    cuda = SimpleNamespace(matmul=SimpleNamespace(allow_bf16_reduced_precision_reduction=True))
    older = SimpleNamespace(
        backends=SimpleNamespace(cuda=cuda, mkldnn=SimpleNamespace()),
        get_float32_matmul_precision=lambda: mode[-1],
        set_float32_matmul_precision=mode.append,
    )
    modes = _Modes()
    for product in (FLOAT32, TF32):
        with modes.of(older, product), modes.of(older, product):
            assert not cuda.matmul.allow_bf16_reduced_precision_reduction
    assert mode == ["medium", "highest", "medium", "high", "medium"]
    assert cuda.matmul.allow_bf16_reduced_precision_reduction


def test_two_runs_of_different_precision_do_not_meet():
    one, other = accelerator("cpu"), accelerator("cpu", "tf32")
    with one.multiplying(), pytest.raises(InputError, match="cannot multiply in tf32 while"), other.multiplying():
        pass


def test_out_of_memory_is_one_sentence(monkeypatch):
    def full(self, b, a):
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB. And much more.")

    monkeypatch.setattr(Accelerator, "multiply", full)
    with pytest.raises(InputError, match=r"^device cpu has not the memory for this: CUDA out of memory$"):
        lincs.verify(*features(), k=3, device="cpu")


@pytest.mark.parametrize("device", ["nonsense", "cpu:x", 3.5, "meta"])
def test_an_unknown_device_is_one_sentence(device):
    with pytest.raises(InputError, match=r"^device .*(torch knows|cannot be used)[^\n]*$"):
        lincs.verify(*features(), k=3, device=device)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is one")
def test_an_absent_device_is_one_sentence():
    with pytest.raises(InputError, match=r"^device cuda cannot be used: [^\n]*$"):
        lincs.verify(*features(), k=3, device="cuda")


def test_without_torch_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(InputError, match=r"device cuda needs torch: install the extra lincs-bounds\[torch\]"):
        lincs.verify(*features(), k=3, device="cuda")


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"client": object()}, "cluster"),
        ({"groups": [0] * 300}, "groups"),
        ({"readout": "deployed", "activation": "relu"}, "deployed"),
        ({"typical": "signs"}, "typical"),
        ({"precision": "double"}, "double"),
    ],
)
def test_what_is_not_done_on_a_device_is_refused(options, word):
    with pytest.raises(InputError, match=word):
        lincs.verify(*features(), k=3, device="cpu", **options)


def test_complex_features_and_extreme_norms_are_refused():
    A, B = features()
    with pytest.raises(InputError, match="complex"):
        lincs.verify(A + 1j * B, A, k=3, device="cpu")
    with pytest.raises(InputError, match="norms between"):
        lincs.verify(1e30 * A, B, k=3, device="cpu")


def test_a_coarse_precision_needs_a_device():
    with pytest.raises(InputError, match="precision tf32 must come with a device"):
        lincs.verify(*features(), k=3, precision="tf32")


def test_part_of_a_dictionary_and_an_early_stop():
    A, B = features()
    for options in ({"features": "3,10:40"}, {"without": "0:9"}, {"eps": "1/2", "stop_early": True}, {"scales": None}):
        found, ours = (lincs.verify(A, B, k=3, device=device, **options) for device in ("cpu", None))
        assert found.results[0].holds == ours.results[0].holds
        if "eps" not in options:
            assert_same(found, ours)


def test_the_command_uses_the_device(tmp_path, monkeypatch):
    A, B = features()
    np.save(tmp_path / "A.npy", A)
    np.save(tmp_path / "B.npy", B)
    asked = ("verify", tmp_path / "A.npy", tmp_path / "B.npy", "--k", "1,3", "--eps", "20")
    truth = command(*asked)
    sizes = []
    multiply = Accelerator.multiply
    monkeypatch.setattr(Accelerator, "multiply", lambda self, b, a: sizes.append(len(b)) or multiply(self, b, a))
    found = command(*asked, "--device", "cpu", "--precision", "tf32")
    assert (found.code, found.out) == (truth.code, truth.out)
    assert sizes.count(300) >= 3  # twice to look at the products, once for the answer


def test_an_interrupted_run_goes_on(tmp_path, monkeypatch):
    A, B = features(m=700)
    monkeypatch.setattr(device_panels, "_TILE", 704 * 100)
    whole = lincs.verify(A, B, k=[1, 5], device="cpu")
    calls = threading.Semaphore(3)

    def interrupt(done, total):
        if not calls.acquire(blocking=False):
            raise KeyboardInterrupt

    mine = {"k": [1, 5], "device": "cpu", "checkpoint": tmp_path / "c.npz", "checkpoint_every": 0.0}
    with pytest.warns(Note, match="resume"), pytest.raises(KeyboardInterrupt):
        lincs.verify(A, B, progress=interrupt, threads=1, **mine)
    with pytest.raises(InputError, match="belongs to another"):
        lincs.verify(A, B, resume=True, **{**mine, "device": None, "precision": "mixed"})
    done = []
    found = lincs.verify(A, B, resume=True, progress=lambda n, total: done.append(n), **mine)
    assert done[0] > 700 * 100  # what had been done is not done again
    assert found.to_dict() == whole.to_dict()
    assert (found.lower == whole.lower).all()
    assert (found.upper == whole.upper).all()
