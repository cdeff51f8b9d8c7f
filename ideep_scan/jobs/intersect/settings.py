"""Settings of an intersection of sites with variants or intervals. It imports no numerics."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ideep_scan.errors import InputError


@dataclass(frozen=True)
class IntersectSettings:
    """Settings of an intersection.

    Attributes
    ----------
    runs : tuple of Path
        Folders of finished runs.
    intervals : Path
        BED of intervals, or VCF or BCF of variants.
    out : Path or None
        Table to write, or annotated VCF by its name; None for a table on standard output.
    """

    runs: tuple[Path, ...]
    intervals: Path
    out: Path | None = None

    def check(self) -> None:
        """Check the values without reading a file.

        Raises
        ------
        InputError
            A run is given twice, or the output is a folder, the input or a file of a run.
        """
        folders = [run.resolve() for run in self.runs]
        for number, run in enumerate(self.runs):
            if folders.index(folders[number]) < number:
                raise InputError("is given twice; give each run once", run)
        if self.out is None:
            return
        if self.out.is_dir():
            raise InputError("is a folder; name a file", self.out)
        if self.out.suffix.lower() == ".parquet":
            raise InputError("is a name for Parquet, but tables are text; end it in .tsv or .tsv.gz", self.out)
        target = self.out.resolve()
        if target == self.intervals.resolve():
            raise InputError("is an input of this command; give another -o", self.out)
        if any(target.is_relative_to(folder) for folder in folders):
            raise InputError("is in the folder of a run; give another -o", self.out)
