"""Work in a process of its own: what it returns and raises, and what happens when the process does not answer."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from ideep_scan.errors import OutputError
from ideep_scan.formats.bigwig.verify import matches_content
from ideep_scan.formats.site_files import MOTIFS, write_table_and_bigbed
from ideep_scan.jobs.scan.finish_files import MIN_VALUES, FileFinisher


def much() -> FileFinisher:
    made = FileFinisher()
    made.expect(MIN_VALUES, 2)
    return made


@pytest.mark.parametrize(("values", "beside"), [(MIN_VALUES - 1, 2), (MIN_VALUES, 1), (0, 31)])
def test_little_is_done_here(values: int, beside: int) -> None:
    made = FileFinisher()
    assert made(os.getpid) == os.getpid()
    made.expect(values, beside)
    assert made(os.getpid) == os.getpid()


def test_much_is_done_elsewhere() -> None:
    assert much()(os.getpid) != os.getpid()
    assert much()(divmod, 17, 5) == (3, 2)


def test_what_is_printed_there_is_no_answer() -> None:
    assert much()(print, "noise") is None
    assert much()(os.system, "echo noise") == 0


def test_what_is_raised_there_is_raised_here(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError):
        much()(matches_content, tmp_path / "none.bw", {"c": 9}, {"c": [0]}, 1, 1.0)
    (tmp_path / "rows").write_text("c\t5\t99\tname\t0\t+\t.\t1.0\t0.1\n")
    files = tmp_path / "rows", tmp_path / "a.tsv.gz", tmp_path / "a.bb"
    with pytest.raises(OutputError, match="c:5-99 lies outside of the chromosome sizes"):
        much()(
            partial(write_table_and_bigbed, columns=("chrom",), indices=(0,), contigs={"c": 50}, schema=MOTIFS), *files
        )
    assert not (tmp_path / "a.bb").exists()
    with pytest.raises(OSError, match="No such file or directory") as caught:  # a full disk is one, too
        much()(
            partial(write_table_and_bigbed, columns=(), indices=(), contigs={}, schema=MOTIFS),
            files[0],
            tmp_path / "no" / "a.tsv.gz",
            *files[2:],
        )
    assert caught.value.errno == errno.ENOENT


@pytest.mark.parametrize("program", ["false", "no such program"])
def test_without_an_answer_it_is_done_here(program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", program)
    assert much()(os.getpid) == os.getpid()


def test_a_script_that_scans_is_not_run_twice(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import os\nfrom ideep_scan.jobs.scan.finish_files import MIN_VALUES, FileFinisher\nprint('begun')\n"
        "closing = FileFinisher()\nclosing.expect(MIN_VALUES, 2)\nprint(closing(os.getpid) != os.getpid())\n"
    )
    said = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["begun", "True"]
