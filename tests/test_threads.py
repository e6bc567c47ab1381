"""A number of threads is a positive integer, wherever one is asked for."""

import numpy as np
import pytest

import lincs
from lincs.parallel import cpu_count, thread_count

A = np.random.default_rng(0).standard_normal((3, 6))


def test_the_default_is_every_processor():
    assert thread_count(None) == cpu_count()
    assert thread_count(3) == 3


@pytest.mark.parametrize("threads", [0, -1, 1.5, "two", True])
def test_anything_else_is_refused(threads):
    for call in (
        lambda: thread_count(threads),
        lambda: lincs.optimal_probes(A, k=1, threads=threads),
        lambda: lincs.verify(A, k=1, threads=threads),
        lambda: lincs.verify_readers(A, A, k=1, threads=threads),
        lambda: lincs.match(A, A, threads=threads),
    ):
        with pytest.raises(lincs.InputError, match="threads must be"):
            call()
