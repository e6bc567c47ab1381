"""Deployed encoders over supports with structure, against enumeration of the allowed ones."""

import itertools
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lincs
from lincs import verify
from tests import deployed_naive as naive
from tests.interference.test_deployed import encoders, rows_as_pair


def supports(labels, rule, k):
    """All allowed supports; ``k`` counts groups under the rule "whole"."""
    m = len(labels)
    for size in range(m + 1):
        for chosen in itertools.combinations(range(m), size):
            counts = np.unique([labels[j] for j in chosen], return_counts=True)[1] if chosen else np.zeros(0)
            if rule == "whole":
                if len(counts) <= k:
                    yield chosen
            elif size <= k and (counts <= rule).all():
                yield chosen


def worst(M, bias, t, low, labels, rule, k):
    """The largest error of every row over the allowed supports, companions at 0 or 1."""
    m = len(M)
    best = [F(0)] * m
    for chosen in supports(labels, rule, k):
        for i in range(m):
            beta, threshold = F(float(bias[i])), F(float(t[i]))
            c = sum((F(float(M[i][j])) for j in chosen if j != i), F(0))
            if i in chosen:
                ends = naive.pieces(beta + c, F(float(M[i][i])), threshold, F(low))
                best[i] = max(best[i], *(abs(out - s) for s, out in ends if s))
                best[i] = max(
                    best[i], *(out - s for s, out in naive.pieces(beta + c, F(float(M[i][i])), threshold, F(low)))
                )
            else:
                best[i] = max(best[i], abs(naive.fire(beta + c, threshold)))
    return best


@settings(max_examples=80, deadline=None)
@given(encoders(), st.data())
def test_against_enumeration_of_the_allowed_supports(case, data):
    M, bias, t, low, _, _ = case
    m = len(M)
    A, B = rows_as_pair(M)
    labels = data.draw(st.lists(st.integers(0, 2), min_size=m, max_size=m))
    rule = data.draw(st.sampled_from([1, 2, "whole"]))
    most = len(set(labels)) if rule == "whole" else m
    ks = tuple(range(1, most + 1))
    count = {"active_groups": ks} if rule == "whole" else {"k": ks}
    found = verify(
        A, B, readout="deployed", bias=bias, threshold=t, active_min=low, groups=labels, group_rule=rule, **count
    )
    for j, k in enumerate(ks):
        expected = worst(M, bias, t, low, labels, rule, k)
        for i in range(m):
            assert found.lower[i, j] <= expected[i] <= found.upper[i, j]
        case = found.results[j]
        assert case.eps.lo <= max(expected) <= case.eps.hi
        assert max(expected) == expected[case.row]
        assert case.witness.support in set(supports(labels, rule, k))


@settings(max_examples=60, deadline=None)
@given(encoders(), st.data())
def test_classes_and_counts_over_the_allowed_supports(case, data):
    M, bias, t, _, tau, level = case
    m = len(M)
    A, B = rows_as_pair(M)
    labels = data.draw(st.lists(st.integers(0, 2), min_size=m, max_size=m))
    found = verify(
        A, B, k=range(1, m + 1), readout="deployed", bias=bias, threshold=t, tau=tau, level=level, groups=labels
    )
    for i in range(m):
        fires, own, beta = max(F(float(t[i])), level), F(float(M[i][i])), F(float(bias[i]))

        def sums(k, active, i=i, beta=beta):
            for chosen in supports(labels, 1, k):
                if (i in chosen) == active:
                    yield beta + sum((F(float(M[i][j])) for j in chosen if j != i), F(0))

        never, always = -1 if beta > fires else 0, 0
        for j, k in enumerate(range(1, m + 1)):
            highest = max(sums(k, False))
            lowest = min(p + own * s for p in sums(k, True) for s in (tau, F(1)))
            never += never == k - 1 and highest <= fires
            always += always == k - 1 and lowest > fires
            kind = 0 if highest <= fires < lowest else 1 if highest < lowest else 2
            assert found.table.classes[i, j] == kind
        assert found.table.k_false[:, i].tolist() == [min(never, m - 1)] * 2 or found.table.k_false[0, i] == m - 1
        assert found.table.k_miss[:, i].tolist() == [always] * 2


def test_an_antipodal_pair_that_is_never_on_together():
    W = np.array([[1.0, -1.0]])
    both = verify(W, W, k=[1, 2], readout="deployed", activation="relu", groups=[0, 0])
    assert [case.eps.hi for case in both.results] == [0, 0]
    apart = verify(W, W, k=[1, 2], readout="deployed", activation="relu", groups=[-1, -1])
    assert [case.eps.hi for case in apart.results] == [0, 1]


def test_an_encoder_that_selects_knows_no_groups():
    with pytest.raises(lincs.InputError, match="groups have no meaning for the activation topk:2"):
        verify(np.eye(3), np.eye(3), k=2, readout="deployed", activation="topk:2", groups=[0, 0, 1])
