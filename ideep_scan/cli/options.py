"""Options that scanning commands share: name, meaning and type. Defaults come from `jobs/settings.py`."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer


class StrandChoice(str, Enum):
    """Values of --strand."""

    both = "both"
    plus = "plus"
    minus = "minus"


class PrecisionChoice(str, Enum):
    """Values of --precision."""

    auto = "auto"
    fp32 = "fp32"
    bf16 = "bf16"


Rbp = Annotated[
    list[str],
    typer.Option(
        "--rbp",
        help="Protein (ELAVL1, HuR, ...), id of one experiment, path of a bundle, all or all-experiments. Repeatable.",
    ),
]
Fasta = Annotated[Path, typer.Argument(help="Genome: FASTA, plain or bgzipped; an index is made where there is none.")]
Gtf = Annotated[Path | None, typer.Option("--gtf", help="Transcripts: GTF, GFF3 or BED12, plain or gzipped.")]
Cobinding = Annotated[
    Path | None, typer.Option("--cobinding", help="Table of two columns: CLIP experiment, path of its sites.")
]
Evidence = Annotated[
    list[str] | None,
    typer.Option(
        "--evidence",
        metavar="NAME=FILE",
        help="bigWig for models that were trained with a track of this name, such as conservation. Repeatable.",
        show_default=False,
    ),
]
Out = Annotated[Path, typer.Option("-o", "--out", help="Folder for the results.")]
Gene = Annotated[
    list[str] | None,
    typer.Option(
        "--gene", help="Only this gene: name or id of the gene or of a transcript, any case. Repeatable; needs --gtf."
    ),
]
Regions = Annotated[
    list[str] | None,
    typer.Option(
        "--regions",
        help="Only there: chr:start-end as in the UCSC browser, or a BED file, whose strands count. Repeatable.",
    ),
]
StrandOption = Annotated[
    StrandChoice, typer.Option("--strand", help="Strands to scan; with --gtf only transcribed ones are.")
]
Stride = Annotated[int, typer.Option("--stride", help="Score every Nth position.")]
Threshold = Annotated[float, typer.Option("--threshold", help="Score from which on a position belongs to a site.")]
Fdr = Annotated[
    float | None,
    typer.Option(
        "--fdr",
        help="In place of --threshold: the share of false positions to expect, given --prevalence. "
        "`ideep-scan models list` shows the lowest one of each model (ELAVL1: 0.71).",
    ),
]
Prevalence = Annotated[
    float | None,
    typer.Option("--prevalence", help="Share of positions that lie in a site; without it, each model's own."),
]
Modalities = Annotated[
    str, typer.Option("--modalities", help="auto, all, or some of sequence,region,motifs,structure,cobinding,evidence.")
]
Tracks = Annotated[
    str,
    typer.Option(
        "--tracks", help="score, and beside it neglog10p (-log10 p, comparable between proteins) or no_cobinding."
    ),
]
ChromSizes = Annotated[
    Path | None, typer.Option("--chrom-sizes", help="Contig lengths for the tracks, where the FASTA is an excerpt.")
]
Assembly = Annotated[
    str | None,
    typer.Option(
        "--assembly",
        metavar="NAME",
        help="Name of the genome in browsers (hg19, mm10, ...). Default: the assembly with these contig lengths.",
        show_default=False,
    ),
]
Email = Annotated[
    str | None,
    typer.Option("--email", metavar="ADDRESS", help="Address for questions that the hub names.", show_default=False),
]
Device = Annotated[str, typer.Option("--device", help="auto, cpu or cuda[:N].")]
Precision = Annotated[PrecisionChoice, typer.Option("--precision", help="Arithmetic of the network.")]
Batch = Annotated[int, typer.Option("--batch", help="Positions per network call; 0 = as suit the device.")]
Threads = Annotated[
    int,
    typer.Option("--threads", help="CPU threads; 0 = all cores that this process may use (affinity, Slurm, cgroup)."),
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace an earlier run in the folder.")]
Strict = Annotated[bool, typer.Option("--strict", help="End the run at a record that would be left out with a note.")]
