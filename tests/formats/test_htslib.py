"""Silence of htslib, also across threads and errors; files that cannot be closed."""

from __future__ import annotations

import subprocess
import sys
from threading import Barrier, Thread

import pysam
import pytest

from ideep_scan.formats.htslib import silence_htslib


@pytest.fixture(autouse=True)
def loud() -> object:
    before = pysam.set_verbosity(3)
    yield
    pysam.set_verbosity(before)


def test_htslib_is_silent_in_the_block_only():
    with silence_htslib():
        assert pysam.get_verbosity() == 0
        with silence_htslib():
            assert pysam.get_verbosity() == 0
        assert pysam.get_verbosity() == 0
    assert pysam.get_verbosity() == 3


def test_an_error_in_the_block_restores_the_messages():
    with pytest.raises(ValueError, match="x"), silence_htslib():
        raise ValueError("x")
    assert pysam.get_verbosity() == 3


def test_a_damaged_file_prints_nothing(tmp_path, capfd):
    (tmp_path / "a.bam").write_bytes(b"not a BAM file")
    with silence_htslib(), pytest.raises(ValueError, match="not"):
        pysam.AlignmentFile(str(tmp_path / "a.bam"), "rb")
    assert capfd.readouterr() == ("", "")


def test_the_last_of_several_threads_restores_the_messages():
    inside, seen = Barrier(2), []

    def overlap(first: bool) -> None:
        with silence_htslib():
            inside.wait(10)
            if not first:
                threads[0].join(10)
                seen.append(pysam.get_verbosity())

    threads = [Thread(target=overlap, args=(first,)) for first in (True, False)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert seen == [0]
    assert pysam.get_verbosity() == 3


def test_a_file_that_cannot_be_closed_is_reported_once(tmp_path):
    code = f"""
import resource, signal
import pysam
from ideep_scan.formats.htslib import close_bgzip
resource.setrlimit(resource.RLIMIT_FSIZE, (5, 5))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
file = pysam.BGZFile({str(tmp_path / "a.gz")!r}, "wb", None)
file.write(b"text")
try:
    close_bgzip(file)
except OSError:
    print("not closed")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("not closed\n", "")
