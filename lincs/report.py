"""One self-contained page about one dictionary: tables and figures in a single HTML file, no network."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from lincs.digits import percent
from lincs.errors import InputError
from lincs.interference.deployed_results import DeployedCase, DeployedVerification
from lincs.interference.dictionary import Description
from lincs.matrices import refuse_complex
from lincs.plots import deployed
from lincs.plots.dictionary import feature_histogram, k_curve, worst_block
from lincs.show.headroom import compared
from lincs.show.verify import reach
from lincs.version import __version__

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["report"]

_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}
table{border-collapse:collapse;margin:1rem 0;font-size:.92rem;display:block;overflow-x:auto}
td,th{padding:.25rem .7rem;border-bottom:1px solid #ddd;text-align:right}
td:last-child,th:last-child{text-align:left}
@media(max-width:44rem){table{font-size:.72rem}.long tr{display:flex;flex-wrap:wrap;border-bottom:1px solid #ddd}
.long td,.long th{flex:1 1 0;border:0;padding:.15rem .1rem;overflow-wrap:anywhere}.long tr>:last-child{flex:0 0 100%}
.long tr>:first-child{text-align:left}}
img{max-width:100%;height:auto}h2{margin-top:2.2rem}.quiet{color:#666;font-size:.9rem}
"""


def report(A: Any, B: Any = None, *, description: Description, title: str, **options: Any) -> str:
    """The page as HTML text; ``options`` (layout, key, normalize, scales) as given to :func:`lincs.describe`."""
    result = description.verification
    if result.is_complex:
        raise refuse_complex("A", "for a page")
    if result.structure is not None:
        raise InputError("pages are about any k features, not about groups")
    pair = {"given": "the given pair (A, B)", "self-scaled": "B = A under the best scaling of each row"}[result.pair]
    part = f" ({result.part})" if result.part else ""
    parts = [
        f"<h1>{html.escape(title)}</h1>",
        f"<p>{result.m} features in {result.d} dimensions{part}, {pair}, {result.readout} read-out. Every worst case "
        "is the exact maximum over all k-sparse inputs, enclosed by rigorous rounding bounds.</p>",
        "<h2>Worst beside typical</h2>",
        _figure(k_curve(description), "worst-case and typical error against k"),
        _curve_table(description),
        _survival(description),
        *_headroom(description),
        *_deployed(description),
        "<h2>All features</h2>",
        _figure(feature_histogram(description), "histogram of the features' own worst cases"),
        _worst_features(description),
        "<h2>Collisions</h2>",
        _figure(worst_block(A, B, description=description, **options), "heat map around the worst feature"),
        "<h2>Geometry</h2>",
        _geometry(description),
        f'<p class="quiet">lincs {__version__}; random inputs by seed {description.seed}.</p>',
    ]
    view = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    head = f"{view}<title>{html.escape(title)}</title>"
    body = "".join(parts)
    return f'<!doctype html><html lang="en"><head>{head}<style>{_STYLE}</style></head><body>{body}</body></html>\n'


def _headroom(description: Description) -> list[str]:
    """The worst case beside what any pair of the shape must suffer and what a known frame reaches."""
    result = description.verification
    limits = result.limits
    if limits is None:
        return []
    head = ["k", "this dictionary", f"any {result.d} x {result.m} at least", "best known", "this one is"]
    rows = list(compared(limits, result.worst))
    last = [f"<p>{html.escape(line)}</p>" for line in reach(result, limits)]
    return ["<h2>How far from the best possible</h2>", *([_table(head, rows)] if rows else []), *last]


def _deployed(description: Description) -> list[str]:
    """Of an encoder: which features are clean, and which kind of error is worst."""
    result = description.verification
    if not isinstance(result, DeployedVerification):
        return []
    b_dec = "" if result.b_dec is None else f", decoder bias {result.b_dec}"
    k = deployed.telling(result)
    worst = description.name(result.results[result.ks.index(k)].row)
    head = ["k", "clean", "cleanable", "beyond", "undecided", "false activation", "over", "under", "worst kind"]
    rows = []
    for case in result.results:
        assert isinstance(case, DeployedCase)
        shares = [percent(count / len(result.lower)) for count in case.features.values()]
        errors = [f"{ends.lo:.4g} ({description.name(row)})" for ends, row in case.errors.values()]
        rows.append([str(case.k), *shares, *errors, case.kind])
    return [
        "<h2>As deployed</h2>",
        f"<p>{html.escape(result.activation + b_dec)}; a feature fires where it reads more than {result.level}, and "
        f"ought to from {result.tau} on. Clean: never fires while it is off, always does when it ought to. Cleanable: "
        "clean under another threshold. Beyond: under none.</p>",
        _table(head, rows),
        _figure(deployed.clean_shares(result), "share of clean and cleanable features against k"),
        _figure(deployed.margin_plane(result, k=k), "false margin against miss margin of every feature"),
        _figure(deployed.reading_range(result, k=k, name=worst), "what the worst feature reads against its value"),
    ]


def _figure(ax: Axes, alternative: str) -> str:
    buffer = io.BytesIO()
    page = ax.get_figure(root=True)
    assert page is not None
    page.savefig(buffer, format="png", dpi=130)
    data = base64.b64encode(buffer.getvalue()).decode("ascii")
    return f'<img alt="{html.escape(alternative)}" src="data:image/png;base64,{data}">'


def _table(head: Sequence[str], rows: Iterable[Sequence[Any]], *, long: bool = False) -> str:
    """``long``: the last column is a sentence; on a narrow screen it has a line of its own."""

    def line(cells: Sequence[Any], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{html.escape(str(cell))}</{tag}>" for cell in cells) + "</tr>"

    kind = ' class="long"' if long else ""
    return f"<table{kind}>" + line(head, "th") + "".join(line(row, "td") for row in rows) + "</table>"


def _curve_table(description: Description) -> str:
    result = description.verification
    how = result.how
    count = f"features {description.goal.words}" if description.goal is not None else "features that decode"
    head = ["k", how.words.titled, count]
    if description.unscaled is not None:
        head += ["unscaled worst", "trivial"]
    if description.typical is not None:
        head += ["typical mean", "99 %", "largest"]
    head.append("worst feature: its worst input")
    rows = []
    for j, case in enumerate(result.results):
        row = [str(case.k), f"{case.interval.lo:.6g}", percent(description.share_below[j])]
        if description.unscaled is not None:
            assert description.share_trivial is not None
            row += [f"{description.unscaled[j].lo:.6g}", percent(description.share_trivial[j])]
        if description.typical is not None:
            typical = description.typical[j]
            row += [f"{typical.mean:.3f}", f"{typical.p99:.3f}", f"{typical.max:.3f}"]
        signs = zip(case.witness.support, case.witness.entries, strict=True)
        active = " ".join(_active(description.name(i), value) for i, value in list(signs)[:8])
        more = " ..." if len(case.witness.support) > 8 else ""
        rows.append([*row, f"{description.name(case.row)}: {active}{more}"])
    return _table(head, rows, long=True)


def _active(name: str, value: float) -> str:
    return f"{'+' if value > 0 else '-'}{name}" if abs(value) == 1 else f"{name}={value:.4g}"


def _survival(description: Description) -> str:
    what = description.verification.how.passes(description.goal)
    items = [f"{share} of the features {what} up to k = {k}" for share, k in description.survival.items()]
    return f"<p>{html.escape('; '.join(items))} (of the listed k; 0: not even the first).</p>"


def _worst_features(description: Description, most: int = 20) -> str:
    result = description.verification
    order = np.lexsort((np.array(result.rows), *(-result.upper.T[::-1])))[:most]
    rows = []
    for i in order.tolist():
        values = [f"{value:.4f}" for value in result.how.shown(result.upper[i, :6])]
        partners = ", ".join(
            f"{description.name(j)} ({value:+.3f})"
            for j, value in zip(description.partners[i].tolist(), description.partner_values[i].tolist(), strict=True)
            if j >= 0
        )
        rows.append([description.name(result.rows[i]), *values, str(description.survives[i]), partners])
    head = ["feature", *(f"k = {k}" for k in result.ks[:6]), "survives to k", "worst partners (entry)"]
    order_of = " then ".join(f"k = {k}" for k in result.ks[:2]) + (" and so on" if len(result.ks) > 2 else "")
    return f"<p>The {len(rows)} worst features, by their own worst case at {order_of}:</p>" + _table(
        head, rows, long=True
    )


def _geometry(description: Description) -> str:
    shape = description.geometry
    ratio = f"{shape.coherence.hi / shape.welch:.2f} times Welch's bound" if shape.welch else "Welch's bound is 0"
    tight = "not a frame (the features do not span)" if shape.tightness is None else f"ratio {shape.tightness:.4g}"

    def pairs(found: tuple[tuple[int, int], ...], count: int) -> str:
        shown = ", ".join(f"{description.name(i)} / {description.name(j)}" for i, j in found[:12])
        return f"{count}" + (f": {shown}" + (" ..." if len(found) > 12 else "") if found else "")

    return _table(
        ["quantity", "value"],
        [
            ["coherence", f"{shape.coherence.lo:.6f} ({ratio})"],
            ["frame bounds", f"{shape.frame[0]:.4g} to {shape.frame[1]:.4g}, {tight}"],
            ["norms", "least {:.4g}, median {:.4g}, largest {:.4g}".format(*shape.norms)],
            ["duplicate pairs (cos > 1 - 1e-6)", pairs(shape.duplicates, shape.duplicate_pairs)],
            ["antipodal pairs", pairs(shape.antipodal, shape.antipodal_pairs)],
            ["dead (zero) features", str(len(shape.dead))],
        ],
    )
