"""``lincs.build``: the matrices behind an upper bound, measured by the verifier, and their certificate."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lincs.certificates.describe import describe, write
from lincs.constructions.plan import Plan, make_pair, plan
from lincs.errors import InputError
from lincs.parallel import thread_count
from lincs.progress import reports
from lincs.results import Interval
from lincs.showing import Shown
from lincs.typing import Count, Level, Progress

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Array = npt.NDArray[np.float64]

__all__ = ["Built", "build"]


@dataclass(frozen=True, kw_only=True, repr=False)
class Built(Shown):
    """A pair with ``||B^T A z - z||_inf < eps`` for every k-sparse z: verified, not only promised.

    ``A``, ``B``: d x m, columns are features.  ``measured`` encloses the exact worst case of this very pair.
    On the threshold of a closed claim A is integers and B None: the probes are exactly ``scale A / |a|^2``.
    """

    page_by = "lincs.show.build:built"

    plan: Plan
    measured: Interval
    A: Array = field(repr=False, compare=False)
    B: Array | None = field(repr=False, compare=False)
    files: tuple[str, ...] = ()

    @property
    def certificate(self) -> dict[str, Any]:
        """The certificate as a dictionary (the file's name is filled in when it is saved)."""
        return describe(self.plan, self.measured, self.A, self.B)

    def save(self, path: str | Path) -> Built:
        """Write A and B to ``path`` (.npz, .safetensors) and the certificate beside it; a record with both names."""
        names = write(Path(path), self.plan, self.measured, self.A, self.B)
        return Built(plan=self.plan, measured=self.measured, A=self.A, B=self.B, files=names)

    def to_dict(self) -> dict[str, Any]:
        promise = self.plan.promise
        return {
            "problem": self.plan.problem.to_dict(),
            "construction": {
                "family": promise.family,
                "parameters": dict(promise.parameters),
                "source": self.plan.family.source,
                **({"search": dict(promise.search)} if promise.search else {}),
            },
            "scale": str(self.plan.scale),
            "measured": self.measured.to_dict(),
            "files": list(self.files),
        }


@reports("inner products")
def build(
    *,
    m: Count | None = None,
    k: Count,
    eps: Level | None = None,
    family: str | None = None,
    parameters: Mapping[str, Any] | None = None,
    out: str | Path | None = None,
    closed: bool = False,
    threads: int | None = None,
    progress: Progress = None,
    agree: Callable[[float], bool] | None = None,
) -> Built:
    """Build and verify a pair (A, B) with ``||B^T A z - z||_inf < eps`` for every k-sparse z in ``[-1, 1]^m``.

    Args:
        m, k, eps: the question of :func:`lincs.bound`; the frame of least d in the catalogue is built.
        family, parameters: one frame by name instead, for example ``family="kerdock", parameters={"s": 3, "p": 0}``;
            then m defaults to all its columns and eps to a little above the best it reaches.
        out: a .npz or .safetensors file to write A and B to, with the certificate beside it.
        closed: with errors of at most eps in place of below eps: fewer dimensions where a frame is on the threshold.
        threads, progress: as in :func:`lincs.verify`, which measures the pair.
        agree: asked, with the seconds that the check will take, whether to begin one of more than half an hour.

    Raises:
        InputError: no such frame, A and B would take more than 8 GiB, or ``agree`` said no.

    >>> built = build(m=16, k=2, eps="2/5")
    >>> built.A.shape, built.plan.promise.family, bool(built.measured.hi < 0.4)
    ((9, 16), 'paley-etf', True)
    """
    from lincs.certificates import effort
    from lincs.certificates.plain import cell
    from lincs.interference.verify import verify

    decided = plan(m=m, k=k, eps=eps, family=family, parameters=parameters, closed=closed)
    takes = effort.seconds(decided.promise.d, decided.m, thread_count(threads)) if agree is not None else 0.0
    if agree is not None and takes > effort.LONG and not agree(takes):
        raise InputError(f"nothing was built: the check of {decided.m} features takes {effort.in_words(takes)}")
    A, B = make_pair(decided)
    if B is None:
        from lincs.certificates.exact_pair import exact_worst

        worst = exact_worst(A, scale=decided.scale, k=decided.k)
        if worst > decided.eps:
            raise AssertionError(f"{decided.promise} does not keep its promise: {worst}")
        built = Built(plan=decided, measured=Interval(*cell(float(worst), float(worst))), A=A, B=None)
        return built if out is None else built.save(out)
    case = verify(A, B, k=decided.k, eps=decided.eps, threads=threads, progress=progress).results[0]
    if case.holds is not True or case.eps is None:
        raise AssertionError(f"{decided.promise} does not keep its promise: {case}")
    lo, hi = cell(case.eps.lo, case.eps.hi)
    built = Built(plan=decided, measured=Interval(lo, hi), A=A, B=B)
    return built if out is None else built.save(out)
