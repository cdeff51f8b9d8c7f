"""Intervals of a bigBed or bigWig through another process: values, limits, and every way its reader can end."""

from __future__ import annotations

import io

import pyBigWig
import pytest
from toy_tracks import write_bigbed, write_bigwig

from ideep_scan.errors import InputError
from ideep_scan.formats import bbi_intervals
from ideep_scan.formats.bbi_intervals import find_last_message, read_intervals

ROWS = [
    ("chr1", 10, 20, "n\t0\t+"),
    ("chr1", 15, 30, "n\t0\t-"),
    ("chr1", 40, 45, "n\t0\t."),
    ("chr2", 0, 50, "n\t0\t+"),
]
SIZES = {"chr1": 100, "chr2": 50, "chr3": 10}


def test_a_bigbed_is_read_as_another_library_reads_it(tmp_path):
    write_bigbed(tmp_path / "x", SIZES, ROWS)
    with pyBigWig.open(str(tmp_path / "x")) as reader:
        rows = [
            (name, start, end, text)
            for name, length in reader.chroms().items()
            for start, end, text in reader.entries(name, 0, length) or ()
        ]
    assert rows == [
        (name, start, end, f"n\t0\t{'.+-'[strand]}")
        for name, part in read_intervals(tmp_path / "x", False).items()
        for start, end, strand in zip(*(column.tolist() for column in part), strict=True)
    ]


def test_a_bigwig_has_its_intervals_with_a_value_above_zero(tmp_path):
    write_bigwig(tmp_path / "x", [1.0, 0.0, -2.0, 0.5])
    assert {
        name: (part.starts.tolist(), part.ends.tolist()) for name, part in read_intervals(tmp_path / "x", True).items()
    } == {"1": ([0, 15], [3, 18]), "2": ([], [])}


def test_adjacent_intervals_of_a_bigwig_are_one(tmp_path):
    with pyBigWig.open(str(tmp_path / "x"), "w") as writer:
        writer.addHeader([("chr1", 100)])
        writer.addEntries("chr1", 10, values=[1.0, 2.0, 3.0, 0.0, 1.0], span=1, step=1)
    assert [column.tolist() for column in read_intervals(tmp_path / "x", True)["chr1"]] == [[10, 14], [13, 15], [0, 0]]


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        ("import os; os.abort()", "its reader ended with SIGABRT"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "its reader ended with SIGSEGV"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "its reader was killed"),
        ("import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 2))\nwhile True: pass", "of computing"),
        ("held = bytearray(1 << 40)", "takes too much memory"),
        ("class Panic(BaseException): pass\nraise Panic('left' + chr(10) + 'right')", r"\(left right\)"),
        ("import sys; sys.exit(0)", r"\(0\)"),
        ("print('whole')", "has no attribute 'open'"),
    ],
)
def test_any_end_of_the_library_is_one_line(tmp_path, monkeypatch, behaviour, reason):
    """A stand-in for pybigtools, which other versions of it may be."""
    (tmp_path / "pybigtools.py").write_text(behaviour)
    write_bigwig(tmp_path / "x.bw", [1.0])
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(InputError, match=f"the bigWig is truncated or damaged.*{reason}") as caught:
        read_intervals(tmp_path / "x.bw", True)
    assert caught.value.path == tmp_path / "x.bw"
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(("is_bigwig", "kind"), [(True, "bigWig"), (False, "bigBed")])
def test_a_file_of_the_other_kind_or_of_none_is_damaged(tmp_path, is_bigwig, kind):
    (tmp_path / "x").write_bytes(b"no such file format\n")
    with pytest.raises(InputError, match=f"the {kind} is truncated or damaged"):
        read_intervals(tmp_path / "x", is_bigwig)


def test_a_system_without_free_processes_is_one_line(tmp_path, monkeypatch):
    def fail(*arguments, **options):
        raise OSError(11, "Resource temporarily unavailable")

    (tmp_path / "x").write_bytes(b"x")
    monkeypatch.setattr(bbi_intervals.subprocess, "Popen", fail)
    with pytest.raises(InputError, match=r"no process can be started .*temporarily unavailable.*; try again"):
        read_intervals(tmp_path / "x", True)


@pytest.mark.parametrize(
    ("messages", "last"),
    [
        (b"", "default"),
        (b" \n\n", "default"),
        (b"first\nsecond\n\n", "second"),
        (b"a\x1b[31mred\x07", "a[31mred"),
        (b"\xff\n", "\ufffd"),
        (b"x" * 300, "x" * 200),
    ],
)
def test_the_last_message_is_one_printable_line(messages, last):
    assert find_last_message(io.BytesIO(messages), "default") == last
