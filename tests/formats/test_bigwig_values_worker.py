"""The process that answers questions for the values of a bigWig."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest
from toy_tracks import write_bigbed, write_bigwig

LENGTHS = {"1": 100, "2": 50}  # nt, of the contigs that `write_bigwig` writes


def ask(path, *questions):
    """Give questions to the process: its first line, its further output, and its last line on standard error."""
    code = f"from ideep_scan.formats.bigwig_values_worker import answer; answer({str(path)!r})"
    lines = "".join(f"{json.dumps(question)}\n" for question in questions)
    done = subprocess.run([sys.executable, "-c", code], input=lines.encode(), capture_output=True, check=False)
    first, _, output = done.stdout.partition(b"\n")
    return first, output, (done.stderr.decode().splitlines() or [""])[-1]


def test_each_question_has_a_value_per_position(tmp_path):
    write_bigwig(tmp_path / "x", [0.5, -2.0])
    first, output, message = ask(
        tmp_path / "x", ["1", -2, 4], ["2", 0, 3], ["1", 98, 103], ["1", 200, 202], ["1", 5, 7]
    )
    assert json.loads(first) == LENGTHS
    nan = np.nan
    expected = [nan, nan, 0.5, 0.5, 0.5, nan] + [nan] * 3 + [nan] * 5 + [nan] * 2 + [-2, -2]
    np.testing.assert_array_equal(np.frombuffer(output, np.float32), np.array(expected, np.float32))
    assert message == ""


def test_a_file_that_is_not_a_bigwig_gives_a_reason_and_no_answer(tmp_path):
    write_bigbed(tmp_path / "x.bb", {"1": 9}, [("1", 0, 3, "")])
    assert ask(tmp_path / "x.bb") == (b"", b"", "it is not a bigWig")
    (tmp_path / "x.bw").write_bytes(b"no bigWig at all\n")
    first, _, message = ask(tmp_path / "x.bw")
    assert first == b""
    assert message


@pytest.mark.parametrize("question", [["no such contig", 0, 5], "not three fields"])
def test_a_question_that_cannot_be_answered_ends_the_process_with_a_reason(tmp_path, question):
    write_bigwig(tmp_path / "x", [0.5])
    first, output, message = ask(tmp_path / "x", question)
    assert (json.loads(first), output) == (LENGTHS, b"")
    assert message
