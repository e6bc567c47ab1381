"""``lincs toy``: train toy models of superposition, draw them and measure them with the verifier."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from lincs.cli._options import check_folder
from lincs.cli._output import counter, note, print_json, show, workers
from lincs.errors import InputError


def command(
    context: typer.Context,
    name: str | None = typer.Argument(None, metavar="[NAME]", help="The experiment; left out: list them."),
    output: Path | None = typer.Option(
        None, "-o", "--output", help="Directory for NAME.png, NAME.npz (every W and b) and NAME.json."
    ),
    seed: int = typer.Option(0, "--seed", help="Seed of the starts and of the samples."),
    steps: int | None = typer.Option(None, "--steps", help="Steps of AdamW; default: 10000."),
    restarts: int | None = typer.Option(None, "--restarts", help="Trainings of each setting, the best kept."),
    grid: int | None = typer.Option(None, "--grid", help="phase: points on each axis (30)."),
    n: int | None = typer.Option(None, "--n", help="phase: 2 (m = 1) or 3 (m = 2)."),
    threads: int | None = typer.Option(None, "--threads", help="Default: all processors."),
    cluster: str | None = typer.Option(None, "--cluster", help="Dask workers train: tcp://host:8786, or local:4."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document and nothing else."),
) -> None:
    """Toy models of superposition (Elhage et al. 2022): one experiment, its figure and what it can store."""
    if name is None:
        from lincs.cli._options import refuse_all_but
        from lincs.toy.experiment import EXPERIMENTS

        refuse_all_but(context, (), "without an experiment to run")

        for experiment, (_, what) in EXPERIMENTS.items():
            print(f"{experiment:14s} {what}")
        return
    from inspect import signature

    from lincs.toy.experiment import module_of, run_experiment

    asked: dict[str, Any] = {"steps": steps, "restarts": restarts, "grid": grid, "n": n}
    options = {option: value for option, value in asked.items() if value is not None}
    taken = signature(module_of(name).run).parameters
    for option in options:
        if option not in taken:
            raise InputError(f"{name} takes no --{option}")
    if output is not None:
        check_folder(output, "output")
        if "checkpoint" in taken:
            options["checkpoint"] = output
    with workers(cluster), counter("models") as progress:
        found = run_experiment(name, seed=seed, threads=threads, progress=progress, **options)
    if as_json:
        print_json("toy", found, seed=seed)
    else:
        show(found)
    if output is not None:
        for file in found.save(output):
            note(f"wrote {file}")
