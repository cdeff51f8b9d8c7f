"""Positions to judge: known sequence in genes, exons, keys along the strand."""

from __future__ import annotations

import numpy as np
from toy_within import ECLIP, KNOWN, SPEC, ToyWithin
from toys import ToyGenome, transcript

from ideep_scan.benchmark.within.ground import STRETCH, lay_ground
from ideep_scan.formats.contigs import ContigResolver
from ideep_scan.records.span import Span


def test_rows_are_the_known_positions_of_genes_5_to_3(toy: ToyWithin) -> None:
    ground = toy.ground
    assert ground.spans == (Span("chr20", 500, 9_000, "+"), Span("chr20", 4_000, 30_000, "-"))
    assert ground.contigs == ("chr20", "chr20")
    (plus, _), (minus, _) = ground.iterate_genes()
    assert np.array_equal(ground.positions[plus], np.arange(500, 9_000))
    last = KNOWN - 1 - SPEC.half + SPEC.max_unknown  # the last whose window has few unknown bases
    assert np.array_equal(ground.positions[minus], np.arange(last, 3_999, -1))
    assert (np.diff(ground.keys) > 0).all()
    assert (np.diff(ground.keys[minus]) == 1).all()


def test_points_have_the_keys_of_their_rows(toy: ToyWithin) -> None:
    ground, peaks = toy.ground, toy.lists[ECLIP]
    rows = ground.find_rows(ground.find_points(peaks.list_points))
    expected = {(span.strand, int(point)) for span in ground.spans for point in peaks.list_points("chr20", span.strand)}
    found = {(ground.spans[ground.genes[row]].strand, int(ground.positions[row])) for row in rows}
    assert found == {(strand, point) for strand, point in expected if strand == "-" or point < 9_000}
    labels = ground.mark_cores(peaks)
    assert labels[rows].all()
    assert labels.sum() <= 31 * rows.size


def test_selected_genes_keep_their_rows(toy: ToyWithin) -> None:
    part, rows = toy.ground.select(np.array([False, True]))
    assert part.spans == toy.ground.spans[1:]
    assert np.array_equal(part.positions, toy.ground.positions[rows])
    assert set(part.genes.tolist()) == {0}
    assert part.digest != toy.ground.digest


def test_stretches_hold_all_rows_in_the_order_of_chunks(toy: ToyWithin) -> None:
    stretches = toy.ground.list_stretches()
    assert [span.strand for span in stretches] == ["+", "-"]
    assert sum(map(len, stretches)) == len(toy.ground)


def test_exons_of_chr19_count_where_the_window_is_known() -> None:
    letters = "ACGT" * 100
    genome = ToyGenome({"chr19": "N" * 1000 + letters + "N" * STRETCH, "chr9": letters + "N" * STRETCH})
    genes = [
        transcript([(1_000, 1_120), (1_200, 1_390)], chrom="chr19"),
        transcript([(0, 400)], chrom="chr9"),
    ]
    ground = lay_ground(genome, ContigResolver(genome.contigs), genes, SPEC)
    assert ground.contigs == ("chr19",)
    half = SPEC.half
    assert ground.positions.tolist() == [*range(1_000 + half, 1_120), *range(1_200, 1_400 - half)]
