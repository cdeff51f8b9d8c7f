"""Sites of CLIP experiments from BED, bigBed or bigWig, and the table that names them. It calls no sites."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path

import numpy as np
import pybigtools

from ideep_scan.errors import ContigMismatch, InputError, MissingTrack
from ideep_scan.formats.bed_intervals import read_bed_intervals
from ideep_scan.formats.contigs import ContigResolver
from ideep_scan.formats.text import checked_file, exists, read_lines, unreadable
from ideep_scan.kernels.intervals import covered, merge
from ideep_scan.records.span import STRANDS, Strand

# First four bytes of bigWig and bigBed in either byte order (Kent et al. 2010, supplement).
_BIGWIG = (bytes.fromhex("888ffc26"), bytes.fromhex("26fc8f88"))
_BIGBED = (bytes.fromhex("8789f2eb"), bytes.fromhex("ebf28987"))
_Site = tuple[str, int, int, str | None]
_EMPTY = np.zeros(0, np.int64)


class IntervalSites:
    """Intervals of one experiment; answers like `features.sources.SiteSource`.

    Parameters
    ----------
    sites : (chrom, start, end, strand), 0-based half-open; a strand of None counts on both.

    Attributes
    ----------
    missing : contigs that the file names and the FASTA lacks; their sites are left out.
    """

    def __init__(self, sites: Iterable[_Site], missing: tuple[str, ...] = ()):
        self.missing = missing
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


def read_sites(path: str | Path, resolver: ContigResolver) -> IntervalSites:
    """Sites from BED (strand from column 6, if there), bigBed (likewise) or bigWig (where the value is above 0).

    The kind is told by the content.

    Raises
    ------
    MissingTrack : the file is not there.
    InputError : it is malformed, damaged, or holds no site.
    ContigMismatch : not one of its contigs is in the FASTA, or a site reaches past its contig's end.
    """
    if not exists(path):
        raise MissingTrack("no such file; correct the path or leave the track out", path)
    path = checked_file(path)
    try:
        with open(path, "rb") as handle:
            magic = handle.read(4)
    except OSError as error:
        raise unreadable(path, error) from error
    if magic in _BIGWIG or magic in _BIGBED:
        sites = list(_from_big(path, magic in _BIGWIG))
    else:
        sites = [(chrom, start, end, strand) for _, chrom, start, end, strand, _ in read_bed_intervals(path)]
    if not sites:
        raise InputError("holds no site" + (" (no value above 0)" if magic in _BIGWIG else ""), path)
    mapping, missing = resolver.align((site[0] for site in sites), path, "track")
    return IntervalSites(_placed(sites, mapping, resolver.contigs, path), missing)


def _from_big(path: Path, is_bigwig: bool) -> Iterator[_Site]:
    try:
        # Handed over open, for pybigtools judges a path by its suffix.
        with open(path, "rb") as handle, pybigtools.open(handle) as reader:
            for chrom in reader.chroms():
                for start, end, *rest in reader.records(chrom):
                    if not is_bigwig:
                        yield chrom, start, end, rest[2] if len(rest) > 2 and rest[2] in STRANDS else None
                    elif rest[0] > 0:
                        yield chrom, start, end, None
    except (pybigtools.BBIReadError, OSError, ValueError) as error:
        kind = "bigWig" if is_bigwig else "bigBed"
        raise InputError(f"the {kind} is truncated or damaged ({error}); copy or make it again", path) from error


def _placed(sites: list[_Site], mapping: Mapping[str, str], lengths: Mapping[str, int], path: Path) -> Iterator[_Site]:
    for name, start, end, strand in sites:
        chrom = mapping.get(name)
        if chrom is None:
            continue
        if end > lengths[chrom]:
            raise ContigMismatch(
                f"the site {name}:{start + 1}-{end} reaches past the end of {chrom}, which has {lengths[chrom]} bases "
                "in the FASTA; use sites of the same assembly",
                path,
            )
        yield chrom, start, end, strand


def read_cobinding_table(path: str | Path, known: Collection[str]) -> dict[str, Path]:
    """Which file holds the sites of which experiment: two columns, experiment and path.

    Columns are separated by a tab, or by blanks; a relative path starts from the table's folder; lines that are blank
    or begin with '#' are skipped.

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
        tracks[name] = Path(path).parent / track
        if not exists(tracks[name]) or not tracks[name].is_file():
            raise MissingTrack(f"no such file: {tracks[name]} (sites of {name}); correct the path", path, number)
    if not tracks:
        raise InputError("names no experiment; two columns are needed: experiment and path", path)
    return tracks


def _nearest(name: str, known: Collection[str]) -> str:
    lower = {other.lower(): other for other in known}
    near = [lower[match] for match in get_close_matches(name.lower(), lower, 3, 0.5)]
    return f"did you mean {', '.join(near)}?" if near else f"known are {', '.join(sorted(known))}"
