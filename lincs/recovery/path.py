"""The l1 homotopy as a numba kernel: the LASSO path of one right-hand side, from the Gram matrix or the features.

For ``lambda`` from ``||A^T x||_inf`` down to 0 the minimisers ``z`` of ``||A z - x||^2 / 2 + lambda ||z||_1`` form a
piecewise linear path; its end is a solution of basis pursuit (Osborne, Presnell and Turlach 2000; Donoho and Tsaig
2008).  On a piece the active columns S keep ``|a_j^T (x - A z)| = lambda`` with signs ``s``, and with
``v = (A_S^T A_S)^-1 s``

    ``z_S`` moves by ``gamma v``,   ``c = A^T (x - A z)`` by ``-gamma A^T A_S v``,   ``lambda`` by ``-gamma``,

until a column joins (its correlation reaches lambda) or an active one passes through zero and leaves.  Only
``G = A^T A`` and ``A^T x`` are needed; the inverse of ``G_SS`` is kept by rank-one updates.  G has m^2 entries: where
that is too many, what is needed of it is computed from the features at every step.

Nothing is proved here: the caller checks what comes out.
"""

from __future__ import annotations

import numpy as np

from lincs.jit import kernel

__all__ = ["DONE", "FULL", "STALLED", "follow", "polish"]

DONE, FULL, STALLED = 0, 1, 2

_SINGULAR = 1e-11  # a column this close (relatively) to the span of the active ones cannot join


@kernel()
def _join(inverse, column, own, n):
    """Extend the inverse of a Gram matrix (n x n in front of ``inverse``) by one more column; False if singular."""
    u = np.empty(n)
    for i in range(n):
        total = 0.0
        for l in range(n):  # noqa: E741
            total += inverse[i, l] * column[l]
        u[i] = total
    pivot = own
    for i in range(n):
        pivot -= column[i] * u[i]
    if pivot <= _SINGULAR * own:
        return False
    for i in range(n):
        factor = u[i] / pivot
        for l in range(n):  # noqa: E741
            inverse[i, l] += factor * u[l]
    for i in range(n):
        inverse[i, n] = inverse[n, i] = -u[i] / pivot
    inverse[n, n] = 1.0 / pivot
    return True


@kernel()
def _leave(inverse, place, n):
    """Shrink the inverse by the column at ``place``; the last column takes its place."""
    last = n - 1
    if place != last:
        for l in range(n):  # noqa: E741
            inverse[place, l], inverse[last, l] = inverse[last, l], inverse[place, l]
        for i in range(n):
            inverse[i, place], inverse[i, last] = inverse[i, last], inverse[i, place]
    pivot = inverse[last, last]
    for i in range(last):
        factor = inverse[i, last] / pivot
        for l in range(last):  # noqa: E741
            inverse[i, l] -= factor * inverse[last, l]


@kernel()
def _combine(gram, active, weights, n, out):
    """``out = sum_i weights[i] gram[active[i]]``, four rows at a time to spare memory traffic."""
    out[:] = 0.0
    whole = n - n % 4
    for i in range(0, whole, 4):
        w0, w1, w2, w3 = weights[i], weights[i + 1], weights[i + 2], weights[i + 3]
        g0, g1, g2, g3 = gram[active[i]], gram[active[i + 1]], gram[active[i + 2]], gram[active[i + 3]]
        for j in range(out.size):
            out[j] += (w0 * g0[j] + w1 * g1[j]) + (w2 * g2[j] + w3 * g3[j])
    for i in range(whole, n):
        w0, g0 = weights[i], gram[active[i]]
        for j in range(out.size):
            out[j] += w0 * g0[j]


@kernel()
def _inner(features, i, j):
    total = 0.0
    for l in range(features.shape[1]):  # noqa: E741
        total += features[i, l] * features[j, l]
    return total


@kernel()
def _combine_features(features, active, weights, n, out):
    """What :func:`_combine` does, without a Gram matrix."""
    image = np.zeros(features.shape[1])
    for i in range(n):
        for l in range(image.size):  # noqa: E741
            image[l] += weights[i] * features[active[i], l]
    out[:] = features @ image


@kernel()
def _is_end(slope, state, signs, z, direction, n, level):
    """Whether no column may join (its slope stays within bounds) and no sign changes before lambda = 0."""
    for j in range(slope.size):
        if state[j] == 0 and abs(slope[j]) > 1.0 + 1e-10:
            return False
    largest = 0.0
    for i in range(n):
        largest = max(largest, abs(z[i] + level * direction[i]))
    kept = True
    for i in range(n):
        kept &= signs[i] * (z[i] + level * direction[i]) >= -1e-10 * largest
    return kept


@kernel()
def follow(
    features, gram, correlation, energy, skip, stop_lambda, stop_energy, most_steps, active, signs, z, inverse, knots
):
    """Follow the path of one right-hand side; the answer is left in ``active``, ``signs`` and ``z``.

    ``features`` (m x d) holds the columns of A as rows, ``gram`` (m x m) their inner products, or nothing (0 x 0).
    ``correlation`` (m,) is ``A^T x``, overwritten; ``energy`` is ``||x||^2``; column ``skip`` (or -1) never joins.  The
    path ends at ``lambda <= stop_lambda`` or where ``||A z - x||^2`` has fallen to ``stop_energy``.  ``active``,
    ``signs``, ``z`` have room for the number of columns that may be active at once, and ``inverse`` (room x room) for
    the inverse of their Gram matrix.  ``knots`` (T x 2) receives ``(lambda, number of active columns)`` for the first T
    pieces.

    Returns (number of active columns, lambda, steps, status): DONE, FULL (no room left) or STALLED (too many steps).
    """
    m = features.shape[0]
    formed = gram.shape[0] > 0
    room = active.size
    column = np.empty(room)
    direction = np.empty(room)
    slope = np.empty(m)
    state = np.zeros(m, np.int8)  # 1: active, 2: barred (dependent on the active ones), 0: may join
    if skip >= 0:
        state[skip] = 3
    n = 0
    level = 0.0
    newcomer = -1
    for j in range(m):
        if state[j] == 0 and abs(correlation[j]) > level:
            level, newcomer = abs(correlation[j]), j
    start = level
    whole = energy
    departed = -1
    steps = 0
    while True:
        if newcomer >= 0:
            if n == room:
                return n, level, steps, FULL
            for i in range(n):
                column[i] = gram[active[i], newcomer] if formed else _inner(features, active[i], newcomer)
            own = gram[newcomer, newcomer] if formed else _inner(features, newcomer, newcomer)
            if _join(inverse, column, own, n):
                active[n] = newcomer
                signs[n] = 1.0 if correlation[newcomer] > 0 else -1.0
                z[n] = 0.0
                state[newcomer] = 1
                n += 1
            else:
                state[newcomer] = 2
        if steps < knots.shape[0]:
            knots[steps, 0] = level
            knots[steps, 1] = n
        if level <= stop_lambda or level <= 1e-13 * start or n == 0:
            return n, level, steps, DONE
        if steps == most_steps:
            return n, level, steps, STALLED
        steps += 1

        for i in range(n):
            total = 0.0
            for l in range(n):  # noqa: E741
                total += inverse[i, l] * signs[l]
            direction[i] = total
        if formed:
            _combine(gram, active, direction, n, slope)
        else:
            _combine_features(features, active, direction, n, slope)

        # How far until lambda reaches its goal, a column joins, or one leaves?
        q = 0.0
        for i in range(n):
            q += direction[i] * signs[i]
        # Once the residual lies in the span of the active columns, c = lambda times the slope: every column would join
        # together with lambda = 0, and superfluous ones leave then.  Rounding must not decide among them, and need
        # not: slopes within [-1, 1] and kept signs prove that the end is reached.
        to_the_end = stop_lambda == 0.0 and stop_energy == 0.0 and energy - level * level * q <= 1e-12 * whole
        if to_the_end and _is_end(slope, state, signs, z, direction, n, level):
            for i in range(n):
                z[i] += level * direction[i]
            return n, 0.0, steps, DONE
        reach = (level - stop_lambda) * (1.0 - 1e-12)
        newcomer = -1
        for j in range(m):
            if state[j] != 0:
                continue
            c, a = correlation[j], slope[j]
            # Multiplied out, so that a division is needed only where the reach shrinks.  The column that has just left
            # stands on one of its bounds, and can only arrive at the other.
            if level - c < reach * (1.0 - a) and 1.0 - a > 1e-12 and not (j == departed and c > 0.0):
                reach, newcomer = max((level - c) / (1.0 - a), 0.0), j
            if level + c < reach * (1.0 + a) and 1.0 + a > 1e-12 and not (j == departed and c < 0.0):
                reach, newcomer = max((level + c) / (1.0 + a), 0.0), j
        leaver = -1
        for i in range(n):
            if direction[i] * signs[i] < 0.0:
                gamma = -z[i] / direction[i]
                if gamma < reach:
                    reach, leaver, newcomer = max(gamma, 0.0), i, -1
        if newcomer < 0 and leaver < 0:
            reach = level - stop_lambda

        # ||r||^2 falls by 2 gamma lambda q - gamma^2 q with q = s . v; stop on the way if the goal is met.
        q = 0.0
        for i in range(n):
            q += direction[i] * signs[i]
        if stop_energy > 0.0 and energy - 2 * reach * level * q + reach * reach * q <= stop_energy and q > 0.0:
            need = max(energy - stop_energy, 0.0)
            inside = max(level * level - need / q, 0.0)
            reach = min(reach, level - np.sqrt(inside))
            newcomer = leaver = -1
            stop_lambda = level - reach
        energy = max(energy - 2 * reach * level * q + reach * reach * q, 0.0)

        for i in range(n):
            z[i] += reach * direction[i]
        for j in range(m):
            correlation[j] -= reach * slope[j]
        level -= reach
        departed = -1
        if leaver >= 0:
            departed = active[leaver]
            state[departed] = 0
            _leave(inverse, leaver, n)
            n -= 1
            active[leaver], signs[leaver], z[leaver] = active[n], signs[n], z[n]
            for j in range(m):  # what was dependent on the old active set may be independent now
                if state[j] == 2:
                    state[j] = 0
        elif newcomer < 0:
            level = min(level, stop_lambda)


@kernel()
def polish(features, x, active, right, inverse, n, use_x, weights, image):
    """Solve ``A_S^T A_S w = A_S^T x`` (``use_x``) or ``= right`` afresh; w into ``weights``, ``A_S w`` into ``image``.

    ``features`` (m x d) holds the columns of A as rows.  The path's inverse only steers: each of four rounds corrects w
    by the inverse times the true defect, so that the path's rounding does not stay in the answer.  With ``use_x``,
    ``right`` are the signs of the path; an entry against its sign is 0 up to rounding, and set to 0.
    """
    d = image.size
    defect, gap = np.empty(n), np.empty(d)
    weights[:n] = 0.0
    image[:] = 0.0
    for _ in range(4):
        for l in range(d):  # noqa: E741
            gap[l] = x[l] - image[l] if use_x else -image[l]
        for i in range(n):
            defect[i] = np.dot(features[active[i]], gap) + (0.0 if use_x else right[i])
        for i in range(n):
            total = 0.0
            for l in range(n):  # noqa: E741
                total += inverse[i, l] * defect[l]
            weights[i] += total
        image[:] = 0.0
        for i in range(n):
            line = features[active[i]]
            for l in range(d):  # noqa: E741
                image[l] += weights[i] * line[l]
    if use_x:
        largest = 0.0
        for i in range(n):
            largest = max(largest, abs(weights[i]))
        for i in range(n):
            if weights[i] * right[i] < 0.0 and abs(weights[i]) <= 1e-12 * largest:
                weights[i] = 0.0
