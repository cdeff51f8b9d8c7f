"""The process that reads a bigBed or bigWig: its answer, its limits, and its last words."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest
from toy_tracks import write_bigbed, write_bigwig

from ideep_scan.formats.bbi_worker import BOTH, END, MINUS, PLUS

WORKER = "ideep_scan.formats.bbi_worker"


def run(code):
    """Run statements in another process: its output, its last line on standard error, and its exit status."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    lines = done.stderr.decode().splitlines()
    return done.stdout, lines[-1] if lines else "", done.returncode


def answer(path, is_bigwig):
    return run(f"from {WORKER} import answer; answer({str(path)!r}, {is_bigwig}, 20)")


def test_an_answer_has_counts_then_columns_then_its_end(tmp_path):
    rows = [("b", 1, 5, "n\t0\t-"), ("b", 2, 9, "n\t0\t+"), ("a", 0, 3, "n\t0\t?"), ("a", 7, 9, "")]
    write_bigbed(tmp_path / "x", {"a": 10, "b": 10}, rows)
    output, message, status = answer(tmp_path / "x", False)
    head, _, body = output.partition(b"\n")
    assert json.loads(head) == [["a", 2], ["b", 2]]
    columns = [np.array([0, 7, 3, 9], "<u4"), np.array([BOTH, BOTH], "u1")]
    columns += [np.array([1, 2, 5, 9], "<u4"), np.array([MINUS, PLUS], "u1")]
    assert body == b"".join(column.tobytes() for column in columns) + END
    assert (message, status) == ("", 0)


def test_a_file_that_cannot_be_read_has_no_end_but_a_reason(tmp_path):
    write_bigwig(tmp_path / "x.bw", [1.0])
    (tmp_path / "x.bw").write_bytes((tmp_path / "x.bw").read_bytes()[:100])
    output, message, _ = answer(tmp_path / "x.bw", True)
    assert not output.endswith(END)
    assert message
    output, message, _ = answer(tmp_path / "no.bw", True)
    assert output == b""
    assert "No such file" in message


def test_too_many_intervals_are_refused(tmp_path):
    write_bigwig(tmp_path / "x.bw", [1.0, 1.0, 1.0])
    code = f"import {WORKER} as worker; worker.MAX_INTERVALS = 2; worker.answer({str(tmp_path / 'x.bw')!r}, True, 20)"
    output, message, _ = run(code)
    assert output == b""
    assert message == "more than 2 intervals; keep only the peaks"


def test_what_a_library_prints_is_not_an_answer():
    code = f"from {WORKER} import limit_process; out = limit_process(1 << 30); print('noise', flush=True); "
    output, message, _ = run(code + "out.write(b'answer'); out.flush()")
    assert (output, message) == (b"answer", "noise")


def test_memory_beyond_the_limit_is_refused():
    _, message, status = run(f"from {WORKER} import limit_process; limit_process(1 << 28); bytearray(1 << 29)")
    assert (message, status) == ("MemoryError", 1)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        ("ValueError('two' + chr(10) + 'lines')", "two lines"),
        ("KeyboardInterrupt()", "KeyboardInterrupt"),
        ("MemoryError()", "it takes too much memory"),
        ("ValueError(chr(0xDC80))", "?"),
    ],
)
def test_a_failure_is_reported_as_one_line(error, reason):
    assert run(f"from {WORKER} import report; report({error})")[1] == reason
