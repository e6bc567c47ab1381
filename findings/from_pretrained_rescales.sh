#!/usr/bin/env bash
# Guess: loading a saved AutoEncoder of dictionary_learning gives the encoder that was saved, so that encode(x) is what it was.
# Reality: AutoEncoder.from_pretrained divides every decoder column by its norm and multiplies encoder weights and biases by it (normalize_decoder=True by
#   default). The reconstruction is the same; the activations are multiplied by the decoder's norms, and so are thresholds that were found on them.
# Version: dictionary-learning 0.1.0, torch 2.13.0.
# Source: dictionary_learning/dictionary.py, AutoEncoder.from_pretrained and normalize_decoder.
# In lincs: the file is read as it is; --normalize gives the encoder that from_pretrained makes (docs/dictionary.md, tests/encoders/test_conventions.py).
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install -q torch==2.13.0 numpy einops tqdm
"$folder/venv/bin/python" -m pip install -q --no-deps dictionary-learning==0.1.0
cd "$folder"
"$folder/venv/bin/python" - <<'PY'
import importlib.metadata
import importlib.util
import sys

import torch

# Only the module of the autoencoders: the rest of the package needs a language model's libraries.
place = importlib.util.find_spec("dictionary_learning").submodule_search_locations[0]
spec = importlib.util.spec_from_file_location("dictionary", f"{place}/dictionary.py")
dictionary = importlib.util.module_from_spec(spec)
spec.loader.exec_module(dictionary)

torch.manual_seed(0)
saved = dictionary.AutoEncoder(6, 16)
with torch.no_grad():
    saved.decoder.weight.copy_(torch.randn(6, 16))
torch.save(saved.state_dict(), "ae.pt")
loaded = dictionary.AutoEncoder.from_pretrained("ae.pt")
x = torch.randn(200, 6)
with torch.no_grad():
    before, after = saved.encode(x), loaded.encode(x)
    norms = saved.decoder.weight.norm(dim=0)
    print("dictionary-learning", importlib.metadata.version("dictionary-learning"))
    print("encode is the same:", torch.allclose(before, after))
    print("encode is multiplied by the decoder's norms:", torch.allclose(before * norms, after, atol=1e-4))
    print("decode(encode(x)) is the same:", torch.allclose(saved(x), loaded(x), atol=1e-4))
    right = not torch.allclose(before, after) and torch.allclose(before * norms, after, atol=1e-4)
sys.exit(0 if right else "the behaviour has changed")
PY
