"""What the pictures show, read from the finished files of a run. It draws nothing."""

from __future__ import annotations

import gzip
import heapq
import math
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from track_hubs.bbi_file import BbiFile, NotBbi
from track_hubs.gzip_file import is_gzip
from track_hubs.manifest import HubError

_BINS = 2000  # of a contig, where its highest value is looked for


@dataclass(frozen=True, slots=True)
class Site:
    """A called interval, `[start, end)` and `summit` 0-based; `score` 0-1 as its BED file rounds it."""

    chrom: str
    start: int
    end: int
    name: str
    score: float
    strand: str
    summit: int


@dataclass(frozen=True, slots=True)
class Found:
    """A site of a group, with further columns of its bigBed by name, as they stand there."""

    group: str
    site: Site
    columns: dict[str, str]


@dataclass(frozen=True, slots=True)
class Gene:
    """A gene model, 0-based half-open: `blocks` are its exons, `thick` its coding part (empty if non-coding)."""

    chrom: str
    start: int
    end: int
    name: str
    strand: str
    thick: tuple[int, int]
    blocks: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of the genome to draw, `[start, end)` 0-based."""

    chrom: str
    start: int
    end: int

    def overlaps(self, chrom: str, start: int, end: int) -> bool:
        return chrom == self.chrom and start < self.end and end > self.start

    @property
    def text(self) -> str:
        """As a genome browser's search box takes it (1-based)."""
        return f"{self.chrom}:{self.start + 1}-{self.end}"


def sites(path: Path) -> Iterator[Site]:
    """The rows of a BED9 of sites."""
    for number, fields in _rows(path):
        try:
            chrom, start, end, name, score, strand, summit = fields[:7]
            yield Site(chrom, int(start), int(end), name, int(score) / 1000, strand, int(summit))
        except ValueError as error:
            raise HubError(f"{path}, line {number}: not a BED9 row ({error})") from error


def strongest(path: Path, most: int) -> list[Site]:
    """The sites with the highest scores, best first; equal scores in the order of the file."""
    return heapq.nlargest(most, sites(path), key=lambda site: site.score)


def columns(path: Path, wanted: Sequence[Site], names: Sequence[str]) -> list[dict[str, str]]:
    """Columns of a bigBed 9+ of sites beyond those of plain BED, by name; empty for a site that it does not hold."""
    try:
        with BbiFile(path) as table:
            return [_columns(table, site, names) for site in wanted]
    except NotBbi as error:
        raise HubError(f"{path}: cannot be read as bigBed (it {error})") from error


def _columns(table: BbiFile, site: Site, names: Sequence[str]) -> dict[str, str]:
    for start, end, rest in table.entries(site.chrom, site.start, site.end):
        fields = rest.split("\t")  # name, score, strand, thickStart, thickEnd, itemRgb, then those of its own
        if (start, end, *fields[0:3:2]) == (site.start, site.end, site.name, site.strand):
            return dict(zip(names, fields[6:], strict=False))
    return {}


def apart(candidates: Sequence[Site], most: int, size: int, sizes: dict[str, int]) -> list[tuple[Site, Window]]:
    """The first `most` sites whose windows of `size` nt hold no summit of a site before them."""
    chosen: list[tuple[Site, Window]] = []
    for site in candidates:
        if any(window.overlaps(site.chrom, site.summit, site.summit + 1) for _, window in chosen):
            continue
        chosen.append((site, _around(site.chrom, site.summit, size, sizes.get(site.chrom, site.summit + size))))
        if len(chosen) == most:
            break
    return chosen


def highest(paths: Sequence[Path], size: int) -> Window | None:
    """A window around the highest value of bigWigs, as finely as their summaries tell; None where they hold none."""
    best, window = -math.inf, None
    for path in paths:
        try:
            with BbiFile(path) as track:
                for chrom, length in track.chroms().items():
                    for start, end, value in track.summaries(chrom, _BINS):
                        if value > best:
                            best, window = value, _around(chrom, (start + end) // 2, size, length)
        except NotBbi as error:
            raise HubError(f"{path}: cannot be read as bigWig (it {error})") from error
    return window


def _around(chrom: str, middle: int, size: int, length: int) -> Window:
    start = max(0, min(middle - size // 2, length - size))
    return Window(chrom, start, min(start + size, length))


def genes(path: Path, windows: Sequence[Window]) -> list[Gene]:
    """The gene models that overlap one of the windows, by the symbols of their genes."""
    found = []
    for number, fields in _rows(path):
        try:
            chrom, start, end = fields[0], int(fields[1]), int(fields[2])
            if not any(window.overlaps(chrom, start, end) for window in windows):
                continue
            lengths, begins = (tuple(map(int, text.rstrip(",").split(","))) for text in fields[10:12])
            blocks = tuple((start + begin, start + begin + n) for begin, n in zip(begins, lengths, strict=True))
            thick = (int(fields[6]), int(fields[7]))
            found.append(Gene(chrom, start, end, _symbol(fields[3]), fields[5], thick, blocks))
        except (ValueError, IndexError) as error:
            raise HubError(f"{path}, line {number}: not a BED12 row ({error})") from error
    return found


def _symbol(name: str) -> str:
    """The gene's symbol in the name of a transcript: of `Name=TNF;transcript_id=NM_1`, or of `NM_1|TNF`."""
    if name.startswith("Name=") and ";" in name:
        return unquote(name.partition(";")[0].removeprefix("Name="))
    return name.split("|")[-1]


def values(path: Path, window: Window) -> list[float]:
    """The score at each position of the window; NaN = not scored."""
    try:
        with BbiFile(path) as track:
            return track.values(window.chrom, window.start, window.end)
    except NotBbi as error:
        raise HubError(f"{path}: cannot be read as bigWig (it {error})") from error


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") if is_gzip(path) else path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip() and not line.startswith(("#", "track", "browser")):
                    yield number, line.rstrip("\r\n").split("\t")
    except (OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
        raise HubError(f"{path}: cannot be read ({error})") from error
