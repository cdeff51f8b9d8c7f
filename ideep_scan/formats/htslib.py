"""Messages and failures of htslib, which pysam reads and writes files with."""

from __future__ import annotations

import ctypes
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


def close_bgzip(file: pysam.BGZFile) -> None:
    """Close a bgzip file that was written.

    pysam closes the file again when its object is removed, and prints the error of a full disk then.
    So the object of a file that cannot be closed stays until the process ends.

    Parameters
    ----------
    file : pysam.BGZFile
        The file.

    Raises
    ------
    OSError
        The last bytes cannot be written.
    """
    try:
        with silence_htslib():
            file.close()
    except OSError:
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(file))
        raise
