"""Values of a bigWig of unknown origin at single positions, read in a process of its own.

The library that reads it (pybigtools 0.3.0) aborts its process on some damaged files.
`bigwig_values_worker.py` runs in that process; whatever happens to it becomes an InputError here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from threading import Lock, Timer
from types import TracebackType
from typing import IO

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.formats.bbi_intervals import find_last_message
from ideep_scan.formats.contigs import ContigResolver
from ideep_scan.formats.text import require_file

SECONDS = 120  # wall clock time that one answer may take
GAP = 1000  # positions between two intervals that are read as one
_START = (
    "import sys; path, sys.path[:] = sys.argv[1], sys.argv[2:]; "
    "from ideep_scan.formats.bigwig_values_worker import answer; answer(path)"
)


class BigWigValues:
    """A bigWig that answers like `features.sources.TrackSource`; a context manager that ends the process.

    Threads may share it; one at a time is answered.

    Parameters
    ----------
    path : Path
        The bigWig.
    resolver : ContigResolver
        Matches its contig names to those of the FASTA.

    Attributes
    ----------
    notes : tuple of str
        Contigs of another length than in the FASTA, one line.

    Raises
    ------
    InputError
        The file is missing, damaged or not a bigWig.
    ContigMismatch
        The FASTA has none of its contigs.
    """

    def __init__(self, path: Path, resolver: ContigResolver):
        self._path = require_file(path)
        self._lock = Lock()
        self._messages = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        command = [sys.executable, "-c", _START, os.fspath(self._path.absolute()), *sys.path]
        try:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._messages
            )
        except OSError as error:
            raise InputError(f"no process can be started to read it ({error.strerror}); try again", path) from error
        try:
            contigs = json.loads(self._line())
            mapping, _ = resolver.align(contigs, path, "track")
            self.notes = resolver.length_notes(contigs, self._path.name)
        except BaseException:
            self.close()
            raise
        self._names = {contig: name for name, contig in mapping.items()}

    def __enter__(self) -> BigWigValues:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()
        self._messages.close()

    def values(self, chrom: str, positions: np.ndarray) -> np.ndarray:
        """Read the values at genome positions.

        Parameters
        ----------
        chrom : str
            Contig of the FASTA.
        positions : int64 array (n,)
            Genome positions in any order; they may lie outside of the contig.

        Returns
        -------
        float32 array (n,)
            Value of each position; NaN if the track has none.

        Raises
        ------
        InputError
            The file is damaged there, or takes too long to read.
        """
        if chrom not in self._names or not positions.size:
            return np.full(positions.size, np.nan, np.float32)
        line, index = np.unique(positions, return_inverse=True)
        cuts = np.flatnonzero(np.diff(line) > GAP) + 1
        out = np.empty(line.size, np.float32)
        with self._lock:
            for first, last in zip([0, *cuts.tolist()], [*cuts.tolist(), line.size], strict=True):
                start, end = int(line[first]), int(line[last - 1]) + 1
                out[first:last] = self._interval(self._names[chrom], start, end)[line[first:last] - start]
        return out[index]

    def _interval(self, name: str, start: int, end: int) -> np.ndarray:
        """Ask for the values of one interval: float32 array (end - start,)."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps([name, start, end]).encode() + b"\n")
            self._process.stdin.flush()
        except OSError as error:
            raise self._damage() from error
        return np.frombuffer(self._read(4 * (end - start)), np.float32)

    def _line(self) -> bytes:
        line = self._in_time(lambda answers: answers.readline())
        if not line.endswith(b"\n"):
            raise self._damage()
        return line

    def _read(self, count: int) -> bytes:
        content = self._in_time(lambda answers: answers.read(count))
        if len(content) < count:
            raise self._damage()
        return content

    def _in_time(self, read_stream: Callable[[IO[bytes]], bytes]) -> bytes:
        """Read from the process; end it if that takes too long."""
        assert self._process.stdout is not None
        timer = Timer(SECONDS, self._process.kill)
        timer.start()
        try:
            return read_stream(self._process.stdout)
        finally:
            timer.cancel()

    def _damage(self) -> InputError:
        self._process.kill()
        self._process.wait()
        reason = find_last_message(self._messages, "its reader ended early")
        return InputError(f"the bigWig is truncated or damaged ({reason}); copy or make it again", self._path)
