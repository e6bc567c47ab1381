"""The theorem programs on lower bounds and existence hold, and report what they tried."""

from proofs_check import t04_chebyshev_rank, t05_existence


def test_chebyshev_rank() -> None:
    assert "413 ETFs" in t04_chebyshev_rank.check()


def test_existence() -> None:
    assert "promises" in t05_existence.check()
