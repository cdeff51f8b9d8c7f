"""bigWigs that stay open: at most a number of them, opened again when they are needed."""

from __future__ import annotations

from pathlib import Path

import pyBigWig

from ideep_scan.formats.bigwig.open_files import OpenBigWigs


def test_files_beyond_the_limit_are_opened_again(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("a.bw", "b.bw")]
    for number, path in enumerate(paths):
        file = pyBigWig.open(str(path), "w")
        file.addHeader([("chr1", 100)])
        file.addEntries("chr1", 10, values=[number + 0.5], span=1, step=1)
        file.close()
    files = OpenBigWigs()
    files._limit = 1
    for _ in range(2):
        assert [files.read_maxima(path, "chr1", 10, 11, 1).tolist() for path in paths] == [[0.5], [1.5]]
        assert len(files._files) == 1
