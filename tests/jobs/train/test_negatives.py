from __future__ import annotations

from pathlib import Path

import pytest
from toy_training import CONTIGS, GENES, list_sites, open_data, write_genome

from ideep_scan.errors import InputError
from ideep_scan.train.training_data import GIVEN


def test_given_positions_are_away_from_sites_on_transcripts_and_distinct(tmp_path: Path) -> None:
    write_genome(tmp_path)
    start, _, strand = GENES[-1]
    rows = [f"{name}\t{start + 100}\t{start + 101}\tn\t0\t{strand}\n" for name in CONTIGS] * 2
    outside = [f"{name}\t5500\t5501\tn\t0\t+\n" for name in CONTIGS]
    (tmp_path / "own.bed").write_text("".join(rows + outside + list_sites()))
    data = open_data(tmp_path, list_sites(), negatives=(str(tmp_path / "own.bed"),)).data
    given = data.places[data.kind == GIVEN]
    assert sorted(given.chrom.tolist()) == sorted(CONTIGS)
    assert set(given.centre.tolist()) == {start + 100}


def test_given_positions_that_are_sites(tmp_path: Path) -> None:
    write_genome(tmp_path)
    (tmp_path / "own.bed").write_text("".join(list_sites()))
    with pytest.raises(InputError, match="none of its positions can be used: each lies within 100 nt of a site"):
        open_data(tmp_path, list_sites(), negatives=(str(tmp_path / "own.bed"),))


def test_given_positions_without_strand(tmp_path: Path) -> None:
    write_genome(tmp_path)
    (tmp_path / "own.bed").write_text("chr1\t10\t20\n")
    with pytest.raises(InputError, match=r"own\.bed, line 1.*no strand"):
        open_data(tmp_path, list_sites(), negatives=(str(tmp_path / "own.bed"),))
