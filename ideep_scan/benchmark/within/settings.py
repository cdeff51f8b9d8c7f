"""Settings of the benchmark inside transcripts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ideep_scan.errors import InputError
from ideep_scan.models.store_names import DEFAULT, STORES

SUFFIX = ".safetensors"


@dataclass(frozen=True)
class WithinSettings:
    """Settings of the benchmark inside transcripts.

    Attributes
    ----------
    data : Path
        Folder with BED files of peaks (`formats/peak_lists.py`).
    fasta, gtf : Path
        Genome hg19 and its annotation.
    out : Path
        Folder for the results.
    model : tuple of str
        Stores (`models/store_names.py`) or paths of bundles, whose models are judged.
    anchors : Path or None
        Table of published figures of PARNET and RBPNet to show beside the 600-nt measure.
    seed : int
        Seed of the bootstrap.
    """

    data: Path
    fasta: Path
    gtf: Path
    out: Path = Path("ideep_scan_benchmark")
    model: tuple[str, ...] = (DEFAULT,)
    anchors: Path | None = None
    seed: int = 0

    def check(self) -> None:
        """Check the values without opening a file.

        Raises
        ------
        InputError
            A source of models is unknown or named twice.
        """
        for number, name in enumerate(self.model):
            if name not in STORES and not name.endswith(SUFFIX):
                raise InputError(f"--model {name} is not known: use {', '.join(STORES)} or the path of a bundle")
            if name in self.model[:number]:
                raise InputError(f"--model {name} is given twice: leave one out")
