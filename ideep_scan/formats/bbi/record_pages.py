"""Records of one size in a file that others write to as well, so that memory does not grow with their number."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import IO

PAGE = 128  # records


class RecordPages:
    """Append records of one size. Complete pages go to a file; memory holds one page, and the offset of each other.

    Parameters
    ----------
    file : IO[bytes]
        Open for reading and writing. It is at its end while records are appended, and not closed before they are read.
    size : int
        Bytes of a record.

    Examples
    --------
    >>> from io import BytesIO
    >>> pages = RecordPages(BytesIO(), 2)
    >>> pages.append(b"ab")
    >>> pages.append(b"cd")
    >>> len(pages), list(pages)
    (2, [b'ab', b'cd'])
    """

    def __init__(self, file: IO[bytes], size: int):
        self._file, self._size = file, size
        self._offsets = array("Q")  # of complete pages
        self._page = bytearray()

    def __len__(self) -> int:
        return len(self._offsets) * PAGE + len(self._page) // self._size

    def append(self, record: bytes) -> None:
        """Append a record."""
        self._page += record
        if len(self._page) == PAGE * self._size:
            self._offsets.append(self._file.tell())
            self._file.write(self._page)
            self._page.clear()

    def __iter__(self) -> Iterator[bytes]:
        """Yield all records, which moves the file's position."""
        for offset in self._offsets:
            self._file.seek(offset)
            yield from self._split(self._file.read(PAGE * self._size))
        yield from self._split(bytes(self._page))

    def _split(self, page: bytes) -> Iterator[bytes]:
        return (page[first : first + self._size] for first in range(0, len(page), self._size))
