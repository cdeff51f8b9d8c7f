"""Settings of a scan, with the defaults that the command line shows. It imports no numerics."""

from __future__ import annotations

import re
from dataclasses import KW_ONLY, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from ideep_scan.errors import InputError
from ideep_scan.jobs.browser_assembly import check_assembly, check_email
from ideep_scan.jobs.model_settings import ModelSettings
from ideep_scan.jobs.threshold_settings import ThresholdSettings
from ideep_scan.records.span import STRANDS, Strand

MAX_COUNT = 10**9
MAX_PARTS = 1_000_000
MIN_BATCH = 1024
MIN_TPM = 1.0
LOCAL = re.compile(r"local(?::([1-9][0-9]{0,3}))?")  # a cluster on this machine, with its number of workers
ADDRESS = re.compile(r"(?:(tcp|tls|ucx|ws|wss)://)?([^/\s]+):([1-9][0-9]{0,4})")  # of a scheduler: protocol, host, port
TRACKS = SCORE, NEGLOG10P, NO_COBINDING, WITHIN, CONTRIBUTIONS = (
    "score",
    "neglog10p",
    "no_cobinding",
    "within",
    "contributions",
)
Format = Literal["bigwig", "zarr"]
BIGWIG: Format = "bigwig"
ZARR: Format = "zarr"
STORE = "scores.zarr"  # name of the Zarr store in the folder of a run


@dataclass(frozen=True)
class ScanSettings(ThresholdSettings, ModelSettings):
    """Settings of a scan, with the fields of `ModelSettings` and `ThresholdSettings`.

    Attributes
    ----------
    fasta : Path
        Genome.
    out : Path
        Folder for the results.
    gene : tuple of str
        Genes or transcripts to scan, by name or id; empty for all.
    regions : tuple of str
        Regions to scan, as 'chr:start-end' or as paths of BED files; empty for all.
    expression : Path or None
        Table of genes and their TPM; genes below `min_tpm` are not scanned.
    min_tpm : float
        The lowest TPM of an expressed gene.
    strand : {'both', 'plus', 'minus'}
        Strands to scan.
    stride : int
        Distance of scored positions, in nt.
    tracks : str
        Names from `TRACKS` with commas between them. The score is always written.
    format : {'bigwig', 'zarr'}
        A bigWig per model, track and strand, or one Zarr store of all of them.
    chrom_sizes : Path or None
        Table of contig lengths that replaces those of the FASTA in the tracks.
    assembly : str or None
        Name of the genome in browsers; None to recognise it by its contig lengths.
    email : str or None
        Contact address in the hub.
    batch : int
        Positions per network call, halos included; 0 for as many as suit the device.
    overwrite : bool
        Replace an earlier run in the folder.
    resume : bool
        Go on with the run that was stopped in the folder; begin if there is none.
    shard : str
        Part of the scan to score, as 'i/N'; empty for all.
    dask : str
        Dask cluster that scores: address, scheduler file or 'local'; empty for this process.
    transcripts : bool
        Each record of the FASTA is the sense strand of a complete transcript.
    spliced : bool
        Scan the transcripts of the annotation with their exons joined.
    """

    fasta: Path
    _: KW_ONLY
    out: Path = Path("ideep_scan_out")
    gene: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    expression: Path | None = None
    min_tpm: float = MIN_TPM
    strand: Literal["both", "plus", "minus"] = "both"
    stride: int = 1
    tracks: str = SCORE
    format: Format = BIGWIG
    chrom_sizes: Path | None = None
    assembly: str | None = None
    email: str | None = None
    batch: int = 0
    overwrite: bool = False
    resume: bool = False
    shard: str = ""
    dask: str = ""
    transcripts: bool = False
    spliced: bool = False

    def check(self) -> None:
        """Check the values without opening a file.

        Raises
        ------
        InputError
            A value is out of range, or two options contradict each other.
        """
        super().check()
        if not 1 <= self.stride <= MAX_COUNT:
            raise InputError(f"--stride {self.stride}: give 1 or more, and no more than {MAX_COUNT:,}")
        if self.batch and not MIN_BATCH <= self.batch <= MAX_COUNT:
            raise InputError(
                f"--batch {self.batch}: a batch holds windows and their halos: give {MIN_BATCH} or more "
                f"(at most {MAX_COUNT:,}), or 0 for as many as suit the device"
            )
        for path in (self.out, self.fasta, self.gtf, self.cobinding, self.chrom_sizes, self.expression):
            _check_utf8(path)
        if parse_part(self.shard) is not None and self.overwrite:
            raise InputError(
                "--shard and --overwrite: the jobs of an array would remove each other's results: give another folder "
                "(-o), or remove the folder before the array begins"
            )
        self._check_dask()
        self._check_spliced()
        check_assembly(self.assembly)
        check_email(self.email)
        self.check_threshold()
        if self.gene and self.gtf is None:
            raise InputError("--gene needs an annotation to find genes in: give --gtf")
        self._check_expression()
        for name in self._track_names():
            if name not in TRACKS:
                raise InputError(f"--tracks {name!r} is not known: use some of {', '.join(TRACKS)}")
        if self.format == ZARR and find_spec("zarr") is None:
            raise InputError("--format zarr needs zarr, for Python 3.11 or later: pip install 'ideep-scan[zarr]'")

    def _check_expression(self) -> None:
        """Check the options on expression."""
        if self.expression is not None and self.gtf is None:
            raise InputError("--expression needs an annotation to find genes in: give --gtf")
        if not 0 < self.min_tpm <= MAX_COUNT:
            raise InputError(f"--min-tpm {self.min_tpm:g}: give a number above 0, like 1")
        if self.expression is None and self.min_tpm != MIN_TPM:
            raise InputError("--min-tpm needs a table of expression: give --expression TABLE")

    def _check_spliced(self) -> None:
        """Check the options that do not go with joined exons."""
        if not self.spliced:
            return
        if self.gtf is None:
            raise InputError("--spliced needs an annotation with exons: give --gtf")
        if self.stride != 1:
            raise InputError("--spliced and --stride: isoforms count positions differently: leave out --stride")
        if self.format == ZARR:
            raise InputError("--spliced and --format zarr: spliced scans write bigWigs: leave out --format")
        if CONTRIBUTIONS in self._track_names():
            raise InputError("--spliced and --tracks contributions: letters have a value per isoform: leave it out")

    def _check_dask(self) -> None:
        """Check the option on the cluster."""
        if not self.dask:
            return
        if find_spec("distributed") is None:
            raise InputError("--dask needs Dask: pip install 'ideep-scan[dask]'")
        if self.shard:
            raise InputError("--shard and --dask are two ways to share the work: give one of them")
        if not (LOCAL.fullmatch(self.dask) or ADDRESS.fullmatch(self.dask) or self.dask.endswith(".json")):
            raise InputError(
                f"--dask {self.dask!r}: give the address of a scheduler (tcp://host:8786), its scheduler file "
                "(FILE.json), or local"
            )

    @property
    def own_device(self) -> str:
        """Device of this process, which needs no GPU if a cluster scores."""
        return "cpu" if self.dask else self.device

    @property
    def track_kinds(self) -> tuple[str, ...]:
        """List the tracks to write, in the order of `TRACKS`."""
        return tuple(name for name in TRACKS if name == SCORE or name in self._track_names())

    @property
    def bigwig_kinds(self) -> tuple[str, ...]:
        """List the tracks to write as bigWigs."""
        return self.track_kinds if self.format == BIGWIG else ()

    @property
    def bigwigs(self) -> int:
        """Number of bigWigs of a model."""
        return len(self.bigwig_kinds) * len(self.strands)

    @property
    def strands(self) -> tuple[Strand, ...]:
        """List the strands to scan, plus before minus; a transcript has one."""
        if self.transcripts:
            return STRANDS[:1]
        return {"both": STRANDS, "plus": STRANDS[:1], "minus": STRANDS[1:]}[self.strand]

    def _track_names(self) -> list[str]:
        """Split the option --tracks into names."""
        return [name.strip() for name in self.tracks.split(",")]


def parse_part(text: str) -> tuple[int, int] | None:
    """Parse the part of a scan.

    Parameters
    ----------
    text : str
        The part as 'i/N', counted from 1; empty for all.

    Returns
    -------
    tuple of int or None
        Index of the part from 0, and number of parts; None for all.

    Raises
    ------
    InputError
        The text is no such part.

    Examples
    --------
    >>> parse_part("3/8")
    (2, 8)
    """
    if not text:
        return None
    match = re.fullmatch(r"([0-9]{1,7})/([0-9]{1,7})", text)
    if match is None or not 1 <= int(match[1]) <= int(match[2]) <= MAX_PARTS:
        raise InputError(f"--shard {text}: give i/N, the i-th of N parts, like 3/8 (at most {MAX_PARTS:,} parts)")
    return int(match[1]) - 1, int(match[2])


def _check_utf8(path: Path | None) -> None:
    """Raise InputError for a file name that is not UTF-8: manifest, hub and browsers cannot hold it."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        name = str(path).encode(errors="backslashreplace").decode()
        raise InputError(f"{name}: the name is not UTF-8, which genome browsers need: give another name") from None
