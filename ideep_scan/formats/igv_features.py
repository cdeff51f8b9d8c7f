"""Transcripts and places as igv.js takes them from a service: plain JSON values. It writes no file."""

from __future__ import annotations

from typing import Any

from ideep_scan.records.transcript import Transcript


def transcript_feature(transcript: Transcript) -> dict[str, Any]:
    """A transcript with its exons, those outside of the coding part marked as igv.js draws them (0-based)."""
    out: dict[str, Any] = {
        "chr": transcript.chrom,
        "start": transcript.start,
        "end": transcript.end,
        "name": transcript.gene_name,
        "id": transcript.id,
        "strand": transcript.strand,
        "exons": [_exon(int(start), int(end), transcript.cds) for start, end in transcript.exons],
    }
    if transcript.cds is not None:
        out["cdStart"], out["cdEnd"] = transcript.cds
    return out


def search_result(chrom: str, start: int, end: int) -> dict[str, Any]:
    """A place as igv.js expects it from a search: it takes one off the start."""
    return {"chromosome": chrom, "start": start + 1, "end": end}


def _exon(start: int, end: int, cds: tuple[int, int] | None) -> dict[str, Any]:
    out: dict[str, Any] = {"start": start, "end": end}
    if cds is None or end <= cds[0] or start >= cds[1]:
        out["utr"] = True
    else:
        if start < cds[0]:
            out["cdStart"] = cds[0]
        if end > cds[1]:
            out["cdEnd"] = cds[1]
    return out
