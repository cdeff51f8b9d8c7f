"""Learned motifs of toy models.

No test stands here.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from ideep_scan.formats.motif_collections import write_collections
from ideep_scan.models.bundle import ModelBundle
from ideep_scan.records.learned_motif import Enrichment, Importance, LearnedMotif, MotifCluster, MotifCollection
from ideep_scan.records.pwm import Pwm


def make_motif(name: str, consensus: str, q_value: float = 0.01, planted_low: float = 0.8) -> LearnedMotif:
    """A motif of 1,000 equal sequences."""
    counts = np.array([[1000.0 * (letter == base) for base in "ACGU"] for letter in consensus])
    return LearnedMotif(
        pwm=Pwm(name, consensus, "ELAVL1", counts),
        origin="pattern",
        sites=1000,
        information=2.0 * len(consensus),
        contributions=None,
        enrichment=Enrichment(50, 100, 5, 100, 19.0, 0.001, q_value),
        distances=np.zeros(101, np.int64),
        matches=(),
        importance=Importance(1.0, planted_low, 2.0, -1.0, -1.5, -0.5, 50),
    )


def make_collection(motifs: Sequence[LearnedMotif], bundle: ModelBundle | None = None) -> MotifCollection:
    """A collection in which each motif is a cluster."""
    return MotifCollection(
        model="toy" if bundle is None else bundle.name,
        protein="ELAVL1",
        digest="" if bundle is None else bundle.weights_digest,
        windows="Toy windows.",
        bound=100,
        unbound=100,
        filters=np.zeros((1, 4, 3), np.float32),
        silent=(),
        agreement=0.9,
        motifs=tuple(motifs),
        clusters=tuple(MotifCluster((motif.pwm.id,), (1,), (0,)) for motif in motifs),
    )


def ship(collections: Sequence[MotifCollection], folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the package have these collections only."""
    path = folder / "collections.zip"
    write_collections(path, collections)
    monkeypatch.setattr("ideep_scan.jobs.learned_motifs.find_archive", lambda store: path)
    return path
