"""Read the intervals of a bigBed or bigWig of unknown origin in a process of its own.

The library that reads them (pybigtools 0.3.0) aborts its process on some damaged files, and asks for memory that they
promise. `bbi_answer.py` is what runs there. Whatever happens to that process becomes an InputError here.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from threading import Timer
from typing import IO, NamedTuple

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.formats.bbi_worker import END

_SECONDS, _SECONDS_PER_MB = 10, 2  # CPU time
_WAITING = 20  # wall clock seconds for each second of CPU time
_START = (
    "import sys; path, is_bigwig, seconds, sys.path[:] = *sys.argv[1:4], sys.argv[4:]; "
    "from ideep_scan.formats.bbi_worker import answer; answer(path, is_bigwig == '1', int(seconds))"
)


class Intervals(NamedTuple):
    """Intervals of one contig: int64 starts and ends, 0-based half-open, and uint8 strands, in the file's order."""

    starts: np.ndarray
    ends: np.ndarray
    strands: np.ndarray


def read_intervals(path: Path, is_bigwig: bool) -> dict[str, Intervals]:
    """Read all intervals of a bigBed, or the stretches of a bigWig whose value is above 0, by contig.

    Raises
    ------
    InputError : damaged, too large for the limits, or with more than `bbi_answer.MOST` intervals.
    """
    kind = "bigWig" if is_bigwig else "bigBed"
    seconds = _SECONDS + _SECONDS_PER_MB * path.stat().st_size // 1_000_000
    command = [sys.executable, "-c", _START, os.fspath(path.absolute()), str(int(is_bigwig)), str(seconds), *sys.path]
    with tempfile.TemporaryFile() as said:
        try:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said)
        except OSError as error:
            raise InputError(f"no process can be started to read it ({error.strerror}); try again", path) from error
        timer = Timer(seconds * _WAITING, process.kill)
        try:
            timer.start()
            assert process.stdout is not None
            content = process.stdout.read()
        finally:
            timer.cancel()
            process.kill()
            process.communicate()
        if not content.endswith(END):
            reason = _reason(process.returncode, said, seconds)
            raise InputError(f"the {kind} is truncated or damaged ({reason}); copy or make it again", path)
    return dict(_unpacked(content))


def _reason(code: int, said: IO[bytes], seconds: int) -> str:
    """Say why the process ended: the last line that it printed, or its signal."""
    if code == -signal.SIGXCPU:
        return f"reading it takes more than {seconds} s of computing"
    if code < 0 and code != -signal.SIGKILL:
        return f"its reader ended with {signal.Signals(-code).name}"
    said.seek(0)
    lines = said.read(1 << 16).decode("utf-8", "replace").split("\n")
    last = next((line for line in reversed(lines) if line.strip()), "its reader was killed")
    return "".join(letter for letter in last if letter.isprintable())[:200]


def _unpacked(content: bytes) -> Iterator[tuple[str, Intervals]]:
    """Read what `answer` wrote: a line of JSON with name and count of each contig, then their numbers."""
    head, _, _ = content.partition(b"\n")
    place = len(head) + 1
    for name, count in json.loads(head):
        columns = []
        for kind in ("u4", "u4", "u1"):
            columns.append(np.frombuffer(content, kind, count, place))
            place += columns[-1].nbytes
        yield name, Intervals(columns[0].astype(np.int64), columns[1].astype(np.int64), columns[2])
