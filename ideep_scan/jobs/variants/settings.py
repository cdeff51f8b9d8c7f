"""Settings of a job on variants, with the defaults that the command line shows. It imports no numerics."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from pathlib import Path

from ideep_scan.errors import InputError
from ideep_scan.jobs.model_settings import ModelSettings
from ideep_scan.jobs.threshold_settings import ThresholdSettings

STANDARD_OUTPUT = "-"


@dataclass(frozen=True)
class VariantSettings(ThresholdSettings, ModelSettings):
    """Settings of a job on variants, with the fields of `ModelSettings` and `ThresholdSettings`.

    Attributes
    ----------
    variants : Path
        VCF or BCF.
    fasta : Path
        Genome.
    out : Path or None
        Annotated VCF or BCF to write; None or '-' for standard output.
    table : Path or None
        Table to write; None for none.
    phased : str or None
        Sample whose haplotypes are scored; None for none.
    min_delta : float
        Smallest absolute delta of an entry in INFO.
    report : Path or None
        Folder of the page of the strongest changes; None for none.
    top : int
        Number of rows of that page.
    """

    variants: Path
    fasta: Path
    _: KW_ONLY
    out: Path | None = None
    table: Path | None = None
    phased: str | None = None
    min_delta: float = 0.02
    report: Path | None = None
    top: int = 100

    @property
    def vcf(self) -> Path | None:
        """Path of the annotated VCF or BCF; None for standard output."""
        return None if self.out is None or str(self.out) == STANDARD_OUTPUT else self.out

    def check(self) -> None:
        """Check the values without reading a file.

        Raises
        ------
        InputError
            A value is out of range, or an output is a folder, an input or the other output.
        """
        super().check()
        self.check_threshold()
        if not 0 <= self.min_delta <= 1:
            raise InputError(f"--min-delta {self.min_delta:g}: give a difference of scores from 0 to 1, like 0.02")
        if self.top < 1:
            raise InputError(f"--top {self.top}: give the number of rows of the report, 1 or more")
        self._check_outputs()

    def _check_outputs(self) -> None:
        """Check that no output is an input or another output."""
        inputs = {path.resolve() for path in (self.variants, self.fasta, self.gtf, self.cobinding) if path is not None}
        outputs: dict[Path, str] = {}
        for option, path in (("-o", self.vcf), ("--table", self.table), ("--report", self.report)):
            if path is None:
                continue
            if path.is_dir() and option != "--report":
                raise InputError("is a folder; name a file", path)
            place = path.resolve()
            if place in inputs:
                raise InputError(f"is an input of this run; give another {option}", path)
            if place in outputs:
                raise InputError(f"is named by {outputs[place]} and by {option}; give two names", path)
            outputs[place] = option
