"""``lincs atlas``: the static site of everything known of R(m, t) on the grid."""

from __future__ import annotations

from pathlib import Path

import typer

from lincs.cli._options import check_folder
from lincs.cli._output import counter, print_json, show


def command(
    out: Path = typer.Option(..., "--out", "-o", help="The folder to write the site into."),
    m: str | None = typer.Option(None, "--m", help='Other values of m, rising: "16,64,256" (default 2^4 to 2^30).'),
    t: str | None = typer.Option(
        None, "--t", help='Other values of t, falling: "1/2,1/10,1/40" (default: 40 of them).'
    ),
    date: str | None = typer.Option(
        None, "--date", help="The date on the pages; default: SOURCE_DATE_EPOCH, or today."
    ),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document and nothing else."),
) -> None:
    """Write the atlas as a self-contained static site: open index.html, no server and no network needed."""
    from lincs.atlas.build import build_atlas
    from lincs.atlas.grid import M, T
    from lincs.problem import parse_count, parse_eps

    check_folder(out, "site")
    ms = M if m is None else tuple(parse_count(part, "m") for part in m.split(","))
    ts = T if t is None else tuple(parse_eps(part, "t") for part in t.split(","))
    with counter("cells") as progress:
        site = build_atlas(out, ms=ms, ts=ts, date=date, progress=progress)
    if as_json:
        print_json("atlas", site)
    else:
        show(site)
