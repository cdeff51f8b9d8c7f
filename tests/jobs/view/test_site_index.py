"""The index of the sites of several tables: what it holds, and how it names it."""

from __future__ import annotations

import pytest
import toy_sites

from ideep_scan.errors import InputError
from ideep_scan.formats.site_frames import read_site_frames
from ideep_scan.jobs.view.site_index import SiteIndex


@pytest.fixture
def index(tmp_path):
    tables = toy_sites.write_tables(tmp_path)
    errors: list[InputError] = []
    frames = list(read_site_frames([table.path for table in tables], errors.append))
    assert errors == []
    return SiteIndex([table.model for table in tables], frames, list(toy_sites.CONTIGS))


def test_sites_are_described_by_their_columns(index):
    assert (len(index), index.firsts.tolist()) == (5, [0, 3, 3, 5])
    first, last = index.describe([0, 4])
    assert first == {
        "model": "A", "chrom": "chr2", "start": 10, "end": 20, "name": "TNF:1", "strand": "+", "summit": 15,
        "score": 0.5, "p_value": 0.01, "precision": 0.25, "rank_in_gene": 2, "rank_in_run": 3, "driver": "sequence",
        "motif_name": "ELAVL1_UUU", "motif_protein": "ELAVL1", "gene_name": "TNF", "gene_id": "G1", "region": "CDS",
    }  # fmt: skip
    assert (last["model"], last["name"], last["strand"]) == ("B", "B:1", "-")
    assert {last[name] for name in ("gene_name", "region", "driver", "p_value", "precision", "rank_in_gene")} == {None}


def test_texts_are_counted_in_the_order_in_which_they_sort(index):
    assert index.texts["model"].counts() == [("A", 3), ("none", 0), ("B", 2)]
    assert index.texts["chrom"].counts() == [("chr2", 3), ("chr10", 2)]
    assert index.texts["region"].counts() == [("3'UTR", 1), ("CDS", 2), ("intron", 1), (".", 1)]


def test_a_run_without_a_table_has_no_sites():
    empty = SiteIndex([], [], [])
    assert len(empty) == 0
    assert empty.describe(empty.firsts[:0]) == []
    assert empty.size == 0
