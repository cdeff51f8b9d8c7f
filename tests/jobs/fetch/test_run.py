"""Downloads from a server on this machine: whole, broken off, damaged, missing."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pysam
import pytest
from mirrors import FASTA, GTF, Mirror

from ideep_scan.errors import InputError
from ideep_scan.formats.bgzip import is_bgzip
from ideep_scan.jobs.fetch.run import FetchSummary, run
from ideep_scan.jobs.fetch.settings import CATALOGUE, FetchSettings


class Watcher:
    """A monitor that remembers the progress of downloads."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, int, int]] = []

    def fetches(self, name: str, done: int, total: int) -> None:
        self.seen.append((name, done, total))

    def begins(self, *_: object) -> None:
        pass

    def advance(self, *_: object) -> None:
        pass


def fetch(folder: Path, watcher: Watcher | None = None) -> FetchSummary:
    return run(FetchSettings("TOY", folder), watcher or Watcher())


def test_genome_and_annotation_come_compressed_and_indexed(mirror: Mirror, tmp_path: Path) -> None:
    watcher = Watcher()
    summary = fetch(tmp_path / "new" / "folder", watcher)
    assert gzip.decompress(summary.fasta.read_bytes()) == gzip.decompress(mirror.files[FASTA])
    assert is_bgzip(summary.fasta)
    with pysam.FastaFile(str(summary.fasta)) as reader:
        assert list(reader.references) == ["exA", "exB"]
    assert summary.gtf.read_bytes() == mirror.files[GTF]
    assert [report.kind for report in summary.report.files] == ["FASTA", "GTF"]
    assert summary.report.exit_code == 0
    assert watcher.seen[-1] == (GTF, len(mirror.files[GTF]), len(mirror.files[GTF]))
    names = {path.name for path in summary.fasta.parent.iterdir()}
    assert names == {FASTA, f"{FASTA}.fai", f"{FASTA}.gzi", GTF}


def test_a_broken_download_goes_on(mirror: Mirror, tmp_path: Path) -> None:
    mirror.cut[FASTA] = 20_000
    with pytest.raises(InputError, match=r"give the command again to go on|no connection"):
        fetch(tmp_path / "out")
    assert (tmp_path / "out" / f"{FASTA}.fetched.part").stat().st_size == 16_384
    summary = fetch(tmp_path / "out")
    assert (FASTA, "bytes=16384-") in mirror.asked
    assert gzip.decompress(summary.fasta.read_bytes()) == gzip.decompress(mirror.files[FASTA])


def test_a_server_without_ranges_sends_all_again(mirror: Mirror, tmp_path: Path) -> None:
    mirror.cut[FASTA], mirror.has_ranges = 10_000, False
    with pytest.raises(InputError):
        fetch(tmp_path / "out")
    summary = fetch(tmp_path / "out")
    assert gzip.decompress(summary.fasta.read_bytes()) == gzip.decompress(mirror.files[FASTA])


@pytest.mark.parametrize("name", [FASTA, GTF])
def test_other_bytes_than_the_sum_tells_are_refused(mirror: Mirror, tmp_path: Path, name: str) -> None:
    mirror.files[name] += b"more"
    with pytest.raises(InputError, match="do not have the server's MD5 sum"):
        fetch(tmp_path / "out")
    assert not (tmp_path / "out" / name).exists()
    mirror.files[name] = mirror.files[name][:-4]
    fetch(tmp_path / "out")


def test_a_part_of_another_file_is_refused_and_not_kept(mirror: Mirror, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / f"{FASTA}.fetched.part").write_bytes(os.urandom(5000))
    with pytest.raises(InputError, match="MD5 sum"):
        fetch(tmp_path / "out")
    fetch(tmp_path / "out")


def test_files_that_are_there_stay(mirror: Mirror, tmp_path: Path) -> None:
    fetch(tmp_path)
    mirror.asked.clear()
    summary = fetch(tmp_path)
    assert mirror.asked == []
    assert len(summary.notes) == 2
    assert all("is there already" in note for note in summary.notes)


def test_a_file_without_a_sum_must_be_complete(mirror: Mirror, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = Path(os.environ[CATALOGUE])
    table.write_text(table.read_text().replace(f"{GTF}\tMD5SUMS", f"{GTF}\t."))
    whole = mirror.files[GTF]
    mirror.files[GTF] = whole[:-20]
    with pytest.raises(InputError, match="is not a complete gzip file"):
        fetch(tmp_path / "out")
    assert not (tmp_path / "out" / GTF).exists()
    mirror.files[GTF] = whole
    assert any("no list of MD5 sums" in note for note in fetch(tmp_path / "out").notes)


@pytest.mark.parametrize("name", [FASTA, GTF, "MD5SUMS"])
def test_a_missing_file_is_one_line(mirror: Mirror, tmp_path: Path, name: str) -> None:
    del mirror.files[name]
    with pytest.raises(InputError, match="the server answers 404 Not Found"):
        fetch(tmp_path / "out")


def test_a_list_without_the_file_is_one_line(mirror: Mirror, tmp_path: Path) -> None:
    mirror.files["MD5SUMS"] = b"0" * 32 + b"  other.fa.gz\n"
    with pytest.raises(InputError, match=f"has no MD5 sum of {FASTA}"):
        fetch(tmp_path / "out")


def test_without_a_network_there_is_one_line(mirror: Mirror, tmp_path: Path) -> None:
    table = Path(os.environ[CATALOGUE])
    table.write_text(table.read_text().replace(mirror.url, "http://127.0.0.1:9"))
    with pytest.raises(InputError, match="there is no connection to this server") as error:
        fetch(tmp_path / "out")
    assert "\n" not in str(error.value)
