"""Settings of a prediction, with the defaults that the command line shows. It imports no numerics."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from pathlib import Path

from ideep_scan.errors import InputError
from ideep_scan.jobs.model_settings import ModelSettings


@dataclass(frozen=True)
class PredictSettings(ModelSettings):
    """Settings of a prediction, with the fields of `ModelSettings`.

    Attributes
    ----------
    sites : Path
        BED6 of sites, or FASTA of windows.
    fasta : Path or None
        Genome of BED sites.
    out : Path or None
        Table to write; None for standard output.
    """

    sites: Path
    _: KW_ONLY
    fasta: Path | None = None
    out: Path | None = None

    def check(self) -> None:
        """Check the values without reading a file.

        Raises
        ------
        InputError
            A value is out of range, or the output is a folder or an input of the run.
        """
        super().check()
        if self.out is None:
            return
        if self.out.is_dir():
            raise InputError("is a folder; name a file", self.out)
        for path in (self.sites, self.fasta, self.gtf, self.cobinding):
            if path is not None and self.out.resolve() == path.resolve():
                raise InputError("is an input of this run; give another -o", self.out)

    def check_kind(self, windows: bool) -> None:
        """Check that the options fit the content of `sites`.

        Parameters
        ----------
        windows : bool
            True if `sites` is a FASTA of windows, False if it is a BED of sites.

        Raises
        ------
        InputError
            BED sites lack a genome, or windows are given with a genome, an annotation or CLIP sites.
        """
        if not windows and self.fasta is None:
            raise InputError("BED sites need their genome: give --fasta", self.sites)
        for option in ("fasta", "gtf", "cobinding", "evidence"):
            if windows and getattr(self, option) not in (None, ()):
                raise InputError(
                    f"--{option} cannot be used with a FASTA of windows, which have no place in a genome: "
                    "leave it out, or give the sites as BED6",
                    self.sites,
                )
