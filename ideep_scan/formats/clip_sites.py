"""Sites of CLIP experiments from BED, bigBed or bigWig, and the table that lists these files."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path

import numpy as np

from ideep_scan.errors import InputError, MissingTrack
from ideep_scan.formats.bbi_intervals import read_intervals
from ideep_scan.formats.bbi_worker import BOTH, MINUS, PLUS
from ideep_scan.formats.bed_intervals import read_bed_intervals
from ideep_scan.formats.contigs import ContigResolver
from ideep_scan.formats.foreign_content import BIGBED, BIGWIG
from ideep_scan.formats.text import exists, read_error, read_lines, require_file
from ideep_scan.kernels.intervals import mark_covered, merge
from ideep_scan.records.exclusions import Exclusions
from ideep_scan.records.span import STRANDS, Strand
from track_hubs.bbi_file import BbiError, BbiFile

_BIG_STRANDS: dict[int, Strand | None] = {BOTH: None, PLUS: "+", MINUS: "-"}
_Site = tuple[str, int, int, str | None]
_EMPTY = np.zeros(0, np.int64)


class IntervalSites:
    """Intervals of one experiment; the interface is `features.sources.SiteSource`.

    Parameters
    ----------
    sites : Iterable[tuple[str, int, int, str | None]]
        Contig, start, end (0-based half-open) and strand. A strand of None counts on both strands.
    notes : tuple[str, ...]
        Exclusions from the file, a line per reason.

    Attributes
    ----------
    has_strands : bool
        Whether every site has a strand.
    """

    def __init__(self, sites: Iterable[_Site], notes: tuple[str, ...] = ()):
        self.notes = notes
        self.has_strands = True
        gathered: dict[tuple[str, Strand], list[tuple[int, int]]] = {}
        for chrom, start, end, strand in sites:
            self.has_strands &= strand is not None
            for side in STRANDS:
                if strand is None or strand == side:
                    gathered.setdefault((chrom, side), []).append((start, end))
        self._merged = {key: merge(*np.array(pairs, np.int64).T) for key, pairs in gathered.items()}

    def centres(self) -> dict[tuple[str, Strand], np.ndarray]:
        """Return the centres of the merged sites by contig and strand: int64 arrays, ascending."""
        return {key: (starts + ends) // 2 for key, (starts, ends) in self._merged.items()}

    def covered(self, chrom: str, strand: Strand, positions: np.ndarray) -> np.ndarray:
        """Test whether genome positions lie in a site.

        Parameters
        ----------
        chrom : str
            The FASTA's name of the contig.
        strand : Strand
            The strand.
        positions : np.ndarray
            int64 array (n,), 0-based, in any order.

        Returns
        -------
        np.ndarray
            bool array (n,).
        """
        starts, ends = self._merged.get((chrom, strand), (_EMPTY, _EMPTY))
        return mark_covered(starts, ends, positions)


def is_bbi(path: str | Path) -> bool:
    """Test whether a file is a bigWig or bigBed, by its first bytes.

    Parameters
    ----------
    path : str or Path
        The file.

    Returns
    -------
    bool
        True for either.

    Raises
    ------
    InputError
        The file is missing, empty or unreadable.
    """
    return _read_magic(require_file(path)) in BIGWIG + BIGBED


def is_bigwig(path: str | Path) -> bool:
    """Test whether a file is a bigWig, by its first bytes; raises InputError as `is_bbi` does."""
    return _read_magic(require_file(path)) in BIGWIG


def _read_magic(path: Path) -> bytes:
    try:
        with open(path, "rb") as handle:
            return handle.read(4)
    except OSError as error:
        raise read_error(path, error) from error


def read_sites(path: str | Path, resolver: ContigResolver, strict: bool = False) -> IntervalSites:
    """Read sites from BED, bigBed or bigWig. The content determines the format.

    BED and bigBed may have a strand in column 6. A bigWig has a site where its value is above 0.
    Sites on contigs that the FASTA lacks, or past the end of a contig, are excluded.

    Parameters
    ----------
    path : str or Path
        The file.
    resolver : ContigResolver
        The contigs of the FASTA.
    strict : bool
        Raise an error at the first site that would be excluded.

    Returns
    -------
    IntervalSites
        The sites, with the FASTA's contig names.

    Raises
    ------
    MissingTrack
        The file is missing.
    InputError
        The file is malformed, damaged or empty, or too few sites can be used (`records.exclusions`).
    ContigMismatch
        The FASTA has none of its contigs.
    """
    if not exists(path):
        raise MissingTrack("no such file; correct the path, or remove the track", path)
    path = require_file(path)
    magic = _read_magic(path)
    if magic in BIGWIG or magic in BIGBED:
        sites = list(_from_big(path, magic in BIGWIG))
    else:
        sites = [(chrom, start, end, strand) for _, chrom, start, end, strand, _ in read_bed_intervals(path)]
    if not sites:
        raise InputError("has no sites" + (" (no value above 0)" if magic in BIGWIG else ""), path)
    mapping, _ = resolver.align((site[0] for site in sites), path, "track")
    exclusions = Exclusions(path, "site", strict)
    placed = list(_place_on_contigs(sites, mapping, resolver, exclusions))
    exclusions.check(len(placed))
    notes = _describe_lengths(path, resolver) if magic in BIGWIG + BIGBED else ()
    return IntervalSites(placed, (*exclusions.notes(), *notes))


def _describe_lengths(path: Path, resolver: ContigResolver) -> tuple[str, ...]:
    """Note the contigs of a bigWig or bigBed that have another length than in the FASTA."""
    try:
        with BbiFile(path) as file:
            return resolver.length_notes(file.chroms(), path.name)
    except BbiError:  # the reader of the sites is more lenient
        return ()


def _from_big(path: Path, is_bigwig: bool) -> Iterator[_Site]:
    for chrom, columns in read_intervals(path, is_bigwig).items():
        for start, end, strand in zip(*(column.tolist() for column in columns), strict=True):
            yield chrom, start, end, _BIG_STRANDS[strand]


def _place_on_contigs(
    sites: list[_Site], mapping: Mapping[str, str], resolver: ContigResolver, exclusions: Exclusions
) -> Iterator[_Site]:
    """Place sites on the FASTA's contigs."""
    doubts = {name: resolver.doubt(name) for name in mapping}
    for name, start, end, strand in sites:
        chrom = mapping.get(name)
        if doubt := doubts.get(name):
            exclusions.remark(doubt, f"{name}:{start + 1}-{end}")
        if chrom is None:
            exclusions.add("on contigs that the FASTA lacks", f"{name}:{start + 1}-{end}", unusable=False)
        elif end > resolver.contigs[chrom]:
            exclusions.add("past the end of a contig of the FASTA", f"{name}:{start + 1}-{end}")
        else:
            yield chrom, start, end, strand


def read_cobinding_table(path: str | Path, experiments: Collection[str] | None) -> dict[str, Path]:
    """Read the table of co-binding files: two columns, experiment and path.

    A tab or blanks separate the columns. Lines that are blank or begin with # are skipped.
    A relative path starts in the folder of the table, or else in the current folder.

    Parameters
    ----------
    path : str or Path
        The table.
    experiments : Collection[str] or None
        Names of the experiments of a model; None takes any names.

    Returns
    -------
    dict[str, Path]
        The file of each experiment.

    Raises
    ------
    InputError
        The table is malformed or empty, or names an unknown experiment or one twice.
    MissingTrack
        A file is missing.
    """
    tracks: dict[str, Path] = {}
    for number, line in read_lines(path):
        if not line.strip() or line.startswith("#"):
            continue
        columns = [column.strip() for column in (line.split("\t") if "\t" in line else line.split())]
        columns = [column for column in columns if column]
        if len(columns) != 2:
            raise InputError(f"has {len(columns)} columns; write two, experiment and path", path, number)
        name, track = columns
        if experiments is not None and name not in experiments:
            raise InputError(f"unknown experiment {name!r}; {_nearest(name, experiments)}", path, number)
        if name in tracks:
            raise InputError(f"the experiment {name} is named twice; keep one line", path, number)
        neighbour = Path(path).parent / track
        tracks[name] = Path(track) if exists(track) and not exists(neighbour) else neighbour
        if not exists(tracks[name]) or not tracks[name].is_file():
            raise MissingTrack(f"no such file: {tracks[name]} (sites of {name}); correct the path", path, number)
    if not tracks:
        raise InputError("has no experiments; write two columns, experiment and path", path)
    return tracks


def _nearest(name: str, names: Collection[str]) -> str:
    by_lowercase = {candidate.lower(): candidate for candidate in names}
    suggestions = [by_lowercase[match] for match in get_close_matches(name.lower(), by_lowercase, 3, 0.5)]
    return f"did you mean {', '.join(suggestions)}?" if suggestions else f"known are {', '.join(sorted(names))}"
