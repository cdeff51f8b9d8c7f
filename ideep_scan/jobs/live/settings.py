"""Settings of the live view."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from pathlib import Path

from ideep_scan.jobs.model_settings import ModelSettings


@dataclass(frozen=True)
class LiveSettings(ModelSettings):
    """Settings of the live view, with the fields of `ModelSettings`.

    Attributes
    ----------
    fasta : Path
        Genome.
    locus : str or None
        Region or gene that the page shows first; None for an early locus with known sequence.
    """

    fasta: Path
    _: KW_ONLY
    locus: str | None = None
