"""The unpacked bytes of a FASTA by offset, plain or bgzipped. It does not know lines or contigs."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Protocol

import numpy as np
import pysam

from ideep_scan.errors import InputError
from ideep_scan.formats.input_file import InputFile
from ideep_scan.formats.text import read_error

_SAMPLE = 1000  # blocks whose place is checked
_BLOCK_START = b"\x1f\x8b\x08\x04"
_BLOCK_SIZE = 1 << 16  # of a bgzip block, at most


class FastaBytes(Protocol):
    """Random access to the unpacked bytes of a file."""

    def read(self, offset: int, count: int) -> bytes:
        """Return `count` bytes from `offset` on, fewer at the end of the file.

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
    """Bytes of a file that is not compressed.

    Parameters
    ----------
    file : InputFile
        The file. Every read checks that nobody overwrites it.
    """

    def __init__(self, file: InputFile):
        self._file = file
        self._descriptor = _opened(file)

    def read(self, offset: int, count: int) -> bytes:
        """Return `count` bytes from `offset` on, fewer at the end of the file."""
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
    """Bytes of a bgzip file, found with its .gzi.

    Parameters
    ----------
    file : InputFile
        The file. Every read checks that nobody overwrites it.
    gzi : bytes
        Content of the .gzi: a count, then a pair (compressed, unpacked offset) of each block but the first.

    Raises
    ------
    ValueError
        The .gzi is damaged, or is that of another file.
    """

    def __init__(self, file: InputFile, gzi: bytes):
        self._file = file
        self._packed, self._unpacked = _block_offsets(gzi)
        self._descriptor = _opened(file)
        try:
            self._check_blocks()
            self._blocks = pysam.BGZFile(str(file.path), "r", None)
        except OSError as error:
            self.close()
            raise read_error(file.path, error) from error
        except (ValueError, struct.error):
            self.close()
            raise

    def read(self, offset: int, count: int) -> bytes:
        """Return `count` bytes from `offset` on, fewer at the end of the file."""
        block = int(np.searchsorted(self._unpacked, offset, "right")) - 1
        within = offset - int(self._unpacked[block])
        if within >= _BLOCK_SIZE:
            return b""
        try:
            with silence_htslib():
                self._blocks.seek(int(self._packed[block]) << 16 | within)
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
                with suppress(OSError):  # it repeats what the last read raised
                    self._blocks.close()
        self._descriptor = -1

    def _check_blocks(self) -> None:
        """Raise ValueError unless a sample of the offsets are those of blocks that follow one another."""
        last = self._packed.size - 1
        for block in np.unique(np.linspace(0, last, min(_SAMPLE, last + 1)).astype(np.int64)).tolist():
            start = int(self._packed[block])
            head = os.pread(self._descriptor, 18, start)
            if len(head) < 18 or head[:4] != _BLOCK_START or head[12:14] != b"BC":
                raise ValueError("an offset of the .gzi is not that of a block")
            if block < last:
                end, size = self._block_end(start, head)
                # A .gzi leaves out the empty block at the end of each of several files that were joined.
                while end < self._packed[block + 1]:
                    head = os.pread(self._descriptor, 18, end)
                    if len(head) < 18 or head[:4] != _BLOCK_START:
                        break
                    end, rest = self._block_end(end, head)
                    size += rest
                if end != self._packed[block + 1] or size != self._unpacked[block + 1] - self._unpacked[block]:
                    raise ValueError("a block does not end where the .gzi has the next one")

    def _block_end(self, start: int, head: bytes) -> tuple[int, int]:
        """Offset behind a block, and its unpacked size, from its first 18 bytes."""
        end = start + int(struct.unpack("<H", head[16:18])[0]) + 1
        return end, int(struct.unpack("<I", os.pread(self._descriptor, 4, end - 4))[0])


@contextmanager
def silence_htslib() -> Iterator[None]:
    """Keep htslib from printing what is raised."""
    verbosity = pysam.set_verbosity(0)
    try:
        yield
    finally:
        pysam.set_verbosity(verbosity)


def _block_offsets(gzi: bytes) -> tuple[np.ndarray, np.ndarray]:
    """Compressed and unpacked offset of each block, the first one included."""
    if len(gzi) < 8 or len(gzi) % 16 != 8 or struct.unpack("<Q", gzi[:8])[0] != len(gzi) // 16:
        raise ValueError("the .gzi is damaged")
    pairs = np.frombuffer(gzi[8:], "<u8").reshape(-1, 2).astype(np.int64)
    pairs = np.concatenate([np.zeros((1, 2), np.int64), pairs])
    if (pairs < 0).any() or (np.diff(pairs[:, 0]) <= 0).any() or (np.diff(pairs[:, 1]) < 0).any():
        raise ValueError("the offsets of the .gzi do not rise")
    return pairs[:, 0], pairs[:, 1]


def _opened(file: InputFile) -> int:
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
