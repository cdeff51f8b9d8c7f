"""Sites that the table of a finished run has, and what they must say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from pathlib import Path
from random import Random

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.formats.site_tables import DETAILS, read_site_table
from ideep_scan.formats.site_texts import SiteTexts, format_site
from ideep_scan.records.isoforms import Isoforms
from ideep_scan.records.places import Places
from ideep_scan.records.scores import Hit
from ideep_scan.scan.site_report import SiteReporter

_TEXTS = [DETAILS.index(name) for name in SiteTexts._fields]
_SCORE = DETAILS.index("score")


@dataclass(frozen=True, eq=False)
class RecordedSites:
    """Some sites of a table, in genome order.

    Attributes
    ----------
    model : int
        Number of their model.
    path : str
        Relative name of the table.
    summits : Places
        Their summits, on contigs or isoforms of the plan.
    starts, ends : np.ndarray
        Int64 arrays (n,), 0-based half-open, there.
    details : list of list of str
        The columns `site_tables.DETAILS` of each site.
    """

    model: int
    path: str
    summits: Places
    starts: np.ndarray
    ends: np.ndarray
    details: list[list[str]]

    def __len__(self) -> int:
        return len(self.summits)

    @property
    def scores(self) -> np.ndarray:
        """Scores, a float32 array (n,); NaN where the table has no number."""
        return np.array([_read_number(row[_SCORE]) for row in self.details], np.float32)

    def compare(self, reporter: SiteReporter, selected: Sequence[bool]) -> Iterator[str]:
        """Compare the further columns with what place and score of their site give.

        Parameters
        ----------
        reporter : SiteReporter
            Describes sites of the model.
        selected : sequence of bool
            Whether to compare each site.

        Yields
        ------
        str
            A difference.
        """
        columns = zip(
            self.summits.chrom.tolist(),
            self.starts.tolist(),
            self.ends.tolist(),
            self.summits.strand.tolist(),
            self.summits.centre.tolist(),
            self.scores.tolist(),
            strict=True,
        )
        sites = [Hit(*values) for values in compress(columns, selected)]
        for (report, _), details in zip(reporter.report(sites), compress(self.details, selected), strict=True):
            site = report.hit
            place = f"{self.path}: {site.chrom}:{site.summit + 1:,} ({site.strand})"
            expected = format_site(report)
            for name, text, index in zip(SiteTexts._fields, expected, _TEXTS, strict=True):
                if details[index] != text:
                    yield f"{place} has {details[index] or 'no'} {name}, but its inputs give {text or 'none'}"


def draw_sites(
    folder: Path,
    path: str,
    contigs: Mapping[str, int],
    *,
    model: int,
    count: int,
    generator: Random,
    isoforms: Isoforms | None = None,
) -> RecordedSites:
    """Draw sites of a table.

    Parameters
    ----------
    folder : Path
        Folder of the run.
    path : str
        Relative name of the table.
    contigs : mapping of str to int
        Length of each contig.
    model : int
        Number of the model.
    count : int
        Limit of sites.
    generator : Random
        Source of random numbers.
    isoforms : Isoforms or None
        Isoforms that the run scanned; sites have their places then.

    Returns
    -------
    RecordedSites
        Different sites; all of them if `count` is not below their number.

    Raises
    ------
    InputError
        The table cannot be read, or a site is not where its isoform is.
    """
    table = read_site_table(folder / path, contigs)
    total = len(table.summits)
    drawn = np.array(generator.sample(range(total), min(count, total)), np.int64)
    rows = drawn[np.lexsort((table.summits[drawn], table.rows.contigs[drawn]))]
    names = np.array([*contigs, ""], object)
    strands = np.where(table.rows.minus[rows], "-", "+").astype(object)
    summits = Places(names[table.rows.contigs[rows]], strands, table.summits[rows])
    starts, ends = table.rows.starts[rows], table.rows.ends[rows]
    if isoforms is not None:
        texts = [table.isoforms[row] for row in rows.tolist()]
        summits, starts, ends = _place_on_isoforms(folder / path, summits, texts, isoforms=isoforms)
    details = [table.details[row] for row in rows.tolist()]
    return RecordedSites(model, path, summits, starts=starts, ends=ends, details=details)


def _place_on_isoforms(
    path: Path, summits: Places, texts: Sequence[Sequence[str]], *, isoforms: Isoforms
) -> tuple[Places, np.ndarray, np.ndarray]:
    """Find sites on their isoforms: their summits, starts and ends. Raise InputError if one is somewhere else."""
    places = []
    columns = zip(summits.chrom.tolist(), summits.strand.tolist(), summits.centre.tolist(), strict=True)
    for place, (transcript, *fields) in zip(columns, texts, strict=True):
        start, end, summit = (int(text) if text.isascii() and text.isdecimal() else -1 for text in fields)
        copies = [
            name
            for name, position in isoforms.find_copies(*place)
            if position == summit and isoforms.get_transcript(name).id == transcript
        ]
        if not copies or not 0 <= start <= summit < end:
            raise InputError(f"has a site at {place[0]}:{place[2] + 1:,} that its transcript does not have", path)
        places.append((copies[0], start, end, summit))
    names = np.array([*(name for name, *_ in places), ""], object)[:-1]
    starts, ends, centres = np.array([numbers for _, *numbers in places], np.int64).reshape(-1, 3).T
    return Places(names, np.full(len(places), "+", object), centres), starts, ends


def _read_number(text: str) -> float:
    """Read a number of a table; NaN if it is none."""
    try:
        return float(text)
    except ValueError:
        return float("nan")
