"""Random access to the uncompressed bytes of a FASTA, plain or bgzipped."""

from __future__ import annotations

import os
import struct
from contextlib import suppress
from typing import Protocol

import numpy as np
import pysam

from ideep_scan.errors import InputError
from ideep_scan.formats.htslib import silence_htslib
from ideep_scan.formats.input_file import InputFile
from ideep_scan.formats.text import read_error

_SAMPLE = 1000  # blocks whose offset is checked
_BLOCK_START = b"\x1f\x8b\x08\x04"
_BLOCK_SIZE = 1 << 16  # bytes of a bgzip block, at most


class FastaBytes(Protocol):
    """Random access to the uncompressed bytes of a file."""

    def read(self, offset: int, count: int) -> bytes:
        """Read bytes at an offset.

        Parameters
        ----------
        offset : int
            Offset in the uncompressed file.
        count : int
            Number of bytes.

        Returns
        -------
        bytes
            The bytes, fewer at the end of the file.

        Raises
        ------
        InputError
            The file is damaged, or changed while it was open.
        """
        ...

    def close(self) -> None:
        """Close the file."""
        ...


class PlainBytes:
    """Bytes of an uncompressed file.

    Parameters
    ----------
    file : InputFile
        The file. Every read checks that it was not overwritten.
    """

    def __init__(self, file: InputFile):
        self._file = file
        self._descriptor = _open(file)

    def read(self, offset: int, count: int) -> bytes:
        """Read bytes at an offset; see `FastaBytes.read`."""
        parts = []
        try:
            while count > 0 and (part := os.pread(self._descriptor, count, offset)):
                parts.append(part)
                offset, count = offset + len(part), count - len(part)
        except OSError as error:
            raise read_error(self._file.path, error) from error
        self._file.check(self._descriptor)
        return b"".join(parts)

    def close(self) -> None:
        """Close the file."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor = -1


class BgzipBytes:
    """Uncompressed bytes of a bgzip file, located with its .gzi.

    Parameters
    ----------
    file : InputFile
        The file. Every read checks that it was not overwritten.
    gzi : bytes
        Content of the .gzi: a count, then a pair (compressed, uncompressed offset) of each block except the first.

    Raises
    ------
    ValueError
        The .gzi is damaged, or belongs to another file.
    """

    def __init__(self, file: InputFile, gzi: bytes):
        self._file = file
        self._compressed, self._uncompressed = _block_offsets(gzi)
        self._descriptor = _open(file)
        try:
            self._end = self._check_blocks()
            self._blocks = pysam.BGZFile(str(file.path), "r", None)
        except OSError as error:
            self.close()
            raise read_error(file.path, error) from error
        except (ValueError, struct.error):
            self.close()
            raise

    def read(self, offset: int, count: int) -> bytes:
        """Read bytes at an offset; see `FastaBytes.read`."""
        block = int(np.searchsorted(self._uncompressed, offset, "right")) - 1
        within = offset - int(self._uncompressed[block])
        if within >= _BLOCK_SIZE or offset >= self._end:
            return b""
        try:
            with silence_htslib():
                self._blocks.seek(int(self._compressed[block]) << 16 | within)
                data: bytes = self._blocks.read(count)
        except (OSError, ValueError) as error:
            raise InputError(
                f"the bgzip file is damaged ({error}); copy or download it again", self._file.path
            ) from error
        self._file.check(self._descriptor)
        return data

    def close(self) -> None:
        """Close the file."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            if hasattr(self, "_blocks"):
                with suppress(OSError):  # it repeats the error of the last read
                    self._blocks.close()
        self._descriptor = -1

    def _check_blocks(self) -> int:
        """Check that a sample of the offsets are starts of consecutive blocks.

        Returns
        -------
        int
            Offset after the last block, in uncompressed bytes.

        Raises
        ------
        ValueError
            They are not.
        """
        last = self._compressed.size - 1
        for block in np.unique(np.linspace(0, last, min(_SAMPLE, last + 1)).astype(np.int64)).tolist():
            start = int(self._compressed[block])
            head = os.pread(self._descriptor, 18, start)
            if len(head) < 18 or head[:4] != _BLOCK_START or head[12:14] != b"BC":
                raise ValueError("an offset of the .gzi is not that of a block")
            end, size = self._block_end(start, head)
            if block < last:
                # In a concatenation of bgzip files, the .gzi skips the empty block at the end of each file.
                while end < self._compressed[block + 1]:
                    head = os.pread(self._descriptor, 18, end)
                    if len(head) < 18 or head[:4] != _BLOCK_START:
                        break
                    end, skipped = self._block_end(end, head)
                    if skipped:
                        raise ValueError("the .gzi lacks a block")
                if (
                    end != self._compressed[block + 1]
                    or size != self._uncompressed[block + 1] - self._uncompressed[block]
                ):
                    raise ValueError("a block does not end where the .gzi has the next one")
        return int(self._uncompressed[last]) + size

    def _block_end(self, start: int, head: bytes) -> tuple[int, int]:
        """Return the offset after a block and its uncompressed size, from its first 18 bytes."""
        end = start + int(struct.unpack("<H", head[16:18])[0]) + 1
        return end, int(struct.unpack("<I", os.pread(self._descriptor, 4, end - 4))[0])


def _block_offsets(gzi: bytes) -> tuple[np.ndarray, np.ndarray]:
    """Parse the compressed and uncompressed offsets of all blocks, including the first one."""
    if len(gzi) < 8 or len(gzi) % 16 != 8 or struct.unpack("<Q", gzi[:8])[0] != len(gzi) // 16:
        raise ValueError("the .gzi is damaged")
    pairs = np.frombuffer(gzi[8:], "<u8").reshape(-1, 2).astype(np.int64)
    pairs = np.concatenate([np.zeros((1, 2), np.int64), pairs])
    if (pairs < 0).any() or (np.diff(pairs[:, 0]) <= 0).any() or (np.diff(pairs[:, 1]) < 0).any():
        raise ValueError("the offsets of the .gzi do not rise")
    return pairs[:, 0], pairs[:, 1]


def _open(file: InputFile) -> int:
    """Open a file and check that it was not replaced."""
    try:
        descriptor = os.open(file.path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise read_error(file.path, error) from error
    try:
        file.check(descriptor)
    except InputError:
        os.close(descriptor)
        raise
    return descriptor
