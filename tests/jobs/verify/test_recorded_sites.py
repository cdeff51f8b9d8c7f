"""Sites of a table: those that are drawn, and their columns."""

from __future__ import annotations

from pathlib import Path
from random import Random

import numpy as np
import runs

from ideep_scan.jobs.verify.recorded_sites import draw_sites


def draw(out: Path, count: int, seed: int = 0):  # type: ignore[no-untyped-def]
    return draw_sites(out, "hits/ELAVL1.tsv.gz", runs.LENGTHS, model=3, count=count, generator=Random(seed))


def test_sites_are_drawn_in_genome_order_with_their_columns(complete_run: Path) -> None:
    table = runs.table(complete_run).set_index(["chrom", "summit", "strand"])
    sites = draw(complete_run, 7)
    assert (len(sites), sites.model) == (7, 3)
    order = list(zip(sites.summits.chrom, sites.summits.centre.tolist(), strict=True))
    assert order == sorted(order)
    for row, (chrom, summit) in enumerate(order):
        site = table.loc[(chrom, summit, sites.summits.strand[row])]
        assert (sites.starts[row], sites.ends[row]) == (site["start"], site["end"])
        assert sites.scores[row] == np.float32(site["score"])
    assert len(draw(complete_run, 10**6)) == len(table)
    assert draw(complete_run, 7, seed=1).summits.centre.tolist() != sites.summits.centre.tolist()
