"""bigWigs that stay open between requests, up to a limit."""

from __future__ import annotations

import resource
import weakref
from collections import OrderedDict
from pathlib import Path

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.formats.bigwig.maxima import open_bigwig, read_maxima
from track_hubs.bbi_file import BbiFile

_LIMIT = 512


class OpenBigWigs:
    """bigWigs, opened at the first request. One thread at a time may read them."""

    def __init__(self) -> None:
        self._files: OrderedDict[Path, BbiFile] = OrderedDict()
        weakref.finalize(self, _close_files, self._files)
        self._limit = min(_LIMIT, resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 4)

    def read_maxima(self, path: Path, chrom: str, start: int, end: int, bins: int) -> np.ndarray:
        """Read the highest value of each bin of an interval; see `maxima.read_maxima`."""
        return read_maxima(self._open(path), chrom, start, end, bins)

    def _open(self, path: Path) -> BbiFile:
        """Return an open file; close the one that was read longest ago if there are too many."""
        if path in self._files:
            self._files.move_to_end(path)
        else:
            self._files[path] = open_bigwig(path)
            if len(self._files) > self._limit:
                self._files.popitem(last=False)[1].close()
        return self._files[path]


def _close_files(files: OrderedDict[Path, BbiFile]) -> None:
    for file in files.values():
        file.close()


def describe_problem(path: Path, error: InputError) -> str:
    """Say which file of a run cannot be read and why, without its folder."""
    return f"{path.name}: {str(error).removeprefix(f'{path}: ')}"
