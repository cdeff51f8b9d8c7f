"""Read the intervals of a bigBed or bigWig of unknown origin in its own process.

pybigtools 0.3.0 aborts its process on some damaged files, and allocates any size that a file declares.
`bbi_worker.py` runs in the process. Every failure of the process becomes an InputError here.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Timer
from typing import IO, NamedTuple

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.formats.bbi_worker import END, INTERVAL_TYPES, PEAK_TYPES

_SECONDS, _SECONDS_PER_MB = 10, 2  # CPU time
_WALL_SECONDS = 20  # wall clock seconds per second of CPU time
_START = (
    "import sys; path, is_bigwig, has_peaks, seconds, sys.path[:] = *sys.argv[1:5], sys.argv[5:]; "
    "from ideep_scan.formats.bbi_worker import answer; "
    "answer(path, is_bigwig == '1', int(seconds), has_peaks=has_peaks == '1')"
)


class Intervals(NamedTuple):
    """Intervals of one contig, in the order of the file.

    Attributes
    ----------
    starts, ends : np.ndarray
        int64 arrays (n,), 0-based half-open.
    strands : np.ndarray
        uint8 array (n,): `BOTH`, `PLUS` or `MINUS` of `bbi_worker`.
    """

    starts: np.ndarray
    ends: np.ndarray
    strands: np.ndarray


class Peaks(NamedTuple):
    """Peaks of one contig, in the order of the file.

    Attributes
    ----------
    starts, ends : np.ndarray
        int64 arrays (n,), 0-based half-open.
    strands : np.ndarray
        uint8 array (n,): `BOTH`, `PLUS` or `MINUS` of `bbi_worker`.
    strengths : np.ndarray
        float32 array (n,): signalValue by autoSql, else the score; NaN for neither.
    summits : np.ndarray
        int64 array (n,), offset of the peak from the start; -1 for none.
    thick_starts, thick_ends : np.ndarray
        int64 arrays (n,), thick part; 0 for none.
    """

    starts: np.ndarray
    ends: np.ndarray
    strands: np.ndarray
    strengths: np.ndarray
    summits: np.ndarray
    thick_starts: np.ndarray
    thick_ends: np.ndarray


def read_intervals(path: Path, is_bigwig: bool) -> dict[str, Intervals]:
    """Read all intervals of a bigBed, or the intervals of a bigWig with a value above 0.

    Parameters
    ----------
    path : Path
        The file.
    is_bigwig : bool
        True for bigWig, False for bigBed.

    Returns
    -------
    dict[str, Intervals]
        Intervals by contig.

    Raises
    ------
    InputError
        The file is damaged, exceeds the limits, or has more than `bbi_worker.MAX_INTERVALS` intervals.
    """
    content = _run_worker(path, is_bigwig=is_bigwig, has_peaks=False)
    return {name: Intervals(*columns) for name, columns in _parse_answer(content, INTERVAL_TYPES)}


def read_peaks(path: Path) -> dict[str, Peaks]:
    """Read all intervals of a bigBed with strength, summit and thick part, whose fields its autoSql names.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    dict[str, Peaks]
        Peaks by contig.

    Raises
    ------
    InputError
        As for `read_intervals`.
    """
    content = _run_worker(path, is_bigwig=False, has_peaks=True)
    return {name: Peaks(*columns) for name, columns in _parse_answer(content, PEAK_TYPES)}


def _run_worker(path: Path, *, is_bigwig: bool, has_peaks: bool) -> bytes:
    """Return the answer of a worker's process about a file."""
    kind = "bigWig" if is_bigwig else "bigBed"
    seconds = _SECONDS + _SECONDS_PER_MB * path.stat().st_size // 1_000_000
    command = [sys.executable, "-c", _START, os.fspath(path.absolute())]
    command += [str(int(is_bigwig)), str(int(has_peaks)), str(seconds), *sys.path]
    with tempfile.TemporaryFile() as messages:
        try:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=messages)
        except OSError as error:
            raise InputError(f"no process can be started to read it ({error.strerror}); try again", path) from error
        timer = Timer(seconds * _WALL_SECONDS, process.kill)
        try:
            timer.start()
            assert process.stdout is not None
            content = process.stdout.read()
        finally:
            timer.cancel()
            process.kill()
            process.communicate()
        if not content.endswith(END):
            reason = _reason(process.returncode, messages, seconds)
            raise InputError(f"the {kind} is truncated or damaged ({reason}); copy or create it again", path)
    return content


def _reason(code: int, messages: IO[bytes], seconds: int) -> str:
    """Return the reason why the process ended: its last message, or its signal."""
    if code == -signal.SIGXCPU:
        return f"reading it takes more than {seconds} s of computing"
    if code < 0 and code != -signal.SIGKILL:
        return f"its reader ended with {signal.Signals(-code).name}"
    return find_last_message(messages, "its reader was killed")


def find_last_message(messages: IO[bytes], default: str) -> str:
    """Return the last line that a reader's process wrote to standard error, without control characters."""
    messages.seek(0)
    lines = messages.read(1 << 16).decode("utf-8", "replace").split("\n")
    last = next((line for line in reversed(lines) if line.strip()), default)
    return "".join(letter for letter in last if letter.isprintable())[:200]


def _parse_answer(content: bytes, types: Sequence[str]) -> Iterator[tuple[str, list[np.ndarray]]]:
    """Parse the output of `answer`: a line of JSON with name and count of each contig, then their columns."""
    head, _, _ = content.partition(b"\n")
    offset = len(head) + 1
    for name, count in json.loads(head):
        columns = []
        for kind in types:
            column = np.frombuffer(content, kind, count, offset)
            offset += column.nbytes
            columns.append(column.astype(np.int64) if kind in "iI" else column)
        yield name, columns
