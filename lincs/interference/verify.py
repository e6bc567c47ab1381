"""``lincs.verify``: the exact worst-case interference of a pair (A, B), with witness and rounding interval."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from lincs import readouts
from lincs.encoders.normal_form import Asked as AskedEncoder
from lincs.errors import InputError, check_integer
from lincs.exact.goal import Goal
from lincs.interference.checkpoint import Checkpoint
from lincs.interference.decide import worst_rows
from lincs.interference.deployed import deploy, deployed_result
from lincs.interference.device_asked import asked_device, check_device
from lincs.interference.groups import asked_supports
from lincs.interference.in_file import in_the_file
from lincs.interference.ladder import Rows
from lincs.interference.moments import RowMoments
from lincs.interference.pairs import GIVEN, SELF_SCALED
from lincs.interference.report import report
from lincs.interference.sweep import Runner, on_threads
from lincs.interference.typical import asked_inputs, typical_of
from lincs.interference.typical_firing import typical_firing
from lincs.interference.worst import Question, analyse
from lincs.matrices import Matrix, refuse_complex
from lincs.parallel import thread_count
from lincs.problem import parse_goal
from lincs.progress import reports, told
from lincs.reading import read_pair
from lincs.results import Verification
from lincs.selection import select
from lincs.typing import Features, File, Ks, Level, MatrixLike, Progress, VectorLike

__all__ = ["verify"]


@reports("inner products")
def verify(
    A: MatrixLike,
    B: MatrixLike | None = None,
    *,
    k: Ks | None = None,
    eps: Level | None = None,
    closed: bool = False,
    readout: str = "signed",
    groups: VectorLike | Sequence[VectorLike] | None = None,
    group_rule: str | int | Sequence[str | int] | None = None,
    active_groups: Ks | None = None,
    layout: str = "auto",
    layout_b: str | None = None,
    key: str | None = None,
    key_b: str | None = None,
    normalize: bool = False,
    scales: VectorLike | None = None,
    features: Features | None = None,
    without: Features | None = None,
    exact_rows: int = 1000,
    threads: int | None = None,
    precision: str | None = None,
    device: Any = None,
    progress: Progress = None,
    checkpoint: File | None = None,
    checkpoint_every: float = 30.0,
    resume: bool = False,
    client: Any = None,
    stop_early: bool = False,
    activation: str | None = None,
    b_dec: str | None = None,
    bias: VectorLike | None = None,
    threshold: VectorLike | None = None,
    active_min: VectorLike | None = None,
    tau: Level | None = None,
    level: Level | None = None,
    typical: str | None = None,
    support: str | None = None,
    risk: Level | Iterable[Level] | None = None,
    samples: int = 1000,
    seed: int = 0,
) -> Verification:
    """The exact worst-case error ``sup ||B^T A z - z||_inf`` over all k-sparse ``z`` in ``[-1, 1]^m``, for each k.

    The supremum is a top-k row sum, ``max_i ||E_i||_(k)`` with ``E = B^T A - I`` (THEOREMS.md, theorem 1), so it is
    computed exactly, not sampled: every result encloses it, and comes with an input that attains it.  A complex pair is
    read out by the conjugate transpose, ``B^H x``, over complex ``z`` with ``|z_j| <= 1``; its witness has ``phases``.

    Args:
        A: ``d x m`` array or torch tensor (columns are features), or a path to .npy, .npz, .safetensors or .pt.
        B: the probes, like A and of the same shape.  ``verify(A, A)`` is the given pair B = A; without B the probes
            are those of A under the best closed-form scaling of each row, a different one for each k (theorem 3),
            returned as ``results[...].scale``.
        k: an int, a sequence of ints, or text like ``"1,4,16"`` or ``"1:40"``; ``1 <= k <= m``.
        eps: if given, ``holds`` says whether the worst case is strictly below it (exactly: "0.1" is 1/10).
        closed: ``holds`` for ``<= eps`` in place of ``< eps``: an error of eps itself is allowed, and decided exactly.
        readout: "signed" (z in [-1,1]^m), "nonnegative" or "affine" (z in [0,1]^m; affine has a free bias),
            "threshold" (z in {0,1}^m; a free threshold for each feature, decided by a margin instead of an eps), or
            "deployed" (z in [0,1]^m; the encoder itself, ``max |out_i - z_i|``): the result is then a
            :class:`DeployedVerification`.
        groups: one integer a feature of the file: its group (-1: it is alone), as an array or a file (.npy, .npz with
            ``groups``, text).  Only supports that ``group_rule`` allows are looked at (THEOREMS.md, 1c).
        group_rule: "one" (the default) or a number N: at most k features, at most N of each group (a k that the groups
            leave no room for means the most there is room for); or "whole": ``active_groups`` groups, all of their
            features.  Lists of rules and of groups, inner to outer, are nested limits: groups of a list must lie within
            those of the next.
        active_groups: of whole groups, how many are active; like ``k``, which it takes the place of.
        layout, layout_b: "columns" (d x m) or "rows" (m x d), of A and B; B's defaults to A's.  A named layout
            ("saelens", "sparsify", "dictionary-learning") reads both from one file.
        key, key_b: names inside .npz and .safetensors files; ``key_b`` without B is another array of A's file.
        normalize: scale every feature of A (and B) to unit norm first; zero features stay zero.
        scales: (m,) positive s: feature j ranges over ``[-s_j, s_j]`` (or ``[0, s_j]``) instead, and the error of
            feature i is relative to ``s_i``.
        features: the rows that are asked for, as 0-based indices: a sequence of ints, a mask (m,), text like
            ``"0,5,10:20"`` (ends included), or a file of these (.npy, or text with one index a line).  A row costs
            ``m d``.  The result speaks of these rows alone; every feature may still be active.
        without: features that do not exist, neither read nor active, given like ``features``; the word ``dead`` in
            text stands for the zero features of A.  Then m counts the others, and k may not exceed it.  Indices in the
            result stay those of the file, and so do ``scales``, which has an entry for every feature of the file.
        exact_rows: how many rows that float64 cannot decide against eps are taken to exact arithmetic.
        threads: default: all processors this process may use.
        precision: "double" for a float64 sweep, "mixed" for float32 followed by float64 of the surviving rows;
            default: mixed when the problem is large.  Both are proofs; mixed has wider per-feature intervals.  On a
            device also "tf32" and "bfloat16" in the place of float32, with intervals as wide as these make them.
        device: a torch device ("cuda", "cuda:1", "cpu", a ``torch.device``) for the first sweep, which then is "mixed";
            what can be the worst is computed again and proved on the processor.  Of real features, any k of them.
        progress: called with (inner products done, to do); True: a bar.
        checkpoint: a file, or a folder in which it is named by the question and the matrices' entries; a run of more
            than ``checkpoint_every`` seconds leaves its finished panels there at most that often, and when it is
            interrupted.  The file is removed when the run is complete.  Where it cannot be kept (a full disk, another
            run of the same question) a :class:`lincs.errors.Note` says so and the run goes on.
        resume: go on from the file at ``checkpoint``, if there is one; the result is that of an unbroken run.
        client: of a Dask cluster (``distributed.Client``), whose workers sweep; A and B must be files that they can
            open.  The result is the same.
        activation, b_dec, bias, threshold: what the file (or its configuration) does not say of the encoder, for
            ``readout="deployed"``: "relu", "jumprelu", "gated", "topk:64", "groupmax:64" or "linear"; whether its input
            has the decoder's bias "subtracted" or "kept"; beta (m,) itself; the threshold, one number or (m,).
        active_min: deployed only: an active feature has at least this value, one number or (m,), in [0, 1].
        tau, level: deployed only: a feature ought to fire at ``z_i >= tau`` (1) and does where ``out_i > level`` (0).
        typical: also what random inputs do, proved and sampled, as ``result.typical`` (:class:`Typical`; THEOREMS.md,
            11): the active values are "signs" or "uniform" on [-1, 1] for the signed read-out, "positive" (uniform on
            [0, 1]) or "binary" for the others.  Of an encoder as deployed: its rates of false firings and misses.
        support: of the random inputs: "subset" (the default; k of the m features) or "bernoulli" (each with
            probability k/m).
        risk: probabilities, like ``(0.01, "1e-6")`` (the default) or text: the eps that inputs exceed no more often.
        samples, seed: how many random inputs are drawn for each k, beside the proof.
        stop_early: with ``eps``, stop as soon as it is refuted for every k: then ``holds`` is False, the worst case is
            the worst seen so far, and the upper ends say what the rows that were not looked at could reach at most.

    Returns:
        A :class:`Verification` with a :class:`WorstCase` for each k in ``results`` (``eps`` as an interval, ``row``,
        ``witness``, ``holds``), ``limits`` of the shape beside them, and ``lower``, ``upper`` for every feature.

    Raises:
        InputError: NaN or inf, shapes that differ, ``k > m``, empty input, complex input with a read-out of real
            features, overflow of float64, a checkpoint of another run, a bad list of features, groups that do not
            fit the features or each other, ``active_groups`` above their number, a cluster or complex whole groups, a
            device that is not there or multiplies less precisely than it should, and what is not done on one.

    >>> import numpy as np
    >>> A = np.array([[1.0, 0, 1], [0, 1, 1]])  # 3 features in 2 dimensions
    >>> case = verify(A, A, k=2, eps="1/2").results[0]
    >>> case.eps.hi, case.row, case.witness.support, case.holds
    (2.0, 2, (0, 1), False)
    >>> verify(A, A, k=1, without=[0]).results[0].row  # of features 1 and 2
    1
    >>> verify(A, A, k=2, groups=[0, 0, -1], group_rule="one").results[0].witness.support  # not 0 and 1 together
    (0, 2)
    """
    encoder = AskedEncoder(activation=activation, b_dec=b_dec, bias=bias, threshold=threshold, active_min=active_min)
    deployed = readout == readouts.DEPLOYED
    if not deployed and (encoder.anything or tau is not None or level is not None):
        raise InputError(
            f"activation, bias, threshold and the like belong to the deployed read-out, got readout {readout}"
        )
    first = asked_device(device, precision)
    read = read_pair(
        A,
        B,
        layout=layout,
        layout_b=layout_b,
        key=key,
        key_b=key_b,
        normalize=normalize,
        scales=scales,
        complex_too=not deployed,
        deployed=deployed,
    )
    chosen = select(read.A, features=features, without=without)
    deployment = deploy(read, chosen, encoder, tau=tau, level=level) if deployed else None
    how = readouts.readout(readout) if deployment is None else deployment.readout
    a = chosen.alive(read.A)
    b = a if read.B is read.A else chosen.alive(read.B)
    if a.is_complex and not how.complex_too:
        raise refuse_complex(a.name, f"for the {how.name} read-out")
    supports = asked_supports(
        k=k,
        groups=groups,
        group_rule=group_rule,
        active_groups=active_groups,
        total=read.A.m,
        living=chosen.living,
        model=None if read.A.origin is None else read.A.origin[1],
    )
    if first is not None:
        check_device(
            a,
            {
                "a cluster (client)": client is not None,
                "groups": groups is not None,
                "the deployed read-out": deployed,
                "typical": typical is not None,
            },
        )
    if groups is not None and client is not None:
        raise InputError("groups cannot be used with a cluster (client), whose workers know nothing of them")
    if a.is_complex and not supports.supports.complex_too:
        raise refuse_complex(a.name, "for whole groups")
    asked = parse_goal(eps, closed=closed, readout=how)
    goal = asked if how.has_eps else Goal(Fraction(0))  # a loss without error is minus the margin
    if resume and checkpoint is None:
        raise InputError("resume must come with the checkpoint to resume from, got none")
    if stop_early and goal is None:
        raise InputError("stop_early must come with an eps that can be refuted, got none")
    if not checkpoint_every >= 0:
        raise InputError(f"checkpoint_every must be a number of seconds, got {checkpoint_every}")
    saved = None if checkpoint is None else Checkpoint(checkpoint, every=checkpoint_every, resume=resume)
    inputs = asked_inputs(typical, support, risk, samples, seed)
    if inputs is not None:
        if closed:
            raise InputError("typical has no meaning with closed: it counts errors of eps itself as misread")
        whole = deployment is not None and deployment.selects
        inputs.check(
            how,
            is_complex=a.is_complex,
            groups=groups is not None,
            client=client is not None,
            stop_early=stop_early,
            selects=whole,
        )
    moments = None if inputs is None else RowMoments(a.m, how.sides, max(supports.ks))
    question = Question(
        B=b,
        A=a,
        ks=supports.ks,
        supports=supports.supports,
        readout=how,
        pair=GIVEN if read.given else SELF_SCALED,
        precision=precision,
        device=first,
        progress=told(progress),
        checkpoint=saved,
        threads=thread_count(threads),
        runner=on_threads if client is None else _on_cluster(client, a, b),
        elsewhere=client is not None,
        refute=goal if stop_early else None,
        rows=None if chosen.rows is None else np.sort(chosen.rows),
        record=None if deployment is None else deployment.record(supports.supports, supports.ks, a.m),
        moments=moments,
    )
    with nullcontext() if saved is None else saved:
        analysis = analyse(question)
        rows = Rows(b, a)
        worst = worst_rows(analysis, rows, goal=goal, exact_rows=check_integer(exact_rows, "exact_rows"))
        if deployment is not None:
            encoder_result = deployed_result(
                analysis, rows, worst, deployment, chosen, supports, goal=goal, exact_rows=exact_rows
            )
            if inputs is None or moments is None:
                return encoder_result
            return replace(encoder_result, typical=typical_firing(analysis, moments, inputs, chosen))
        results = tuple(report(analysis, rows, j, case) for j, case in enumerate(worst))
        found = in_the_file(analysis, results, chosen, structure=supports.structure, goal=asked)
        if inputs is None or moments is None:
            return found
        return replace(found, typical=typical_of(analysis, moments, inputs, results, chosen, goal=asked))


def _on_cluster(client: Any, *matrices: Matrix) -> Runner:
    from lincs.interference.cluster import check_addressable, on_client

    for matrix in matrices:
        check_addressable(matrix)  # refuses what is only in memory before any work is done
    return on_client(client)
