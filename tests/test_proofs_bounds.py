"""The theorem programs on bounds hold, and report what they tried."""

import pytest

from proofs_check import (
    t04_chebyshev_rank,
    t04b_kernel,
    t04d_readouts,
    t04e_symmetric,
    t05_existence,
    t05b_random_tails,
    t08_decoders,
)

# t04c is covered piece by piece in test_bounds_sharpen.py; as a whole it takes ten seconds.
PROGRAMS = [
    (t04_chebyshev_rank, "413 ETFs"),
    (t04b_kernel, "projections"),
    (t04d_readouts, "threshold read-outs"),
    (t04e_symmetric, "line systems"),
    (t05_existence, "promises"),
    (t05b_random_tails, "cap measures"),
    (t08_decoders, "2k theorem"),
]


@pytest.mark.parametrize(("program", "evidence"), PROGRAMS, ids=[p.__name__ for p, _ in PROGRAMS])
def test_theorem(program: object, evidence: str) -> None:
    assert evidence in program.check()  # type: ignore[attr-defined]
