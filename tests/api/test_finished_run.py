"""A finished run read back: tables, scores and errors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ideep_scan import Run, find_example, read_run, score_sites
from ideep_scan.errors import InputError


def test_scores_and_sites_agree(run: Run) -> None:
    sites = run.sites("ELAVL1")
    assert len(sites)
    for site in sites.itertuples():
        scores = run.scores("ELAVL1", site.chrom, site.start, site.end, site.strand)
        assert scores.dtype == np.float32
        assert scores.shape == (site.end - site.start,)
        assert scores[site.summit - site.start] == pytest.approx(site.score, abs=6e-4)  # tracks have three decimals


def test_scores_agree_with_single_sites(run: Run) -> None:
    site = run.sites("ELAVL1").iloc[0]
    example = find_example()
    summit = pd.DataFrame(
        {"chrom": [site.chrom], "start": [site.summit], "end": [site.summit + 1], "strand": [site.strand]}
    )
    scores = score_sites(summit, "ELAVL1", example.fasta, gtf=example.gtf, model="ideep")
    assert scores.score[0] == pytest.approx(site.score, abs=1e-5)


def test_positions_outside_of_the_scan_are_nan(run: Run) -> None:
    assert np.isnan(run.scores("ELAVL1", "exA", 0, 100)).all()


def test_motif_hits_lie_in_windows_of_sites(run: Run) -> None:
    columns = {"chrom", "start", "end", "name", "strand", "motif", "match", "origin", "score", "p_value"}
    assert columns <= set(run.motif_hits("ELAVL1").columns)


def test_what_a_run_lacks_is_refused(run: Run, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no model QKI"):
        run.sites("QKI")
    with pytest.raises(InputError, match="no contig chr1"):
        run.scores("ELAVL1", "chr1", 0, 10)
    with pytest.raises(InputError, match="not an interval"):
        run.scores("ELAVL1", "exA", 10, 10)
    with pytest.raises(InputError, match="strand"):
        run.scores("ELAVL1", "exA", 0, 10, "plus")  # type: ignore[arg-type]
    with pytest.raises(InputError, match=r"manifest\.json"):
        read_run(tmp_path)
