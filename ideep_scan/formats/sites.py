"""Sites of CLIP experiments from BED, bigBed or bigWig, and the table that names them. It calls no sites."""

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
from ideep_scan.formats.text import exists, read_error, read_lines, require_file
from ideep_scan.kernels.intervals import covered, merge
from ideep_scan.records.exclusions import Exclusions
from ideep_scan.records.span import STRANDS, Strand

# First four bytes of bigWig and bigBed in either byte order (Kent et al. 2010, supplement).
_BIGWIG = (bytes.fromhex("888ffc26"), bytes.fromhex("26fc8f88"))
_BIGBED = (bytes.fromhex("8789f2eb"), bytes.fromhex("ebf28987"))
_BIG_STRANDS: dict[int, Strand | None] = {BOTH: None, PLUS: "+", MINUS: "-"}
_Site = tuple[str, int, int, str | None]
_EMPTY = np.zeros(0, np.int64)


class IntervalSites:
    """Intervals of one experiment; answers like `features.sources.SiteSource`.

    Parameters
    ----------
    sites : (chrom, start, end, strand), 0-based half-open; a strand of None counts on both.

    notes : what is left out of the file, a line for each reason.
    """

    def __init__(self, sites: Iterable[_Site], notes: tuple[str, ...] = ()):
        self.notes = notes
        gathered: dict[tuple[str, Strand], list[tuple[int, int]]] = {}
        for chrom, start, end, strand in sites:
            for side in STRANDS:
                if strand is None or strand == side:
                    gathered.setdefault((chrom, side), []).append((start, end))
        self._merged = {key: merge(*np.array(pairs, np.int64).T) for key, pairs in gathered.items()}

    def covered(self, chrom: str, strand: Strand, positions: np.ndarray) -> np.ndarray:
        """Whether each genome position (int64 array (n,), any order) lies in a site: bool array (n,)."""
        starts, ends = self._merged.get((chrom, strand), (_EMPTY, _EMPTY))
        return covered(starts, ends, positions)


def read_sites(path: str | Path, resolver: ContigResolver, strict: bool = False) -> IntervalSites:
    """Sites from BED (strand from column 6, if there), bigBed (likewise) or bigWig (where the value is above 0).

    The kind is told by the content. Sites on contigs that the FASTA lacks and past the end of a contig are left out.

    Parameters
    ----------
    strict : raise at a site that would be left out.

    Raises
    ------
    MissingTrack : the file is not there.
    InputError : it is malformed, damaged, holds no site, or too few that can be used (`records.exclusions`).
    ContigMismatch : not one of its contigs is in the FASTA.
    """
    if not exists(path):
        raise MissingTrack("no such file; correct the path or leave the track out", path)
    path = require_file(path)
    try:
        with open(path, "rb") as handle:
            magic = handle.read(4)
    except OSError as error:
        raise read_error(path, error) from error
    if magic in _BIGWIG or magic in _BIGBED:
        sites = list(_from_big(path, magic in _BIGWIG))
    else:
        sites = [(chrom, start, end, strand) for _, chrom, start, end, strand, _ in read_bed_intervals(path)]
    if not sites:
        raise InputError("holds no site" + (" (no value above 0)" if magic in _BIGWIG else ""), path)
    mapping, _ = resolver.align((site[0] for site in sites), path, "track")
    exclusions = Exclusions(path, "site", strict)
    placed = list(_placed(sites, mapping, resolver, exclusions))
    exclusions.check(len(placed))
    return IntervalSites(placed, exclusions.notes())


def _from_big(path: Path, is_bigwig: bool) -> Iterator[_Site]:
    for chrom, found in read_intervals(path, is_bigwig).items():
        for start, end, strand in zip(*(column.tolist() for column in found), strict=True):
            yield chrom, start, end, _BIG_STRANDS[strand]


def _placed(
    sites: list[_Site], mapping: Mapping[str, str], resolver: ContigResolver, exclusions: Exclusions
) -> Iterator[_Site]:
    """Put sites on the FASTA's contigs."""
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


def read_cobinding_table(path: str | Path, known: Collection[str]) -> dict[str, Path]:
    """Which file holds the sites of which experiment: two columns, experiment and path.

    Columns are separated by a tab, or by blanks; a relative path starts from the table's folder, or, if nothing is
    there, from the current folder; lines that are blank or begin with '#' are skipped.

    Parameters
    ----------
    known : names of the experiments, as a model's card lists them.

    Raises
    ------
    InputError : malformed, empty, an unknown experiment (the nearest known ones are named), or one named twice.
    MissingTrack : a file that is not there.
    """
    tracks: dict[str, Path] = {}
    for number, line in read_lines(path):
        if not line.strip() or line.startswith("#"):
            continue
        columns = [column.strip() for column in (line.split("\t") if "\t" in line else line.split())]
        columns = [column for column in columns if column]
        if len(columns) != 2:
            raise InputError(f"should be two columns, experiment and path; there are {len(columns)}", path, number)
        name, track = columns
        if name not in known:
            raise InputError(f"unknown experiment {name!r}; {_nearest(name, known)}", path, number)
        if name in tracks:
            raise InputError(f"the experiment {name} is named twice; keep one line", path, number)
        beside = Path(path).parent / track
        tracks[name] = Path(track) if exists(track) and not exists(beside) else beside
        if not exists(tracks[name]) or not tracks[name].is_file():
            raise MissingTrack(f"no such file: {tracks[name]} (sites of {name}); correct the path", path, number)
    if not tracks:
        raise InputError("names no experiment; two columns are needed: experiment and path", path)
    return tracks


def _nearest(name: str, known: Collection[str]) -> str:
    lower = {other.lower(): other for other in known}
    near = [lower[match] for match in get_close_matches(name.lower(), lower, 3, 0.5)]
    return f"did you mean {', '.join(near)}?" if near else f"known are {', '.join(sorted(known))}"
