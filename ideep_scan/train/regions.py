"""Regions of hg19 that the shared network never learns from: for its tests and for validation.

They are the same whatever the protein.
Windows of genes with a published test window are left out besides, by protein (`train/targets.py`).
"""

from __future__ import annotations

_END = 10**9  # after the end of every contig

# `(chrom, start, end)`, 0-based and half-open. Truth there is read once for each finished network.
HELD_OUT: tuple[tuple[str, int, int], ...] = (
    ("chr20", 0, _END),
    ("chr19", 0, _END),
    ("chr22", 16_000_000, 22_000_000),
    ("chr2", 0, 2_400_000),
    ("chr9", 0, 1_100_000),
    ("chr1", 0, 1_100_000),
    ("chr17", 0, 1_100_000),
)
# Every choice is made here.
VALIDATION: tuple[tuple[str, int, int], ...] = (
    ("chr3", 0, _END),
    ("chr21", 0, _END),
    ("chr22", 32_300_000, 32_700_000),
)
# The calibration of finished networks is made here, from scores at every position. Nothing is chosen by it.
CALIBRATION = ("chr22", 16_050_000, 22_000_000)
