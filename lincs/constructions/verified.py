"""Members that were built or whose structure was verified, with the number of columns.

Written by ``python -m benchmarks.constructions --record``; a frame that does not keep its promise stops that program.
"""

from __future__ import annotations

__all__ = ["VERIFIED"]

VERIFIED: dict[str, tuple[tuple[str, int], ...]] = {
    "gold s=7 r=0 p=1": (("built and verified", 16384),),
    "kerdock s=4 p=0": (("built and verified", 16384),),
    "singer-lift q=223": (("built and verified", 65536),),
    "singer-lift q=47": (("built and verified", 4096),),
    "stabiliser-sections n=8 j=0 tau=5 p=0 c=1": (("built and verified", 4096),),
    "stored-packing d=107": (("built and verified", 1024),),
    "stored-packing d=12": (("built and verified", 64),),
    "stored-packing d=20": (("built and verified", 256),),
    "stored-packing d=30": (("built and verified", 1024),),
    "stored-packing d=43": (("built and verified", 4096),),
    "stored-packing d=62": (("built and verified", 1024),),
    "transversal-design q=31 g=32 r=2": (("built and verified", 16384),),
    "transversal-design q=31 g=32 r=2 h=0": (("built and verified", 16384),),
}
