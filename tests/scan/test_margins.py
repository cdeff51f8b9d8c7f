"""Margins of chunks against the complete contig."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ideep_scan.records.scores import ScoreTrack
from ideep_scan.records.span import STRANDS, Span
from ideep_scan.scan.margins import add_margins
from ideep_scan.scan.plan import cut_chunks

LENGTHS = {"chr1": 60, "chr2": 35}


def some_scores(seed: int) -> dict[tuple[str, str, int], np.ndarray]:
    """Scores by contig, strand and scorer, NaN outside of the contig's loci as well as at some positions."""
    rng = np.random.default_rng(seed)
    keys = [(chrom, strand, scorer) for chrom in LENGTHS for strand in STRANDS for scorer in range(2)]
    return {key: np.where(rng.random(LENGTHS[key[0]]) < 0.2, np.nan, rng.random(LENGTHS[key[0]])) for key in keys}


@settings(max_examples=60)
@given(st.integers(0, 9), st.integers(0, 4), st.sampled_from([5, 8, 100]), st.data())
def test_the_margins_of_each_chunk_are_the_scores_of_its_locus(seed, margin, size, data):
    spans = []
    for chrom, length in LENGTHS.items():
        for strand in STRANDS:
            cuts = sorted(data.draw(st.sets(st.integers(0, length), max_size=4)))
            spans += [Span(chrom, start, end, strand) for start, end in zip(cuts[::2], cuts[1::2], strict=False)]
    scores = some_scores(seed)
    inside = {key: np.full(values.size + 2 * margin, np.nan) for key, values in scores.items()}
    for span in spans:
        for scorer in range(2):
            part = slice(span.start, span.end)
            inside[span.chrom, span.strand, scorer][margin:][part] = scores[span.chrom, span.strand, scorer][part]

    def sweep(chunk: Span) -> tuple[Span, list[ScoreTrack]]:
        tracks = [scores[chunk.chrom, chunk.strand, scorer][chunk.start : chunk.end] for scorer in range(2)]
        return chunk, [
            ScoreTrack(chunk.chrom, chunk.strand, chunk.start, values.astype(np.float32)) for values in tracks
        ]

    chunks = list(cut_chunks(spans, size))
    made = list(add_margins(map(sweep, chunks), margin))
    assert [item.chunk for item in made] == chunks
    for item in made:
        chunk = item.chunk
        locus = next(span for span in spans if span.strand == chunk.strand and span.chrom == chunk.chrom
                     and span.start <= chunk.start < span.end)  # fmt: skip
        for scorer, track in enumerate(item.tracks):
            whole = np.concatenate([item.before[scorer], track.values, item.after[scorer]])
            expected = inside[chunk.chrom, chunk.strand, scorer][chunk.start : chunk.end + 2 * margin].copy()
            places = np.arange(chunk.start - margin, chunk.end + margin)
            expected[(places < locus.start) | (places >= locus.end)] = np.nan
            np.testing.assert_array_equal(whole, expected.astype(np.float32))
