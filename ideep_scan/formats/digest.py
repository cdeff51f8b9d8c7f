"""The fingerprint of a file's bytes, as receipts and manifests state it. It does not look at what the bytes mean."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from ideep_scan.formats.text import read_error, require_file

_CHUNK = 1 << 22


def digest(path: str | Path) -> str:
    """BLAKE2b (256 bits) of a file: "blake2b:" and 64 hex digits. Reads the whole file, a few MiB at a time.

    Raises
    ------
    InputError : the file is missing, a folder, empty or cannot be read.
    """
    path = require_file(path)
    try:
        with open(path, "rb") as handle:
            return digest_stream(handle)
    except OSError as error:
        raise read_error(path, error) from error


def digest_stream(handle: BinaryIO, is_stopped: Callable[[], bool] = lambda: False) -> str:
    """Return the digest of an open file from its current place on.

    Parameters
    ----------
    handle : BinaryIO
        The file.
    is_stopped : callable, optional
        Asked every few MiB. If it returns True, the result is empty.
    """
    state = hashlib.blake2b(digest_size=32)
    while chunk := handle.read(_CHUNK):
        if is_stopped():
            return ""
        state.update(chunk)
    return f"blake2b:{state.hexdigest()}"
