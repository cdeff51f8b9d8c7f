"""What the page of transcripts draws: which records and models, their columns, sites and genes."""

from __future__ import annotations

import math
from pathlib import Path

from track_hubs.manifest_file import read_manifest
from track_hubs.run_page.transcripts import read_transcripts, summarise_columns


def test_each_record_has_a_picture_with_its_own_sites_and_genes(run: Path) -> None:
    first, second = read_transcripts(run, read_manifest(run), 100, 4)
    assert [(p.window.chrom, p.window.start, p.window.end) for p in (first, second)] == [
        ("chrA", 0, 12_000),
        ("chrB", 0, 4_000),
    ]
    assert {gene.name for gene in first.genes} == {"ALPHA", "BETA"}
    assert {gene.name for gene in second.genes} == {"GAMMA"}
    elavl1, other = second.panels
    assert (elavl1.group, [site.summit for site in elavl1.sites], other.sites) == ("ELAVL1", [700], [])
    assert len(first.panels[0].values) == 650
    assert max(value for value in first.panels[0].values if not math.isnan(value)) > 0.9


def test_of_many_records_and_models_those_with_the_strongest_sites_are_drawn(run: Path) -> None:
    (picture,) = read_transcripts(run, read_manifest(run), 1, 1)
    assert picture.window.chrom == "chrA"
    assert [panel.group for panel in picture.panels] == ["ELAVL1"]


def test_a_record_without_scores_is_not_a_number(run: Path) -> None:
    _, second = read_transcripts(run, read_manifest(run), 2, 2)
    assert [math.isnan(value) for value in second.panels[1].values] == [True] * len(second.panels[1].values)


def test_columns_keep_the_highest_value() -> None:
    values = [float(number % 7) for number in range(1000)]
    columns = summarise_columns(values, 100)
    assert len(columns) == 100
    assert columns == [max(values[10 * column : 10 * column + 10]) for column in range(100)]
    assert summarise_columns([1.0, 2.0], 9) == [1.0, 2.0]
    assert math.isnan(summarise_columns([math.nan, math.nan], 1)[0])
