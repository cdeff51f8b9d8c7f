"""Settings of a check of input files. It imports no numerics."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ideep_scan.errors import InputError

KINDS = ("fasta", "windows", "annotation", "bed", "vcf", "sizes", "cobinding", "track")


@dataclass(frozen=True)
class CheckSettings:
    """Settings of a check.

    Attributes
    ----------
    files : tuple of str
        The files. `KIND=FILE` names the kind of a file.
    cobinding : Path or None
        Table of CLIP experiments, as for a scan.
    """

    files: tuple[str, ...] = ()
    cobinding: Path | None = None

    def check(self) -> None:
        """Check the values without reading a file.

        Raises
        ------
        InputError
            No file is named, or one is named twice.
        """
        targets = self.targets()
        if not targets:
            raise InputError("no file is named: give FASTA, GTF, GFF3, BED, VCF, chrom.sizes or CLIP tables")
        paths = [path for _, path in targets]
        for path in paths:
            if paths.count(path) > 1:
                raise InputError("is named twice; name each file once", path)

    def targets(self) -> list[tuple[str | None, Path]]:
        """List kind and path of each file; the kind is None where the user does not name it.

        Examples
        --------
        >>> CheckSettings(("genome.fa", "bed=peaks.txt")).targets()
        [(None, PosixPath('genome.fa')), ('bed', PosixPath('peaks.txt'))]
        """
        targets: list[tuple[str | None, Path]] = []
        for text in self.files:
            kind, separator, path = text.partition("=")
            is_kind = separator and kind in KINDS
            targets.append((kind, Path(path)) if is_kind else (None, Path(text)))
        if self.cobinding is not None:
            targets.append(("cobinding", self.cobinding))
        return targets
