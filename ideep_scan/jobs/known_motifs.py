"""Known motifs of the package by their ids. It loads no PyTorch, so that cards are printed at once."""

from __future__ import annotations

from functools import lru_cache

from ideep_scan.formats.pwm_table import read_pwms
from ideep_scan.motifs.labels import make_label
from ideep_scan.records.pwm import Pwm


def find_known_motif(motif_id: str) -> Pwm | None:
    """Return a packaged motif; None if there is no such motif."""
    return _known_motifs().get(motif_id)


def name_known_motif(motif_id: str) -> str | None:
    """Return protein and consensus of a packaged motif; None if there is no such motif."""
    pwm = find_known_motif(motif_id)
    return None if pwm is None else make_label(pwm).name


@lru_cache(1)
def _known_motifs() -> dict[str, Pwm]:
    return {pwm.id: pwm for pwm in read_pwms()}
