"""``lincs.minimal_dimension``: the least d by experiment, for linear read-out and for L1, as k grows.

For one random family, seed and decoder, *passing* at (d, k) means

* ``matched-filter``: the worst case of ``B_i = c_i a_i`` (the best ``c_i``) over all k-sparse inputs is below eps
  (THEOREMS.md, theorems 1 and 3),
* ``optimal-probes``: the same for the best B that A allows, ``k nu(A) < eps`` (theorem 2; probes.py),
* ``l1``: at least half of ``trials`` random k-sparse inputs are the one minimiser of basis pursuit.

The first two hold for *every* input, the third for typical ones: that is the comparison of Garg, Kleinberg and Peng.
The least d is found by bisection: it passes there and fails at d - 1.  Random matrices need not pass at every larger d,
except optimal probes of families whose first rows are the smaller matrix (the kernel only shrinks).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import median
from typing import Any

from lincs.errors import ContradictionError, InputError, check_choice, check_integer, check_seed
from lincs.problem import parse_eps, parse_ks
from lincs.progress import reports, told
from lincs.recovery.exponents import Exponent, fit_exponent
from lincs.recovery.passing import DECODERS, Known, decoder_for
from lincs.results import jsonable
from lincs.showing import Shown
from lincs.typing import Ks, Level, Progress

__all__ = ["MinimalCurve", "MinimalDimension", "least_passing", "minimal_dimension"]

_STEEP = 1.6  # a guess only: d ~ error^-1.6
LIMIT = 64  # the search gives up beyond this many times m: a matched filter may need more than m dimensions


@dataclass(frozen=True, kw_only=True)
class MinimalCurve:
    """One decoder on one family: ``found[s][j]`` is the least d for the s-th seed and the j-th k (None: not found).

    ``median`` is over the seeds; ``exponent`` fits ``d ~ k^b`` to the medians and ``exponent_log``
    ``d / log(m/k) ~ k^b``.  A structured family has no seed and a single row.
    """

    decoder: str
    family: str
    found: tuple[tuple[int | None, ...], ...]
    median: tuple[float | None, ...]
    exponent: Exponent | None
    exponent_log: Exponent | None

    def to_dict(self) -> dict[str, Any]:
        return {name: jsonable(value) for name, value in vars(self).items()}


@dataclass(frozen=True, kw_only=True, repr=False)
class MinimalDimension(Shown):
    """The curves, and the proved brackets ``lower[j] <= d(m, ks[j], eps) <= upper[j]`` beside them."""

    page_by = "lincs.show.compare:minimal"
    drawn_by = "lincs.plots.minimal:minimal"
    records_in = "curves"

    m: int
    eps: Fraction
    ks: tuple[int, ...]
    seed: int
    seeds: int
    trials: int
    sample: int | None
    lower: tuple[int, ...]
    upper: tuple[int, ...]
    lower_exponent: Exponent | None
    upper_exponent: Exponent | None
    curves: tuple[MinimalCurve, ...]

    def to_dict(self) -> dict[str, Any]:
        return {name: jsonable(value) for name, value in vars(self).items() if name != "seed"}


@reports("searches")
def minimal_dimension(
    *,
    m: int,
    k: Ks = "1:10",
    eps: Level = "1/2",
    families: str | Iterable[str] = "gaussian",
    decoders: str | Iterable[str] = DECODERS,
    seeds: int = 5,
    seed: int = 0,
    trials: int = 50,
    sample: int | None = None,
    threads: int | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    progress: Progress = None,
) -> MinimalDimension:
    """The least d at which each family passes at ``(m, k, eps)``, for every k, decoder and seed.

    Args:
        m: features.
        k: an int, a sequence or text like ``"1:10"``.
        eps: ``0 < eps <= 1``; above 1 no read-out is needed.
        families: names of random families (gaussian, spherical, rademacher, sparse-signs, subsampled-hadamard), or of
            closed-form ones (kerdock, ...; matched filter only: their d comes from the formula and is measured).
        decoders: any of ``matched-filter``, ``optimal-probes``, ``l1``.
        seeds: matrices ``seed, seed + 1, ...`` for each random family.
        trials: random inputs for each (seed, k) of L1.
        sample: solve the probes of that many features only; the d found is then at most that of all features.
        checkpoint: a .json file that keeps every matrix measured; the same question goes on from it.
        progress: called with (searches done, searches in all).

    Raises:
        InputError: for bad numbers, names or a checkpoint of another question.

    >>> found = minimal_dimension(m=32, k=[1, 2], decoders=["matched-filter", "l1"], seeds=1, trials=5)
    >>> [(curve.decoder, curve.found) for curve in found.curves]
    [('matched-filter', ((18, 83),)), ('l1', ((3, 6),))]
    """
    m, level = check_integer(m, "m", least=2), parse_eps(eps)
    if level > 1:
        raise InputError(f"eps must be at most 1, got {level}: the zero read-out has error 1")
    ks = parse_ks(k, m=m)
    seeds, seed, trials = check_integer(seeds, "seeds"), check_seed(seed), check_integer(trials, "trials")
    if sample is not None:
        sample = min(check_integer(sample, "sample"), m)
    names = _names(families)
    chosen = (decoders,) if isinstance(decoders, str) else tuple(decoders)
    for decoder in chosen:
        check_choice(decoder, "decoders", DECODERS)
    known = Known(checkpoint, ("minimal", m, str(level), ks, seeds, seed, trials, sample))
    structured = {name for name in names if not _is_random(name)}
    if structured and "matched-filter" not in chosen:
        raise InputError(f"decoders must include matched-filter for {min(structured)}, got {', '.join(chosen)}")
    work = [
        (decoder, name) for name in names for decoder in chosen if decoder == "matched-filter" or name not in structured
    ]
    total = sum(1 if name in structured else seeds for _, name in work) * len(ks)
    done, callback = 0, told(progress)

    def advance(count: int = 1) -> None:
        nonlocal done
        done += count
        if callback is not None:
            callback(done, total)

    curves: list[MinimalCurve] = []
    with known:
        for decoder, name in work:
            if name in structured:
                rows = [_structured(name, m=m, ks=ks, eps=level)]
                advance(len(ks))
            else:
                rows = []
                for s in range(seed, seed + seeds):
                    measured = decoder_for(
                        decoder,
                        name,
                        m=m,
                        ks=ks,
                        eps=level,
                        seed=s,
                        trials=trials,
                        sample=sample,
                        threads=threads,
                        known=known,
                    )
                    row: list[int | None] = []
                    for kk in ks:
                        start = _start(ks, row)
                        row.append(
                            least_passing(
                                lambda d, kk=kk, test=measured: test.passes(d, kk),  # type: ignore[misc]
                                start=start,
                                limit=measured.limit(LIMIT * m),
                            )
                        )
                        advance()
                    rows.append(tuple(row))
            curves.append(_curve(decoder, name, rows, m=m, ks=ks))
    lower, upper = _brackets(m, ks, level)
    _agree(curves, ks, lower, sample)
    return MinimalDimension(
        m=m,
        eps=level,
        ks=ks,
        seed=seed,
        seeds=seeds,
        trials=trials,
        sample=sample,
        lower=lower,
        upper=upper,
        lower_exponent=fit_exponent(ks, lower),
        upper_exponent=fit_exponent(ks, upper),
        curves=tuple(curves),
    )


def least_passing(passes: Callable[[int], tuple[bool, float | None]], *, start: int, limit: int) -> int | None:
    """A d <= limit with ``passes(d)`` and not ``passes(d - 1)``, or None if the search meets none.

    ``passes`` gives with True the error divided by its level if that is known, which tells how much smaller d may be:
    errors of random matrices fall like ``1/sqrt(d)``, those of optimal probes faster.
    """
    # Not lincs.exact.search: a measurement is dear, and by its ratio it says how far away the answer is.
    low, high, trial = 0, limit + 1, max(1, min(start, limit))
    while high - low > 1:
        good, ratio = passes(trial)
        if good:
            high = trial
            guess = (low + high) // 2 if ratio is None else int(high * ratio**_STEEP)
        else:
            low = trial
            guess = low + low // 4 + 1 if high > limit else (low + high) // 2
        trial = min(max(guess, low + 1), high - 1)
    return high if high <= limit else None


def _start(ks: Sequence[int], row: Sequence[int | None]) -> int:
    """Where to begin for the next k: the last d found, grown by ``k^1.5``."""
    for k, d in reversed(list(zip(ks, row, strict=False))):
        if d is not None:
            return int(d * float(ks[len(row)] / k) ** 1.5)
    return 2


def _names(families: str | Iterable[str]) -> tuple[str, ...]:
    from lincs.constructions.catalogue import family

    names = tuple(families.split(",")) if isinstance(families, str) else tuple(families)
    if not names:
        raise InputError("families must name at least one family, got none")
    return tuple(family(name.strip()).name for name in names)


def _is_random(name: str) -> bool:
    from lincs.constructions.catalogue import family

    return family(name).seeded


def _structured(name: str, *, m: int, ks: Sequence[int], eps: Fraction) -> tuple[int | None, ...]:
    """The least d of a closed-form family, its frame measured by the verifier."""
    from lincs.constructions.catalogue import family
    from lincs.interference.verify import verify

    found: list[int | None] = []
    chosen = family(name)
    for k in ks:
        promise = chosen.least(m=m, mu=min(eps / (k - eps), Fraction(1))) if k > eps else None
        if promise is not None:
            case = verify(chosen.frame(promise.parameters).columns(0, m), k=k).results[0]
            assert case.eps is not None
            if not case.eps.hi < eps:
                raise ContradictionError(f"{name} at d = {promise.d} measures {case.eps.hi}, not below {eps}")
        found.append(None if promise is None else promise.d)
    return tuple(found)


def _curve(decoder: str, name: str, rows: list[tuple[int | None, ...]], *, m: int, ks: tuple[int, ...]) -> MinimalCurve:
    medians: list[float | None] = []
    for column in zip(*rows, strict=True):
        values = [d for d in column if d is not None]
        medians.append(float(median(values)) if len(values) == len(column) else None)
    return MinimalCurve(
        decoder=decoder,
        family=name,
        found=tuple(rows),
        median=tuple(medians),
        exponent=fit_exponent(ks, medians),
        exponent_log=fit_exponent(ks, medians, m=m),
    )


def _agree(curves: list[MinimalCurve], ks: tuple[int, ...], lower: tuple[int, ...], sample: int | None) -> None:
    """A linear read-out measured to pass at a d that the bounds exclude is a contradiction of two proofs."""
    for curve in curves:
        if curve.decoder == "l1" or (curve.decoder == "optimal-probes" and sample is not None):
            continue  # typical inputs, or some of the features: the bounds say nothing
        for row in curve.found:
            for k, d, least in zip(ks, row, lower, strict=True):
                if d is not None and d < least:
                    raise ContradictionError(
                        f"{curve.decoder} on {curve.family} passes at k = {k}, d = {d}; proved impossible below {least}"
                    )


def _brackets(m: int, ks: tuple[int, ...], eps: Fraction) -> tuple[tuple[int, ...], tuple[int, ...]]:
    from lincs.bounds.bracket import bound

    lower, upper = [], []
    for k in ks:
        bracket = bound(m=m, k=k, eps=eps)
        assert isinstance(bracket.lower.value, int)
        assert isinstance(bracket.upper.value, int)
        lower.append(bracket.lower.value)
        upper.append(bracket.upper.value)
    return tuple(lower), tuple(upper)
