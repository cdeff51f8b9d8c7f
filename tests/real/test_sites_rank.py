"""What a user sees: ELAVL1's sites on chr20, never trained on, stand out among the positions around them.

The sites are the positives of the training splits of one experiment, the model is that experiment's; chr20 was held
out. Only where most of the surroundings are known does a rank mean anything: elsewhere the sparse genome is islands of
other proteins' sites.
"""

from __future__ import annotations

import gzip

import pytest

from ideep_scan.records.span import STRANDS
from ideep_scan.train.metrics import rank_sites

REACH = 20_000
MODEL, SPLITS = "ELAVL1_exp10", "*/10_PARCLIP_ELAVL1A_hg19/*/training_sample_0/sequences.fa.gz"


@pytest.fixture(scope="module")
def sites(data):
    """0-based position and strand of each site on chr20."""
    found = set()
    for path in data.glob(SPLITS):
        with gzip.open(path, "rt") as lines:
            for line in lines:
                if line.startswith(">") and "chr20," in line and "class:1" in line:
                    _, strand, first, last = line.lstrip("> ").split(";")[0].split(",")
                    found.add(((int(first) + int(last)) // 2, strand))
    assert len(found) > 100
    return sorted(found)


def surrounded(sites, letters, least: int, transcribed: bool):
    """The sites with at least so many positions to score in reach, so that no others need be scanned."""
    chosen = []
    for position, strand in sites:
        start, end = position - REACH, min(position + REACH + 1, len(letters.fasta["chr20"]) - 50)
        scored = letters.known(start, end)
        if transcribed:
            scored &= letters.transcribed(strand, start, end)
        if scored[REACH] and scored.sum() - 1 >= least:
            chosen.append((position, strand))
    return chosen


def ranked(scan, folder, sites, **settings):
    """Ranks of the sites and how many positions they were ranked among, from the bigWigs of a run around them."""
    end = max(position for position, _ in sites) + REACH + 1
    tracks = {}
    for strand, side in zip(STRANDS, ("plus", "minus"), strict=True):
        regions = folder / f"{side}.bed"
        around = [(max(0, p - REACH), p + REACH + 1) for p, s in sites if s == strand]
        regions.write_text("".join(f"chr20\t{a}\t{b}\n" for a, b in around))
        tracks[strand] = scan(MODEL, regions=str(regions), strand=side, **settings).track(strand, 0, end)
    return rank_sites(tracks, sites, REACH)


def test_sites_stand_out_with_annotation(scan, sites, letters, refseq_chr20, tmp_path):
    rank, others = ranked(scan, tmp_path, surrounded(sites, letters, 5_000, transcribed=True), gtf=refseq_chr20)
    assert rank.size >= 20
    assert others.min() >= 5_000
    assert rank.mean() >= 0.95


def test_sites_stand_out_in_sequence_alone(scan, sites, letters, tmp_path):
    rank, others = ranked(scan, tmp_path, surrounded(sites, letters, 10_000, transcribed=False))
    assert rank.size >= 20
    assert others.min() >= 10_000
    assert rank.mean() >= 0.85
