"""What a user may ask of a job, with its defaults: the command line shows these. It imports no numerics."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ideep_scan.errors import InputError
from ideep_scan.records.span import STRANDS, Strand
from ideep_scan.scan.settings import WALK, CallSettings

AUTO, ALL = "auto", "all"


@dataclass(frozen=True)
class ScanSettings:
    """What the user asked for. Numbers in nt and positions; paths as given.

    Attributes
    ----------
    batch : positions per network call, halos included.
    threads : CPU threads; 0 = as many as there are cores.
    """

    rbp: tuple[str, ...]
    fasta: Path
    gtf: Path | None = None
    cobinding: Path | None = None
    out: Path = Path("ideep_scan_out")
    gene: tuple[str, ...] = ()
    regions: str | None = None
    strand: Literal["both", "plus", "minus"] = "both"
    stride: int = 1
    threshold: float = CallSettings.threshold
    modalities: str = AUTO
    chrom_sizes: Path | None = None
    device: str = "auto"
    precision: str = "auto"
    batch: int = WALK
    threads: int = 0
    overwrite: bool = False

    def check(self) -> None:
        """Raises InputError for values that no scan can have."""
        if self.stride < 1:
            raise InputError(f"--stride {self.stride}: give 1 or more")
        if self.batch < 1024:
            raise InputError(f"--batch {self.batch}: a batch holds windows and their halos: give 1024 or more")
        _check_threads(self.threads)
        if self.gene and self.gtf is None:
            raise InputError("--gene needs an annotation to find genes in: give --gtf")

    @property
    def strands(self) -> tuple[Strand, ...]:
        """The strands to scan, plus before minus."""
        return {"both": STRANDS, "plus": STRANDS[:1], "minus": STRANDS[1:]}[self.strand]


@dataclass(frozen=True)
class PredictSettings:
    """What the user asked of `predict`. Paths as given.

    Attributes
    ----------
    sites : BED6 of sites, or a FASTA of windows.
    fasta, gtf, cobinding : for BED alone.
    out : None = standard output.
    threads : CPU threads; 0 = as many as there are cores.
    """

    rbp: tuple[str, ...]
    sites: Path
    fasta: Path | None = None
    gtf: Path | None = None
    cobinding: Path | None = None
    out: Path | None = None
    modalities: str = AUTO
    device: str = "auto"
    precision: str = "auto"
    threads: int = 0

    def check(self) -> None:
        """Raises InputError for values that no prediction can have."""
        _check_threads(self.threads)
        for given in (self.sites, self.fasta, self.gtf, self.cobinding):
            if self.out is not None and given is not None and self.out.resolve() == given.resolve():
                raise InputError("is an input of this run; give another -o", self.out)

    def check_kind(self, windows: bool) -> None:
        """Raises InputError where the options do not go with what `sites` holds: windows (FASTA), or sites (BED)."""
        if not windows and self.fasta is None:
            raise InputError("BED sites need the genome that they lie in: give --fasta", self.sites)
        for option in ("fasta", "gtf", "cobinding"):
            if windows and getattr(self, option) is not None:
                raise InputError(
                    f"--{option} does not go with a FASTA of windows, which have no place in a genome: leave it out, "
                    "or give the sites as BED6",
                    self.sites,
                )


def _check_threads(threads: int) -> None:
    if threads < 0:
        raise InputError(f"--threads {threads}: give 0 (all cores) or more")
