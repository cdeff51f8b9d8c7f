"""The check of a new bigWig finds each way that it can differ from what was written."""

from __future__ import annotations

import numpy as np
import pyBigWig
import pytest

from ideep_scan.formats.bigwig import verify
from ideep_scan.formats.bigwig.verify import CHECKED, matches_content

CONTIGS = {"chr1": 3 * CHECKED + 7, "chr2": 50}
STARTS = {"chr1": [0, CHECKED - 1, CHECKED, 3 * CHECKED + 6], "chr2": [49]}
WINDOWS = {"chr1": [0, 1, 3], "chr2": [0]}


@pytest.fixture
def path(tmp_path):
    with pyBigWig.open(str(tmp_path / "a.bw"), "w") as writer:
        writer.addHeader(list(CONTIGS.items()))
        for chrom, starts in STARTS.items():
            ends = [start + 1 for start in starts]
            writer.addEntries([chrom] * len(starts), starts, ends=ends, values=[0.5] * len(starts))
    return tmp_path / "a.bw"


def test_what_was_written_is_accepted(path):
    assert matches_content(path, CONTIGS, WINDOWS, 5, 2.5)
    assert matches_content(path, CONTIGS, WINDOWS, 5, np.nextafter(2.5, 3))


@pytest.mark.parametrize(
    ("contigs", "windows", "count", "total"),
    [
        ({"chr1": CONTIGS["chr1"]}, WINDOWS, 5, 2.5),
        ({**CONTIGS, "chr2": 51}, WINDOWS, 5, 2.5),
        (CONTIGS, WINDOWS, 4, 2.5),
        (CONTIGS, WINDOWS, 5, 2.4999),
        (CONTIGS, {"chr1": [0, 1, 3]}, 5, 2.5),
        (CONTIGS, {**WINDOWS, "chr1": [0, 1, 2]}, 5, 2.5),
        (CONTIGS, {**WINDOWS, "chr1": [0, 1, 3, 3]}, 5, 2.5),
    ],
)
def test_any_difference_is_found(path, contigs, windows, count, total):
    assert not matches_content(path, contigs, windows, count, total)


def test_a_file_that_cannot_be_opened_is_an_error(tmp_path):
    with pytest.raises(RuntimeError):
        matches_content(tmp_path / "no.bw", CONTIGS, WINDOWS, 5, 2.5)


def test_it_loads_little():
    """Processes that only verify files import it."""
    names = {name for name, value in vars(verify).items() if type(value) is type(np)}
    assert names == {"math", "np", "pyBigWig"}
