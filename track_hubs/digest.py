"""Digest of the bytes of a file, as manifests and receipts state it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import BinaryIO

_BLOCK = 1 << 22  # bytes


def digest_stream(stream: BinaryIO, is_stopped: Callable[[], bool] = lambda: False) -> str:
    """Compute the digest of a stream, from its current position to its end.

    Parameters
    ----------
    stream : BinaryIO
        The stream.
    is_stopped : Callable[[], bool]
        Called every 4 MiB. If it returns True, the digest is abandoned.

    Returns
    -------
    str
        BLAKE2b, 256 bits: "blake2b:" and 64 hex digits. Empty if the digest was abandoned.

    Examples
    --------
    >>> import io
    >>> digest_stream(io.BytesIO(b"ACGU"))[:16]
    'blake2b:70718985'
    """
    state = hashlib.blake2b(digest_size=32)
    while block := stream.read(_BLOCK):
        if is_stopped():
            return ""
        state.update(block)
    return f"blake2b:{state.hexdigest()}"
