"""The check of a new bigWig finds each way that it can differ from what was written."""

from __future__ import annotations

import numpy as np
import pyBigWig
import pytest

from ideep_scan.formats.bigwig import verify
from ideep_scan.formats.bigwig.verify import CHECKED, WrittenInterval, matches_content

CONTIGS = {"chr1": 3 * CHECKED + 7, "chr2": 50}
DENSE = {"chr1": range(0, 3 * CHECKED + 7, 2), "chr2": [49]}
SCATTERED = {"chr1": [0, CHECKED - 1, CHECKED, 3 * CHECKED + 6], "chr2": [49]}
MIDDLE = CHECKED + 1


@pytest.fixture(params=[DENSE, SCATTERED], ids=["dense", "scattered"])
def starts(request):
    return request.param


@pytest.fixture
def path(tmp_path, starts):
    with pyBigWig.open(str(tmp_path / "a.bw"), "w") as writer:
        writer.addHeader(list(CONTIGS.items()))
        for chrom, places in starts.items():
            begins = np.array(places)
            writer.addEntries([chrom] * len(begins), begins, ends=begins + 1, values=np.full(len(begins), 0.5))
    return tmp_path / "a.bw"


@pytest.fixture
def written(starts):
    """Return the intervals of both contigs, the first one in two parts."""
    first = sum(place < MIDDLE for place in starts["chr1"])
    parts = (0, MIDDLE, first), (MIDDLE, CONTIGS["chr1"], len(starts["chr1"]) - first)
    return [*(WrittenInterval("chr1", *part) for part in parts), WrittenInterval("chr2", 49, 50, 1)]


def total(written):
    return 0.5 * sum(interval.values for interval in written)


def test_what_was_written_is_accepted(path, written):
    assert matches_content(path, CONTIGS, written, total(written))
    assert matches_content(path, CONTIGS, written, np.nextafter(total(written), np.inf))


@pytest.mark.parametrize("contigs", [{"chr1": CONTIGS["chr1"]}, {**CONTIGS, "chr2": 51}])
def test_other_contigs_are_found(path, written, contigs):
    assert not matches_content(path, contigs, written, total(written))


def test_another_total_is_found(path, written):
    assert not matches_content(path, CONTIGS, written, total(written) - 1e-3)


@pytest.mark.parametrize("number", [0, 1, 2])
def test_another_number_of_values_is_found_in_each_interval(path, written, number):
    less, other = written[number], (number + 1) % len(written)
    missing = [*written[:number], less._replace(values=less.values - 1), *written[number + 1 :]]
    assert not matches_content(path, CONTIGS, missing, total(written))
    missing[other] = missing[other]._replace(values=missing[other].values + 1)  # the number in the header agrees
    assert not matches_content(path, CONTIGS, missing, total(written))


def test_a_file_that_cannot_be_opened_is_an_error(tmp_path):
    with pytest.raises(RuntimeError):
        matches_content(tmp_path / "no.bw", CONTIGS, [WrittenInterval("chr1", 0, 9, 5)], 2.5)


def test_it_loads_little():
    """Processes that only verify files import it."""
    names = {name for name, value in vars(verify).items() if type(value) is type(np)}
    assert names == {"math", "np", "pyBigWig"}
