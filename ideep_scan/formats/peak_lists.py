"""Peaks of CLIP experiments, many experiments in one BED, each with the points and cores that a benchmark judges by.

The fourth column names the experiment of a peak as PROTEIN_CELL_FILE, e.g. TARDBP_K562_ENCFF037TVC.
FILE is PARCLIP for PAR-CLIP; any other experiment counts as eCLIP.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.formats.bed_intervals import read_bed_intervals
from ideep_scan.formats.contigs import ContigResolver
from ideep_scan.formats.text import exists
from ideep_scan.kernels.intervals import merge
from ideep_scan.records.span import Strand

CORE = 15  # nt on both sides of the 5' end of an eCLIP peak
PARCLIP = "PARCLIP"
SUFFIXES = (".bed", ".bed.gz")
_NAME = re.compile(r"(?P<protein>.+)_(?P<cell>[^_]+)_(?P<file>[^_]+)")
_ISOFORM = re.compile(r"iso\d+$")
_EMPTY = np.zeros((0, 2), np.int64)
Place = tuple[str, Strand]


@dataclass(frozen=True, eq=False)
class PeakList:
    """Peaks of one experiment.

    Attributes
    ----------
    name : str
        Name of the experiment, PROTEIN_CELL_FILE.
    protein : str
        Gene symbol of the protein, without the number of an isoform.
    cell : str
        Cell line.
    is_parclip : bool
        True for PAR-CLIP, False for eCLIP.
    intervals : mapping of tuple to np.ndarray
        Contig and strand -> int64 array (n, 2), starts and ends, 0-based half-open, sorted by start.
    """

    name: str
    protein: str
    cell: str
    is_parclip: bool
    intervals: Mapping[Place, np.ndarray] = field(default_factory=dict)

    def __len__(self) -> int:
        return sum(len(array) for array in self.intervals.values())

    def list_points(self, chrom: str, strand: Strand) -> np.ndarray:
        """List the position of each peak: the 5' end of an eCLIP peak, the middle of a PAR-CLIP peak.

        Reads of eCLIP begin beside the crosslink, so the 5' end of their peak is nearest to it.

        Parameters
        ----------
        chrom : str
            Contig.
        strand : Strand
            Strand of the RNA.

        Returns
        -------
        np.ndarray
            Int64 array (n,), genome positions, ascending.
        """
        starts, ends = self.intervals.get((chrom, strand), _EMPTY).T
        if self.is_parclip:
            return np.sort((starts + ends - (strand == "-")) // 2)  # of two middle bases the one on the 3' side
        return np.sort(starts if strand == "+" else ends - 1)

    def list_cores(self, chrom: str, strand: Strand) -> tuple[np.ndarray, np.ndarray]:
        """List the intervals that a good score should mark.

        They are the `CORE` nt on both sides of the 5' end of an eCLIP peak, and complete PAR-CLIP peaks.

        Parameters
        ----------
        chrom : str
            Contig.
        strand : Strand
            Strand of the RNA.

        Returns
        -------
        tuple[np.ndarray, np.ndarray]
            Starts and ends, int64 arrays (m,), sorted and disjoint.
        """
        if self.is_parclip:
            return merge(*self.intervals.get((chrom, strand), _EMPTY).T)
        points = self.list_points(chrom, strand)
        return merge(points - CORE, points + CORE + 1)


def read_peak_lists(
    paths: Iterable[str | Path], resolver: ContigResolver | None = None, contigs: Iterable[str] | None = None
) -> dict[str, PeakList]:
    """Read the experiments of some BED files.

    Parameters
    ----------
    paths : iterable of str or Path
        BED files, plain or gzipped, with a name and a strand on each line.
    resolver : ContigResolver or None
        The contigs of a FASTA, whose names the result has. None keeps the names of the files.
    contigs : iterable of str or None
        Contigs to read, by the names of the result; None reads all.

    Returns
    -------
    dict[str, PeakList]
        The experiments by name, sorted.

    Raises
    ------
    InputError
        A file cannot be read, is not BED, has no peak, or a peak has no strand or no name of an experiment.
    ContigMismatch
        The FASTA has none of the contigs of a file.
    """
    gathered: dict[str, dict[Place, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
    chosen = None if contigs is None else set(contigs)
    for path in paths:
        by_contig = _read_contigs(path)
        mapping = {name: name for name in by_contig}
        if resolver is not None:
            mapping, _ = resolver.align(by_contig, path, "list of peaks")
        for name, contig in mapping.items():
            if chosen is None or contig in chosen:
                for experiment, strand, start, end in by_contig[name]:
                    gathered[experiment][contig, strand].append((start, end))
    return {name: _make_list(name, gathered[name]) for name in sorted(gathered)}


def find_peak_files(folder: Path) -> tuple[Path, ...]:
    """Find the BED files of a folder.

    Parameters
    ----------
    folder : Path
        A folder.

    Returns
    -------
    tuple of Path
        Its BED files, by name.

    Raises
    ------
    InputError
        There is no such folder, or it has no BED file.
    """
    if not exists(folder) or not folder.is_dir():
        raise InputError("no such folder; name the folder with the BED files of the peaks", folder)
    paths = tuple(sorted(path for path in folder.iterdir() if path.name.endswith(SUFFIXES)))
    if not paths:
        raise InputError("has no .bed or .bed.gz file; name the folder with the BED files of the peaks", folder)
    return paths


def _read_contigs(path: str | Path) -> dict[str, list[tuple[str, Strand, int, int]]]:
    """Read the peaks of a file by contig: experiment, strand, start and end."""
    by_contig: dict[str, list[tuple[str, Strand, int, int]]] = defaultdict(list)
    for line, chrom, start, end, strand, name in read_bed_intervals(path):
        if name is None or not _NAME.fullmatch(name):
            raise InputError(f"the name {name or '.'!r} is not PROTEIN_CELL_FILE; name the experiment", path, line)
        if strand is None:
            raise InputError("a peak without a strand; write + or - in column 6", path, line)
        by_contig[chrom].append((name, strand, start, end))
    if not by_contig:
        raise InputError("has no peaks; name a BED file with a line for each peak", path)
    return by_contig


def _make_list(name: str, intervals: Mapping[Place, list[tuple[int, int]]]) -> PeakList:
    parts = _NAME.fullmatch(name)
    assert parts is not None
    arrays = {place: np.array(sorted(pairs), np.int64) for place, pairs in intervals.items()}
    protein = _ISOFORM.sub("", parts["protein"])
    return PeakList(name, protein, parts["cell"], parts["file"] == PARCLIP, arrays)
