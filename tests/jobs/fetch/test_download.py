"""Single downloads: progress, and lists of sums as servers write them."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from mirrors import FASTA, Mirror

from ideep_scan.jobs.fetch.download import download
from ideep_scan.jobs.fetch.settings import RemoteFile


@pytest.mark.parametrize("form", ["{sum}  {name}\n", "{sum} *{name}\n", "{sum}  ./{name}\n", "{sum}\t{name}\r\n"])
def test_lists_of_sums_have_several_forms(mirror: Mirror, tmp_path: Path, form: str) -> None:
    digest = hashlib.md5(mirror.files[FASTA]).hexdigest()
    mirror.files["SUMS"] = f"{'0' * 32}  other\n{form.format(sum=digest, name=FASTA)}".encode()
    seen: list[tuple[int, int]] = []
    file = RemoteFile(f"{mirror.url}/{FASTA}", f"{mirror.url}/SUMS")
    assert download(file, tmp_path / "x", lambda *progress: seen.append(progress)) == f"md5:{digest}"
    assert (tmp_path / "x").read_bytes() == mirror.files[FASTA]
    length = len(mirror.files[FASTA])
    assert seen[-1] == (length, length)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("x")] == ["x"]
