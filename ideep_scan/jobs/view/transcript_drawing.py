"""Draw a transcript 5'→3': exons and introns with the scores, sites and motif hits of proteins."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, get_args

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.formats.bigbed_rows import Row, list_blocks, read_named_rows, read_score
from ideep_scan.formats.bigwig.open_files import OpenBigWigs, describe_problem
from ideep_scan.jobs.view.gene_models import GeneModels, choose_isoform
from ideep_scan.jobs.view.overview import encode_scores
from ideep_scan.jobs.view.queries import MAX_POSITION, QueryError, is_whole, parse_name, parse_whole
from ideep_scan.jobs.view.replies import reply_error, reply_json
from ideep_scan.records.isoforms import Isoforms
from ideep_scan.records.transcript_pieces import Introns, Piece, TranscriptMap
from track_hubs.server.http_server import Reply

MAX_BINS = 6000  # of one answer
MAX_ROWS = 12  # proteins of one answer that has their sites
_FOLD = 24  # bins of a folded intron
_MAX_INTERVALS = 2000  # sites and motif hits of one answer
_MAX_ISOFORMS = 200
_PROBLEMS = 5  # files that an answer names
_COLUMNS = ("rawScore", "precision", "driver", "region", "rankInGene", "motifName", "match", "origin")


@dataclass(frozen=True, slots=True)
class DrawnFiles:
    """Files of a group: the bigWig of each strand, the bigBed of sites and that of motif hits."""

    scores: dict[str, Path] = field(default_factory=dict)
    sites: Path | None = None
    motifs: Path | None = None


@dataclass(frozen=True, slots=True)
class View:
    """A part of a transcript, and how it is drawn.

    Attributes
    ----------
    first, last : int
        The part, along the unspliced transcript; `last` is None for its end.
    step : int
        Nt of a bin; 0 for the smallest step that fits into an answer.
    introns : Introns
        How introns are drawn.
    groups : sequence of int or None
        Groups of the page whose scores are drawn; None for all.
    sites : sequence of int
        Groups whose sites and motif hits are drawn.
    limit : int
        Limit of the sites, and of the motif hits.
    """

    first: int = 0
    last: int | None = None
    step: int = 0
    introns: Introns = "folded"
    groups: Sequence[int] | None = None
    sites: Sequence[int] = ()
    limit: int = _MAX_INTERVALS


class TranscriptDrawing:
    """Drawings of the transcripts of a run.

    Parameters
    ----------
    groups : sequence of DrawnFiles
        Files of each group of the page, in its order.
    genes : GeneModels
        Genes of the run.
    """

    def __init__(self, groups: Sequence[DrawnFiles], genes: GeneModels):
        self._groups = groups
        self._genes = genes
        self._files = OpenBigWigs()
        self._lock = Lock()

    def answer(self, query: dict[str, str]) -> Reply:
        """Answer a query: a line of JSON, then the bytes of the bins, a row per group, 5'→3'.

        The query names a `gene` (or the accession of a transcript) and perhaps its `transcript`, or a place by `chrom`,
        `start` and `end`. `begin` asks for genes whose symbol begins so instead.
        The other values are those of `View`; `groups` and `sites` are numbers with commas, and `groups` may be "all".
        """
        try:
            if "begin" in query:
                names = self._genes.complete(parse_name(query, "begin"))
                return reply_json({"genes": names})
            isoforms, name = self._find(query)
            head, rows = self.draw(isoforms, name, self._read_view(query))
        except (QueryError, ValueError) as error:
            return reply_error(error, 400)
        except InputError as error:
            return reply_error(error)
        return Reply("application/octet-stream", json.dumps(head).encode() + b"\n" + rows.tobytes())

    def find(self, gene: str) -> tuple[Isoforms, str]:
        """Find the isoforms of a gene or accession, and the one to draw. Raise InputError if there is none."""
        isoforms = self._genes.find(gene)
        matches = [name for name in isoforms.lengths if name.partition(".")[0] == gene.partition(".")[0]]
        return isoforms, (matches or [choose_isoform(isoforms)])[0]

    def draw(self, isoforms: Isoforms, name: str, view: View) -> tuple[dict[str, Any], np.ndarray]:
        """Draw an isoform.

        Returns
        -------
        head : dict
            What is drawn, as JSON values. Places are along the unspliced transcript.
        rows : np.ndarray
            Uint8 array (groups, bins) of encoded scores; see `overview.encode_scores`.
        """
        places = TranscriptMap(isoforms.get_transcript(name))
        first, last = view.first, len(places) if view.last is None else min(view.last, len(places))
        if not first < last:
            raise QueryError(f"first={first} is not before the end, {last}")
        pieces = _cut(places, first, last, view)
        groups = range(len(self._groups)) if view.groups is None else view.groups
        rows, problems = self._read_scores(places, pieces, groups)
        intervals = self._read_intervals(places, view, first, last, problems=problems)
        head = {**_describe(isoforms, name, places), "first": first, "last": last, "groups": list(groups), **intervals}
        head["pieces"] = [[int(piece.is_exon), piece.start, piece.end, piece.bins] for piece in pieces]
        return {**head, "problems": problems[:_PROBLEMS]}, rows

    def _find(self, query: dict[str, str]) -> tuple[Isoforms, str]:
        """Find the isoforms that a query names, and the one to draw."""
        if "gene" in query:
            isoforms, chosen = self.find(parse_name(query, "gene"))
            name = query.get("transcript", chosen)
            if name not in isoforms.lengths:
                raise InputError(f"{name} is not a transcript of {query['gene']} in this run")
            return isoforms, name
        chrom = parse_name(query, "chrom")
        start, end = (parse_whole(query, name, MAX_POSITION) for name in ("start", "end"))
        transcript = self._genes.find_in_view(chrom, start, end)
        if transcript is None:
            raise InputError("no transcript is in view: move to a gene, or type its name")
        isoforms = self._genes.find(transcript.gene_name)
        return isoforms, next(name for name in isoforms.lengths if isoforms.get_transcript(name).id == transcript.id)

    def _read_view(self, query: dict[str, str]) -> View:
        introns = query.get("introns", "folded")
        if introns not in get_args(Introns):
            raise QueryError(f"introns: give one of {', '.join(get_args(Introns))}")
        groups = None if query.get("groups", "all") == "all" else self._read_groups(query, "groups")
        sites = self._read_groups(query, "sites") if "sites" in query else ()
        last = parse_whole(query, "last", MAX_POSITION) if "last" in query else None
        first, step = (parse_whole(query, name, MAX_POSITION) if name in query else 0 for name in ("first", "step"))
        return View(first, last, step, introns=introns, groups=groups, sites=sites)  # type: ignore[arg-type]

    def _read_groups(self, query: dict[str, str], name: str) -> list[int]:
        """Read numbers of groups."""
        numbers = query[name].split(",") if query[name] else []
        if len(numbers) > MAX_ROWS or not all(is_whole(number, len(self._groups)) for number in numbers):
            raise QueryError(f"{name}: give up to {MAX_ROWS} numbers below {len(self._groups)}")
        return [int(number) for number in numbers]

    def _read_scores(
        self, places: TranscriptMap, pieces: Sequence[Piece], groups: Sequence[int]
    ) -> tuple[np.ndarray, list[str]]:
        """Read the scores of pieces, a row per group."""
        transcript = places.transcript
        ends = np.cumsum([0, *(piece.bins for piece in pieces)])
        scores = np.full((len(groups), ends[-1]), np.nan, np.float32)
        problems: list[str] = []
        for row, group in enumerate(groups):
            path = self._groups[group].scores.get(transcript.strand)
            if path is None:
                continue
            try:
                for piece, offset in zip(pieces, ends, strict=False):
                    with self._lock:
                        values = self._files.read_maxima(path, transcript.chrom, *piece.block, piece.bins)
                    scores[row, offset : offset + piece.bins] = values if transcript.strand == "+" else values[::-1]
            except InputError as error:
                problems.append(describe_problem(path, error))
        if self._groups and not any(files.scores for files in self._groups):
            problems.append("there are no bigWigs, which the drawing reads; scan again without --format zarr")
        return encode_scores(scores), problems

    def _read_intervals(
        self, places: TranscriptMap, view: View, first: int, last: int, *, problems: list[str]
    ) -> dict[str, list[dict[str, Any]]]:
        """Read sites and motif hits in view, and count those beyond the limit as a problem."""
        intervals: dict[str, list[dict[str, Any]]] = {"sites": [], "motifs": []}
        for kind, items in intervals.items():
            for group in view.sites:
                path = getattr(self._groups[group], kind)
                if path is None:
                    continue
                try:
                    items += [{"group": group, **item} for item in _read_items(path, places, first, last)]
                except InputError as error:
                    problems.append(describe_problem(path, error))
            if len(items) > view.limit:
                problems.append(f"{len(items) - view.limit} {kind} are not drawn: zoom in")
                del items[view.limit :]
        return intervals


def _cut(places: TranscriptMap, first: int, last: int, view: View) -> list[Piece]:
    """Cut what is in view to pieces; find the step if the view leaves it open."""
    step = max(view.step, 1)
    while True:
        pieces = places.cut(first, last, step=step, introns=view.introns, fold=_FOLD)
        if sum(piece.bins for piece in pieces) <= MAX_BINS or step > last - first:
            return pieces
        if view.step:
            raise QueryError(f"step={step} gives more than {MAX_BINS} bins")
        step *= 2


def _describe(isoforms: Isoforms, name: str, places: TranscriptMap) -> dict[str, Any]:
    """Describe gene, isoforms, and the exons of the drawn one with their places along both ways."""
    transcript = places.transcript
    listed = [
        {"name": other, "length": length, "exons": len(isoforms.get_transcript(other).exons),
         "coding": isoforms.get_transcript(other).cds is not None}
        for other, length in list(isoforms.lengths.items())[:_MAX_ISOFORMS]
    ]  # fmt: skip
    return {
        "gene": transcript.gene_name,
        "transcript": name,
        "chrom": transcript.chrom,
        "strand": transcript.strand,
        "start": transcript.start,
        "end": transcript.end,
        "exons": [[exon.start, exon.end, exon.position] for exon in places.exons],
        "coding": places.find_coding_part(),
        "length": isoforms.lengths[name],
        "isoforms": listed,
    }


def _read_items(path: Path, places: TranscriptMap, first: int, last: int) -> Iterator[dict[str, Any]]:
    """Yield sites or motif hits of the transcript's strand that overlap what is in view."""
    transcript = places.transcript
    for row in read_named_rows(path, transcript.chrom, transcript.start, transcript.end):
        if row["strand"] != transcript.strand:
            continue
        interval = places.find_interval(int(row["chromStart"]), int(row["chromEnd"]))
        if interval is not None and interval[0] < last and interval[1] > first:
            yield {"name": row["name"], "start": interval[0], "end": interval[1], **_describe_row(row, places)}


def _describe_row(row: Row, places: TranscriptMap) -> dict[str, Any]:
    item: dict[str, Any] = {name: row[name] for name in _COLUMNS if row.get(name, ".") not in ("", ".")}
    item["score"] = read_score(row)
    if "thickStart" in row:
        summit = places.find_interval(int(row["thickStart"]), int(row["thickStart"]) + 1)
        item |= {} if summit is None else {"summit": summit[0]}  # a site may reach beyond the transcript
    blocks = list_blocks(row)
    if len(blocks) > 1:
        item["blocks"] = sorted(filter(None, (places.find_interval(*block) for block in blocks)))
    return item
