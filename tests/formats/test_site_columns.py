"""Columns of the files of sites and motif hits fit together."""

from __future__ import annotations

import pytest

from ideep_scan.formats.site_columns import format_blocks, lay_out_motifs, lay_out_sites


@pytest.mark.parametrize("layout", [lay_out_sites("m", True), lay_out_motifs(True)])
def test_a_spliced_row_has_a_field_for_each_column(layout):
    assert layout.schema.bed_fields == 12
    assert sorted(layout.order) == list(range(12 + len(layout.schema.extra)))
    assert len(layout.columns) == len(layout.indices) == len(set(layout.indices))
    assert "int[blockCount] blockSizes" in layout.schema.sql()


@pytest.mark.parametrize(("layout", "fields"), [(lay_out_sites(None, False), 9), (lay_out_motifs(False), 6)])
def test_other_rows_have_no_blocks(layout, fields):
    assert layout.schema.bed_fields == fields
    assert layout.order is None
    assert len(layout.columns) == len(layout.indices)


def test_blocks_are_relative_to_the_first():
    assert format_blocks(((10, 14), (20, 25), (40, 41))) == "3\t4,5,1,\t0,10,30,"
