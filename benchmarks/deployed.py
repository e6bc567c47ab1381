"""``python -m benchmarks.deployed``: worst inputs of encoders as deployed, put through the libraries' own ``encode``.

For every library that is installed (sae-lens, eai-sparsify, dictionary-learning; lincs needs none of them) small
autoencoders with biases, gates and thresholds are built and saved by the library's own functions.  The witness that
``lincs verify --readout deployed`` finds in the file is encoded by the library itself, in float64: what it reads of the
worst feature must be what lincs says, and no random input may be read worse.

``python -m benchmarks.deployed --speed``: CPU time beside the non-negative read-out of the same pair, interleaved
(m = 16384, d = 512, k = 1, 4, 16).
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import lincs

D, M, KEPT, KS = 6, 16, 5, (1, 2, 3)
Array = npt.NDArray[Any]
Case = tuple[str, Path, Any, bool, dict[str, Any]]  # name, file, object, exact, what the file does not say


def _random(made: Any, seed: int, torch: Any) -> None:
    """Every parameter random: directions of about unit length, small biases, positive thresholds."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for key, tensor in [*made.named_parameters(), *made.named_buffers()]:
            if key in ("k", "group_sizes"):
                continue
            noise = torch.randn(tensor.shape, generator=generator, dtype=torch.float32)
            if "threshold" in key:
                tensor.copy_(0.1 + 0.1 * noise.abs())
            else:
                tensor.copy_((noise / D**0.5 if tensor.ndim == 2 else 0.2 * noise).to(tensor.dtype))


def saelens(folder: Path) -> Iterator[Case]:
    """Standard, gated, JumpReLU and TopK, with the decoder's bias subtracted and kept, norms folded and unfolded."""
    torch, sae_lens = import_module("torch"), import_module("sae_lens")
    kinds: dict[str, tuple[str, dict[str, Any]]] = {
        "standard": ("Standard", {}),
        "standard, b_dec kept": ("Standard", {"apply_b_dec_to_input": False}),
        "gated": ("Gated", {}),
        "gated, b_dec kept": ("Gated", {"apply_b_dec_to_input": False}),
        "jumprelu": ("JumpReLU", {}),
        "jumprelu, b_dec kept": ("JumpReLU", {"apply_b_dec_to_input": False}),
        "topk": ("TopK", {"k": KEPT}),
        "topk, norms unfolded": ("TopK", {"k": KEPT, "rescale_acts_by_decoder_norm": True}),
    }
    for n, (name, (cls, more)) in enumerate(kinds.items()):
        config = getattr(sae_lens, f"{cls}SAEConfig")(d_in=D, d_sae=M, **more)
        made = getattr(sae_lens, f"{cls}SAE")(config)
        _random(made, n, torch)
        where = folder / name.replace(", ", "_").replace(" ", "_")
        made.save_model(where) if hasattr(made, "save_model") else made.save_inference_model(where)
        yield name, where, made, cls != "TopK", {}


def sparsify(folder: Path) -> Iterator[Case]:
    """SparseCoder with TopK and with groupmax."""
    torch, library = import_module("torch"), import_module("sparsify")
    for n, (activation, keep) in enumerate((("topk", KEPT), ("groupmax", 8))):
        made = library.SparseCoder(D, library.SparseCoderConfig(num_latents=M, k=keep, activation=activation))
        _random(made, n, torch)
        where = folder / activation
        made.save_to_disk(where)
        yield activation, where, made, False, {}


def dictionary_learning(folder: Path) -> Iterator[Case]:
    """All its kinds of encoders, by the class in the configuration."""
    torch = import_module("torch")
    kinds: dict[str, tuple[str, tuple[Any, ...]]] = {
        "AutoEncoder": ("dictionary", ()),
        "AutoEncoderNew": ("dictionary", ()),
        "GatedAutoEncoder": ("dictionary", ()),
        "JumpReluAutoEncoder": ("dictionary", ()),
        "AutoEncoderTopK": ("trainers.top_k", (KEPT,)),
        "BatchTopKSAE": ("trainers.batch_top_k", (KEPT,)),
        "MatryoshkaBatchTopKSAE": ("trainers.matryoshka_batch_top_k", (KEPT, [4, 12])),
    }
    for n, (name, (module, more)) in enumerate(kinds.items()):
        made = getattr(import_module(f"dictionary_learning.{module}"), name)(D, M, *more)
        _random(made, n, torch)
        where = folder / name
        where.mkdir()
        torch.save(made.state_dict(), where / "ae.pt")
        config = {"activation_dim": D, "dict_size": M, "dict_class": name}
        (where / "config.json").write_text(json.dumps({"trainer": config}))
        yield name, where, made, name != "AutoEncoderTopK", {}


LIBRARIES = {"sae-lens": saelens, "eai-sparsify": sparsify, "dictionary-learning": dictionary_learning}


def _encode(made: Any, z: Array, torch: Any) -> Array:
    """``encode(decode(z))`` (inputs x m) by the library itself; what it keeps is spread out over all features."""
    with torch.no_grad():
        if hasattr(made, "W_dec") and hasattr(made, "encoder"):  # sparsify
            x = torch.as_tensor(z) @ made.W_dec + made.b_dec
            top = made.encode(x)
            out = torch.zeros(len(z), M, dtype=x.dtype)
            out.scatter_(1, top.top_indices, top.top_acts)
        else:
            out = made.encode(made.decode(torch.as_tensor(z)))
        return np.asarray(out.numpy(), dtype=np.float64)


def check(path: Path, made: Any, exact: bool, more: dict[str, Any], torch: Any) -> tuple[float, float, bool]:
    """Largest disagreement of a witness, least of what random inputs leave below the worst case, all as it should."""
    made = made.double()
    if hasattr(made, "cfg") and hasattr(made.cfg, "dtype"):
        made.dtype = torch.float64
    found = lincs.verify(path, k=KS, readout="deployed", **more)
    of_object = lincs.verify(made, k=KS, readout="deployed", **more)
    right_object = [case.eps for case in of_object.results] == [case.eps for case in found.results]
    rng = np.random.default_rng(0)
    off, spare, right = 0.0, np.inf, right_object
    for case in found.results:
        assert case.eps is not None
        z = np.zeros((1, M))
        z[0, list(case.witness.support)] = case.witness.entries
        out = _encode(made, z, torch)[0, case.row]
        assert case.witness.out is not None
        off = max(off, abs(out - case.witness.out))
        error = abs(out - z[0, case.row])
        right &= case.eps.lo - 1e-6 <= error <= case.eps.hi + 1e-6
        many = np.zeros((20_000, M))
        for row in many:
            row[rng.choice(M, case.k, replace=False)] = rng.choice([rng.random(), 1.0], case.k)
        spare = min(spare, case.eps.hi - np.abs(_encode(made, many, torch) - many).max())
        right &= not exact or case.eps.hi - case.eps.lo < 1e-9
    return off, float(spare), bool(right and off < 1e-6 and spare > -1e-6)


def speed(rounds: int = 7) -> None:
    """Medians of the ratios of CPU time, each of two calls that follow each other."""
    rng = np.random.default_rng(0)
    d, m = 512, 16384
    A = rng.normal(size=(d, m)).astype(np.float32)
    A /= np.linalg.norm(A, axis=0)
    B = (A + 0.05 * rng.normal(size=(d, m)) / d**0.5).astype(np.float32)
    kinds: dict[str, dict[str, Any]] = {
        "jumprelu": {"bias": np.full(m, -0.05), "threshold": 0.3},
        "relu": {"bias": np.full(m, -0.05)},
    }
    ratios: dict[str, list[float]] = {name: [] for name in kinds}

    def spent(**options: Any) -> float:
        start = time.process_time()
        lincs.verify(A, B, k=(1, 4, 16), **options)
        return time.process_time() - start

    spent(readout="nonnegative")
    for _ in range(rounds):
        for name, more in kinds.items():
            plain = spent(readout="nonnegative")
            ratios[name].append(spent(readout="deployed", **more) / plain)
    for name, found in ratios.items():
        spread = f"{min(found):.3f} to {max(found):.3f}"
        print(f"deployed ({name}) over nonnegative: median {np.median(found):.3f} of {rounds} ({spread})")


def main() -> int:
    if "--speed" in sys.argv[1:]:
        speed()
        return 0
    wrong = 0
    for name, cases in LIBRARIES.items():
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            print(f"{name}: not installed")
            continue
        torch = import_module("torch")
        with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for case, path, made, exact, more in cases(Path(folder)):
                off, spare, right = check(path, made, exact, more, torch)
                wrong += not right
                print(
                    f"{name} {version}, {case}: witness off by {off:.1e}, random inputs stay {spare:.3f} below"
                    f"{'' if right else '  WRONG'}",
                    flush=True,
                )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
