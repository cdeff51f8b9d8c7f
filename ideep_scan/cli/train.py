"""Command `ideep-scan train`: read the options, train, print the figures of the model."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import typer

from ideep_scan.cli import options as opt
from ideep_scan.cli.settings_options import with_options
from ideep_scan.cli.train_screen import TrainScreen
from ideep_scan.jobs.train.settings import TrainSettings


class StartChoice(str, Enum):
    """Name the values of --from."""

    zoo = "zoo"
    scratch = "scratch"


class SiteChoice(str, Enum):
    """Name the values of --site."""

    auto = "auto"
    centre = "centre"
    start = "start"
    end = "end"
    summit = "summit"


Sites = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="[SITES]...", help="Sites of your protein: BED6, narrowPeak, GFF3 or bigBed.", show_default=False
    ),
]
Name = Annotated[str, typer.Option("--name", help="Name of the model, such as the symbol of the protein.")]
Fasta = Annotated[
    Path | None,
    typer.Option("--fasta", help="Genome of the sites: FASTA, plain or bgzipped.", show_default=False),
]
Windows = Annotated[
    tuple[Path, Path] | None,
    typer.Option(
        "--windows",
        metavar="BOUND UNBOUND",
        help="Learn from two FASTAs of windows instead of sites on a genome.",
        show_default=False,
    ),
]
SiteOption = Annotated[
    SiteChoice,
    typer.Option(
        "--site", help="Base of an interval that is the site: its 5' end is start. auto: summit, else centre."
    ),
]
MinReplicates = Annotated[int, typer.Option("--min-replicates", help="Lists that must have a site within 15 nt.")]
Negatives = Annotated[
    list[str] | None,
    typer.Option(
        "--negatives",
        metavar="KIND|FILE",
        help="Positions without a site: same-transcript, unbound-genes, both (default), or a list. Repeatable.",
        show_default=False,
    ),
]
NegativesPerSite = Annotated[
    int, typer.Option("--negatives-per-site", help="Number of positions without a site for each site.")
]
TestContigs = Annotated[
    list[str] | None,
    typer.Option(
        "--test-contigs", metavar="REGION", help="Hold out this contig or region. Repeatable.", show_default=False
    ),
]
Start = Annotated[
    StartChoice,
    typer.Option("--from", help="Begin with the weights of the bundled models, or with random ones."),
]
Out = Annotated[
    Path | None,
    typer.Option("-o", "--out", metavar="BUNDLE", help="Bundle to write. Default: NAME.safetensors."),
]
Report = Annotated[
    Path | None,
    typer.Option("--report", metavar="DIR", help="Folder of the report. Default: beside the bundle."),
]
Epochs = Annotated[
    int, typer.Option("--epochs", help="Passes over the training windows. 0 takes 4 from zoo, 15 or more from scratch.")
]
Seed = Annotated[int, typer.Option("--seed", help="Seed of all random numbers.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace an earlier bundle and its report.")]
OPTIONS = {
    "name": Name,
    "fasta": Fasta,
    "gtf": opt.Gtf,
    "cobinding": opt.Cobinding,
    "windows": Windows,
    "site": SiteOption,
    "min_replicates": MinReplicates,
    "negatives": Negatives,
    "negatives_per_site": NegativesPerSite,
    "test_contigs": TestContigs,
    "start": Start,
    "out": Out,
    "report": Report,
    "epochs": Epochs,
    "seed": Seed,
    "device": opt.Device,
    "threads": opt.Threads,
    "strict": opt.Strict,
    "overwrite": Overwrite,
}


@with_options(TrainSettings, OPTIONS)
def train(sites: Sites = None, **values: Any) -> None:
    """Train a model from your own CLIP sites; --rbp BUNDLE then uses it in every command.

    It begins with what the bundled models have learned, so that a few hundred sites suffice.
    Positions without a site come from transcripts, and whole contigs or genes are held out to test the model.

    Example: ideep-scan train --name MYRBP peaks.bed --fasta hg19.fa --gtf genes.gtf -o myrbp.safetensors
    """
    if not values["negatives"]:  # a repeatable option has no default
        del values["negatives"]
    settings = TrainSettings(sites=tuple(sites or ()), **values)
    settings.check()
    from ideep_scan.jobs.train.run import run

    with TrainScreen() as screen:
        summary = run(settings, screen)
    screen.summarise(summary)
