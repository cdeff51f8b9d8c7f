"""A small genome with genes on both strands, and lists of sites on it."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np

from ideep_scan.jobs.genome import open_genome
from ideep_scan.jobs.train.settings import TrainSettings
from ideep_scan.jobs.train.training_source import TrainingSource, open_training_data

CONTIGS = tuple(f"chr{number}" for number in range(1, 13))
LENGTH = 6000
GENES = tuple((start, start + 900, "+-"[i % 2]) for i, start in enumerate(range(200, 5000, 1200)))


def write_genome(folder: Path, contigs: tuple[str, ...] = CONTIGS) -> tuple[Path, Path]:
    """Write a FASTA and a BED12 of genes; the last gene of each contig has no site."""
    rng = np.random.default_rng(0)
    fasta = "".join(f">{name}\n{''.join(rng.choice(list('ACGT'), LENGTH))}\n" for name in contigs)
    rows = [
        f"{name}\t{start}\t{end}\t{name}g{i}\t0\t{strand}\t{start + 100}\t{start + 600}\t0\t2\t250,500\t0,400\n"
        for name in contigs
        for i, (start, end, strand) in enumerate(GENES)
    ]
    (folder / "g.fa").write_text(fasta)
    (folder / "g.bed").write_text("".join(rows))
    return folder / "g.fa", folder / "g.bed"


def list_sites(contigs: tuple[str, ...] = CONTIGS, step: int = 250) -> list[str]:
    """List sites as rows of BED6, in all genes but the last of each contig."""
    return [
        f"{name}\t{centre - 5}\t{centre + 5}\ts\t{centre % 17}\t{strand}\n"
        for name in contigs
        for start, end, strand in GENES[:-1]
        for centre in range(start + 100, end, step)
    ]


def open_data(folder: Path, rows: list[str] | str, **settings: Any) -> TrainingSource:
    """Open the windows of sites on the genome in a folder."""
    (folder / "sites.bed").write_text("".join(rows))
    given = {"name": "TOY", "fasta": folder / "g.fa", "gtf": folder / "g.bed", "sites": (folder / "sites.bed",)}
    chosen = TrainSettings(**{**given, **settings})  # type: ignore[arg-type]
    chosen.check()
    with ExitStack() as stack:
        assert chosen.fasta is not None
        return open_training_data(chosen, open_genome(chosen.fasta, chosen.gtf, stack, scattered=True))
