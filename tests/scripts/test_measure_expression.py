"""Sites of genes with and without peaks of other proteins."""

from __future__ import annotations

import numpy as np
from measure_expression import Sites, cover, find_expressed, measure

from ideep_scan.formats.peak_lists import PeakList
from ideep_scan.records.transcript import Transcript

PLACE = ("chr1", "+")


def transcript(gene: str, start: int, end: int) -> Transcript:
    return Transcript(f"T{gene}", gene, gene, "chr1", "+", np.array([(start, end)]))


def peaks(protein: str, *starts: int) -> PeakList:
    intervals = {PLACE: np.array([(start, start + 20) for start in starts], np.int64).reshape(-1, 2)}
    return PeakList(f"{protein}_K562_X", protein, "K562", False, intervals)


GENES = [transcript("A", 0, 1000), transcript("B", 900, 2000), transcript("C", 3000, 4000)]


def test_a_gene_is_expressed_if_another_protein_has_a_peak_in_it() -> None:
    assert find_expressed(GENES, [peaks("FUS", 950), peaks("QKI", 2500)]) == {"A", "B"}
    assert find_expressed(GENES, []) == set()
    starts, ends = cover(GENES, PLACE)
    assert (starts.tolist(), ends.tolist()) == ([0, 3000], [2000, 4000])


def test_silent_sites_are_those_that_no_expressed_gene_covers() -> None:
    sites = [Sites(PLACE, np.array([100, 950, 1500, 3065, 3067]))]  # the core of the peak at 3000 ends at 3016
    row = measure(sites, GENES, [peaks("ELAVL1", 100, 3000)], [peaks("FUS", 100)])
    assert row == ("3", "66.7%", "5", "60.0%", "2", "50.0%", "0.400", "0.500")
