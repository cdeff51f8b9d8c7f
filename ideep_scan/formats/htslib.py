"""Messages of htslib, which pysam reads and writes files with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import pysam

from ideep_scan.process import SharedContext


@contextmanager
def _silence() -> Iterator[None]:
    verbosity = pysam.set_verbosity(0)
    try:
        yield
    finally:
        pysam.set_verbosity(verbosity)


_SILENCE = SharedContext(_silence)


def silence_htslib() -> AbstractContextManager[None]:
    """Keep htslib from printing errors that pysam raises, until the block ends.

    Examples
    --------
    >>> before = pysam.get_verbosity()
    >>> with silence_htslib():
    ...     pysam.get_verbosity()
    0
    >>> pysam.get_verbosity() == before
    True
    """
    return _SILENCE
