"""``python -m benchmarks.autoencoders``: autoencoders made and saved by their own libraries, read by lincs.

For every library that is installed (sae-lens, eai-sparsify, dictionary-learning; lincs needs none of them) a small
autoencoder is built, saved by the library's own function, and its linear map measured through the library's own
``encode`` and ``decode``: feature j writes ``decode(e_j) - decode(0)``, and its reading is ``encode(x) - encode(-x)``,
which is the linear part of a rectified read-out whose biases are zero.  The worst case of that matrix must be the
number that ``lincs verify`` gives for the file and for the object.
"""

from __future__ import annotations

import json
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import lincs

D, M, K = 6, 16, 3

Array = npt.NDArray[Any]
Case = tuple[str, Path, Any, Array]  # name, file or folder, the object, its own (m, m) matrix of readings


def _measured(encode: Callable[[Any], Any], decode: Callable[[Any], Any], torch: Any) -> Array:
    """Row i, column j: what the library reads of feature i when feature j alone is active."""
    with torch.no_grad():
        zero = decode(torch.zeros(1, M))
        written = decode(torch.eye(M)) - zero
        readings = encode(written) - encode(-written)
    return np.asarray(readings.double().numpy().T)


def _random(tensor: Any, generator: Any, torch: Any) -> None:
    with torch.no_grad():
        tensor.copy_(torch.randn(tensor.shape, generator=generator) / D**0.5)


def saelens(folder: Path) -> Iterator[Case]:
    """Standard, gated and JumpReLU of SAELens, and a TopK whose training file keeps decoder norms unfolded."""
    torch, sae_lens = import_module("torch"), import_module("sae_lens")
    kinds = {
        "standard": ("StandardSAE", "StandardSAEConfig", {}),
        "gated": ("GatedSAE", "GatedSAEConfig", {}),
        "jumprelu": ("JumpReLUSAE", "JumpReLUSAEConfig", {}),
        "topk": ("TopKSAE", "TopKSAEConfig", {"k": M}),
        "topk, norms unfolded": ("TopKSAE", "TopKSAEConfig", {"k": M, "rescale_acts_by_decoder_norm": True}),
    }
    for n, (name, (cls, config, more)) in enumerate(kinds.items()):
        generator = torch.Generator().manual_seed(n)
        made = getattr(sae_lens, cls)(getattr(sae_lens, config)(d_in=D, d_sae=M, apply_b_dec_to_input=False, **more))
        for key, tensor in made.named_parameters():
            if key in ("W_dec", "W_enc", "r_mag"):
                _random(tensor, generator, torch)
            else:
                tensor.data.zero_()
        where = folder / name.replace(", ", "_").replace(" ", "_")
        made.save_model(where) if hasattr(made, "save_model") else made.save_inference_model(where)
        yield name, where, made, _measured(made.encode, made.decode, torch)


def sparsify(folder: Path) -> Iterator[Case]:
    """SparseCoder with all features kept."""
    torch, library = import_module("torch"), import_module("sparsify")
    coder = getattr(library, "SparseCoder", None) or library.Sae
    config = getattr(library, "SparseCoderConfig", None) or library.SaeConfig
    made = coder(D, config(num_latents=M, k=M))
    generator = torch.Generator().manual_seed(0)
    for key, tensor in made.named_parameters():
        if key in ("W_dec", "encoder.weight"):
            _random(tensor, generator, torch)
        else:
            tensor.data.zero_()
    where = folder / "sparsify"
    made.save_to_disk(where)
    readings = _measured(lambda x: torch.relu(x @ made.encoder.weight.T), lambda z: z @ made.W_dec + made.b_dec, torch)
    yield "sparse coder", where, made, readings


def dictionary_learning(folder: Path) -> Iterator[Case]:
    """AutoEncoder and GatedAutoEncoder."""
    torch, library = import_module("torch"), import_module("dictionary_learning.dictionary")
    for n, name in enumerate(("AutoEncoder", "GatedAutoEncoder")):
        made = getattr(library, name)(D, M)
        generator = torch.Generator().manual_seed(n)
        for key, tensor in made.named_parameters():
            if key in ("decoder.weight", "encoder.weight", "r_mag"):
                _random(tensor, generator, torch)
            else:
                tensor.data.zero_()
        where = folder / name
        where.mkdir()
        torch.save(made.state_dict(), where / "ae.pt")
        (where / "config.json").write_text(json.dumps({"trainer": {"activation_dim": D, "dict_size": M}}))
        yield name, where, made, _measured(made.encode, made.decode, torch)


LIBRARIES = {"sae-lens": saelens, "eai-sparsify": sparsify, "dictionary-learning": dictionary_learning}


def worst(readings: Array) -> float:
    """The largest sum of K entries of a row of ``M - I``, in magnitude."""
    return float(np.sort(np.abs(readings - np.eye(M)), axis=1)[:, -K:].sum(axis=1).max())


def main() -> int:
    wrong = 0
    for name, cases in LIBRARIES.items():
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            print(f"{name}: not installed")
            continue
        with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for case, path, made, readings in cases(Path(folder)):
                own = worst(readings)
                of_file = lincs.verify(path, k=K).results[0].interval.hi
                of_object = lincs.verify(made, k=K).results[0].interval.hi
                right = all(abs(value - own) < 1e-5 * (1 + own) for value in (of_file, of_object))
                wrong += not right
                print(
                    f"{name} {version}, {case}: own {own:.6f}, file {of_file:.6f}, object {of_object:.6f}"
                    f"{'' if right else '  WRONG'}",
                    flush=True,
                )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
