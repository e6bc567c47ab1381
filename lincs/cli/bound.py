"""``lincs bound``: the bracket for whichever of d, m, k, eps is left out."""

from __future__ import annotations

import typer

from lincs import readouts
from lincs.cli._options import refuse, refuse_all_but
from lincs.cli._output import print_json, show


def command(
    context: typer.Context,
    m: str | None = typer.Option(None, "--m", help='Features: 16384, "10^12", "2^24", "1e6".'),
    k: str | None = typer.Option(None, "--k", help="Sparsity: at most k features at once."),
    eps: str | None = typer.Option(None, "--eps", help="Accuracy, exactly: 0.25, 1/4, 1e-2."),
    d: str | None = typer.Option(None, "--d", help="Dimensions (neurons)."),
    readout: str = typer.Option("signed", "--readout", help=readouts.help_text()),
    closed: bool = typer.Option(False, "--closed", help="Errors up to eps itself: <= eps in place of < eps."),
    typical: str | None = typer.Option(
        None, "--typical", help="Random inputs too: a probability DELTA that some feature is misread (0.01)."
    ),
    explain: bool = typer.Option(False, "--explain", help="Print the derivation of both ends."),
    brief: bool = typer.Option(False, "--brief", help="Only the two ends, not every other bound."),
    bib: bool = typer.Option(False, "--bib", help="Print the sources of both ends as BibTeX instead."),
    list_rules: bool = typer.Option(False, "--list", help="Print the catalogue of bounds with hypotheses."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document and nothing else."),
) -> None:
    """Bracket the one of d, m, k, eps that is not given."""
    if list_rules:
        refuse_all_but(context, ("list_rules", "readout", "as_json"), "with --list, which asks no question")
        _print_catalogue(readout, as_json=as_json)
        return
    if as_json:
        refuse(context, ("brief", "explain", "bib"), "with --json, which prints everything")
    if bib:
        refuse(context, ("brief", "explain"), "with --bib, which prints the sources alone")
    if explain:
        refuse(context, ("brief",), "with --explain, which derives the two ends")
    from lincs.bounds.bracket import bound

    bracket = bound(m=m, k=k, eps=eps, d=d, readout=readout, closed=closed, typical=typical)
    if as_json:
        print_json("bound", bracket)
    elif bib:
        print(bracket.bibtex(), end="")
    elif explain:
        from lincs.bounds.explain import derivation
        from lincs.show.bound import headline

        print(headline(bracket), "", *derivation(bracket), sep="\n")
    else:
        show(bracket, brief=brief)


def _print_catalogue(readout: str, *, as_json: bool) -> None:
    from lincs.bounds.explain import catalogue
    from lincs.errors import check_choice
    from lincs.problem import READOUTS

    entries = catalogue(check_choice(readout, "readout", READOUTS))
    if as_json:
        names = ("name", "side", "kind", "statement", "hypotheses", "source")
        print_json("bound", {"readout": readout, "rules": [dict(zip(names, e, strict=True)) for e in entries]})
        return
    for name, side, kind, statement, hypotheses, source in entries:
        print(f"{name} ({side}, {kind})\n  {statement}\n  if {hypotheses}\n  {source}")
