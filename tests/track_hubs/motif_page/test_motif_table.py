"""The table of all motifs: anchors, numbers to sort by, missing numbers."""

from __future__ import annotations

import re
from math import inf, nan

from motif_rows import ENRICHMENT, cluster, motif, report

from track_hubs.motif_page.motif_table import MISSING, list_shares, render_cell, render_head, render_table
from track_hubs.motif_page.rows import Enrichment


def test_a_row_for_each_motif() -> None:
    table = render_table(report(), {"ELAVL1.filter000", "ELAVL1.filter002"})
    assert re.findall('<tr id="(.*?)">', table) == ["ELAVL1.pattern00"]
    assert re.findall('<td><a href="#(.*?)">', table) == ["ELAVL1.filter000", "ELAVL1.filter002"]
    rows = table.split("<tr")[2:]
    assert len(rows) == 3
    heads = table.count("<th ")
    assert {row.count("<td") for row in rows} == {heads}
    assert rows[2].count("–<") == 3  # no known match


def test_a_motif_without_figures() -> None:
    bare = motif(enrichment=None, planted=None, removed=None, matches=())
    assert render_table(report(clusters=[cluster(bare)]), set()).count("–<") == 9


def test_numbers_to_sort_by_are_finite() -> None:
    assert render_cell(("x", 0.5)) == '<td class="n" data-value="0.5">x</td>'
    assert render_cell(("∞", inf)) == '<td class="n" data-value="1e+300">∞</td>'
    assert render_cell(("–", nan)) == render_cell(MISSING) == '<td class="n" data-value="">–</td>'
    assert render_cell(("name", None)) == "<td>name</td>"


def test_heads_sort_unless_they_cannot() -> None:
    assert "button" in render_head("q", "least")
    assert render_head("Logo", "") == '<th scope="col">Logo</th>'


def test_shares() -> None:
    assert list_shares(motif(enrichment=None)) == [MISSING] * 3
    assert [text for text, _ in list_shares(motif())] == ["80 %", "10 %", "36"]
    never = Enrichment(0, 0, 0, 0, nan, 1.0, 1.0, is_enriched=False)
    assert [text for text, _ in list_shares(motif(enrichment=never))] == ["–", "–", "–"]
    assert ENRICHMENT.is_enriched
