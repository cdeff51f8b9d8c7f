"""Options that several commands share: name, help text and type; the defaults are in the settings of each job."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer


class StrandChoice(str, Enum):
    """Name the values of --strand."""

    both = "both"
    plus = "plus"
    minus = "minus"


class FormatChoice(str, Enum):
    """Name the values of --format."""

    bigwig = "bigwig"
    zarr = "zarr"


class ModelChoice(str, Enum):
    """Name the values of --model."""

    shared = "shared"
    ideep = "ideep"


class PrecisionChoice(str, Enum):
    """Name the values of --precision."""

    auto = "auto"
    fp32 = "fp32"
    bf16 = "bf16"


Rbp = Annotated[
    list[str],
    typer.Option(
        "--rbp",
        help="Model: protein (ELAVL1, HuR, ...), experiment, path of a bundle, all or all-experiments. Repeatable.",
    ),
]
Model = Annotated[
    ModelChoice,
    typer.Option(
        "--model",
        help="Networks that names mean: one shared by all proteins, or the separate ones of the iDeep paper.",
    ),
]
Fasta = Annotated[Path, typer.Argument(help="Genome: FASTA, plain or bgzipped. A missing index is made.")]
Gtf = Annotated[Path | None, typer.Option("--gtf", help="Annotation: GTF, GFF3 or BED12, plain or gzipped.")]
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
        "--gene", help="Scan this gene only: name or id of a gene or transcript, in any case. Needs --gtf. Repeatable."
    ),
]
Regions = Annotated[
    list[str] | None,
    typer.Option(
        "--regions",
        help="Scan these regions only: chr:start-end as in the UCSC browser, or a BED file with strands. Repeatable.",
    ),
]
TranscriptRegions = Annotated[
    list[str] | None,
    typer.Option("--regions", help="Scan these parts only: name:start-end, counted from 1, or a BED file. Repeatable."),
]
Expression = Annotated[
    Path | None,
    typer.Option(
        "--expression",
        metavar="TABLE",
        help="Genes and their TPM in your cells, as salmon, kallisto or RSEM write them. Genes below --min-tpm are not "
        "scanned. Needs --gtf.",
    ),
]
MinTpm = Annotated[
    float, typer.Option("--min-tpm", help="Lowest TPM of an expressed gene, for --expression.", metavar="TPM")
]
StrandOption = Annotated[
    StrandChoice, typer.Option("--strand", help="Strands to scan. With --gtf, only transcribed strands are scanned.")
]
Stride = Annotated[int, typer.Option("--stride", help="Score every Nth position.")]
FormatOption = Annotated[
    FormatChoice,
    typer.Option(
        "--format",
        help="bigwig: a bigWig per model and strand. "
        "zarr: one Zarr store of all models, which programs read faster, and browsers not at all.",
    ),
]
Threshold = Annotated[
    float | None,
    typer.Option(
        "--threshold",
        help="Lowest score of a position in a site. Default: each model's own, the score with the best F1 on peaks "
        "if that was measured, else p <= 0.001.",
        show_default=False,
    ),
]
Fdr = Annotated[
    float | None,
    typer.Option(
        "--fdr",
        help="Expected share of false positions, used instead of --threshold. "
        "`ideep-scan models list` shows the lowest value of each model.",
    ),
]
Prevalence = Annotated[
    float | None,
    typer.Option(
        "--prevalence",
        help="Share of positions that are in a site, for thresholds and precisions. Default: each model's own.",
    ),
]
Modalities = Annotated[
    str,
    typer.Option(
        "--modalities",
        help="Evidence to read: auto, all, or names with commas between them "
        "(sequence, region, motifs, structure, cobinding, evidence).",
    ),
]
Tracks = Annotated[
    str,
    typer.Option(
        "--tracks",
        help="Tracks: score, and optionally neglog10p (-log10 p, comparable between proteins), "
        "within (where in a bound gene), no_cobinding, or contributions (of each letter; with --regions or --gene).",
    ),
]
ChromSizes = Annotated[
    Path | None,
    typer.Option("--chrom-sizes", help="Table of contig lengths for the tracks, if the FASTA is an excerpt."),
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
    typer.Option("--email", metavar="ADDRESS", help="Contact address in the hub.", show_default=False),
]
Device = Annotated[str, typer.Option("--device", help="Device of the network: auto, cpu or cuda[:N].")]
Precision = Annotated[PrecisionChoice, typer.Option("--precision", help="Arithmetic of the network.")]
Batch = Annotated[int, typer.Option("--batch", help="Positions per network call. 0 chooses a number for the device.")]
Threads = Annotated[
    int,
    typer.Option(
        "--threads", help="CPU threads. 0 takes all cores that this process may use (affinity, Slurm, cgroup)."
    ),
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace an earlier run in the folder.")]
Resume = Annotated[
    bool,
    typer.Option(
        "--resume", help="Go on where a run stopped: finished shards are checked by their digest, not scored again."
    ),
]
Shard = Annotated[
    str,
    typer.Option(
        "--shard",
        metavar="i/N",
        help="Score only the i-th of N parts, for the jobs of an array; `ideep-scan merge` makes the results.",
        show_default=False,
    ),
]
Dask = Annotated[
    str,
    typer.Option(
        "--dask",
        metavar="ADDRESS|FILE|local",
        help="Score on a Dask cluster: address of its scheduler (tcp://host:8786), its scheduler file, or local.",
        show_default=False,
    ),
]
Spliced = Annotated[
    bool,
    typer.Option(
        "--spliced", help="Scan transcripts with their exons joined; sites get blocks (BED12). Needs --gtf with exons."
    ),
]
Strict = Annotated[
    bool, typer.Option("--strict", help="Stop at a record that would otherwise be left out with a note.")
]
