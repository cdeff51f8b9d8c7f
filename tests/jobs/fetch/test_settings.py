"""The catalogue of genomes, and assemblies that it lacks."""

from __future__ import annotations

from pathlib import Path

import pytest

from ideep_scan.errors import InputError
from ideep_scan.jobs.fetch.settings import CATALOGUE, FetchSettings, read_catalogue


def test_every_address_of_the_package_is_complete() -> None:
    releases = read_catalogue()
    assert {"hg19", "hg38", "hs1", "mm10", "mm39", "TAIR10"} <= set(releases)
    for assembly, release in releases.items():
        assert f"{assembly}." in release.genome.name
        assert release.genome.name.endswith(".fa.gz")
        assert release.annotation.name.endswith(".gtf.gz")
        for file in (release.genome, release.annotation):
            assert file.url.startswith("https://")
            assert file.sums is None or file.sums.rpartition("/")[0] == file.url.rpartition("/")[0]
        assert (release.genome.sums is None) == (assembly in {"hs1", "TAIR10"})


def test_case_does_not_matter() -> None:
    assert FetchSettings("HG38").release().assembly == "hg38"


def test_an_unknown_assembly_names_the_known_ones() -> None:
    with pytest.raises(InputError, match="no genome is known as 'hg99': known are hg19, hg38"):
        FetchSettings("hg99").check()


@pytest.mark.parametrize("text", ["", "assembly\tgenome\nhg38\thttps://x/y.fa.gz\n", "\0"])
def test_a_table_of_another_kind_is_refused(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = tmp_path / "genomes.tsv"
    table.write_text(text)
    monkeypatch.setenv(CATALOGUE, str(table))
    with pytest.raises(InputError):
        FetchSettings("hg38").check()
    monkeypatch.setenv(CATALOGUE, str(tmp_path / "none"))
    with pytest.raises(InputError, match="is no table of genomes"):
        FetchSettings("hg38").check()
