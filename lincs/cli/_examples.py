"""The examples below the help of every command; a test runs each of them."""

from __future__ import annotations

__all__ = ["EXAMPLES", "epilog"]

EXAMPLES: dict[str, tuple[str, ...]] = {
    "bound": (
        "lincs bound --m 16384 --k 4 --eps 1/4",
        "lincs bound --d 768 --k 8 --eps 1/2 --explain",
        "lincs bound --m 10^9 --k 16 --eps 0.1 --bib > sources.bib",
    ),
    "verify": (
        "lincs verify --example --k 1,4",
        "lincs verify A.npy B.npy --k 1:8 --eps 1/2",
        "lincs verify sae.safetensors --k 4 --report report.html",
    ),
    "build": (
        "lincs build --m 100 --k 2 --eps 1/2 --out frame.npz",
        "lincs build --family kerdock -p s=2 -p p=0 --k 2 --out frame.safetensors",
    ),
    "check": ("lincs check frame.certificate.json",),
    "probe": (
        "lincs probe --example --k 1,4 --sample 4",
        "lincs probe A.npy --k 1:4 --output probes.npz",
    ),
    "decode": (
        "lincs decode A.npy X.npy --output Z.npy",
        "lincs decode A.npy X.npy --truth truth.npy",
    ),
    "compare": (
        "lincs compare --example --k 1,4 --no-probes --trials 5",
        "lincs compare --d 32 --m 64 --k 1:8:2 --figure curve.png",
        "lincs compare --minimal --m 64 --k 1,2 --seeds 2 --decoders l1",
    ),
    "match": (
        "lincs match A.npy B.npy",
        "lincs match sae.safetensors other.safetensors --figure cosines.png",
    ),
    "table": (
        "lincs table --m 1024,4096 --k 1,4 --eps 1/4",
        "lincs table --m 2^10:2^16:2 --k 4 --eps 1/4 --format latex -o table.tex",
        "lincs table --m 1024 --k 4 --eps 1/4 --bib -o sources.bib",
    ),
    "toy": ("lincs toy", "lincs toy correlated --steps 100 --restarts 1"),
    "atlas": ("lincs atlas --out site --m 16 --t 1/2,1/4",),
}


def epilog(command: str) -> str:
    """Each example a line: where help texts are wrapped, only an empty line ends one."""
    return "\n\n".join(["Examples:", *EXAMPLES[command]])
