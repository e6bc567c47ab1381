"""What is generated is what its program would write now; if not: ``python -m benchmarks.generate NAME``."""

import pytest

from benchmarks.generate import PROGRAMS


@pytest.mark.parametrize("name", [name for name, program in PROGRAMS.items() if program.stale is not None])
def test_nothing_is_stale(name):
    assert PROGRAMS[name].stale() == []
