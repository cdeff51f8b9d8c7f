"""Read the sites, genes and scores that a run's page shows from the files of the run."""

from __future__ import annotations

import gzip
import heapq
import math
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from track_hubs.bbi_file import BbiError, BbiFile
from track_hubs.gzip_file import is_gzip
from track_hubs.manifest import HubError

_BED9 = 9  # columns of a row without blocks
_MARGIN = 20  # nt beside the scores of a view, at least
_BINS = 2000  # intervals of a contig in the search for its highest value


@dataclass(frozen=True, slots=True)
class Site:
    """A site, 0-based and half-open, with a score from 0 to 1 as rounded in BED.

    `blocks` are its parts if introns interrupt it; empty for one part.
    """

    chrom: str
    start: int
    end: int
    name: str
    score: float
    strand: str
    summit: int
    blocks: tuple[tuple[int, int], ...] = ()

    @property
    def parts(self) -> tuple[tuple[int, int], ...]:
        """Start and end of each part."""
        return self.blocks or ((self.start, self.end),)


@dataclass(frozen=True, slots=True)
class TableRow:
    """A site of a group with the extra columns of its bigBed, by name."""

    group: str
    site: Site
    columns: dict[str, str]


@dataclass(frozen=True, slots=True)
class Gene:
    """A gene model, 0-based and half-open: `blocks` are exons, `thick` is the coding part, empty if non-coding."""

    chrom: str
    start: int
    end: int
    name: str
    strand: str
    thick: tuple[int, int]
    blocks: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Window:
    """An interval of the genome to draw, 0-based and half-open."""

    chrom: str
    start: int
    end: int

    def overlaps(self, chrom: str, start: int, end: int) -> bool:
        """Tell whether an interval overlaps the window."""
        return chrom == self.chrom and start < self.end and end > self.start

    @property
    def text(self) -> str:
        """The window as text for a genome browser's search box (1-based)."""
        return f"{self.chrom}:{self.start + 1}-{self.end}"


def read_sites(path: Path) -> Iterator[Site]:
    """Yield the sites of a BED9 or BED12 file."""
    for number, fields in _rows(path):
        try:
            chrom, start, end, name, score, strand, summit = fields[:7]
            blocks = _read_blocks(fields) if len(fields) > _BED9 else ()
            yield Site(chrom, int(start), int(end), name, int(score) / 1000, strand, int(summit), blocks)
        except (ValueError, IndexError) as error:
            raise HubError(f"{path}, line {number}: is not a BED9 or BED12 row ({error})") from error


def read_strongest_sites(path: Path, limit: int) -> list[Site]:
    """Read the sites with the highest scores, best first. Equal scores keep the order of the file."""
    return heapq.nlargest(limit, read_sites(path), key=lambda site: site.score)


def _read_blocks(fields: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Read the blocks of a BED12 row: start and end of each on the contig."""
    start = int(fields[1])
    lengths, begins = (tuple(map(int, text.rstrip(",").split(","))) for text in fields[10:12])
    return tuple((start + begin, start + begin + length) for begin, length in zip(begins, lengths, strict=True))


def read_site_columns(
    path: Path, sites: Sequence[Site], names: Sequence[str], *, bed_fields: int
) -> list[dict[str, str]]:
    """Read the extra columns of sites from a bigBed 9+ or 12+.

    Parameters
    ----------
    path : Path
        The bigBed file.
    sites : sequence of Site
        The sites.
    names : sequence of str
        Names of the extra columns, in their order.
    bed_fields : int
        Number of BED columns before them.

    Returns
    -------
    list of dict of str to str
        Values by column name for each site; empty if the file does not have the site.
    """
    try:
        with BbiFile(path) as table:
            return [_columns(table, site, names, bed_fields=bed_fields) for site in sites]
    except BbiError as error:
        raise HubError(f"{path}: cannot be read as bigBed (it {error})") from error


def _columns(table: BbiFile, site: Site, names: Sequence[str], *, bed_fields: int) -> dict[str, str]:
    for start, end, text in table.entries(site.chrom, site.start, site.end):
        fields = text.split("\t")  # name, score, strand, ..., extra columns
        if (start, end, *fields[0:3:2]) == (site.start, site.end, site.name, site.strand):
            return dict(zip(names, fields[bed_fields - 3 :], strict=False))
    return {}


def pick_separate_sites(
    candidates: Sequence[Site], limit: int, size: int, *, sizes: dict[str, int]
) -> list[tuple[Site, Window]]:
    """Pick the first sites whose windows do not overlap an earlier pick's summit.

    Parameters
    ----------
    candidates : sequence of Site
        The sites, best first.
    limit : int
        Largest number of picks.
    size : int
        Length of a window in nt.
    sizes : dict of str to int
        Length of each contig in nt.
    """
    picks: list[tuple[Site, Window]] = []
    for site in candidates:
        if any(window.overlaps(site.chrom, site.summit, site.summit + 1) for _, window in picks):
            continue
        picks.append((site, _around(site.chrom, site.summit, size, sizes.get(site.chrom, site.summit + size))))
        if len(picks) == limit:
            break
    return picks


def find_highest_window(paths: Sequence[Path], size: int) -> Window | None:
    """Find a window of `size` nt around the highest value of bigWigs, at the resolution of their summaries.

    Return None if they have no values.
    """
    maximum, window = -math.inf, None
    for path in paths:
        try:
            with BbiFile(path) as track:
                for chrom, length in track.chroms().items():
                    for start, end, value in track.summaries(chrom, _BINS):
                        if value > maximum:
                            maximum, window = value, _around(chrom, (start + end) // 2, size, length)
        except BbiError as error:
            raise HubError(f"{path}: cannot be read as bigWig (it {error})") from error
    return window


def fit_to_scores(paths: Sequence[Path], window: Window) -> Window:
    """Shrink a window to its part with values in any of some bigWigs, and a margin; without values it stays.

    Examples
    --------
    >>> fit_to_scores([], Window("chr1", 0, 1500)).text
    'chr1:1-1500'
    """
    tracks = [read_scores(path, window) for path in paths]
    scored = [offset for track in tracks for offset, value in enumerate(track) if not math.isnan(value)]
    if not scored:
        return window
    first, last = min(scored), max(scored) + 1
    margin = max(_MARGIN, (last - first) // 20)
    start, end = max(window.start, window.start + first - margin), min(window.end, window.start + last + margin)
    return Window(window.chrom, start, end)


def _around(chrom: str, middle: int, size: int, length: int) -> Window:
    start = max(0, min(middle - size // 2, length - size))
    return Window(chrom, start, min(start + size, length))


def read_genes(path: Path, windows: Sequence[Window]) -> list[Gene]:
    """Read the gene models that overlap any of the windows, named by their gene symbols."""
    by_contig: dict[str, list[Window]] = {}
    for window in windows:
        by_contig.setdefault(window.chrom, []).append(window)
    genes = []
    for number, fields in _rows(path):
        try:
            chrom, start, end = fields[0], int(fields[1]), int(fields[2])
            if not any(window.overlaps(chrom, start, end) for window in by_contig.get(chrom, ())):
                continue
            thick = (int(fields[6]), int(fields[7]))
            genes.append(Gene(chrom, start, end, _symbol(fields[3]), fields[5], thick, _read_blocks(fields)))
        except (ValueError, IndexError) as error:
            raise HubError(f"{path}, line {number}: is not a BED12 row ({error})") from error
    return genes


def _symbol(name: str) -> str:
    """Extract the gene symbol from the name of a transcript: `Name=TNF;transcript_id=NM_1` or `NM_1|TNF`."""
    if name.startswith("Name=") and ";" in name:
        return unquote(name.partition(";")[0].removeprefix("Name="))
    return name.split("|")[-1]


def read_scores(path: Path, window: Window) -> list[float]:
    """Read the score at each position of a window; NaN where it was not scored."""
    try:
        with BbiFile(path) as track:
            return track.values(window.chrom, window.start, window.end)
    except BbiError as error:
        raise HubError(f"{path}: cannot be read as bigWig (it {error})") from error


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") if is_gzip(path) else path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip() and not line.startswith(("#", "track", "browser")):
                    yield number, line.rstrip("\r\n").split("\t")
    except (OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
        raise HubError(f"{path}: cannot be read ({error})") from error
