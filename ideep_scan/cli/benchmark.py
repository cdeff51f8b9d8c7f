"""Command `ideep-scan benchmark`: read the options, run the benchmark, print the means."""

from __future__ import annotations

from dataclasses import fields
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import typer

from ideep_scan.benchmark.settings import BenchmarkSettings
from ideep_scan.benchmark.within.settings import WithinSettings
from ideep_scan.cli import options as opt
from ideep_scan.cli.screen import CellScreen, StepScreen
from ideep_scan.cli.settings_options import with_options
from ideep_scan.errors import InputError
from ideep_scan.models.store_names import DEFAULT, STORES


class ProtocolChoice(str, Enum):
    """Name the values of --protocol."""

    both = "both"
    published = "published"
    own = "own"


Data = Annotated[
    Path,
    typer.Option("--data", help="Folder with one folder per published experiment; with --within, with BED files."),
]
Within = Annotated[
    bool,
    typer.Option(
        "--within",
        help="Judge the bundled models by the peaks of other experiments, at every position of genes that have one.",
    ),
]
Model = Annotated[
    list[str] | None,
    typer.Option(
        "--model", help=f"With --within: {' or '.join(STORES)}, or a bundle, to judge. Repeatable.", show_default=False
    ),
]
Fasta = Annotated[
    Path | None, typer.Option("--fasta", help="Genome for the protocol 'own' and --within: FASTA, plain or bgzipped.")
]
Gtf = Annotated[
    Path | None, typer.Option("--gtf", help="Annotation for the protocol 'own' and --within: GTF, GFF3 or BED12.")
]
Larger = Annotated[
    Path | None,
    typer.Option(
        "--larger",
        help="Folder of the same experiments with 30,000 training windows each, also used for co-binding sites.",
    ),
]
Anchors = Annotated[Path | None, typer.Option("--anchors", help="Table of figures to compare with.")]
Protocol = Annotated[
    ProtocolChoice,
    typer.Option("--protocol", help="Features: published matrices, own featurizer (as in scans), or both."),
]
Method = Annotated[list[str] | None, typer.Option("--method", help="Run this method only. Repeatable.")]
Experiment = Annotated[
    list[str] | None,
    typer.Option("--experiment", help="Run this experiment only: its number or a part of its name. Repeatable."),
]
Seed = Annotated[int, typer.Option("--seed", help="Seed of all training.")]
Seeds = Annotated[int, typer.Option("--seeds", help="Number of networks that the ensemble averages.")]
Folds = Annotated[
    int,
    typer.Option("--folds", help="Number of parts of a cross-validation of iDeep or the --method given. 0 means none."),
]
Threads = Annotated[
    int, typer.Option("--threads", help="Processes of one thread each. 0 takes all cores that this process may use.")
]
OPTIONS = {
    "data": Data,
    "out": opt.Out,
    "fasta": Fasta,
    "gtf": Gtf,
    "larger": Larger,
    "anchors": Anchors,
    "protocol": Protocol,
    "method": Method,
    "experiment": Experiment,
    "seed": Seed,
    "seeds": Seeds,
    "folds": Folds,
    "threads": Threads,
}


WITHIN_OPTIONS = ("data", "out", "fasta", "gtf", "anchors", "seed")


@with_options(BenchmarkSettings, OPTIONS)
def benchmark(*, within: Within = False, model: Model = None, **values: Any) -> None:
    """Train and test iDeep and its rivals on the published experiments.

    Writes benchmark.md, benchmark.tsv and figures. Scores of finished trainings are cached, so a second run continues
    where the first one stopped. The tables show the methods and experiments of this command.

    With --within, nothing is trained: the bundled models are judged inside transcripts of held-out regions of hg19.
    Writes within.md, within.tsv and figures. --data then has BED files whose names are PROTEIN_CELL_FILE.

    Example: ideep-scan benchmark --data clip31 --fasta hg19.fa --gtf genes.gtf -o benchmark
    """
    settings = BenchmarkSettings(**values)
    if within:
        _judge_within(settings, tuple(model or ()))
        return
    if model:
        raise InputError("--model chooses the models of --within: give --within, or leave --model out")
    settings.check()
    from ideep_scan.benchmark.run import run

    with CellScreen() as screen:
        summary = run(settings, screen)
    screen.summarise(summary)


def _judge_within(settings: BenchmarkSettings, sources: tuple[str, ...]) -> None:
    """Run the benchmark inside transcripts."""
    for field in fields(settings):
        if field.name not in WITHIN_OPTIONS and getattr(settings, field.name) != field.default:
            raise InputError(f"--{field.name} is an option of trainings, and --within trains nothing: leave it out")
    if settings.fasta is None or settings.gtf is None:
        raise InputError("--within scores genes of a genome: give --fasta and --gtf")
    chosen = {name: getattr(settings, name) for name in WITHIN_OPTIONS}
    within_settings = WithinSettings(**chosen, model=sources or (DEFAULT,))
    within_settings.check()
    from ideep_scan.benchmark.within.run import run

    with StepScreen() as screen:
        summary = run(within_settings, screen)
    screen.summarise(summary)
