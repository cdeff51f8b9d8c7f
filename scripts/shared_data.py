"""Data of the shared network: the merged genome, the published windows and the lists of peaks.

DATA holds clip31/, clip31_30000/, clip_peaks/, hg19/ and annotation/.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from build_cobinding import training_files

from ideep_scan.benchmark.data import SEQUENCES, locate_published_file
from ideep_scan.features.sources import SequenceSource
from ideep_scan.formats.clip31 import read_windows
from ideep_scan.formats.experiments import Experiment, read_experiments
from ideep_scan.formats.fasta.source import FastaSource
from ideep_scan.formats.peak_lists import PeakList, find_peak_files, read_peak_lists
from ideep_scan.jobs.genome import open_genome
from ideep_scan.kernels.scorable import mark_scorable
from ideep_scan.records.places import Places
from ideep_scan.records.span import Span
from ideep_scan.records.transcript import Transcript
from ideep_scan.scan.plan import plan_loci
from ideep_scan.train.examples import Examples

WINDOW = 101


class MergedSource:
    """A genome of two FASTA files; contigs of the second one replace those of the first."""

    def __init__(self, sparse: FastaSource, more: FastaSource):
        self._sparse, self._more = sparse, more
        self.contigs: Mapping[str, int] = {**sparse.contigs, **more.contigs}

    def codes(self, chrom: str, start: int, end: int) -> np.ndarray:
        """Read bases, as `FastaSource.codes` does."""
        source = self._more if chrom in self._more.contigs else self._sparse
        return source.codes(chrom, start, end)


@dataclass(frozen=True, eq=False)
class SharedGenome:
    """The merged genome, with its transcripts and loci."""

    source: SequenceSource
    transcripts: Sequence[Transcript]

    @cached_property
    def loci(self) -> list[Span]:
        """Loci of the transcripts on their strands, as scans plan them."""
        return list(plan_loci(self.source.contigs, self.transcripts))

    def known(self, chrom: str) -> np.ndarray:
        """Mark the positions of a contig whose window is known: bool (length,)."""
        half = WINDOW // 2
        return mark_scorable(self.source.codes(chrom, -half, self.source.contigs[chrom] + half), WINDOW, 0)


def open_shared_genome(data: Path, stack: ExitStack) -> SharedGenome:
    """Open both FASTA files and RefSeq; they close with `stack`."""
    genome = open_genome(data / "hg19" / "hg19_sparse.fa.gz", data / "annotation" / "refseq_hg19.bed12.gz", stack)
    more = stack.enter_context(FastaSource(data / "hg19" / "hg19_more.fa.gz"))
    assert genome.annotation is not None
    return SharedGenome(MergedSource(genome.source, more), tuple(genome.annotation.transcripts))


def list_published(data: Path) -> list[Experiment]:
    """List the published experiments of the data, by name."""
    experiments = (item for item in read_experiments() if (data / "clip31" / item.experiment).is_dir())
    return sorted(experiments, key=lambda item: item.experiment)


def read_training_windows(data: Path, experiment: Experiment) -> list[Examples]:
    """Read the published training windows of an experiment, a set per file."""
    return [read_examples(path) for path in training_files(data, experiment.experiment)]


def read_test_windows(data: Path, experiment: Experiment) -> Examples:
    """Read the published test windows of an experiment."""
    return read_examples(locate_published_file(data / "clip31", experiment.experiment, "test", SEQUENCES))


def read_examples(path: Path) -> Examples:
    """Read a file of published windows."""
    windows = read_windows(path)
    places = Places(windows.chrom.astype(object), windows.strand.astype(object), windows.start + WINDOW // 2)
    return Examples(places, windows.label)


def read_peaks(data: Path, contigs: Mapping[str, int]) -> list[PeakList]:
    """Read all lists of peaks, by name, on contigs of the genome."""
    return list(read_peak_lists(find_peak_files(data / "clip_peaks"), contigs=contigs).values())
