"""Explain a place of a run: strands that were not scored, and where the nearest scores are."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ideep_scan.jobs.view.gene_models import GeneModels
from ideep_scan.jobs.view.overview import MAX_BINS, NOT_SCORED, STRANDS, Overview
from ideep_scan.jobs.view.queries import QueryError, parse_interval
from ideep_scan.jobs.view.replies import reply_error, reply_json
from track_hubs.server.http_server import Reply

_STRAND_NAMES = {"+": "plus", "-": "minus"}
_NAMED = 3  # genes that a text names
_REASONS = "its sequence is unknown (N), or the scan left it out"


class Place:
    """Explanations of what is in view.

    Parameters
    ----------
    overview : Overview
        Scores of all models.
    genes : GeneModels
        Genes of the run.
    contigs : mapping of str to int
        Length of each contig in nt.
    """

    def __init__(self, overview: Overview, genes: GeneModels, contigs: Mapping[str, int]):
        self._overview = overview
        self._genes = genes
        self._contigs = contigs

    def answer(self, query: dict[str, str]) -> Reply:
        """Answer `chrom`, `start` and `end` (0-based, half-open) in JSON.

        `text` explains strands without a score; it is empty if there are none.
        `nearest` is the interval of the nearest scores as chr:start-end, 1-based, if nothing was scored in view.
        """
        try:
            chrom, start, end = parse_interval(query)
        except QueryError as error:
            return reply_error(error, 400)
        scored = self._find_strands(chrom, start, end)
        nearest = None if scored else self._find_nearest(chrom, start, end)
        answer = {"text": self._explain(chrom, start, end, scored=scored), "nearest": nearest}
        return reply_json(answer)

    def _find_strands(self, chrom: str, start: int, end: int) -> list[str]:
        """Return the strands with a score."""
        rows, _ = self._overview.read(chrom, start, end, 1)
        return [strand for strand, row in zip(STRANDS, rows.swapaxes(0, 1), strict=True) if (row != NOT_SCORED).any()]

    def _explain(self, chrom: str, start: int, end: int, *, scored: list[str]) -> str:
        genes = self._genes.list_strands(chrom, start, end)
        if scored:
            silent = [strand for strand in STRANDS if strand not in scored]
            return " ".join(self._explain_strand(strand, genes.get(strand, ())) for strand in silent).strip()
        names = list(dict.fromkeys(name for strand in genes.values() for name in strand))
        if names:
            return f"Nothing was scored here, although {_join(names)} is here: {_REASONS}."
        if self._genes.is_empty:
            return f"Nothing was scored here: {_REASONS.replace('its sequence', 'the sequence')}."
        return "Nothing was scored here: no transcript of the run is here."

    def _explain_strand(self, strand: str, names: tuple[str, ...]) -> str:
        if self._genes.is_empty or self._genes.are_records:
            return ""
        begin = f"The {_STRAND_NAMES[strand]} strand was not scored"
        if not names:
            return f"{begin}: no transcript of the run is on it here."
        return f"{begin}, although {_join(list(names))} is on it: {_REASONS}."

    def _find_nearest(self, chrom: str, start: int, end: int) -> str | None:
        """Return an interval as wide as the view around the nearest score of the contig; None without one."""
        length = self._contigs.get(chrom, 0)
        position, low, high = (start + end) // 2, 0, length
        while high - low > 1:
            bins = min(MAX_BINS, high - low)
            rows, _ = self._overview.read(chrom, low, high, bins)
            numbers = np.flatnonzero((rows != NOT_SCORED).any(axis=(0, 1)))
            if not numbers.size:
                return None
            edges = low + np.ceil(np.arange(bins + 1) * (high - low) / bins).astype(np.int64)
            distances = np.maximum(edges[numbers] - position, position - edges[numbers + 1] + 1)
            nearest = numbers[np.argmin(distances)]
            low, high = int(edges[nearest]), int(edges[nearest + 1])
        if not length:
            return None
        width = min(end - start, length)
        first = max(0, min(low - width // 2, length - width))
        return f"{chrom}:{first + 1}-{first + width}"


def _join(names: list[str]) -> str:
    """Write the first names of a list."""
    return ", ".join(names[:_NAMED]) + (", ..." if len(names) > _NAMED else "")
