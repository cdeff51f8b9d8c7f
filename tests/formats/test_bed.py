"""BED files read back with pysam, which made the index, and with Python's gzip, which did not."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import pysam
import pytest

from ideep_scan.errors import OutputError
from ideep_scan.formats.bed import BedWriter


def test_rows_come_back_by_region(tmp_path: Path) -> None:
    with BedWriter(tmp_path / "a.bed.gz") as bed:
        bed.row("chr10", 5, 9, "TNF α:1", 900, "-")
        bed.row("chr2", 0, 3, "b", 0, "+")
    with pysam.TabixFile(str(tmp_path / "a.bed.gz"), encoding="utf-8") as file:
        assert list(file.fetch("chr10", 8, 9)) == ["chr10\t5\t9\tTNF α:1\t900\t-"]
        assert list(file.fetch("chr10", 9, 20)) == []
        assert list(file.fetch("chr2")) == ["chr2\t0\t3\tb\t0\t+"]
    assert len(gzip.decompress((tmp_path / "a.bed.gz").read_bytes()).splitlines()) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.bed.gz", "a.bed.gz.tbi"]


def test_no_rows_make_valid_files(tmp_path: Path) -> None:
    with BedWriter(tmp_path / "a.bed.gz") as bed:
        pass
    assert all(path.is_file() for path in bed.paths)
    with pysam.TabixFile(str(bed.paths[0])) as file:
        assert file.contigs == []


@pytest.mark.parametrize("rows", [[("c", 5, 6), ("c", 3, 4)], [("c", 1, 2), ("d", 1, 2), ("c", 3, 4)]])
def test_unsorted_rows_are_refused(
    tmp_path: Path, rows: list[tuple[str, int, int]], capfd: pytest.CaptureFixture
) -> None:
    bed = BedWriter(tmp_path / "a.bed.gz")
    for row in rows:
        bed.row(*row)
    with pytest.raises(OutputError), bed:
        pass
    assert list(tmp_path.iterdir()) == []
    capfd.readouterr()


def test_an_error_on_the_way_leaves_nothing(tmp_path: Path) -> None:
    bed = BedWriter(tmp_path / "a.bed.gz")
    bed.row("c", 1, 2)
    with pytest.raises(KeyError), bed:
        raise KeyError("x")
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    code = f"""
import resource
from ideep_scan.errors import OutputError
from ideep_scan.formats.bed import BedWriter
resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
try:
    with BedWriter({str(tmp_path / "a.bed.gz")!r}) as bed:
        for i in range(300_000):
            bed.row("chr1", i, i + 1, f"x{{i * 7919 % 10007}}")
except OutputError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "a.bed.gz: cannot be written" in done.stdout
    assert done.stdout.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
