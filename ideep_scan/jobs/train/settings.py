"""Settings of a training, with the defaults that the command line shows. It imports no numerics."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from pathlib import Path
from typing import Literal

from ideep_scan.errors import InputError
from ideep_scan.jobs.model_settings import check_threads

SUFFIX = ".safetensors"
MOST_EPOCHS = 1000
MOST_SEED = 2**32 - 1
Start = Literal["zoo", "scratch"]
ZOO: Start = "zoo"
SCRATCH: Start = "scratch"
SiteBase = Literal["auto", "centre", "start", "end", "summit"]
SAME, UNBOUND, BOTH = "same-transcript", "unbound-genes", "both"  # kinds of positions without a site
MOST_NEGATIVES = 100


@dataclass(frozen=True)
class TrainSettings:
    """Settings of a training.

    Attributes
    ----------
    sites : tuple of Path
        Lists of sites, one for each replicate; empty with `windows`.
    site : {'auto', 'centre', 'start', 'end', 'summit'}
        Base of an interval that is the site: its centre, its 5' end (start), its 3' end, or its summit.
        'auto' is the summit if every row of a list has one, else the centre.
    min_replicates : int
        Lists that must have a site within 15 nt.
    negatives : tuple of str
        Positions without a site: 'same-transcript', 'unbound-genes', 'both', or files of positions.
    negatives_per_site : int
        Number of positions without a site for each site.
    test_contigs : tuple of str
        Contigs or regions whose windows are for the test; empty for an automatic choice.
    name : str
        Name of the model, which `--rbp` finds.
    fasta : Path or None
        Genome of the sites.
    gtf : Path or None
        Annotation of the genome: GTF, GFF3 or BED12.
    cobinding : Path or None
        Table of CLIP experiments of other proteins and the paths of their sites, which the model reads.
    windows : tuple of Path or None
        FASTA of bound and FASTA of unbound windows, instead of sites.
    start : {'zoo', 'scratch'}
        Weights to begin with: those of the bundled models, or random ones.
    out : Path or None
        Bundle to write; None for NAME.safetensors.
    report : Path or None
        Folder of the report; None for a folder beside the bundle.
    epochs : int
        Limit of passes over the training windows; 0 for as many as suit the number of sites.
    seed : int
        Seed of all random numbers.
    device : str
        'auto', 'cpu', or 'cuda' with an optional number.
    threads : int
        CPU threads; 0 for all cores that this process may use.
    strict : bool
        Raise an error at a record that would otherwise be left out with a note.
    overwrite : bool
        Replace an earlier bundle and its report.
    """

    sites: tuple[Path, ...] = ()
    _: KW_ONLY
    name: str
    site: SiteBase = "auto"
    min_replicates: int = 1
    negatives: tuple[str, ...] = (BOTH,)
    negatives_per_site: int = 4
    test_contigs: tuple[str, ...] = ()
    fasta: Path | None = None
    gtf: Path | None = None
    cobinding: Path | None = None
    windows: tuple[Path, Path] | None = None
    start: Start = ZOO
    out: Path | None = None
    report: Path | None = None
    epochs: int = 0
    seed: int = 0
    device: str = "auto"
    threads: int = 0
    strict: bool = False
    overwrite: bool = False

    @property
    def bundle(self) -> Path:
        """Path of the bundle."""
        return Path(f"{self.name}{SUFFIX}") if self.out is None else self.out

    @property
    def report_folder(self) -> Path:
        """Folder of the report."""
        return self.bundle.with_suffix(".report") if self.report is None else self.report

    @property
    def negative_files(self) -> tuple[Path, ...]:
        """Files of positions without a site."""
        return tuple(Path(text) for text in self.negatives if text not in (SAME, UNBOUND, BOTH))

    @property
    def inputs(self) -> tuple[Path, ...]:
        """Files to read, in the order of the options."""
        return tuple(
            path
            for path in (*self.sites, *self.negative_files, *(self.windows or ()), self.fasta, self.gtf, self.cobinding)
            if path is not None
        )

    def check(self) -> None:
        """Check the values without opening a file.

        Raises
        ------
        InputError
            A value is out of range, or options contradict or lack each other.
        """
        check_threads(self.threads)
        if not 0 <= self.epochs <= MOST_EPOCHS:
            raise InputError(f"--epochs {self.epochs}: give 1 to {MOST_EPOCHS}, or 0 for as many as suit the sites")
        if not 0 <= self.seed <= MOST_SEED:
            raise InputError(f"--seed {self.seed}: give 0 to {MOST_SEED}")
        self._check_sites()
        self._check_inputs()
        self._check_outputs()

    def _check_sites(self) -> None:
        """Check what is made of the lists of sites."""
        if not self.negatives:
            raise InputError(f"--negatives: give {SAME}, {UNBOUND}, {BOTH}, or a file of positions")
        if not 1 <= self.negatives_per_site <= MOST_NEGATIVES:
            raise InputError(f"--negatives-per-site {self.negatives_per_site}: give 1 to {MOST_NEGATIVES}")
        if self.min_replicates < 1:
            raise InputError(f"--min-replicates {self.min_replicates}: give 1 or more")
        if self.min_replicates > max(len(self.sites), 1):
            raise InputError(
                f"--min-replicates {self.min_replicates}: only {len(self.sites)} lists of sites are given; "
                "name a file for each replicate"
            )
        for path in self.sites:
            if self.sites.count(path) > 1:
                raise InputError("is given twice; name a file for each replicate", path)

    def _check_inputs(self) -> None:
        """Check that there are either sites on a genome, or windows."""
        if self.windows is not None:
            for option, value in (("--fasta", self.fasta), ("--gtf", self.gtf), ("--cobinding", self.cobinding)):
                if value is not None:
                    raise InputError(f"{option} belongs to a genome, in which --windows have no place: leave one out")
            if self.sites:
                raise InputError("--windows and a list of sites both give what to learn from: leave one out")
            return
        if not self.sites:
            raise InputError(
                "no sites are given: name a list of sites, like peaks.bed, or give --windows BOUND UNBOUND"
            )
        if self.fasta is None:
            raise InputError("sites are places of a genome: give it as well (--fasta)")
        if self.gtf is None:
            raise InputError("positions without a site are taken from transcripts: give an annotation as well (--gtf)")

    def _check_outputs(self) -> None:
        """Check the names of the bundle and of the folder."""
        if self.bundle.suffix != SUFFIX:
            raise InputError(f"-o {self.bundle}: the name of a bundle ends in {SUFFIX}, by which --rbp knows it")
        if self.bundle.is_dir():
            raise InputError("is a folder; name a file", self.bundle)
        if self.report_folder.resolve() == self.bundle.resolve():
            raise InputError(f"--report {self.report} is the bundle as well: give another folder")
        for path in self.inputs:
            if path.resolve() in (self.bundle.resolve(), self.report_folder.resolve()):
                raise InputError("is an input of this run; give another -o", path)
        if self.bundle.exists() and not self.overwrite:
            raise InputError("exists already: give another -o, or pass --overwrite", self.bundle)
