"""``lincs table``: benchmark tables for a grid or a list of problems."""

from __future__ import annotations

import shlex
from pathlib import Path

import typer

from lincs.cli._options import check_destination, refuse
from lincs.errors import InputError


def command(
    context: typer.Context,
    m: str | None = typer.Option(None, "--m", help='Features: "1024,2^14,10^6", or "2^10:2^20:2" in powers.'),
    k: str | None = typer.Option(None, "--k", help='Sparsities: "1,4,16", "1:8" or "1:40:3".'),
    eps: str | None = typer.Option(None, "--eps", help='Accuracies, exactly: "1/2,1/4,0.1".'),
    problems: Path | None = typer.Option(None, "--problems", help="A CSV file with columns m, k, eps instead."),
    form: str = typer.Option("markdown", "--format", help="markdown, csv, json or latex (booktabs)."),
    bib: bool = typer.Option(False, "--bib", help="Only the sources that the table stands on, as BibTeX."),
    out: Path | None = typer.Option(None, "--out", "-o", help="Write to this file instead of stdout."),
    date: str | None = typer.Option(
        None, "--date", help="The date in the header; default: SOURCE_DATE_EPOCH, or today."
    ),
    as_json: bool = typer.Option(False, "--json", help="The same as --format json."),
) -> None:
    """Lower and upper ends, L1, any decoder and the paper's two formulas, one row a problem."""
    from lincs.errors import check_choice
    from lincs.tables import FORMATS, benchmark_table, render

    if as_json:
        refuse(context, ("form",), "with --json, which is one")
    form = check_choice("json" if as_json else form, "format", FORMATS)
    if bib:
        refuse(context, ("form", "as_json", "date"), "with --bib, which is BibTeX of the sources alone")
    check_destination(out, (), "table")
    if problems is not None:
        options = {"--problems": str(problems)}
        refuse(context, ("m", "k", "eps"), "with --problems, which lists them")
        table = benchmark_table(problems=_read(problems), date=date, rerun=_rerun(options, form))
    else:
        if m is None or k is None or eps is None:
            raise InputError("give m, k and eps, or a list of problems")
        options = {"--m": m, "--k": k, "--eps": eps}
        table = benchmark_table(
            m=_counts(m), k=_sparsities(k), eps=eps.split(","), date=date, rerun=_rerun(options, form)
        )
    text = table.bibtex() if bib else render(table, form)
    if out is None:
        print(text, end="")
    else:
        try:
            out.write_text(text, encoding="utf-8")
        except OSError as error:
            raise InputError(f"{out} cannot be written: {error.strerror}") from None


def _rerun(options: dict[str, str], form: str) -> str:
    return shlex.join(["lincs", "table", *(text for pair in options.items() for text in pair), "--format", form])


def _counts(text: str) -> list[int]:
    """``"1024,2^14"`` or a range of powers ``"2^10:2^20:2"`` (ends included, the step is one of the exponent)."""
    import re

    from lincs.problem import parse_count

    counts: list[int] = []
    for part in text.split(","):
        powers = re.fullmatch(r"\s*(\d+)\^(\d+):\1\^(\d+)(?::(\d+))?\s*", part)
        if powers is None:
            counts.append(parse_count(part, "m"))
            continue
        base, first, last, step = int(powers[1]), int(powers[2]), int(powers[3]), int(powers[4] or 1)
        if step < 1 or last < first or last > 10_000:
            raise InputError(f"m must be a rising range such as 2^10:2^20:2, got {part.strip()!r}")
        counts += [parse_count(f"{base}^{n}", "m") for n in range(first, last + 1, step)]
    return counts


def _sparsities(text: str) -> tuple[int, ...]:
    from lincs.problem import parse_ks

    return parse_ks(text)


def _read(file: Path) -> list[tuple[str, str, str]]:
    import csv

    try:
        with file.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file} cannot be read as a CSV file: {error}") from None
    if not rows or not {"m", "k", "eps"} <= set(rows[0]):
        raise InputError(f"{file} must have columns m, k, eps and at least one row")
    return [(row["m"] or "", row["k"] or "", row["eps"] or "") for row in rows]
