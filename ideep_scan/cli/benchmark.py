"""Command `ideep-scan benchmark`: read the options, run the benchmark, print the means."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import typer

from ideep_scan.benchmark.settings import BenchmarkSettings
from ideep_scan.cli import options as opt
from ideep_scan.cli.screen import CellScreen
from ideep_scan.cli.settings_options import with_options


class ProtocolChoice(str, Enum):
    """Name the values of --protocol."""

    both = "both"
    published = "published"
    own = "own"


Data = Annotated[Path, typer.Option("--data", help="Folder with one folder per published experiment.")]
Fasta = Annotated[Path | None, typer.Option("--fasta", help="Genome for the protocol 'own': FASTA, plain or bgzipped.")]
Gtf = Annotated[Path | None, typer.Option("--gtf", help="Annotation for the protocol 'own': GTF, GFF3 or BED12.")]
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


@with_options(BenchmarkSettings, OPTIONS)
def benchmark(**values: Any) -> None:
    """Train and test iDeep and its rivals on the published experiments.

    Writes benchmark.md, benchmark.tsv and figures. Scores of finished trainings are cached, so a second run continues
    where the first one stopped. The tables show the methods and experiments of this command.

    Example: ideep-scan benchmark --data clip31 --fasta hg19.fa --gtf genes.gtf -o benchmark
    """
    settings = BenchmarkSettings(**values)
    settings.check()
    from ideep_scan.benchmark.run import run

    with CellScreen() as screen:
        summary = run(settings, screen)
    screen.summarise(summary)
