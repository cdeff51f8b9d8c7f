"""Windows from lists of sites: kinds, parts and distances, equal for equal inputs; and lists that cannot be used."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from toy_training import CONTIGS, GENES, list_sites, open_data, write_genome

from ideep_scan.errors import InputError
from ideep_scan.jobs.train.training_source import TrainingSource
from ideep_scan.train.negatives import AWAY
from ideep_scan.train.training_data import (
    GIVEN,
    SAME_TRANSCRIPT,
    SITE,
    TEST,
    TRAIN,
    UNBOUND_GENE,
    VALIDATION,
    TrainingData,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("training")
    write_genome(folder)
    return folder


@pytest.fixture(scope="module")
def source(folder: Path) -> TrainingSource:
    return open_data(folder, list_sites())


def rows_of(data: TrainingData) -> list[tuple[object, ...]]:
    columns = (data.places.chrom, data.places.strand, data.places.centre, data.label, data.part, data.kind, data.locus)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def test_kinds_and_parts(source: TrainingSource) -> None:
    data = source.data
    sites = int((data.kind == SITE).sum())
    assert sites == len(list_sites())
    assert ((data.kind == SITE) == (data.label == 1)).all()
    assert (data.kind == SAME_TRANSCRIPT).sum() == 2 * sites
    assert (data.kind == UNBOUND_GENE).sum() == 2 * sites
    assert set(data.part.tolist()) == {TRAIN, VALIDATION, TEST}
    assert (np.isnan(data.strength) == (data.label == 0)).all()
    assert source.facts["split by"] == "whole contigs"
    assert source.windows is None
    for chrom in CONTIGS:
        assert len(set(data.part[data.places.chrom == chrom].tolist())) == 1


def test_positions_without_a_site_are_away_from_all_sites_and_on_transcripts(source: TrainingSource) -> None:
    data = source.data
    sites = data[data.label == 1]
    for chrom, strand, centre, label, _, kind, locus in rows_of(data):
        start, end, side = GENES[(centre - 200) // 1200]
        assert (start <= centre < end, side) == (True, strand)
        assert locus >= 0
        near = np.abs(sites.places.centre[sites.places.chrom == chrom] - centre).min()
        assert label == 1 or near > AWAY
        assert (kind == UNBOUND_GENE) == ((start, end, side) == GENES[-1])


def test_equal_inputs_in_any_order_give_equal_windows(folder: Path, source: TrainingSource) -> None:
    assert rows_of(open_data(folder, list_sites()[::-1]).data) == rows_of(source.data)
    assert rows_of(open_data(folder, list_sites(), seed=1).data) != rows_of(source.data)


def test_the_order_of_contigs_does_not_matter(tmp_path: Path, folder: Path, source: TrainingSource) -> None:
    write_genome(tmp_path)
    records = (tmp_path / "g.fa").read_text().split(">")[1:]
    (tmp_path / "g.fa").write_text("".join(f">{record}" for record in records[::-1]))
    data = open_data(tmp_path, list_sites()).data
    sites = [row[:6] for row in rows_of(data) if row[5] == SITE]
    assert sites == [row[:6] for row in rows_of(source.data) if row[5] == SITE]


def test_the_summary(source: TrainingSource) -> None:
    summary = source.summary
    assert summary is not None
    assert (summary.site, summary.read, summary.kept) == ("centre", len(list_sites()), len(list_sites()))
    assert summary.dropped == ()
    assert (summary.own_strand, summary.other_strand) == (1.0, 0.0)
    for shares in (summary.site_regions, summary.negative_regions, summary.transcript_regions):
        assert abs(shares.sum() - 1) < 1e-9
    assert np.allclose(summary.site_bases.sum(axis=1), 1)


def test_kinds_of_negatives_and_their_number(folder: Path) -> None:
    data = open_data(folder, list_sites(), negatives=("same-transcript",), negatives_per_site=1).data
    assert set(data.kind.tolist()) == {SITE, SAME_TRANSCRIPT}
    assert (data.label == 0).sum() == (data.label == 1).sum()
    (folder / "own.bed").write_text("".join(f"{name}\t4500\t4501\tn\t0\t-\n" for name in CONTIGS))
    mixed = open_data(folder, list_sites(), negatives=("unbound-genes", str(folder / "own.bed"))).data
    assert set(mixed.kind.tolist()) == {SITE, UNBOUND_GENE, GIVEN}


def test_test_regions_of_a_file_and_what_it_lacks_are_told(folder: Path, tmp_path: Path) -> None:
    rows = [f"chr3\t{start}\t{start + 1500}\n" for start in range(0, 4500, 300)]
    (tmp_path / "held.bed").write_text("".join([*rows, "chr99\t0\t100\n"]))
    source = open_data(folder, list_sites(), test_contigs=(str(tmp_path / "held.bed"),))
    assert set(source.data.places.chrom[source.data.part == TEST]) == {"chr3"}
    assert any("held.bed" in note and "chr99" in note for note in source.notes)


def test_named_test_contigs(folder: Path) -> None:
    data = open_data(folder, list_sites(), test_contigs=("chr3", "chr5")).data
    assert ((data.part == TEST) == np.isin(data.places.chrom, ["chr3", "chr5"])).all()


def test_one_gene_is_split_by_stretches(tmp_path: Path) -> None:
    write_genome(tmp_path, ("chr1",))
    (tmp_path / "g.bed").write_text("chr1\t0\t6000\tg\t0\t+\t0\t0\t0\t1\t6000\t0\n")
    rows = [f"chr1\t{i}\t{i + 1}\ts\t0\t+\n" for i in range(60, 5900, 260)]
    source = open_data(tmp_path, rows, negatives=("same-transcript",))
    assert source.facts["split by"] == "stretches of contigs"
    order = np.argsort(source.data.places.centre)
    parts, centres = source.data.part[order], source.data.places.centre[order]
    assert (np.diff(centres)[parts[1:] != parts[:-1]] > 100).all()


SITES = list_sites()
SWAPPED = [row.translate(str.maketrans("+-", "-+")) for row in SITES]


@pytest.mark.parametrize(
    ("rows", "settings", "message"),
    [
        (SWAPPED, {}, "0% of the sites lie in a transcript of their strand.*strands are swapped"),
        (["chr1\t5500\t5501\ts\t0\t+\n"] * 30, {}, "none of the 30 sites lies on a transcript.*different assemblies"),
        ([row.replace("chr", "scaffold_") for row in SITES], {}, "no contig of the list of sites is in the FASTA"),
        ([f"chr1\t{10**6 + i}\t{10**6 + i + 1}\ts\t0\t+\n" for i in range(20)], {}, "past the end of a contig"),
        (["\t".join(row.split("\t")[:3]) + "\n" for row in SITES], {}, "have no strand"),
        (SITES[:5], {}, "5 sites can be used, and a training needs 10"),
        (["chr1\t300\t301\ts\t0\t+\n"] * 50, {}, "1 sites can be used.*49 within 15 nt of a stronger one"),
        (SITES, {"site": "summit"}, "has no summits"),
        (SITES, {"test_contigs": ("chr99",)}, "chr99"),
        (SITES, {"test_contigs": ("chr1:5500-5600",)}, "no site lies there"),
        (SITES, {"test_contigs": CONTIGS}, "every site lies there"),
        (SITES, {"negatives_per_site": 0}, "--negatives-per-site 0"),
        (SITES, {"negatives_per_site": 101}, "--negatives-per-site 101"),
        (SITES, {"negatives": ()}, "--negatives"),
        (SITES, {"negatives": ("nothing.bed",)}, "nothing.bed: no such file"),
        (SITES, {"min_replicates": 0}, "--min-replicates 0"),
        (SITES, {"min_replicates": 2}, "only 1 lists of sites"),
        ([], {}, "is empty"),
        (["#\n"], {}, "has no sites"),
        ([row.replace("\t", ";") for row in SITES], {}, "semicolons between its columns"),
        ([row.replace("+", "1") for row in SITES], {}, "strand other than"),
        (["chr1\t-5\t10\ts\t0\t+\n"] * 20, {}, "start and end"),
        ([">chr1\nACGT\n"], {}, "is a FASTA"),
        (["\0\0\0\0"], {}, "is a binary file"),
        (["<html><body>404</body></html>\n"], {}, "HTML"),
        (SITES, {"fasta": None}, "--fasta"),
        (SITES, {"gtf": None}, "--gtf"),
        (SITES, {"sites": ()}, "no sites are given"),
    ],
)
def test_inputs_that_cannot_be_used(folder: Path, rows: list[str], settings: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message) as raised:
        open_data(folder, rows, **settings)
    assert "\n" not in str(raised.value)


def test_no_position_away_from_sites(folder: Path) -> None:
    with pytest.raises(InputError, match="no position without a site can be drawn"):
        open_data(folder, list_sites(step=50), negatives=("same-transcript",))


def test_notes_say_what_is_left_out(folder: Path) -> None:
    notes = " ".join(open_data(folder, [*SITES, "chr1\t5500\t5510\ts\t0\t+\n", SITES[0]]).notes)
    assert f"{len(SITES):,} sites of {len(SITES) + 2:,} rows" in notes
    assert "1 outside transcripts of their strand" in notes
    assert "1 within 15 nt of a stronger one" in notes
