"""Evidence of a site, computed with the session of its run: falls without each modality, contributions of letters."""

from __future__ import annotations

from typing import Any, get_args

import numpy as np

from ideep_scan.errors import IdeepScanError
from ideep_scan.jobs.view.queries import QueryError, parse_whole
from ideep_scan.jobs.view.replies import reply_error, reply_json
from ideep_scan.jobs.view.session import OpenRun, RunSession
from ideep_scan.records.span import Strand
from track_hubs.server.http_server import Reply

MAX_LENGTH = 20_000  # nt of a site
HALF = 50  # letters on each side of the summit
_MAX_NAME = 200  # characters


class SiteEvidence:
    """Evidence of the sites of a run.

    Parameters
    ----------
    session : RunSession
        The session; the first request opens it and waits.
    """

    def __init__(self, session: RunSession):
        self._session = session

    def answer(self, query: dict[str, str]) -> Reply:
        """Answer `model`, `chrom`, `start`, `end`, `summit` (0-based, half-open) and `strand` with the evidence."""
        try:
            numbers = [parse_whole(query, name) for name in ("start", "end", "summit")]
            model, chrom, strand = (query.get(name, "") for name in ("model", "chrom", "strand"))
            start, end, summit = numbers
            if not start <= summit < end <= start + MAX_LENGTH or strand not in get_args(Strand):
                raise QueryError(f"give a summit inside of an interval of up to {MAX_LENGTH:,} nt, and a strand")
            if max(len(model), len(chrom)) > _MAX_NAME:
                raise QueryError(f"model, chrom: give names of up to {_MAX_NAME} characters")
        except QueryError as error:
            return reply_error(error, 400)
        try:
            run = self._session.get()
            if model not in run.live.names or run.live.genome.source.contigs.get(chrom, 0) < end:
                return reply_json({"error": "the run has no such model or place"}, 400)
            return reply_json(compute_evidence(run, model, strand, chrom, start=start, end=end, summit=summit))
        except IdeepScanError as error:
            return reply_error(error)


def compute_evidence(
    run: OpenRun, model: str, strand: Any, chrom: str, *, start: int, end: int, summit: int
) -> dict[str, Any]:
    """Compute the evidence of a site.

    Parameters
    ----------
    run : OpenRun
        The run.
    model : str
        Name of the model.
    strand : Strand
        Strand of the site.
    chrom : str
        Contig.
    start, end : int
        The site, 0-based half-open.
    summit : int
        Its summit.

    Returns
    -------
    dict
        `falls`: fall of the log odds without each modality that the model reads, where the driver is found: at the
        summit, or at the highest score of the site if the model smooths.
        `position` and `score` say where that is.
        `letters`: RNA letters around the summit 5'→3', each with its contribution (None if it has none).
    """
    settings = run.thresholds[run.live.names.index(model)].settings
    place = (start, end) if settings.smoothing else (summit, summit + 1)
    position, score, falls = run.live.falls(model, strand, chrom, *place, stride=settings.stride)
    first, last = max(0, summit - HALF), min(summit + HALF + 1, run.live.genome.source.contigs[chrom])
    values = run.live.contributions(model, strand, chrom, first, last)
    sequence = run.live.sequence(chrom, first, last)
    if strand == "-":
        values, sequence = values[::-1], sequence[::-1].translate(str.maketrans("ACGT", "TGCA"))
    return {
        "position": position,
        "score": round(score, 4),
        "falls": {name: round(fall, 4) for name, fall in falls.items()},
        "first": first,
        "last": last,
        "letters": sequence.replace("T", "U"),
        "contributions": [None if np.isnan(value) else round(float(value), 4) for value in values],
    }
