"""Settings of a report on motifs, with the defaults that the command line shows. It imports no numerics."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from pathlib import Path

from ideep_scan.errors import InputError
from ideep_scan.jobs.model_settings import AUTO, ModelSettings


@dataclass(frozen=True)
class MotifSettings(ModelSettings):
    """Settings of a report on motifs, with the fields of `ModelSettings`.

    Without `windows` and `sites` the report shows the collections of the package.

    Attributes
    ----------
    out : Path
        Folder for the results.
    windows : Path or None
        FASTA of windows, with class:1 or class:0 in their headers or bound throughout.
    sites : Path or None
        BED of bound sites in `fasta`.
    background : Path or None
        Unbound windows beside `windows` (FASTA), or unbound sites beside `sites` (BED).
    fasta : Path or None
        Genome of the sites.
    known : Path or None
        Known motifs to match: MEME, TRANSFAC or Cluster-Buster. None takes those of the package.
    overwrite : bool
        Replace an earlier report in the folder.
    """

    _: KW_ONLY
    out: Path = Path("ideep_scan_motifs")
    windows: Path | None = None
    sites: Path | None = None
    background: Path | None = None
    fasta: Path | None = None
    known: Path | None = None
    overwrite: bool = False

    @property
    def computes(self) -> bool:
        """True if windows are given, so that motifs are computed from them."""
        return self.windows is not None or self.sites is not None

    def check(self) -> None:
        """Check the values without opening a file.

        Raises
        ------
        InputError
            A value is out of range, or options contradict or lack each other.
        """
        super().check()
        if self.windows is not None and self.sites is not None:
            raise InputError("--windows and --sites both give windows: leave one out")
        if self.sites is not None and self.fasta is None:
            raise InputError("--sites are places of a genome: give it as well (--fasta)")
        if self.background is not None and not self.computes:
            raise InputError("--background is compared with bound windows: give these as well (--windows or --sites)")
        if self.sites is None and self.fasta is not None:
            raise InputError("--fasta is the genome of sites: give these as well (--sites)")
        if self.sites is None and self.gtf is not None:
            raise InputError("--gtf describes the places of sites: give these as well (--sites), or leave it out")
        if self.modalities != AUTO and not self.computes:
            raise InputError(
                "--modalities chooses what windows are read with: give these as well (--windows or --sites)"
            )
