from __future__ import annotations

from pathlib import Path

import pytest
from toy_training import list_sites, open_data, write_genome

from ideep_scan.errors import InputError


def test_replicates(tmp_path: Path) -> None:
    write_genome(tmp_path)
    rows = list_sites()
    (tmp_path / "second.bed").write_text("".join(rows[::2]))
    files = (tmp_path / "sites.bed", tmp_path / "second.bed")
    union = open_data(tmp_path, rows, sites=files)
    both = open_data(tmp_path, rows, sites=files, min_replicates=2)
    assert int(union.data.label.sum()) == len(rows)
    assert int(both.data.label.sum()) == len(rows[::2])
    assert both.summary is not None
    assert ("in fewer than 2 replicates", len(rows) - len(rows[::2])) in both.summary.dropped
    assert both.summary.read == len(rows) + len(rows[::2])


def test_replicates_that_share_nothing(tmp_path: Path) -> None:
    write_genome(tmp_path)
    rows = list_sites()
    (tmp_path / "second.bed").write_text("".join(rows[1::2]))
    with pytest.raises(InputError, match="no site is in 2 of 2 lists"):
        open_data(tmp_path, rows[::2], sites=(tmp_path / "sites.bed", tmp_path / "second.bed"), min_replicates=2)


def test_a_list_that_is_given_twice(tmp_path: Path) -> None:
    write_genome(tmp_path)
    with pytest.raises(InputError, match="is given twice"):
        open_data(tmp_path, list_sites(), sites=(tmp_path / "sites.bed",) * 2)


def test_unknown_bases_around_sites(tmp_path: Path) -> None:
    fasta, _ = write_genome(tmp_path)
    name, sequence, *others = fasta.read_text().split("\n", 2)
    fasta.write_text("\n".join([name, "N" * len(sequence), *others]))
    source = open_data(tmp_path, list_sites())
    assert "chr1" not in source.data.places.chrom.tolist()
    assert source.summary is not None
    assert source.summary.dropped[0][0] == "with too many unknown bases around them"
