"""Transcripts and search results as JSON values for igv.js."""

from __future__ import annotations

from typing import Any

from ideep_scan.records.transcript import Transcript


def make_transcript_feature(transcript: Transcript) -> dict[str, Any]:
    """Convert a transcript to a feature of igv.js.

    Parameters
    ----------
    transcript : Transcript
        The transcript.

    Returns
    -------
    dict[str, Any]
        The feature, 0-based. Exons outside of the coding part are marked.
    """
    feature: dict[str, Any] = {
        "chr": transcript.chrom,
        "start": transcript.start,
        "end": transcript.end,
        "name": transcript.gene_name,
        "id": transcript.id,
        "strand": transcript.strand,
        "exons": [_exon(int(start), int(end), transcript.cds) for start, end in transcript.exons],
    }
    if transcript.cds is not None:
        feature["cdStart"], feature["cdEnd"] = transcript.cds
    return feature


def make_search_result(chrom: str, start: int, end: int) -> dict[str, Any]:
    """Convert an interval to a search result of igv.js, which subtracts 1 from the start.

    Parameters
    ----------
    chrom : str
        Name of the contig.
    start, end : int
        0-based half-open.

    Returns
    -------
    dict[str, Any]
        The search result.

    Examples
    --------
    >>> make_search_result("chr1", 10, 20)
    {'chromosome': 'chr1', 'start': 11, 'end': 20}
    """
    return {"chromosome": chrom, "start": start + 1, "end": end}


def _exon(start: int, end: int, cds: tuple[int, int] | None) -> dict[str, Any]:
    feature: dict[str, Any] = {"start": start, "end": end}
    if cds is None or end <= cds[0] or start >= cds[1]:
        feature["utr"] = True
    else:
        if start < cds[0]:
            feature["cdStart"] = cds[0]
        if end > cds[1]:
            feature["cdEnd"] = cds[1]
    return feature
