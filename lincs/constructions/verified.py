"""Members that were built or whose structure was verified, with the number of columns.

Written by ``python -m benchmarks.constructions --record``; a frame that does not keep its promise stops that program.
"""

from __future__ import annotations

__all__ = ["VERIFIED"]

VERIFIED: dict[str, tuple[tuple[str, int], ...]] = {
    "cubic-phases q=1433 odd=0": (("verified by structure", 1000000000),),
    "delsarte-goethals s=4 r=1 p=3": (("verified by structure", 1000000),),
    "gold s=7 r=0 p=1": (("built and verified", 16384),),
    "kerdock s=4 p=0": (("built and verified", 16384),),
    "odd-polynomials q=15377 r=3": (("verified by structure", 1000000000000),),
    "partial-sections n=10 j=1 tau=3 i=2 p=3": (("verified by structure", 1048576),),
    "partial-sections n=12 j=1 tau=3 i=2 p=3": (("verified by structure", 16777216),),
    "partial-sections n=8 j=1 tau=6 i=0 p=3": (("verified by structure", 1000000),),
    "polynomial-phases q=1523 r=2": (("verified by structure", 1000000),),
    "polynomial-phases q=251 r=2": (("built and verified", 100000),),
    "polynomial-phases q=709 r=2": (("verified by structure", 1000000),),
    "punctured-bases q=709 p=18": (("verified by structure", 1000000),),
    "punctured-phases q=709 r=2 p=10": (("verified by structure", 1000000),),
    "shaved-plane q=31 n=22": (("built and verified", 16384),),
    "shaved-transversal q=101 g=100 r=2 h=0 n=3": (("verified by structure", 1000000),),
    "shaved-transversal q=109 g=80 r=3 h=1 n=3": (("verified by structure", 100000000),),
    "shaved-transversal q=41 g=40 r=2 h=0 n=2": (("built and verified", 65536),),
    "shaved-transversal q=64 g=40 r=3 h=1 n=3": (("verified by structure", 10000000),),
    "singer-lift q=223": (("built and verified", 65536),),
    "singer-lift q=47": (("built and verified", 4096),),
    "stabiliser-sections n=10 j=0 tau=7 p=0 c=1": (("built and verified", 65536),),
    "stabiliser-sections n=10 j=1 tau=3 p=3 c=0": (("verified by structure", 1048576),),
    "stabiliser-sections n=12 j=0 tau=9 p=0 c=0": (("verified by structure", 1000000),),
    "stabiliser-sections n=12 j=1 tau=3 p=3 c=0": (("verified by structure", 16777216),),
    "stabiliser-sections n=14 j=1 tau=4 p=3 c=0": (("verified by structure", 1000000000),),
    "stabiliser-sections n=8 j=0 tau=5 p=0 c=1": (("built and verified", 4096),),
    "stored-packing d=107": (("built and verified", 1024),),
    "stored-packing d=12": (("built and verified", 64),),
    "stored-packing d=20": (("built and verified", 256),),
    "stored-packing d=30": (("built and verified", 1024),),
    "stored-packing d=43": (("built and verified", 4096),),
    "stored-packing d=62": (("built and verified", 1024),),
    "tied-forms a=8 r=0 i=1 p=0": (("built and verified", 16384),),
    "tied-forms a=8 r=1 i=2 p=3": (("verified by structure", 1000000),),
    "transversal-design q=101 g=100 r=2 h=0": (("verified by structure", 1000000),),
    "transversal-design q=109 g=80 r=3 h=1": (("verified by structure", 100000000),),
    "transversal-design q=31 g=32 r=2 h=0": (("built and verified", 16384),),
    "transversal-design q=41 g=40 r=2 h=0": (("built and verified", 65536),),
    "transversal-design q=64 g=40 r=3 h=1": (("verified by structure", 10000000),),
}
