"""The fingerprint of a file's bytes, as receipts and manifests state it. It does not look at what the bytes mean."""

from __future__ import annotations

import hashlib
from pathlib import Path

from ideep_scan.formats.text import checked_file, unreadable

_CHUNK = 1 << 22


def digest(path: str | Path) -> str:
    """BLAKE2b (256 bits) of a file: "blake2b:" and 64 hex digits. Reads the whole file, a few MiB at a time.

    Raises
    ------
    InputError : the file is missing, a folder, empty or cannot be read.
    """
    path = checked_file(path)
    state = hashlib.blake2b(digest_size=32)
    try:
        with open(path, "rb") as handle:
            while chunk := handle.read(_CHUNK):
                state.update(chunk)
    except OSError as error:
        raise unreadable(path, error) from error
    return f"blake2b:{state.hexdigest()}"
