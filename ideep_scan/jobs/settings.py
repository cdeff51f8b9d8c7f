"""What a user may ask of a job, with its defaults: the command line shows these. It imports no numerics."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ideep_scan.errors import InputError
from ideep_scan.jobs.browser_assembly import check_assembly, check_email
from ideep_scan.records.span import STRANDS, Strand
from ideep_scan.scan.settings import CallSettings

AUTO, ALL = "auto", "all"
MOST, MOST_THREADS = 10**9, 4096  # of numbers that options give
TRACKS = SCORE, NEGLOG10P, NO_COBINDING = "score", "neglog10p", "no_cobinding"
BOTH_ASKED = "--threshold and --fdr both say what is called: give one of them"


@dataclass(frozen=True)
class ScanSettings:
    """What the user asked for. Numbers in nt and positions; paths as given.

    Attributes
    ----------
    threshold : score from which on a position belongs to a site.
    fdr : in its place, the share of false positions that may be expected from the score on.
    prevalence : share of positions that lie in a site; None = each model's own.
    tracks : some of `TRACKS` with commas between them; the score is always among them.
    assembly : what genome browsers call the genome; None = as the contig lengths tell.
    email : address that the hub names for questions; None = none.
    batch : positions per network call, halos included; 0 = as many as suit the device.
    threads : CPU threads; 0 = as many cores as this process may use.
    strict : end at a record that would be left out with a note.
    """

    rbp: tuple[str, ...]
    fasta: Path
    gtf: Path | None = None
    cobinding: Path | None = None
    out: Path = Path("ideep_scan_out")
    gene: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    strand: Literal["both", "plus", "minus"] = "both"
    stride: int = 1
    threshold: float = CallSettings.threshold
    fdr: float | None = None
    prevalence: float | None = None
    modalities: str = AUTO
    tracks: str = SCORE
    chrom_sizes: Path | None = None
    assembly: str | None = None
    email: str | None = None
    device: str = "auto"
    precision: str = "auto"
    batch: int = 0
    threads: int = 0
    overwrite: bool = False
    strict: bool = False

    def check(self) -> None:
        """Raises InputError for values that no scan can have."""
        if not 1 <= self.stride <= MOST:
            raise InputError(f"--stride {self.stride}: give 1 or more, and no more than {MOST:,}")
        if self.batch and not 1024 <= self.batch <= MOST:
            raise InputError(
                f"--batch {self.batch}: a batch holds windows and their halos: give 1024 or more "
                f"(at most {MOST:,}), or 0 for as many as suit the device"
            )
        _check_threads(self.threads)
        for path in (self.out, self.fasta, self.gtf, self.cobinding, self.chrom_sizes):
            _check_name(path)
        check_assembly(self.assembly)
        check_email(self.email)
        CallSettings(self.threshold)
        if self.fdr is not None and self.threshold != CallSettings.threshold:
            raise InputError(BOTH_ASKED)
        if self.fdr is not None and not 0 < self.fdr < 1:
            raise InputError(f"--fdr {self.fdr:g}: give a share of false positions between 0 and 1, like 0.8")
        if self.prevalence is not None and not 0 < self.prevalence < 1:
            raise InputError(f"--prevalence {self.prevalence:g}: give a share of positions between 0 and 1, like 0.001")
        if self.gene and self.gtf is None:
            raise InputError("--gene needs an annotation to find genes in: give --gtf")
        for name in self._named_tracks():
            if name not in TRACKS:
                raise InputError(f"--tracks {name!r} is not known: use some of {', '.join(TRACKS)}")

    @property
    def track_kinds(self) -> tuple[str, ...]:
        """The tracks to write, in the order of `TRACKS`, the score first."""
        return tuple(name for name in TRACKS if name == SCORE or name in self._named_tracks())

    def _named_tracks(self) -> list[str]:
        return [name.strip() for name in self.tracks.split(",")]

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
    threads : CPU threads; 0 = as many cores as this process may use.
    strict : end at a record that would be left out with a note.
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
    strict: bool = False

    def check(self) -> None:
        """Raises InputError for values that no prediction can have."""
        _check_threads(self.threads)
        if self.out is not None and self.out.is_dir():
            raise InputError("is a folder; name a file", self.out)
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


@dataclass(frozen=True)
class LiveSettings:
    """What the user asked of a live view. Paths as given.

    Attributes
    ----------
    locus : where to begin, a region or a gene; None = at the first stretch that can be scored.
    threads : CPU threads; 0 = as many cores as this process may use.
    strict : end at a record that would be left out with a note.
    """

    rbp: tuple[str, ...]
    fasta: Path
    gtf: Path | None = None
    cobinding: Path | None = None
    locus: str | None = None
    modalities: str = AUTO
    device: str = "auto"
    precision: str = "auto"
    threads: int = 0
    strict: bool = False

    def check(self) -> None:
        """Raises InputError for values that no view can have."""
        _check_threads(self.threads)


@dataclass(frozen=True)
class BenchmarkSettings:
    """What the user asked of `benchmark`. Paths as given.

    Attributes
    ----------
    data : folder of the published experiments.
    fasta, gtf : for the own protocol, which is left out without them.
    larger : folder of the same experiments with 30,000 training windows each, for the methods that learn from more;
        co-binding sites come from these too.
    anchors : table of figures to compare with.
    method, experiment : empty = all.
    seed : of the first network of a method.
    seeds : networks of the method that averages several.
    folds : parts of a cross-validation over the training windows; 0 = none.
    threads : processes of one thread each; 0 = as many cores as this process may use.
    """

    data: Path
    out: Path = Path("ideep_scan_benchmark")
    fasta: Path | None = None
    gtf: Path | None = None
    larger: Path | None = None
    anchors: Path | None = None
    protocol: Literal["both", "published", "own"] = "both"
    method: tuple[str, ...] = ()
    experiment: tuple[str, ...] = ()
    seed: int = 0
    seeds: int = 2
    folds: int = 0
    threads: int = 0

    def check(self) -> None:
        """Raises InputError for values that no benchmark can have."""
        _check_threads(self.threads)
        if not 0 <= self.seed <= MOST:
            raise InputError(f"--seed {self.seed}: give 0 or more, and no more than {MOST:,}")
        if self.seeds < 2:
            raise InputError(f"--seeds {self.seeds}: give 2 or more, they are averaged")
        if self.folds < 0 or self.folds == 1:
            raise InputError(f"--folds {self.folds}: give 2 or more, or 0 for none")
        if self.protocol == "own" and not self.own:
            raise InputError("--protocol own makes features of a genome and its genes: give --fasta and --gtf")

        if self.larger is not None and not self.own:
            raise InputError("--larger gives windows without matrices, for the own protocol: give --fasta and --gtf")

    @property
    def own(self) -> bool:
        """Whether the own protocol can be run."""
        return self.fasta is not None and self.gtf is not None


def _check_threads(threads: int) -> None:
    if not 0 <= threads <= MOST_THREADS:
        raise InputError(f"--threads {threads}: give 0 (all cores) or more, and no more than {MOST_THREADS:,}")


def _check_name(path: Path | None) -> None:
    """Refuse a name that the manifest, the hub and the libraries that read them cannot hold."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        name = str(path).encode(errors="backslashreplace").decode()
        raise InputError(f"{name}: the name is not UTF-8, which genome browsers need: give another name") from None
